"""`bridge schedule`: when what starts by itself, and until when the book is open."""

from datetime import datetime
from typing import Any

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.policy import DAY
from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.domain.scores import Column, Term
from bridge.domain.timetable import DAY as MINUTES
from bridge.domain.timetable import EVERY_DAY, Timetable, make_timetable, read_days, upcoming, write_clock
from bridge.duties.engine import DEFAULTS
from bridge.duties.health import schedules_of
from bridge.ports.jobs import Schedule
from bridge.ports.notices import Deadline

NAMES = {kind.lower().replace("_", "-"): kind for kind in DEFAULTS}


@click.group(invoke_without_command=True)
@click.pass_context
@pass_frame
def schedule(frame: Frame, context: click.Context, /) -> int | None:
    """Việc gì tự chạy lúc nào (giờ Việt Nam) · What starts by itself, and when (school time)."""
    return None if context.invoked_subcommand else _list(frame)


@schedule.command(name="list")
@pass_frame
def list_schedules(frame: Frame, /) -> int:
    """Lịch đang có hiệu lực · The timetables in force."""
    return _list(frame)


@schedule.command(name="set")
@click.argument("name", type=click.Choice(list(NAMES)))
@click.option("--days", metavar="T2-T7", help="Ngày · days: T2-T7, CN, mon,wed …; none: every day.")
@click.option("--at", "times", multiple=True, metavar="18:30", help="Giờ bắt đầu · repeatable.")
@click.option("--every", type=click.IntRange(1, MINUTES), metavar="MINUTES", help="Hoặc cách bao nhiêu phút.")
@click.option("--quiet", metavar="07:00-17:00", help="Giờ không chạy · nothing starts then.")
@pass_frame
def set_schedule(
    frame: Frame, /, name: str, days: str | None, times: tuple[str, ...], every: int | None, quiet: str | None
) -> int:
    """Đặt lịch cho một việc · Set one timetable; what is not named is the default."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    when = make_timetable(
        days=read_days(days, where="--days") if days else EVERY_DAY, times=times, every=every or 0, quiet=quiet or ""
    )
    return _save(frame, Schedule(NAMES[name], when))


@schedule.command()
@click.argument("name", type=click.Choice(list(NAMES)))
@pass_frame
def off(frame: Frame, /, name: str) -> int:
    """Không tự chạy nữa · Start it by hand only."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    kind = NAMES[name]
    known = schedules_of(frame.app).get(kind)
    return _save(frame, Schedule(kind, known.when if known else Timetable(), on=False))


def _save(frame: Frame, chosen: Schedule) -> int:
    app = frame.app
    app.store.schedules.set_schedule(app.school, chosen, actor=frame.actor.id, now=app.sync.world.now())
    return _list(frame)


def _list(frame: Frame) -> int:
    Permits(frame).demand(Action.SEE_STATUS)
    now, found = frame.app.sync.world.now(), schedules_of(frame.app)
    values = [_value(name, found.get(kind), now) for name, kind in NAMES.items()]
    rows = [_row(frame, name, found.get(kind), now) for name, kind in NAMES.items()]
    frame.tell({"schedules": values}, lambda: frame.table(("kind", "name", "days", "at", "quiet", "next_run"), rows))
    return DONE


def _value(name: str, chosen: Schedule | None, now: datetime) -> dict[str, Any]:
    if chosen is None or not chosen.on:
        return {"name": name, "on": False}
    when = chosen.when
    return {
        "name": name,
        "on": True,
        "days": sorted(when.days),
        "times": list(map(write_clock, when.times)),
        "every": when.every or None,
        "quiet": "-".join(map(write_clock, when.quiet)) if when.quiet else None,
        "next_at": upcoming(when, now=now),
    }


def _row(frame: Frame, name: str, chosen: Schedule | None, now: datetime) -> tuple[object, ...]:
    label = frame.words.label(NAMES[name])
    if chosen is None or not chosen.on:
        return label, name, "", frame.words.text("said.by_hand_only"), "", ""
    when, text = chosen.when, frame.words.text
    days = (
        text("said.every_day") if when.days == EVERY_DAY else ", ".join(_day(frame, day) for day in sorted(when.days))
    )
    at = text("said.every_minutes", count=when.every) if when.every else ", ".join(map(write_clock, when.times))
    quiet = "–".join(map(write_clock, when.quiet)) if when.quiet else ""
    return label, name, days, at, quiet, frame.words.moment(upcoming(when, now=now))


def _day(frame: Frame, day: int) -> str:
    return frame.words.code("weekday", str(day))


@schedule.command()
@click.argument("term", type=click.Choice(list(Term)))
@click.argument("day", type=DAY, required=False)
@click.option("--column", type=click.Choice(list(Column)), help="Chỉ một cột · of one column only.")
@click.option("--drop", is_flag=True, help="Bỏ hạn này · forget it.")
@pass_frame
def deadline(frame: Frame, /, term: str, day: datetime | None, column: str | None, drop: bool) -> int:
    """Ngày cuối còn ghi được vào sổ · The last day on which the book is open, as the school was told."""
    Permits(frame).demand(Action.SET_SCHEDULE)
    if drop == (day is not None):
        raise BadInput(where="bridge schedule deadline", value="", why="DAY_OR_DROP")
    app, now = frame.app, frame.app.sync.world.now()
    of = Column(column) if column else None
    if day is None:
        app.store.deadlines.drop_deadline(app.school, app.year, Term(term), of, actor=frame.actor.id, now=now)
    else:
        chosen = Deadline(Term(term), of, day.date())
        app.store.deadlines.set_deadline(app.school, app.year, chosen, actor=frame.actor.id, now=now)
    return _deadlines(frame)


@schedule.command()
@pass_frame
def deadlines(frame: Frame, /) -> int:
    """Các hạn đã đặt · The deadlines that were set."""
    Permits(frame).demand(Action.SEE_STATUS)
    return _deadlines(frame)


def _deadlines(frame: Frame) -> int:
    found = frame.app.store.deadlines.deadlines(frame.app.school, frame.app.year)
    every = frame.words.text("said.every_column")
    rows = [(row.term, row.column or every, frame.words.moment(row.day)) for row in found]
    frame.tell({"deadlines": [row._asdict() for row in found]}, lambda: frame.table(("term", "column", "day"), rows))
    return DONE
