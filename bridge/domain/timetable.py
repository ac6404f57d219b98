"""When something starts by itself. Pure: a clock is never read here.

Times are minutes after midnight in school time (ICT, UTC+7; Vietnam has no summer time, so a day has 1,440 of them).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

SCHOOL_TIME = timezone(timedelta(hours=7), "ICT")  # Asia/Ho_Chi_Minh
EVERY_DAY = frozenset(range(7))
DAY = 24 * 60
_WEEK = 7


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
