from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.timetable import SCHOOL_TIME, Timetable, due, is_quiet, upcoming

MONDAY = datetime(2026, 11, 30, tzinfo=SCHOOL_TIME)
EVENING = 18 * 60 + 30
WORKDAYS = Timetable(frozenset({0, 1, 2, 3, 4}), (EVENING,))


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("table", "since", "now", "moment"),
    [
        (WORKDAYS, at(18), at(18, 29), None),
        (WORKDAYS, at(18), at(18, 30), at(18, 30)),
        (WORKDAYS, at(18, 30), at(18, 31), None),  # started already
        (WORKDAYS, at(18), at(9, day=1), at(18, 30)),  # missed in the night: once, afterwards
        (WORKDAYS, at(18), at(9, day=4), at(18, 30, day=3)),  # four missed evenings: once
        (WORKDAYS, at(18, 30, day=4), at(23, day=6), None),  # no Saturday, no Sunday
        (WORKDAYS, at(18, 30, day=4), at(18, 30, day=7), at(18, 30, day=7)),
        (Timetable(times=(60, 120)), at(0), at(3), at(2)),
        (Timetable(every=30), at(8), at(8, 45), at(8, 30)),
        (Timetable(every=30), at(8, 30), at(8, 59), None),
        (Timetable(), at(0), at(12), None),  # without any time
        (Timetable(frozenset(), (60,)), at(0), at(12), None),  # without any day
    ],
)
def test_the_newest_planned_moment_is_due_once(table, since, now, moment):
    assert due(table, since=since, now=now) == moment


QUIET = Timetable(times=(8 * 60,), quiet=(7 * 60, 17 * 60))
NIGHT = Timetable(every=60, quiet=(22 * 60, 5 * 60))


@pytest.mark.parametrize(
    ("table", "when", "quiet"),
    [
        (QUIET, at(6, 59), False), (QUIET, at(7), True), (QUIET, at(16, 59), True), (QUIET, at(17), False),
        (NIGHT, at(21, 59), False), (NIGHT, at(22), True), (NIGHT, at(0), True), (NIGHT, at(5), False),
    ],
)  # fmt: skip
def test_quiet_hours_may_cross_midnight(table, when, quiet):
    assert is_quiet(table, when) is quiet


def test_what_falls_into_quiet_hours_starts_when_they_end():
    assert due(QUIET, since=at(7), now=at(16)) is None
    assert due(QUIET, since=at(7), now=at(17)) == at(8)
    assert upcoming(QUIET, now=at(7)) == at(17)


def test_the_zone_of_the_clock_does_not_matter():
    assert due(WORKDAYS, since=at(18), now=datetime(2026, 11, 30, 11, 30, tzinfo=UTC)) == at(18, 30)
    assert upcoming(WORKDAYS, now=datetime(2026, 11, 30, 11, 30, tzinfo=UTC)) == at(18, 30, day=1)


TABLES = st.builds(
    Timetable,
    days=st.frozensets(st.integers(0, 6)),
    times=st.lists(st.integers(0, 1439), max_size=3).map(tuple),
    quiet=st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
)
STEPS = st.lists(st.integers(1, 3 * 24 * 60), min_size=1, max_size=20)


@given(TABLES, STEPS)
def test_however_irregularly_somebody_looks_no_moment_is_started_twice_or_out_of_order(table, steps):
    now = last = MONDAY
    for minutes in steps:
        now += timedelta(minutes=minutes)
        moment = due(table, since=last, now=now)
        if moment is not None:
            assert last < moment <= now
            assert not is_quiet(table, now)
            assert moment.weekday() in table.days
            last = moment


@given(TABLES)
def test_who_looks_each_minute_starts_all_that_is_planned_outside_quiet_hours(table):
    started, last = [], MONDAY
    for minute in range(1, 2 * 24 * 60):
        now = MONDAY + timedelta(minutes=minute)
        if (moment := due(table, since=last, now=now)) is not None:
            started.append(moment)
            last = moment
    minutes = (MONDAY + timedelta(minutes=minute) for minute in range(1, 2 * 24 * 60))
    planned = [m for m in minutes if m.weekday() in table.days and (m.hour * 60 + m.minute) in table.times]
    loud = [moment for moment in planned if not is_quiet(table, moment)]
    assert [moment for moment in started if moment in loud] == loud


@given(TABLES, st.integers(0, 7 * 24 * 60))
def test_what_is_said_to_come_next_comes_then(table, minute):
    now = MONDAY + timedelta(minutes=minute)
    coming = upcoming(table, now=now)
    if coming is not None and not is_quiet(table, coming):
        assert coming > now
        assert due(table, since=now, now=coming) is not None
