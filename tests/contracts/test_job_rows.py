"""What everybody who keeps jobs must promise: the fake in memory, SQLite and PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bridge.domain.errors import LeaseLost, NotFound
from bridge.ports.jobs import Ask, JobKind, JobRows, JobState, Progress
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, emptied_postgres, fresh_sqlite
from tests.fakes_jobs import MemoryJobs
from tests.postgres import own_postgres
from tests.store.world import SCHOOL, Clock


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with own_postgres() as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def rows(request: pytest.FixtureRequest, clock: Clock) -> Iterator[JobRows]:
    if request.param == "memory":
        yield MemoryJobs()
        return
    if request.param == "sqlite":
        url = fresh_sqlite(request.getfixturevalue("tmp_path"))
    else:
        url = emptied_postgres(request.getfixturevalue("server"))
    store = open_store(url, TEST_KEYS, clock=clock)
    yield store.jobs
    store.close()


def sync(key: str = "", *, school: str = SCHOOL, **more: object) -> Ask:
    return Ask(school, JobKind.SYNC, "QT01", key, lock=f"send:{school}", **more)  # type: ignore[arg-type]


def claimed(rows: JobRows, job: str, clock: Clock, *, seconds: float = 60):
    claim = rows.claim(job, school=SCHOOL, holder="here", seconds=seconds, now=clock())
    assert claim is not None
    return claim


def state(rows: JobRows, job: str) -> JobState:
    return rows.find(job, school=SCHOOL).state


def test_a_job_comes_back_as_it_was_asked_for(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync("10A1", arguments={"classes": "10A1"}), now=clock())
    found = rows.find(job.id, school=SCHOOL)
    assert found == job
    assert (found.kind, found.key, found.actor, found.state) == (JobKind.SYNC, "10A1", "QT01", JobState.QUEUED)
    assert (found.arguments, found.asked_at, found.attempt) == ({"classes": "10A1"}, clock(), 0)


def test_a_job_of_another_school_is_not_found(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    with pytest.raises(NotFound):
        rows.find(job.id, school="79000002")


def test_asking_twice_gives_the_open_one(rows: JobRows, clock: Clock) -> None:
    first = rows.enqueue(sync(), now=clock())
    assert rows.enqueue(sync(), now=clock()).id == first.id
    claim = claimed(rows, first.id, clock)
    assert rows.enqueue(sync(), now=clock()).id == first.id
    rows.retry(claim, "UNREACHABLE", {}, at=clock(), free=False)
    assert rows.enqueue(sync(), now=clock()).id == first.id
    rows.done(claimed(rows, first.id, clock), {}, now=clock())
    assert rows.enqueue(sync(), now=clock()).id != first.id


def test_other_keys_kinds_and_schools_are_other_jobs(rows: JobRows, clock: Clock) -> None:
    asks = [sync(), sync("10A1"), sync(school="79000002"), Ask(SCHOOL, JobKind.TIDY, "schedule")]
    assert len({rows.enqueue(ask, now=clock()).id for ask in asks}) == 4


def test_what_is_done_once_is_not_done_again_but_may_be_after_it_failed(rows: JobRows, clock: Clock) -> None:
    ask = Ask(SCHOOL, JobKind.APPLY, "GV1", "plan-1", once=True)
    first = rows.enqueue(ask, now=clock())
    rows.failed(claimed(rows, first.id, clock), "REFUSED", {}, now=clock())
    second = rows.enqueue(ask, now=clock())
    assert second.id != first.id
    rows.done(claimed(rows, second.id, clock), {"run": "r-1"}, now=clock())
    again = rows.enqueue(ask, now=clock())
    assert (again.id, again.state, again.result) == (second.id, JobState.DONE, {"run": "r-1"})


def test_a_job_is_claimed_by_one(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    claim = claimed(rows, job.id, clock)
    assert claim.job.attempt == 1
    assert rows.claim(job.id, school=SCHOOL, holder="there", seconds=60, now=clock()) is None
    assert rows.claim("nothing", school=SCHOOL, holder="there", seconds=60, now=clock()) is None


def test_of_many_who_want_a_job_at_once_one_gets_it(rows: JobRows, clock: Clock) -> None:
    job, barrier = rows.enqueue(sync(), now=clock()), Barrier(4)

    def claim(holder: str) -> bool:
        barrier.wait()
        return rows.claim(job.id, school=SCHOOL, holder=holder, seconds=60, now=clock()) is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(claim, "abcd")) == [False, False, False, True]


def test_of_one_lock_one_runs(rows: JobRows, clock: Clock) -> None:
    whole, part = rows.enqueue(sync(), now=clock()), rows.enqueue(sync("10A1"), now=clock())
    other = rows.enqueue(sync(school="79000002"), now=clock())
    claim = claimed(rows, whole.id, clock)
    assert rows.due(SCHOOL, now=clock(), limit=9) == []
    assert rows.due("79000002", now=clock(), limit=9) == [other.id]
    assert rows.claim(part.id, school=SCHOOL, holder="there", seconds=60, now=clock()) is None
    rows.done(claim, {}, now=clock())
    assert rows.due(SCHOOL, now=clock(), limit=9) == [part.id]
    claimed(rows, part.id, clock)


def test_of_one_lock_one_runs_also_when_many_begin_at_once(rows: JobRows, clock: Clock) -> None:
    jobs = [rows.enqueue(sync(f"10A{n}"), now=clock()).id for n in range(4)]
    barrier = Barrier(4)

    def claim(job: str) -> bool:
        barrier.wait()
        return rows.claim(job, school=SCHOOL, holder=job, seconds=60, now=clock()) is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(claim, jobs)) == [False, False, False, True]


def test_one_that_waits_begins_when_its_time_has_come(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    later = clock() + timedelta(seconds=30)
    rows.retry(claimed(rows, job.id, clock), "UNREACHABLE", {"remote": "lms"}, at=later, free=False)
    found = rows.find(job.id, school=SCHOOL)
    assert (found.state, found.error, found.facts, found.not_before) == (
        JobState.RETRY, "UNREACHABLE", {"remote": "lms"}, later,
    )  # fmt: skip
    assert rows.due(SCHOOL, now=clock(), limit=9) == []
    assert rows.claim(job.id, school=SCHOOL, holder="here", seconds=60, now=clock()) is None
    clock.pass_seconds(30)
    assert rows.due(SCHOOL, now=clock(), limit=9) == [job.id]
    assert claimed(rows, job.id, clock).job.attempt == 2


def test_waiting_for_somebody_else_counts_for_no_attempt(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    rows.retry(claimed(rows, job.id, clock), "BUSY", {}, at=clock(), free=True)
    rows.give_back(claimed(rows, job.id, clock), now=clock())
    assert claimed(rows, job.id, clock).job.attempt == 1


def test_the_result_ends_it_and_wipes_an_older_error(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    rows.retry(claimed(rows, job.id, clock), "UNREACHABLE", {"remote": "lms"}, at=clock(), free=False)
    claim = claimed(rows, job.id, clock)
    rows.progress(claim, Progress(3, 9, "progress.syncing"))
    assert rows.find(job.id, school=SCHOOL).progress == Progress(3, 9, "progress.syncing")
    clock.pass_seconds(5)
    rows.done(claim, {"run": "r-1", "sent": 12}, now=clock())
    found = rows.find(job.id, school=SCHOOL)
    assert (found.state, found.result, found.error, found.facts) == (JobState.DONE, {"run": "r-1", "sent": 12}, "", {})
    assert found.ended_at == clock()


def test_a_dead_holders_job_is_swept_and_its_last_word_is_refused(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    dead = claimed(rows, job.id, clock)
    clock.pass_seconds(59)
    assert rows.sweep(now=clock()) == 0
    clock.pass_seconds(1)
    assert rows.sweep(now=clock()) == 1
    assert state(rows, job.id) is JobState.QUEUED
    for word in (
        lambda: rows.done(dead, {}, now=clock()),
        lambda: rows.renew(dead, seconds=60, now=clock()),
        lambda: rows.progress(dead, Progress(1)),
        lambda: rows.failed(dead, "X", {}, now=clock()),
        lambda: rows.retry(dead, "X", {}, at=clock(), free=False),
        lambda: rows.give_back(dead, now=clock()),
    ):
        with pytest.raises(LeaseLost):
            word()
    alive = claimed(rows, job.id, clock)
    with pytest.raises(LeaseLost):
        rows.done(dead, {}, now=clock())
    rows.done(alive, {}, now=clock())


def test_a_renewed_lease_is_not_swept(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    claim = claimed(rows, job.id, clock)
    clock.pass_seconds(40)
    claim = rows.renew(claim, seconds=60, now=clock())
    clock.pass_seconds(40)
    assert rows.sweep(now=clock()) == 0
    rows.done(claim, {}, now=clock())


def test_what_was_begun_too_often_has_failed(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(attempts=2), now=clock())
    for _ in range(2):
        claimed(rows, job.id, clock)
        clock.pass_seconds(60)
        rows.sweep(now=clock())
    found = rows.find(job.id, school=SCHOOL)
    assert (found.state, found.error, found.ended_at) == (JobState.FAILED, "CRASHED", clock())


def test_lists_are_newest_first_and_of_one_school(rows: JobRows, clock: Clock) -> None:
    first = rows.enqueue(sync(), now=clock())
    clock.pass_seconds(1)
    second = rows.enqueue(Ask(SCHOOL, JobKind.TIDY, "schedule"), now=clock())
    rows.enqueue(sync(school="79000002"), now=clock())
    assert [job.id for job in rows.list(SCHOOL, limit=9)] == [second.id, first.id]
    assert [job.id for job in rows.list(SCHOOL, limit=1)] == [second.id]
    assert [job.id for job in rows.list(SCHOOL, limit=9, kind=JobKind.SYNC)] == [first.id]


def test_the_newest_ended_of_each_kind_stays_when_older_ones_are_dropped(rows: JobRows, clock: Clock) -> None:
    ids = []
    for _ in range(3):
        job = rows.enqueue(sync(), now=clock())
        rows.done(claimed(rows, job.id, clock), {}, now=clock())
        ids.append(job.id)
        clock.pass_seconds(60)
    waiting = rows.enqueue(sync(), now=clock())
    assert {kind: job.id for kind, job in rows.newest(SCHOOL).items()} == {JobKind.SYNC: ids[2]}
    assert rows.drop_older(SCHOOL, before=clock() + timedelta(days=1)) == 2
    assert {job.id for job in rows.list(SCHOOL, limit=9)} == {ids[2], waiting.id}


def test_jobs_are_counted_and_the_oldest_that_could_begin_is_known(rows: JobRows, clock: Clock) -> None:
    assert (dict(rows.counts(SCHOOL)), rows.oldest_due(SCHOOL, now=clock())) == ({}, None)
    first = rows.enqueue(sync(), now=clock())
    since = clock()
    clock.pass_seconds(60)
    rows.enqueue(Ask(SCHOOL, JobKind.TIDY, "schedule"), now=clock())
    rows.enqueue(sync(school="79000002"), now=clock())
    assert rows.oldest_due(SCHOOL, now=clock()) == since
    rows.done(claimed(rows, first.id, clock), {}, now=clock())
    assert rows.oldest_due(SCHOOL, now=clock()) == clock()
    assert dict(rows.counts(SCHOOL)) == {(JobKind.SYNC, JobState.DONE): 1, (JobKind.TIDY, JobState.QUEUED): 1}


def test_another_schools_engine_begins_nothing_of_ours(rows: JobRows, clock: Clock) -> None:
    job = rows.enqueue(sync(), now=clock())
    assert rows.due("79000002", now=clock(), limit=9) == []
    assert rows.claim(job.id, school="79000002", holder="there", seconds=60, now=clock()) is None
    rows.done(claimed(rows, job.id, clock), {}, now=clock())
    again = rows.enqueue(sync(), now=clock())
    rows.done(claimed(rows, again.id, clock), {}, now=clock())
    assert rows.drop_older("79000002", before=clock() + timedelta(days=1)) == 0
    assert rows.drop_older(SCHOOL, before=clock() + timedelta(days=1)) == 1
