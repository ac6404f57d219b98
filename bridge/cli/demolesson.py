"""The demo's lesson: brought by a teacher, reviewed by the department, approved by the principal, put into a course."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.cli.frame import Frame
from bridge.cli.story import ADMIN, PRINCIPAL
from bridge.domain.actors import Actor, Grant, Role
from bridge.domain.mapping import CourseMap
from bridge.domain.materials import About, MaterialState, Step
from bridge.domain.school import Assignment
from bridge.domain.scores import Term
from bridge.materials import approval, intake
from bridge.materials.intake import Upload
from bridge.ports.materials import Material, Turned
from bridge.ports.playing import Terms
from bridge.web.linking import MAXIMUM
from bridge.web.links import MATERIAL
from bridge.web.terms import custom_of

SUBJECT = "VATLI"  # the lesson is about sound
HEAD_TEACHES = ("10A1", "TOAN")
DEPARTMENT = ("TOAN", "VATLI", "HOAHOC", "SINHHOC", "TINHOC")  # tổ Khoa học tự nhiên
WAY = (Step.SUBMIT, Step.REVIEW, Step.APPROVE, Step.PUBLISH)


def take_lesson_into_use(frame: Frame) -> Material:
    """By three people, each with what only that one may do; the trail says who and when."""
    frame.head("demo.lesson")
    teacher, head = _teacher(frame, (course_of_lesson(frame).school_class, SUBJECT)), _teacher(frame, HEAD_TEACHES)
    app = frame.app
    granted = Grant(head, Role.DEPARTMENT_HEAD, DEPARTMENT)
    app.store.grants.grant(app.school, granted, by=ADMIN, now=app.sync.world.now())
    id = _bring(frame, teacher)
    for step, who in zip(WAY, (teacher, head, PRINCIPAL, PRINCIPAL), strict=True):
        _take(frame, id, step, who)
    material = app.store.materials.find(app.school, id)
    frame.say("demo.lesson_in_use", name=material.about.title, teacher=teacher, head=head, principal=PRINCIPAL)
    return material


def course_of_lesson(frame: Frame) -> CourseMap:
    """The first course in physics of this term that was mapped."""
    app = frame.app
    rows = app.store.mappings.courses(app.school, app.year)
    return min((row for row in rows if row.subject == SUBJECT and row.term in (None, Term.HK1)), key=_number)


def _number(row: CourseMap) -> int:
    return row.course


def link_of(lesson: Material, *, course: int, tool: int) -> dict[str, object]:
    """A change of the stand-in Moodle: the activity and its column, as deep linking would make them."""
    custom = {MATERIAL: lesson.id, **custom_of(Terms(graded=True))}
    return {
        "op": "add_link",
        "course": course,
        "tool": tool,
        "name": lesson.about.title,
        "intro": lesson.about.description,
        "custom": "\n".join(f"{name}={value}" for name, value in custom.items()),
        "grade": MAXIMUM,
    }


def _teacher(frame: Frame, place: tuple[str, str]) -> str:
    def teaches(row: Assignment) -> bool:
        return (row.school_class, row.subject, row.term) == (*place, Term.HK1)

    return next(row.teacher for row in frame.app.entitlements().assignments if teaches(row))


def _bring(frame: Frame, teacher: str) -> str:
    """As files, the way a teacher has them; the packager makes the package."""
    app = frame.app
    with TemporaryDirectory(prefix="bridge-lesson-") as folder:
        subprocess.run([sys.executable, "-m", "sandbox.lesson", folder], check=True)  # noqa: S603 our own module
        uploads = [Upload(path.name, [path.read_bytes()]) for path in sorted(Path(folder).iterdir())]
    about = About("", subject=SUBJECT)
    return intake.bring(app.library(), uploads, about, permits=app.permits(Actor(teacher))).material


def _take(frame: Frame, id: str, step: Step, who: str) -> None:
    app = frame.app
    seen: MaterialState = app.store.materials.find(app.school, id).newest.state
    approval.take(app.library(), Turned(id, 1, seen, step, seen), permits=app.permits(Actor(who)))
