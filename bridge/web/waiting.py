"""What waits in the whole school: holds by why, and what closes before it is sent."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.plans import Problem
from bridge.domain.rights import Action
from bridge.domain.scores import Column, Term
from bridge.duties.asks import read_unit
from bridge.duties.deadlines import closing, told_closing
from bridge.overview.holds import Wanted, held_groups
from bridge.overview.late import late_units
from bridge.people.granting import settle_identity
from bridge.ports.notices import Deadline
from bridge.sync import words as said
from bridge.web.doors import may, visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.school import visible_states
from bridge.web.schoolpages import day_demanded, field, on_its_way, see, term_field, unit_field, who

bp = Blueprint("waiting", __name__, url_prefix="/v/<visit>/school")
SHOWN = 60  # lines of one kind; the filter shows the rest
MOST = 5000


@bp.get("/holds")
@visitor
def holds(visit: str) -> str:  # noqa: ARG001
    """Of the units that this person may see."""
    states, asked = visible_states(), request.args
    wanted = Wanted(*(asked.get(name, "") for name in ("problem", "term", "school_class", "subject")))
    return render_template(
        "school/holds.html", groups=held_groups(states, wanted), wanted=wanted, shown=SHOWN,
        classes=sorted({state.unit.school_class for state in states}), terms=list(Term), problems=list(Problem),
        taught=sorted({state.unit.subject for state in states}), subjects=house().app.sync.subjects.by_code,
        clears=permits().may(Action.CLEAR_UNIT), settles=permits().may(Action.SETTLE_IDENTITY),
    )  # fmt: skip


@bp.post("/holds/clear")
@may(Action.CLEAR_UNIT)
def clear(visit: str) -> Response:  # noqa: ARG001
    """Wave a unit's hold through as its plan showed it, then look again."""
    sync, unit, problem = house().app.sync, unit_field(), field("problem")
    if problem not in Problem.__members__:
        raise NotFound(kind="hold", name=problem, nearest=[])
    for unit_plan in said.held(sync, field("plan")):
        if unit_plan.unit == unit:
            said.wave_through(sync, unit_plan, Problem(problem), actor=who(), why=field("why", most=500))
    return on_its_way(read_unit(unit, actor=who()))


@bp.post("/holds/identity")
@may(Action.SETTLE_IDENTITY)
def identity(visit: str) -> Response:  # noqa: ARG001
    """Which pupil an account of Moodle is, after its idnumber has changed."""
    app = house().app
    settle_identity(
        app.store.rosters, app.store.pins, app.school, app.sync.platform, user=whole(field("user"), 0),
        pupil=field("pupil"), actor=who(), why=field("why", most=500), now=app.sync.world.now(),
    )  # fmt: skip
    return see("waiting.holds")


@bp.get("/late")
@visitor
def late(visit: str) -> str:  # noqa: ARG001
    """By the days that the school was told; the city's own are asked for by a part of the page."""
    app, states = house().app, visible_states()
    return render_template(
        "school/late.html", lines=late_units(states, told_closing(app), today=app.today), terms=list(Term),
        deadlines=app.store.deadlines.deadlines(app.school, app.year), columns=list(Column), days=True,
        sets=permits().may(Action.SET_SCHEDULE), subjects=app.sync.subjects.by_code, shown=_shown(),
    )  # fmt: skip


@bp.get("/late/city")
@visitor
def late_in_city(visit: str) -> str:  # noqa: ARG001
    """The same with what the city announces. The remote's error where it can't be asked."""
    app = house().app
    lines = late_units(visible_states(), closing(app), today=app.today)
    return render_template(
        "school/late_lines.html", lines=lines, subjects=app.sync.subjects.by_code, asked=True, shown=_shown()
    )


@bp.post("/late/deadlines")
@may(Action.SET_SCHEDULE)
def set_deadline(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    chosen = Deadline(term_field(), _column(), day_demanded("day"))
    app.store.deadlines.set_deadline(app.school, app.year, chosen, actor=who(), now=app.sync.world.now())
    return see("waiting.late")


@bp.post("/late/deadlines/drop")
@may(Action.SET_SCHEDULE)
def drop_deadline(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    app.store.deadlines.drop_deadline(
        app.school, app.year, term_field(), _column(), actor=who(), now=app.sync.world.now()
    )
    return see("waiting.late")


def _shown() -> int:
    """The most pressing first; all of a big school's units where they are asked for."""
    return MOST if "all" in request.args else SHOWN


def _column() -> Column | None:
    """None stands for each column."""
    name = field("column")
    if name and name not in Column.__members__:
        raise NotFound(kind="column", name=name, nearest=list(Column))
    return Column(name) if name else None
