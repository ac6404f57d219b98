"""Both connections, idnumbers and the store: tried by a press of a button, with what to do about each finding."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.duties.asks import check_part
from bridge.duties.checks import PARTS, gravest_first, read_findings, weight
from bridge.ports.jobs import Job, JobKind
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.schoolpages import on_its_way, who

bp = Blueprint("connections", __name__, url_prefix="/v/<visit>/connections")


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    app = house().app
    return render_template(
        "school/connections.html", parts=[(part, job, _findings(job)) for part, job in _newest().items()],
        weight=weight, settings=app.settings, operates=permits().may(Action.OPERATE),
    )  # fmt: skip


@bp.post("/<part>")
@may(Action.SEE_STATUS)
def test(visit: str, part: str) -> Response:  # noqa: ARG001
    if part not in PARTS:
        raise NotFound(kind="job", name=part, nearest=list(PARTS))
    return on_its_way(check_part(house().app.school, part, actor=who()))


def _newest() -> dict[str, Job | None]:
    """The newest check of each part."""
    found: dict[str, Job | None] = dict.fromkeys(PARTS)
    for job in house().jobs.list(house().app.school, limit=100, kind=JobKind.CHECK):
        if found.get(job.key, job) is None:
            found[job.key] = job
    return found


def _findings(job: Job | None) -> list[object]:
    return list(gravest_first(read_findings(str(job.result.get("findings", ""))))) if job is not None else []
