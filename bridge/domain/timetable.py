"""When something starts by itself. Pure: a clock is never read here.

Times are minutes after midnight in school time (ICT, UTC+7; Vietnam has no summer time, so a day has 1,440 of them).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from bridge.domain.errors import BadInput

SCHOOL_TIME = timezone(timedelta(hours=7), "ICT")  # Asia/Ho_Chi_Minh
EVERY_DAY = frozenset(range(7))
DAY = 24 * 60
_WEEK = 7
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_DAYS = {
    name: day
    for names in (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("t2", "t3", "t4", "t5", "t6", "t7", "cn"))
    for day, name in enumerate(names)
}


@dataclass(frozen=True, slots=True)
class Timetable:
    """Either at `times`, or `every` so many minutes from midnight on; on `days` (0 Monday … 6 Sunday).

    Nothing starts in the `quiet` hours (from, until; may cross midnight). What falls there, and what was missed while
    nobody looked, starts afterwards: once, however much it was.
    """

    days: frozenset[int] = EVERY_DAY
    times: tuple[int, ...] = ()
    every: int = 0
    quiet: tuple[int, int] | None = None


def read_clock(text: str, *, where: str) -> int:
    """`18:30` → minutes after midnight; `BadInput` NO_TIME."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadInput(where=where, value=text, why="NO_TIME")
    return int(found[1]) * 60 + int(found[2])


def write_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_quiet(text: str, *, where: str) -> tuple[int, int]:
    """`07:00-17:00` → (420, 1020); `BadInput` NO_SPAN, also for one that would be the whole day."""
    first, sign, last = text.partition("-")
    if not sign:
        raise BadInput(where=where, value=text, why="NO_SPAN")
    span = read_clock(first, where=where), read_clock(last, where=where)
    if span[0] == span[1]:
        raise BadInput(where=where, value=text, why="NO_SPAN")
    return span


def read_days(text: str, *, where: str) -> frozenset[int]:
    """`mon-sat`, `T2-T7`, `T2,T4,CN` → days, 0 Monday; `BadInput` NO_DAYS."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = (piece.strip() for piece in part.partition("-"))
        ends = [_DAYS.get(first), _DAYS.get(last or first)]
        if None in ends:
            raise BadInput(where=where, value=text, why="NO_DAYS")
        begin, end = (day for day in ends if day is not None)
        found.update((begin + step) % _WEEK for step in range((end - begin) % _WEEK + 1))
    return frozenset(found)


def make_timetable(*, days: frozenset[int], times: Iterable[str], every: int, quiet: str) -> Timetable:
    """As people write it; no days stand for each. `BadInput` AT_OR_EVERY unless either times or a distance is given."""
    clocks = tuple(sorted({read_clock(text, where="at") for text in times}))
    if bool(clocks) == bool(every) or not 0 <= every <= DAY:
        raise BadInput(where="at", value=", ".join(map(write_clock, clocks)), why="AT_OR_EVERY")
    return Timetable(days or EVERY_DAY, clocks, every, read_quiet(quiet, where="quiet") if quiet.strip() else None)


def due(table: Timetable, *, since: datetime, now: datetime) -> datetime | None:
    """The newest planned moment after `since` and up to `now`; None where there is none, or while it is quiet."""
    if is_quiet(table, now):
        return None
    local = now.astimezone(SCHOOL_TIME)
    days = (local.date() - timedelta(days=back) for back in range(_WEEK + 1))
    moments = (moment for day in days for moment in reversed(list(_moments(table, day))))
    newest = next((moment for moment in moments if moment <= now), None)
    return newest if newest is not None and newest > since else None


def upcoming(table: Timetable, *, now: datetime) -> datetime | None:
    """When it starts next, after `now`; a moment in the quiet hours is moved to their end."""
    first = now.astimezone(SCHOOL_TIME).date()
    days = (first + timedelta(days=ahead) for ahead in range(_WEEK + 1))
    planned = next((moment for day in days for moment in _moments(table, day) if moment > now), None)
    return None if planned is None else _after_quiet(table, planned)


def is_quiet(table: Timetable, at: datetime) -> bool:
    if table.quiet is None:
        return False
    first, last = table.quiet
    minute = _minute(at)
    return first <= minute < last if first <= last else minute >= first or minute < last


def _moments(table: Timetable, day: date) -> Iterator[datetime]:
    """What is planned on a day, in order."""
    if day.weekday() not in table.days:
        return
    midnight = datetime.combine(day, time(), SCHOOL_TIME)
    minutes = range(0, DAY, table.every) if table.every else sorted(set(table.times))
    for minute in minutes:
        yield midnight + timedelta(minutes=minute)


def _after_quiet(table: Timetable, moment: datetime) -> datetime:
    if table.quiet is None or not is_quiet(table, moment):
        return moment
    wait = (table.quiet[1] - _minute(moment)) % DAY
    return moment + timedelta(minutes=wait)


def _minute(at: datetime) -> int:
    local = at.astimezone(SCHOOL_TIME)
    return local.hour * 60 + local.minute
