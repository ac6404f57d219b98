"""`bridge roster pull` and `bridge courses`: what both sides have."""

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import check_classes
from bridge.domain.rights import Action
from bridge.people.pull import Pulled


@click.group()
def roster() -> None:
    """Danh sách lớp từ CSDL ngành · Class lists from the city."""


@roster.command(name="pull")
@click.option("--believe", "trusted", multiple=True, metavar="10A1", help="Nhận dù hụt · take however shrunk.")
@pass_frame
def pull_command(frame: Frame, /, trusted: tuple[str, ...]) -> int:
    """Lấy lớp, học sinh, phân công từ CSDL ngành · Classes, pupils and assignments from the city."""
    Permits(frame).demand(Action.PULL_ROSTER)
    check_classes(frame, trusted)
    app = frame.app
    with frame.progress("progress.reading"):
        pulled = app.pull_roster(trusted=trusted)
    frame.tell(_value(pulled), lambda: _show(frame, pulled))
    return WAITING if pulled.held or pulled.doubled else DONE


def _value(pulled: Pulled) -> dict[str, object]:
    change = pulled.change
    return {
        "classes": change.classes,
        "pupils": change.pupils,
        "joined": change.joined,
        "left": change.left,
        "moved": change.moved,
        "assignments": pulled.assignments,
        "held": [{"class": row.school_class, "before": row.before, "now": row.now} for row in pulled.held],
        "doubled": list(pulled.doubled),
    }


def _show(frame: Frame, pulled: Pulled) -> None:
    change = pulled.change
    frame.say("said.pulled", classes=change.classes, pupils=change.pupils, assignments=pulled.assignments)
    frame.say("said.pulled_change", joined=change.joined, left=change.left, moved=change.moved)
    for row in pulled.held:
        frame.say("said.list_held", school_class=row.school_class, before=row.before, now=row.now)
    for code in pulled.doubled:
        frame.say("said.pupil_doubled", code=code)


@click.command()
@pass_frame
def courses(frame: Frame, /) -> int:
    """Khoá học trên Moodle và lớp × môn mà mỗi khoá nuôi · Moodle courses and what each feeds."""
    Permits(frame).demand(Action.SEE_STATUS)
    app = frame.app
    maps = {row.course: row for row in app.store.mappings.courses(app.school, app.year)}
    found = sorted(app.sync.lms.catalogue(), key=lambda course: (course.category_path, course.fullname))
    rows: list[dict[str, object]] = [
        {
            "course": course.id,
            "name": course.fullname,
            "idnumber": course.idnumber,
            "category": " / ".join(course.category_path),
            "class": maps[course.id].school_class if course.id in maps else None,
            "subject": maps[course.id].subject if course.id in maps else None,
        }
        for course in found
    ]
    frame.tell({"courses": rows}, lambda: _show_courses(frame, rows))
    return DONE


def _show_courses(frame: Frame, rows: list[dict[str, object]]) -> None:
    shown = [(row["course"], row["name"], row["idnumber"], row["class"] or "–", row["subject"] or "–") for row in rows]
    frame.table(("course", "name", "idnumber", "class", "subject"), shown)
