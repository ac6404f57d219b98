"""Who of a class takes part in a lesson, beside the list of attempts; and who has never opened it."""

from collections.abc import Sequence

from flask import Blueprint, render_template

from bridge.domain.mapping import CourseMap
from bridge.domain.names import sort_key, split_name
from bridge.domain.participation import Stage
from bridge.domain.rights import Action
from bridge.mapping.reach import units_of
from bridge.materials.participation import Row, participation
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.links import linked, names_of

bp = Blueprint("participation", __name__, url_prefix="/v/<visit>/play/participation")


@bp.get("")
@visitor
def show(visit: str) -> str:  # noqa: ARG001
    """Who came is seen by the teacher of the course; who did not is the city's class list, for whoever may see that."""
    _, link, material = linked(Action.SEE_LMS)
    rows = participation(house().app.roll(house().registrations), [link], sees=lambda _: True)
    came = {row.account: row for row in rows if row.did.stage is not Stage.NEVER}
    listed = [row for row in rows if row.feeds is not None]
    mine = [row for row in listed if row.feeds is not None and _may_see_list(row.feeds)]
    return render_template(
        "play/participation.html",
        link=link,
        material=material,
        came=came,
        names=names_of(link, came),
        listed=len(listed),
        mine=len(mine),
        never=_by_class([row for row in mine if row.did.stage is Stage.NEVER]),
    )


def _may_see_list(feeds: CourseMap) -> bool:
    return any(permits().may(Action.SEE_CITY, unit) for unit in units_of(house().app.desk(), feeds))


def _by_class(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Names, as a class list has them."""
    app = house().app
    names = app.store.rosters.names(app.school, {row.pupil for row in rows})
    found: dict[str, list[str]] = {}
    for row in rows:
        assert row.feeds is not None, "who never came is known from a list"
        found.setdefault(row.feeds.school_class, []).append(names[row.pupil])
    return {each: sorted(theirs, key=lambda name: sort_key(split_name(name))) for each, theirs in found.items()}
