"""What only the engine with threads of its own does: the beat that keeps what is at work, and what it survives."""

import time
from pathlib import Path
from threading import Event

import pytest

from bridge.domain.errors import StoreProblem
from bridge.jobs.embedded import EmbeddedEngine
from bridge.jobs.worker import Worker
from bridge.ports.jobs import Ask, Handle, JobKind, JobState
from tests.fakes_jobs import MemoryJobs
from tests.store.world import SCHOOL, Clock

LONG = 20.0
ASK = Ask(SCHOOL, JobKind.SYNC, "QT01")


def until(holds) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


class Beats(MemoryJobs):
    """Counts how often the beat swept, and fails on request."""

    swept = 0
    away = False

    def sweep(self, *, now) -> int:
        self.swept += 1
        if self.away:
            raise StoreProblem(why="LOCKED", detail="")
        return super().sweep(now=now)


def test_a_job_that_takes_long_keeps_its_lease(tmp_path: Path) -> None:
    rows, clock, go_on = Beats(), Clock(), Event()

    def work(_: Handle) -> dict[str, int]:
        assert go_on.wait(LONG)
        return {"long": 1}

    engine = EmbeddedEngine(
        Worker(rows, {JobKind.SYNC: work}, school=SCHOOL, clock=clock, holder="here"),
        None,
        queue=tmp_path / "q",
        beat=0.01,
    )
    engine.start()
    job = rows.enqueue(ASK, now=clock())
    until(lambda: rows.find(job.id, school=SCHOOL).state is JobState.RUNNING)
    for _ in range(6):  # three minutes, with a lease of one
        clock.pass_seconds(31)
        beats = rows.swept
        until(lambda beats=beats: rows.swept >= beats + 2)
    go_on.set()
    until(lambda: rows.find(job.id, school=SCHOOL).state is JobState.DONE)
    assert rows.find(job.id, school=SCHOOL).attempt == 1
    assert engine.stop(patience=LONG)


def test_the_beat_goes_on_when_the_database_was_away(tmp_path: Path) -> None:
    rows, clock = Beats(), Clock()
    engine = EmbeddedEngine(
        Worker(rows, {JobKind.SYNC: lambda _: {}}, school=SCHOOL, clock=clock, holder="here"),
        None,
        queue=tmp_path / "q",
        beat=0.01,
    )
    rows.away = True
    engine.start()
    until(lambda: rows.swept > 3)
    job = rows.enqueue(ASK, now=clock())
    rows.away = False
    until(lambda: rows.find(job.id, school=SCHOOL).state is JobState.DONE)
    assert engine.stop(patience=LONG)


def test_a_job_that_does_not_leave_off_is_told_and_left_to_its_lease(tmp_path: Path) -> None:
    rows, clock, begun, go_on = Beats(), Clock(), Event(), Event()

    def deaf(_: Handle) -> dict[str, int]:
        begun.set()
        assert go_on.wait(LONG)
        return {}

    engine = EmbeddedEngine(
        Worker(rows, {JobKind.SYNC: deaf}, school=SCHOOL, clock=clock, holder="here"),
        None,
        queue=tmp_path / "q",
        beat=0.01,
    )
    engine.start()
    job = rows.enqueue(ASK, now=clock())
    until(begun.is_set)
    assert engine.stop(patience=0.1) is False
    assert rows.find(job.id, school=SCHOOL).state is JobState.RUNNING
    go_on.set()
    until(lambda: rows.find(job.id, school=SCHOOL).state is JobState.DONE)


@pytest.mark.parametrize("content", [b"", b"this is no database, and never was one" * 100])
def test_a_queue_file_that_was_cut_or_overwritten_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "q").write_bytes(content)
    rows, clock = Beats(), Clock()
    worker = Worker(rows, {JobKind.SYNC: lambda _: {}}, school=SCHOOL, clock=clock, holder="here")
    engine = EmbeddedEngine(worker, None, queue=tmp_path / "q", beat=0.01)
    engine.start()
    job = rows.enqueue(ASK, now=clock())
    until(lambda: rows.find(job.id, school=SCHOOL).state is JobState.DONE)
    assert engine.stop(patience=LONG)
