from datetime import timedelta

from bridge.domain.timetable import Timetable
from bridge.jobs.ticker import Ticker
from bridge.ports.jobs import Ask, JobKind, JobState, Schedule
from bridge.store.facade import Store
from tests.store.world import SCHOOL, Clock

EVENING = {JobKind.SYNC: Schedule(JobKind.SYNC, Timetable(times=(18 * 60 + 30,)))}  # 11:30 UTC; the clock is at 08:00


def ticker(store: Store) -> Ticker:
    return Ticker(store.schedules, school=SCHOOL, defaults=EVENING, ask=lambda kind: Ask(SCHOOL, kind, "schedule"))


def finish(store: Store, clock: Clock) -> None:
    for id in store.jobs.due(SCHOOL, now=clock(), limit=9):
        claim = store.jobs.claim(id, school=SCHOOL, holder="here", seconds=60, now=clock())
        assert claim is not None
        store.jobs.done(claim, {}, now=clock())


def started(store: Store) -> int:
    return len(store.jobs.list(SCHOOL, limit=99))


def test_what_was_never_looked_at_counts_from_now_on(store: Store, clock: Clock) -> None:
    assert ticker(store).tick(clock()) == []
    clock.pass_seconds(3.5 * 3600 - 1)
    assert ticker(store).tick(clock()) == []
    clock.pass_seconds(1)
    assert [job.kind for job in ticker(store).tick(clock())] == [JobKind.SYNC]
    assert ticker(store).tick(clock()) == []


def test_ten_missed_evenings_start_one(store: Store, clock: Clock) -> None:
    ticker(store).tick(clock())
    clock.now += timedelta(days=10)
    assert len(ticker(store).tick(clock())) == 1
    finish(store, clock)
    assert ticker(store).tick(clock()) == []
    assert started(store) == 1


def test_one_that_is_off_never_starts_and_makes_up_for_nothing_when_it_is_on_again(store: Store, clock: Clock) -> None:
    ticker(store).tick(clock())
    off = Schedule(JobKind.SYNC, EVENING[JobKind.SYNC].when, on=False)
    store.schedules.set_schedule(SCHOOL, off, actor="QT01", now=clock())
    clock.now += timedelta(days=2)
    assert ticker(store).tick(clock()) == []
    store.schedules.set_schedule(SCHOOL, EVENING[JobKind.SYNC], actor="QT01", now=clock())
    assert ticker(store).tick(clock()) == []
    clock.now += timedelta(days=1)
    assert len(ticker(store).tick(clock())) == 1


def test_a_moment_that_finds_the_last_one_still_waiting_adds_none(store: Store, clock: Clock) -> None:
    ticker(store).tick(clock())
    for _ in range(3):
        clock.now += timedelta(days=1)
        ticker(store).tick(clock())
    assert [job.state for job in store.jobs.list(SCHOOL, limit=9)] == [JobState.QUEUED]


def test_a_clock_set_back_starts_nothing_twice(store: Store, clock: Clock) -> None:
    ticker(store).tick(clock())
    clock.now += timedelta(hours=4)
    assert len(ticker(store).tick(clock())) == 1
    finish(store, clock)
    clock.now -= timedelta(hours=1)
    ticker(store).tick(clock())
    clock.now += timedelta(hours=1)
    ticker(store).tick(clock())
    assert started(store) == 1
