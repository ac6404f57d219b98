"""A job at work: its claim, kept alive by the engine's beat, and what it tells."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock

from bridge.domain.errors import LeaseLost
from bridge.ports.jobs import NOT_BEGUN, Claim, Job, JobRows, Progress, Stopping

PAUSE = timedelta(seconds=1)  # between two written progresses: a page polls no faster


class Task:
    """`bridge.ports.jobs.Handle`. Renewed by one thread while another works."""

    def __init__(self, rows: JobRows, claim: Claim, *, clock: Callable[[], datetime], stopping: Event) -> None:
        self._rows = rows
        self._claim = claim
        self._clock = clock
        self._stopping = stopping
        self._guard = Lock()
        self._lost = False
        self._told: datetime | None = None
        self._last = NOT_BEGUN

    @property
    def job(self) -> Job:
        return self._claim.job

    @property
    def claim(self) -> Claim:
        return self._claim

    def progress(self, done: int, total: int = 0, *, label: str = "") -> None:
        if self._lost:
            raise LeaseLost(lease=f"job:{self.job.id}")
        if self._stopping.is_set():
            raise Stopping
        now, fresh = self._clock(), Progress(done, total, label)
        if fresh != self._last and (self._told is None or now - self._told >= PAUSE or done == total):
            self._told, self._last = now, fresh
            self._rows.progress(self._claim, fresh)

    def renew(self, *, seconds: float) -> None:
        """Keep the claim when half of its lease is gone; note when it was taken over."""
        with self._guard:
            now = self._clock()
            if self._claim.until - now > timedelta(seconds=seconds / 2):
                return
            try:
                self._claim = self._rows.renew(self._claim, seconds=seconds, now=now)
            except LeaseLost:
                self._lost = True
