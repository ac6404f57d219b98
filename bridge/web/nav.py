"""The places under the bar of each page: all of them for who sees to a whole school, two for a teacher."""

from typing import NamedTuple

from flask import Flask, g, request

from bridge.domain.rights import Action, Permits
from bridge.web.notices import is_staff


class Place(NamedTuple):
    """`action`: over the whole school; None: for whoever has a role, each shown what is theirs."""

    endpoint: str
    key: str  # of page.toml
    action: Action | None = None


PLACES = (
    Place("school.coverage", "nav.coverage"),
    Place("releases.show", "nav.releases"),
    Place("waiting.holds", "nav.holds"),
    Place("waiting.late", "nav.late"),
    Place("home.units", "nav.sheets"),
    Place("library.shelves", "nav.library", Action.SEE_LIBRARY),
    Place("runs.show", "nav.runs", Action.SEE_STATUS),
    Place("grid.show", "nav.mapping", Action.SEE_STATUS),
    Place("policies.show", "nav.policies", Action.SEE_STATUS),
    Place("timetables.show", "nav.jobs", Action.SEE_STATUS),
    Place("connections.show", "nav.connections", Action.SEE_STATUS),
    Place("staff.show", "nav.people", Action.SEE_STATUS),
    Place("trail.show", "nav.audit", Action.SEE_AUDIT),
)

OF_A_TEACHER = frozenset({"home.units", "library.shelves"})

# Pages that are led to from another place's.
WITHIN = {"platforms": "connections", "passbacks": "connections", "selftest": "connections"}


def furnish(app: Flask) -> None:
    app.context_processor(lambda: {"nav_places": places(), "gets_letters": is_staff})


def places() -> list[tuple[Place, bool]]:
    """Those that this visitor may enter, and whether the page is one of it; none for a pupil, and none in a dialogue,
    which would be lost."""
    mine: Permits | None = g.get("permits")
    if mine is None or not (mine.roles or mine.may(Action.SEE_LIBRARY)) or request.blueprint == "linking":
        return []
    here = request.endpoint or ""
    shown = [place for place in PLACES if place.action is None or mine.may(place.action)]
    shown = shown if mine.roles else [place for place in shown if place.endpoint in OF_A_TEACHER]
    return [(place, _is_of(place, here)) for place in shown]


def _is_of(place: Place, here: str) -> bool:
    """Both lists of what waits are one family of two places."""
    family, mine = place.endpoint.partition(".")[0], here.partition(".")[0]
    return here == place.endpoint or (family != "waiting" and WITHIN.get(mine, mine) == family)
