"""The mapping of the whole school: what each course may be and why, many taken at once, and taken back."""

from typing import NamedTuple

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.mapping import CourseMap
from bridge.domain.matching import Matched, Verdict
from bridge.domain.rights import Action
from bridge.duties.asks import suggest_courses, take_courses
from bridge.mapping.bulk import read_rows, read_verdicts, undo_all, write_rows
from bridge.mapping.desk import Desk
from bridge.mapping.reach import may_map
from bridge.ports.jobs import Job, JobKind, JobState
from bridge.ports.lms import LmsCourse
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.schoolpages import on_its_way, see, who

bp = Blueprint("grid", __name__, url_prefix="/v/<visit>/mapping")
SHOWN, SURE = 300, 80


class Line(NamedTuple):
    """An unmapped course. `row` is what taking its best candidate comes to, "" where there is none to take."""

    course: LmsCourse
    verdict: Verdict
    row: str
    score: int

    @property
    def sure(self) -> bool:
        return isinstance(self.verdict, Matched)


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    desk, asked = house().app.desk(), request.args
    job, text = _newest(JobKind.SUGGEST), asked.get("find", "").strip().lower()[:100]
    above = whole(asked.get("above", ""), SURE)
    names = {row.id: row for row in desk.lms.catalogue()}
    rows = [row for row in desk.mappings.courses(desk.school, desk.year) if _has(text, names.get(row.course), row)]
    lines = [line for line in _lines(desk, job, names) if _has(text, line.course)]
    return render_template(
        "school/grid.html", lines=lines, rows=rows, names=names, above=above, find=text, shown=SHOWN, suggested=job,
        unmapped=len(names.keys() - {row.course for row in desk.mappings.courses(desk.school, desk.year)}),
        subjects=desk.subjects.by_code, taken=_newest(JobKind.TAKE_COURSES),
    )  # fmt: skip


@bp.post("/suggest")
@may(Action.SEE_STATUS)
def suggest(visit: str) -> Response:  # noqa: ARG001
    return on_its_way(suggest_courses(house().app.school, actor=who()))


@bp.post("/take")
@may(Action.SEE_STATUS)
def take(visit: str) -> Response:  # noqa: ARG001
    """Those that were ticked; the job asks of each whether this person may map it."""
    app = house().app
    rows = read_rows(";".join(request.form.getlist("row")), year=app.year)
    if not rows:
        raise BadInput(where="row", value="", why="NOTHING_TICKED")
    for row in rows:
        _check(app.desk(), row)
    return on_its_way(take_courses(app.school, write_rows(rows), actor=who()))


@bp.post("/undo/<job>")
@may(Action.SEE_STATUS)
def undo(visit: str, job: str) -> Response:  # noqa: ARG001
    """Unmap what that press has mapped, as far as nobody has changed it since."""
    app = house().app
    found = house().jobs.find(job, school=app.school)
    if found.kind is not JobKind.TAKE_COURSES:
        raise NotFound(kind="job", name=job, nearest=[])
    rows = read_rows(str(found.result.get("taken", "")), year=app.year)
    done = undo_all(app.desk(), rows, permits(), actor=who(), now=app.sync.world.now())
    return see("grid.show", undone=len(done.done), left=len(done.overtaken) or None)


def _lines(desk: Desk, job: Job | None, names: dict[int, LmsCourse]) -> list[Line]:
    """What was suggested and is not mapped by now; the surest first."""
    mapped = {row.course for row in desk.mappings.courses(desk.school, desk.year)}
    verdicts = read_verdicts(str(job.result.get("verdicts", ""))) if job is not None else {}
    found = [
        _line(desk, names[course], verdict)
        for course, verdict in verdicts.items()
        if course in names and course not in mapped
    ]
    return sorted(found, key=lambda line: (not line.sure, -line.score, line.course.fullname))


def _line(desk: Desk, course: LmsCourse, verdict: Verdict) -> Line:
    best = verdict.candidates[0] if verdict.candidates else None
    if best is None:
        return Line(course, verdict, "", 0)
    row = CourseMap(course.id, best.school_class, best.subject, desk.year, best.term)
    return Line(course, verdict, write_rows([row]) if may_map(permits(), desk, row) else "", best.score)


def _newest(kind: JobKind) -> Job | None:
    """The newest that went well."""
    found = house().jobs.list(house().app.school, limit=20, kind=kind)
    return next((job for job in found if job.state is JobState.DONE), None)


def _has(text: str, course: LmsCourse | None, row: CourseMap | None = None) -> bool:
    told = [course.fullname, course.shortname] if course is not None else []
    told += [row.school_class, row.subject] if row is not None else []
    return not text or any(text in each.lower() for each in told)


def _check(desk: Desk, row: CourseMap) -> None:
    known = {each.code for each in desk.rosters.classes(desk.school, desk.year)}
    if row.school_class not in known or row.subject not in desk.subjects.by_code:
        raise BadInput(where="mapping", value=f"{row.school_class} {row.subject}", why="NO_UNIT")
