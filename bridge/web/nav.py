"""The places of those who see to a whole school: what stands under the bar of each of their pages."""

from typing import NamedTuple

from flask import Flask, g, request

from bridge.domain.rights import Action, Permits


class Place(NamedTuple):
    """`action`: over the whole school; None: for whoever has a role, each shown what is theirs."""

    endpoint: str
    key: str  # of page.toml
    action: Action | None = None


PLACES = (
    Place("school.coverage", "nav.coverage"),
    Place("home.units", "nav.sheets"),
)


def furnish(app: Flask) -> None:
    app.context_processor(lambda: {"nav_places": places()})


def places() -> list[tuple[Place, bool]]:
    """Those that this visitor may enter, and whether the page is one of it; none for a teacher or a pupil."""
    mine: Permits | None = g.get("permits")
    if mine is None or not mine.roles:
        return []
    family = (request.endpoint or "").partition(".")[0]
    shown = [place for place in PLACES if place.action is None or mine.may(place.action)]
    return [(place, place.endpoint.partition(".")[0] == family) for place in shown]
