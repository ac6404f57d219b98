"""What starts by itself, when, and how it is doing."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.domain.timetable import Timetable, make_timetable, write_clock
from bridge.duties.asks import ask_of
from bridge.duties.engine import DEFAULTS, STARTED_BY
from bridge.duties.health import health, schedules_of
from bridge.ports.jobs import JobKind, Schedule
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.schoolpages import field, on_its_way, see, who

bp = Blueprint("timetables", __name__, url_prefix="/v/<visit>/jobs")


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    mine = permits()
    return render_template(
        "school/jobs.html", rows=[row for row in health(house().app) if row.schedule or row.open or row.last],
        planned=DEFAULTS, starts={kind for kind, action in STARTED_BY.items() if mine.may(action)}, clock=write_clock,
        sets=mine.may(Action.SET_SCHEDULE), spans=spans,
    )  # fmt: skip


@bp.post("/<kind>/start")
@may(Action.SEE_STATUS)
def start(visit: str, kind: str) -> Response:  # noqa: ARG001
    chosen = _kind(kind)
    permits().demand(STARTED_BY[chosen])
    return on_its_way(ask_of(house().app.school, chosen, actor=who()))


@bp.post("/<kind>")
@may(Action.SET_SCHEDULE)
def choose(visit: str, kind: str) -> Response:  # noqa: ARG001
    """Another timetable, or none: then it is started by hand only."""
    app, chosen = house().app, _kind(kind)
    known = schedules_of(app).get(chosen)
    off = "off" in request.form
    when = (known.when if known else Timetable()) if off else _timetable()
    schedule = Schedule(chosen, when, on=not off)
    app.store.schedules.set_schedule(app.school, schedule, actor=who(), now=app.sync.world.now())
    return see("timetables.show")


def spans(days: frozenset[int]) -> list[tuple[int, int]]:
    """Days that follow each other as first and last: {0, 1, 2, 5} is 0–2 and 5–5."""
    starts = [day for day in sorted(days) if day - 1 not in days]
    return list(zip(starts, [day for day in sorted(days) if day + 1 not in days], strict=True))


def _timetable() -> Timetable:
    form = request.form
    days = frozenset(int(day) for day in form.getlist("day") if day in set("0123456"))
    times = [text for text in field("times").replace(";", ",").split(",") if text.strip()]
    return make_timetable(days=days, times=times, every=whole(field("every"), 0), quiet=field("quiet"))


def _kind(name: str) -> JobKind:
    if name not in STARTED_BY:
        raise NotFound(kind="job", name=name, nearest=[])
    return JobKind(name)
