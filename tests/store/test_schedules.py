from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bridge.domain.timetable import Timetable
from bridge.ports.jobs import Ask, JobKind, Schedule
from bridge.store.facade import Store
from tests.store.world import SCHOOL, Clock

EVENINGS = Schedule(JobKind.SYNC, Timetable(frozenset({0, 4}), (18 * 60 + 30,), quiet=(7 * 60, 17 * 60)))
ASK = Ask(SCHOOL, JobKind.SYNC, "schedule")


def test_a_schedule_comes_back_as_it_was_set(store: Store, clock: Clock) -> None:
    store.schedules.set_schedule(SCHOOL, EVENINGS, actor="QT01", now=clock())
    off = Schedule(JobKind.DIGEST, Timetable(every=30), on=False)
    store.schedules.set_schedule(SCHOOL, off, actor="QT01", now=clock())
    assert store.schedules.schedules(SCHOOL) == {JobKind.SYNC: EVENINGS, JobKind.DIGEST: off}
    assert store.schedules.schedules("79000002") == {}
    assert [row.what for row in store.audit.show(SCHOOL, limit=9)] == ["schedule.set", "schedule.set"]


def test_a_moment_is_started_once(store: Store, clock: Clock) -> None:
    job = store.schedules.tick(ASK, moment=clock(), now=clock())
    assert job is not None
    assert store.schedules.tick(ASK, moment=clock(), now=clock()) is None
    assert store.schedules.tick(ASK, moment=clock() - timedelta(hours=1), now=clock()) is None
    assert store.schedules.ticks(SCHOOL) == {JobKind.SYNC: clock()}
    assert [found.id for found in store.jobs.list(SCHOOL, limit=9)] == [job.id]


def test_of_many_processes_one_starts_a_moment(store: Store, clock: Clock) -> None:
    barrier = Barrier(4)

    def tick(_: int) -> bool:
        barrier.wait()
        return store.schedules.tick(ASK, moment=clock(), now=clock()) is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(tick, range(4))) == [False, False, False, True]


def test_counting_begins_once_and_a_new_schedule_begins_it_anew(store: Store, clock: Clock) -> None:
    first = clock()
    store.schedules.count_from(SCHOOL, JobKind.SYNC, first)
    clock.pass_seconds(60)
    store.schedules.count_from(SCHOOL, JobKind.SYNC, clock())
    assert store.schedules.ticks(SCHOOL) == {JobKind.SYNC: first}
    store.schedules.set_schedule(SCHOOL, EVENINGS, actor="QT01", now=clock())
    assert store.schedules.ticks(SCHOOL) == {JobKind.SYNC: clock()}


def test_a_bucket_gives_its_burst_at_once_and_then_by_the_second(store: Store, clock: Clock) -> None:
    def take(tokens: int) -> float:
        return store.buckets.take("lms", tokens, per_second=2.0, burst=10, now=clock())

    assert [take(5), take(5), take(4)] == [0.0, 0.0, pytest.approx(2.0)]
    clock.pass_seconds(3)
    assert take(2) == 0.0
    clock.pass_seconds(3600)
    assert [take(10), take(1)] == [0.0, pytest.approx(0.5)]  # never more than the burst is saved up


def test_a_clock_set_back_gives_no_tokens(store: Store, clock: Clock) -> None:
    store.buckets.take("lms", 10, per_second=1.0, burst=10, now=clock())
    clock.pass_seconds(-600)
    assert store.buckets.take("lms", 1, per_second=1.0, burst=10, now=clock()) == pytest.approx(1.0)
    clock.pass_seconds(600)
    assert store.buckets.take("lms", 1, per_second=1.0, burst=10, now=clock()) == pytest.approx(2.0)


def test_threads_never_take_more_than_there_is(store: Store, clock: Clock) -> None:
    def take(_: int) -> float:
        return store.buckets.take("lms", 1, per_second=1.0, burst=10, now=clock())

    with ThreadPoolExecutor(4) as threads:
        waits = sorted(threads.map(take, range(20)))
    assert waits == pytest.approx([0.0] * 10 + [float(n) for n in range(1, 11)])
