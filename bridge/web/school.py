"""The whole school at one look: where each class × subject of a term stands."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from bridge.domain.rights import Action
from bridge.domain.scores import Term
from bridge.domain.tallies import Coverage
from bridge.overview.coverage import coverage_map
from bridge.overview.units import UnitState, unit_states
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.house import house

bp = Blueprint("school", __name__, url_prefix="/v/<visit>/school")


@bp.get("/")
@visitor
def coverage(visit: str) -> str:  # noqa: ARG001
    """Of the units that this person may see. `NotAllowed` for whoever may see none."""
    app = house().app
    found = coverage_map(app.shelf(), visible_states(), term_asked(), list(app.sync.subjects.by_code))
    return render_template(
        "school/coverage.html", map=found, states=list(Coverage), only=state_asked(), terms=list(Term),
        subjects=app.sync.subjects.by_code,
    )  # fmt: skip


def visible_states() -> Sequence[UnitState]:
    """`NotAllowed`, with the roles that would do, where there is none."""
    mine = permits()
    found = unit_states(house().app.shelf(), lambda unit: mine.may(Action.SEE_CITY, unit))
    if not found and not mine.roles:
        mine.demand(Action.SEE_STATUS)
    return found


def term_asked() -> Term:
    """As the address says, else the term of today."""
    asked = request.args.get("term", "")
    return Term(asked) if asked in Term.__members__ else term_of_today()


def term_of_today() -> Term:
    app = house().app
    return app.store.rosters.school(app.school, app.year).term_on(app.today)


def state_asked() -> Coverage | None:
    asked = request.args.get("state", "")
    return Coverage(asked) if asked in Coverage.__members__ else None
