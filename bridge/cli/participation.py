"""`bridge participation`: who takes part in the lessons, as a file for people."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from bridge.cli import sheets
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.policy import DAY
from bridge.cli.scopes import check_classes, check_subjects, check_teacher
from bridge.domain.errors import BadInput
from bridge.domain.mapping import CourseMap
from bridge.domain.names import sort_key, split_name
from bridge.domain.participation import Period, Stage
from bridge.domain.rights import Action
from bridge.domain.timetable import SCHOOL_TIME
from bridge.mapping.reach import units_of
from bridge.materials.participation import Row, Sees
from bridge.materials.participation import participation as take_part
from bridge.spreadsheets import Cell

HEADS = (
    "class", "pupil", "code", "account", "subject", "material", "course", "state", "opened", "seen", "tries", "minutes",
    "furthest", "finished",
)  # fmt: skip
Wanted = Callable[[CourseMap], bool]


@click.group()
def participation() -> None:
    """Học sinh tham gia học liệu · Who takes part in the lessons."""


@participation.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--class", "classes", multiple=True, metavar="10A1", help="Lớp hoặc nhóm · class or group code.")
@click.option("--subject", "subjects", multiple=True, metavar="TOAN", help="Môn · subject code.")
@click.option("--teacher", metavar="MÃ", help="Lớp và môn của giáo viên này · what this teacher is assigned to.")
@click.option("--since", type=DAY, help="Lần làm bắt đầu từ ngày · attempts begun on this day or later.")
@click.option("--until", type=DAY, help="Đến hết ngày · to the end of this day.")
@pass_frame
def export(
    frame: Frame,
    /,
    file: Path,
    classes: tuple[str, ...],
    subjects: tuple[str, ...],
    teacher: str | None,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Ghi ra .csv hoặc .xlsx: ai đã mở, học bao lâu, đến đâu, ai chưa mở · Write who took part, and who never did."""
    permits, period = Permits(frame), _period(since, until)
    check_classes(frame, classes)
    check_subjects(frame, subjects)
    if teacher:
        check_teacher(frame, teacher)
    sheets.check_kind(file)
    wanted = _wanted(frame, classes, subjects, teacher)
    sees = _sees(frame, permits, wanted, whole=not (classes or subjects or teacher))
    app = frame.app
    links = app.store.attempts.links(app.school)
    rows = take_part(app.roll(app.store.platforms), links, period, sees=sees)
    about = _asked(classes=classes, subjects=subjects, teacher=teacher, since=since, until=until)
    app.store.audit.participation_exported(
        app.school, about, count=len(rows), actor=frame.actor.id, now=app.sync.world.now()
    )  # before the file: whoever gets it stands in the trail
    sheets.write_rows(file, _lines(frame, rows))
    never = sum(row.did.stage is Stage.NEVER for row in rows)
    value = {"file": str(file), "rows": len(rows), "never_opened": never}
    frame.tell(value, lambda: frame.say("said.participation_written", file=file, count=len(rows)))
    return DONE


def _asked(**options: Sequence[str] | str | datetime | None) -> str:
    """What the file is about, for the trail: `classes=10A1 since=2026-11-01`, or `all`."""
    said = {name: value for name, value in options.items() if value}
    return " ".join(f"{name}={_plain(value)}" for name, value in said.items()) or "all"


def _plain(value: Sequence[str] | str | datetime) -> str:
    if isinstance(value, datetime):
        return str(value.date())
    return value if isinstance(value, str) else ",".join(value)


def _period(since: datetime | None, until: datetime | None) -> Period:
    """Whole days of the school's own time."""
    if since and until and until < since:
        raise BadInput(where="--until", value=str(until.date()), why="ENDS_BEFORE_IT_BEGINS")
    first = since.replace(tzinfo=SCHOOL_TIME) if since else None
    return Period(first, until.replace(tzinfo=SCHOOL_TIME) + timedelta(days=1) if until else None)


def _wanted(frame: Frame, classes: Sequence[str], subjects: Sequence[str], teacher: str | None) -> Wanted:
    app = frame.app
    rows = app.store.rosters.assignments(app.school, app.year) if teacher else ()
    taught = {(row.school_class, row.subject) for row in rows if row.teacher == teacher}

    def wanted(feeds: CourseMap) -> bool:
        asked = (not classes or feeds.school_class in classes) and (not subjects or feeds.subject in subjects)
        return asked and (teacher is None or (feeds.school_class, feeds.subject) in taught)

    return wanted


def _sees(frame: Frame, permits: Permits, wanted: Wanted, *, whole: bool) -> Sees:
    """What is wanted and may be seen. `NotAllowed` where nothing of it may."""
    desk = frame.app.desk()
    units = {row: units_of(desk, row) for row in desk.mappings.courses(desk.school, desk.year) if wanted(row)}
    mine = {row for row, theirs in units.items() if any(permits.may(Action.SEE_LMS, unit) for unit in theirs)}
    all_of_it = permits.may(Action.SEE_LMS)
    if not mine and not all_of_it:
        permits.demand(Action.SEE_LMS, next((theirs[0] for theirs in units.values()), None))
    return lambda feeds: feeds in mine if feeds is not None else whole and all_of_it


def _lines(frame: Frame, rows: Sequence[Row]) -> list[list[Cell]]:
    """By class and material, names as a class list has them; who is on no list comes last."""
    app = frame.app
    names = app.store.rosters.names(app.school, {row.pupil for row in rows if row.pupil})
    code_of = app.store.rosters.directory(app.school).code_of

    def place(row: Row) -> tuple[object, ...]:
        feeds = row.feeds
        name = sort_key(split_name(names[row.pupil])) if row.pupil in names else ()
        return feeds is None, feeds.school_class if feeds else "", row.link.at, row.link.id, not name, name, row.account

    heads: list[Cell] = [frame.words.text(f"head.{head}") for head in HEADS]
    ordered = sorted(rows, key=place)
    return [heads, *(_line(frame, row, names.get(row.pupil, ""), code_of.get(row.pupil, "")) for row in ordered)]


def _line(frame: Frame, row: Row, name: str, code: str) -> list[Cell]:
    did, feeds = row.did, row.feeds
    return [
        feeds.school_class if feeds else "",
        name,
        code,
        "" if row.pupil else row.account,
        frame.subject(feeds.subject) if feeds else "",
        row.link.title,
        row.link.course,
        frame.words.label(did.stage),
        _moment(did.opened),
        _moment(did.seen),
        did.attempts,
        round(did.seconds / 60, 1),
        "" if did.progress is None else float(did.progress * 100),
        _moment(did.finished),
    ]


def _moment(at: datetime | None) -> str:
    """As every spreadsheet sorts it, in the school's own time."""
    return at.astimezone(SCHOOL_TIME).strftime("%Y-%m-%d %H:%M") if at else ""
