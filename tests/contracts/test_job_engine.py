"""What every engine must promise: the one without threads, and the embedded one on SQLite and on PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock
from typing import Any

import pytest

from bridge.domain.errors import Busy, LeaseLost, Refused, Unreachable
from bridge.jobs.embedded import EmbeddedEngine
from bridge.jobs.patience import WAITING
from bridge.jobs.worker import Worker
from bridge.ports.jobs import Ask, Engine, Handle, Job, JobKind, JobRows, JobState
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, emptied_postgres, fresh_sqlite
from tests.fakes_jobs import MemoryEngine, MemoryJobs
from tests.postgres import own_postgres
from tests.store.world import SCHOOL, Clock

LONG = 20.0  # seconds; a busy machine is no defect


@dataclass
class Bench:
    rows: JobRows
    clock: Clock
    works: dict[JobKind, Any] = field(default_factory=dict)
    engine: Engine = None  # type: ignore[assignment]

    def ask(self, kind: JobKind = JobKind.SYNC, key: str = "", **more: Any) -> Job:
        return self.rows.enqueue(Ask(SCHOOL, kind, "QT01", key, **more), now=self.clock())

    def find(self, job: Job) -> Job:
        return self.rows.find(job.id, school=SCHOOL)

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the engine work until this holds."""
        end = time.monotonic() + LONG
        while True:
            if isinstance(self.engine, MemoryEngine) and self.engine.running:
                self.engine.work()
            if holds():
                return
            assert time.monotonic() < end, list(self.rows.list(SCHOOL, limit=9))
            time.sleep(0.02)

    def ended(self, job: Job) -> Job:
        self.until(lambda: self.find(job).ended_at is not None)
        return self.find(job)

    def in_state(self, job: Job, state: JobState) -> Job:
        self.until(lambda: self.find(job).state is state)
        return self.find(job)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with own_postgres() as address:
        yield address


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path) -> Iterator[Bench]:
    clock = Clock()
    if request.param == "memory":
        found = Bench(MemoryJobs(), clock)
        found.engine = MemoryEngine(Worker(found.rows, found.works, school=SCHOOL, clock=clock, holder="here"))
        yield found
        return
    url = fresh_sqlite(tmp_path) if request.param == "sqlite" else emptied_postgres(request.getfixturevalue("server"))
    store = open_store(url, TEST_KEYS, clock=clock)
    found = Bench(store.jobs, clock)
    worker = Worker(store.jobs, found.works, school=SCHOOL, clock=clock, holder="here")
    found.engine = EmbeddedEngine(worker, None, queue=tmp_path / "queue.sqlite3", beat=0.05)
    yield found
    found.engine.stop(patience=LONG)
    store.close()


def test_what_is_asked_for_is_done_and_its_result_kept(bench: Bench) -> None:
    bench.works[JobKind.SYNC] = lambda handle: {"for": handle.job.actor, "classes": handle.job.arguments["classes"]}
    bench.engine.start()
    job = bench.ask(arguments={"classes": "10A1"})
    bench.engine.notify(job.id)
    found = bench.ended(job)
    assert (found.state, found.result) == (JobState.DONE, {"for": "QT01", "classes": "10A1"})


def test_a_lost_message_costs_time_only(bench: Bench) -> None:
    bench.works[JobKind.SYNC] = lambda _: {}
    bench.engine.start()
    assert bench.ended(bench.ask()).state is JobState.DONE


def test_a_doubled_message_does_nothing_twice(bench: Bench) -> None:
    calls: list[str] = []
    bench.works[JobKind.SYNC] = lambda handle: calls.append(handle.job.id) or {}
    job = bench.ask()
    for _ in range(5):
        bench.engine.notify(job.id)
    bench.engine.notify("no such job")
    bench.engine.start()
    bench.ended(job)
    after = bench.ask(JobKind.SYNC, "after")
    bench.ended(after)
    assert calls == [job.id, after.id]


def test_what_passes_is_tried_again_later(bench: Bench) -> None:
    def work(handle: Handle) -> dict[str, int]:
        if handle.job.attempt == 1:
            raise Unreachable(remote="lms", operation="courses")
        return {"attempt": handle.job.attempt}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    job = bench.ask()
    waiting = bench.in_state(job, JobState.RETRY)
    assert (waiting.error, waiting.facts) == ("UNREACHABLE", {"remote": "lms", "operation": "courses"})
    pause = (waiting.not_before - bench.clock()).total_seconds()
    assert 15 <= pause <= 19
    bench.clock.pass_seconds(pause)
    assert bench.ended(job).result == {"attempt": 2}


def test_what_passes_not_has_failed_with_its_facts(bench: Bench) -> None:
    def work(_: Handle) -> dict[str, int]:
        raise Refused(remote="lms", operation="courses", reason="TOKEN")

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    found = bench.ended(bench.ask())
    assert (found.state, found.error, found.facts["reason"]) == (JobState.FAILED, "REFUSED", "TOKEN")


def test_after_so_many_attempts_it_has_failed(bench: Bench) -> None:
    def work(_: Handle) -> dict[str, int]:
        raise Unreachable(remote="lms")

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    job = bench.ask(attempts=3)
    for _ in range(2):
        waiting = bench.in_state(job, JobState.RETRY)
        bench.clock.now = waiting.not_before
        bench.until(lambda before=waiting: bench.find(job).attempt > before.attempt)
    found = bench.ended(job)
    assert (found.state, found.attempt, found.error) == (JobState.FAILED, 3, "UNREACHABLE")


def test_somebody_else_at_work_is_waited_for_and_said(bench: Bench) -> None:
    tries: list[int] = []

    def work(handle: Handle) -> dict[str, int]:
        tries.append(handle.job.attempt)
        if len(tries) < 8:
            raise Busy(lease="send:79000001", holder="cli", until=bench.clock())
        return {}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    job = bench.ask(attempts=2)
    for n in range(1, 8):
        bench.until(lambda n=n: len(tries) == n and bench.find(job).state is JobState.RETRY)
        assert bench.find(job).error == "BUSY"
        assert bench.find(job).facts["holder"] == "cli"
        bench.clock.pass_seconds(WAITING)
    assert bench.ended(job).state is JobState.DONE
    assert set(tries) == {1}


def test_a_defect_fails_one_job_and_tells_its_place_only(bench: Bench) -> None:
    def work(_: Handle) -> dict[str, int]:
        raise ValueError("Nguyễn Văn Thử: 8,5")

    bench.works |= {JobKind.SYNC: work, JobKind.TIDY: lambda _: {}}
    bench.engine.start()
    found, other = bench.ask(), bench.ask(JobKind.TIDY)
    failed = bench.ended(found)
    assert (failed.state, failed.error) == (JobState.FAILED, "UNEXPECTED")
    assert failed.facts["where"].startswith("ValueError, test_job_engine.py:")
    assert "Nguyễn" not in str(failed)
    assert bench.ended(other).state is JobState.DONE


def test_of_one_lock_one_is_at_work(bench: Bench) -> None:
    guard, at_work, most = Lock(), [0], [0]

    def work(_: Handle) -> dict[str, int]:
        with guard:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.05)
        with guard:
            at_work[0] -= 1
        return {}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    jobs = [bench.ask(key=f"10A{n}", lock="send") for n in range(4)]
    for job in jobs:
        bench.engine.notify(job.id)
    assert {bench.ended(job).state for job in jobs} == {JobState.DONE}
    assert most == [1]


def test_what_a_dead_process_held_is_done_again(bench: Bench) -> None:
    bench.works[JobKind.SYNC] = lambda handle: {"attempt": handle.job.attempt}
    job = bench.ask()
    assert bench.rows.claim(job.id, school=SCHOOL, holder="dead", seconds=60, now=bench.clock()) is not None
    bench.engine.start()
    other = bench.ask(key="other")
    bench.ended(other)
    assert bench.find(job).state is JobState.RUNNING  # its lease has not run out yet
    bench.clock.pass_seconds(60)
    assert bench.ended(job).result == {"attempt": 2}


def test_progress_is_seen_while_it_runs(bench: Bench) -> None:
    seen = []

    def work(handle: Handle) -> dict[str, int]:
        handle.progress(0, 4, label="progress.reading")
        handle.progress(1, 4, label="progress.reading")  # within the same second: not written
        seen.append(bench.find(handle.job).progress)
        bench.clock.pass_seconds(1)
        handle.progress(2, 4, label="progress.reading")
        seen.append(bench.find(handle.job).progress)
        handle.progress(4, 4, label="progress.reading")
        seen.append(bench.find(handle.job).progress)
        return {}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    assert bench.ended(bench.ask()).state is JobState.DONE
    assert seen == [(0, 4, "progress.reading"), (2, 4, "progress.reading"), (4, 4, "progress.reading")]


def test_who_was_taken_over_is_told_and_writes_nothing_any_more(bench: Bench) -> None:
    told = []

    def work(handle: Handle) -> dict[str, int]:
        if handle.job.attempt == 1:
            later = bench.clock() + timedelta(hours=1)  # by the other's clock: by ours the engine would renew
            bench.rows.sweep(now=later)
            bench.rows.claim(handle.job.id, school=SCHOOL, holder="another", seconds=60, now=later)
            try:
                handle.progress(1, 2)
            except LeaseLost:
                told.append(handle.job.attempt)
                raise
        return {"by": "here"}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    job = bench.ask()
    bench.until(lambda: told == [1])
    found = bench.find(job)
    assert (found.state, found.attempt, found.result) == (JobState.RUNNING, 2, {})


def test_a_job_leaves_off_when_the_process_goes_down_and_begins_again_after(bench: Bench) -> None:
    begun, attempts = Event(), []

    def work(handle: Handle) -> dict[str, int]:
        attempts.append(handle.job.attempt)
        begun.set()
        if len(attempts) == 1:
            if isinstance(bench.engine, MemoryEngine):
                bench.engine.stop(patience=0)
            while True:
                time.sleep(0.02)
                handle.progress(1)
        return {}

    bench.works[JobKind.SYNC] = work
    bench.engine.start()
    job = bench.ask()
    bench.until(begun.is_set)
    assert bench.engine.stop(patience=LONG)
    assert bench.find(job).state is JobState.QUEUED
    bench.engine.start()
    assert bench.ended(job).state is JobState.DONE
    assert attempts == [1, 1]


def test_nothing_begins_after_the_stop(bench: Bench) -> None:
    calls: list[int] = []
    bench.works[JobKind.SYNC] = lambda _: calls.append(1) or {}
    bench.engine.start()
    assert bench.engine.stop(patience=LONG)
    job = bench.ask()
    bench.engine.notify(job.id)
    time.sleep(0.2)
    assert (calls, bench.find(job).state) == ([], JobState.QUEUED)
