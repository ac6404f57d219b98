"""The class score sheet: look, preview a column, confirm, release, send, and read what the city said."""

from contextlib import suppress

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.errors import NotFound
from bridge.domain.mapping import Policy
from bridge.domain.plans import Gate
from bridge.domain.rights import Action
from bridge.domain.scores import Column
from bridge.duties.asks import read_unit, send_unit
from bridge.mapping.reach import is_fed
from bridge.ports.jobs import Job, JobState
from bridge.sync import words as said
from bridge.sync.sheet import open_sheet
from bridge.web.doors import may
from bridge.web.evidence import sources_of
from bridge.web.gate import permits, unit, visit
from bridge.web.house import house
from bridge.web.unitpages import PATH, about, head_of, is_part, job_here, on_to, sheet_of, under_way

bp = Blueprint("sheet", __name__, url_prefix=PATH)


@bp.get("/")
@may(Action.SEE_CITY)
def show(**_: str) -> str:
    """What was last read; where nothing was, the page has it read; where nothing is mapped, it says so."""
    if not is_fed(house().app.desk(), unit()):
        return render_template("sheet/unfed.html", **about())
    found = open_sheet(house().app.sync, unit())
    if found is None:
        return render_template("sheet/reading.html", **about())
    age = house().app.sync.world.now() - found.at
    old = age.total_seconds() > 900
    return render_template("sheet/show.html", sheet=found, old=old, done=_just_done(), **about())


@bp.post("/read")
@may(Action.SEE_CITY)
def read(**_: str) -> AnyResponse:
    return under_way(read_unit(unit(), actor=visit().actor.id))


@bp.post("/send")
@may(Action.RUN)
def send(**_: str) -> AnyResponse:
    """All of the unit that needs no more asking. Pressed twice it is asked for once."""
    return under_way(send_unit(unit(), actor=visit().actor.id))


@bp.get("/jobs/<job>")
@may(Action.SEE_CITY)
def progress(job: str, **_: str) -> AnyResponse:
    """How far the work is; asked for again and again until it has ended, then on to the sheet."""
    found = job_here(job)
    if found.state is JobState.DONE:
        return on_to(url_for("sheet.show", done=found.id if "run" in found.result else None))
    if is_part():
        return make_response(render_template("sheet/progress_box.html", job=found))
    return make_response(render_template("sheet/progress.html", job=found, **about()))


@bp.get("/columns/<column>")
@may(Action.SEE_CITY)
def column(column: str, **_: str) -> str:
    """The preview of one column: exactly what a yes here is a yes to."""
    found = sheet_of()
    head = head_of(found, column)
    return render_template("sheet/column.html", sheet=found, head=head, sources=sources_of(found, head), **about())


@bp.post("/columns/<column>/confirm")
@may(Action.CONFIRM)
def confirm(column: str, **_: str) -> AnyResponse:
    """The teacher's yes; what needs no other is on its way at once."""
    head = head_of(sheet_of(), column)
    _say_yes(head.column, Gate.CONFIRM)
    if head.policy is not Policy.RELEASE and permits().may(Action.RUN, unit()):
        return under_way(send_unit(unit(), actor=visit().actor.id))
    return redirect(url_for("sheet.show"), code=303)


@bp.post("/columns/<column>/release")
@may(Action.RELEASE)
def release(column: str, **_: str) -> AnyResponse:
    """The leader's yes, after the teacher's; it goes out with the school's next run, or when the teacher sends."""
    _say_yes(head_of(sheet_of(), column).column, Gate.RELEASE)
    return redirect(url_for("sheet.show"), code=303)


@bp.get("/sent")
@may(Action.SEE_CITY)
def sent(**_: str) -> str:
    """What left for the city, with its receipts."""
    app = house().app
    rows = app.store.runs.sent(unit(), limit=500)
    names = app.store.rosters.names(app.school, {each.row.place.pupil for each in rows})
    return render_template("sheet/sent.html", rows=rows, names=names, **about())


def _just_done() -> Job | None:
    """The work that led to this look, while it is remembered."""
    with suppress(NotFound):
        return job_here(request.args.get("done", ""))
    return None


def _say_yes(column: Column, gate: Gate) -> int:
    """To exactly the cells of the plan that the form names, of this unit and column."""
    plan, here = request.form.get("plan", ""), unit()
    return said.confirm(
        house().app.sync, plan, gate, wanted=lambda of, cell: of == here and cell.place.column is column,
        actor=visit().actor.id,
    )  # fmt: skip
