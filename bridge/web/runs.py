"""Runs: begin one, watch it live, its report and its plan, run again, take it back."""

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.duties.asks import revert_run, sync_marks
from bridge.ports.jobs import OPEN, Job, JobKind, JobState
from bridge.sync.context import Scope
from bridge.sync.report import report, tally
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.schoolpages import field, on_its_way, who
from bridge.web.unitpages import is_part, on_to

bp = Blueprint("runs", __name__, url_prefix="/v/<visit>/runs")
SHOWN, REFUSED = 50, 200
WORKS = (JobKind.SYNC, JobKind.APPLY, JobKind.REVERT, JobKind.SEND_UNIT)
BACK = {
    JobKind.CHECK: "connections.show",
    JobKind.SELF_TEST: "selftest.show",
    JobKind.SUGGEST: "grid.show",
    JobKind.TAKE_COURSES: "grid.show",
    JobKind.READ_UNIT: "waiting.holds",
}


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    store, school = house().app.store, house().app.school
    heads = store.runs.list(school, limit=SHOWN)
    open_jobs = [job for job in store.jobs.list(school, limit=200) if job.state in OPEN and job.kind in WORKS]
    return render_template(
        "school/runs.html", heads=heads, states=store.runs.states([head.id for head in heads]), open_jobs=open_jobs,
        can_run=permits().may(Action.RUN),
    )  # fmt: skip


@bp.post("/start")
@may(Action.RUN)
def start(visit: str) -> Response:  # noqa: ARG001
    """The whole school: all that needs no more asking is sent. Pressed twice it is one job."""
    return on_its_way(sync_marks(house().app.school, Scope(), actor=who()))


@bp.get("/<run>")
@may(Action.SEE_STATUS)
def one(visit: str, run: str) -> str:  # noqa: ARG001
    app = house().app
    found = report(app.sync, run)
    refused = [row for row in found.rows if row.state in ("refused", "failed")][:REFUSED]
    return render_template(
        "school/run.html", found=found, refused=refused, subjects=app.sync.subjects.by_code,
        names=app.store.rosters.names(app.school, {row.place.pupil for row in refused}),
        can_run=permits().may(Action.RUN), can_revert=permits().may(Action.REVERT),
    )  # fmt: skip


@bp.get("/<run>/plan")
@may(Action.SEE_STATUS)
def plan(visit: str, run: str) -> str:  # noqa: ARG001
    """What the run meant to do, unit by unit; its lines are dropped some days after."""
    app = house().app
    head = app.store.runs.head(run, school=app.school)
    units = list(app.store.plans.units(head.plan)) if head.plan else []
    counts = [(unit_plan.unit, tally([unit_plan])) for unit_plan in units]
    shown = [(unit, told) for unit, told in counts if told.sends or told.waits or told.holds]
    return render_template(
        "school/plan.html", head=head, counts=shown, total=len(units), subjects=app.sync.subjects.by_code
    )


@bp.post("/<run>/revert")
@may(Action.REVERT)
def revert(visit: str, run: str) -> Response:  # noqa: ARG001
    """Why it is taken back stands in the trail before anything happens."""
    app, why = house().app, field("why", most=500)
    if not why:
        raise BadInput(where="why", value="", why="NO_REASON")
    head = app.store.runs.head(run, school=app.school)
    app.store.audit.ask_revert(app.school, head.id, actor=who(), why=why, now=app.sync.world.now())
    return on_its_way(revert_run(app.school, head.id, actor=who()))


@bp.get("/jobs/<job>")
@may(Action.SEE_STATUS)
def progress(visit: str, job: str) -> Response:  # noqa: ARG001
    """How far the work is; asked for again and again until it has ended, then on to what came of it."""
    found = house().jobs.find(job, school=house().app.school)
    if found.state is JobState.DONE:
        return on_to(_result(found))
    if is_part():
        return make_response(render_template("school/progress_box.html", job=found))
    return make_response(render_template("school/progress.html", job=found, back=_back(found)))


def _result(job: Job) -> str:
    if job.result.get("run"):
        return url_for("runs.one", run=job.result["run"])
    return _back(job)


def _back(job: Job) -> str:
    endpoint = BACK.get(job.kind, "runs.show" if job.kind in WORKS else "timetables.show")
    return url_for(endpoint)
