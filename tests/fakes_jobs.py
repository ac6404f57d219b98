"""Jobs in memory: the same promises as the database's rows, held by one lock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from threading import RLock

from bridge.domain.errors import LeaseLost, NotFound
from bridge.jobs.ticker import Ticker
from bridge.jobs.worker import Worker
from bridge.ports.jobs import NOT_BEGUN, OPEN, Ask, Claim, Facts, Job, JobKind, JobState, Progress


@dataclass
class _Row:
    job: Job
    ask: Ask
    fence: int = 0
    until: datetime | None = None

    @property
    def lock(self) -> str:
        return self.ask.lock or self.job.id


@dataclass
class MemoryJobs:
    """`bridge.ports.jobs.JobRows`."""

    _rows: dict[str, _Row] = field(default_factory=dict)
    _guard: RLock = field(default_factory=RLock)
    _numbers: count = field(default_factory=lambda: count(1))

    def enqueue(self, ask: Ask, *, now: datetime) -> Job:
        with self._guard:
            wanted = (*OPEN, JobState.DONE) if ask.once else OPEN
            for row in reversed(self._rows.values()):
                same = (row.job.school, row.job.kind, row.job.key) == (ask.school, ask.kind, ask.key)
                if same and row.job.state in wanted:
                    return row.job
            job = Job(
                id=f"{next(self._numbers):032x}",
                school=ask.school,
                kind=ask.kind,
                key=ask.key,
                actor=ask.actor,
                state=JobState.QUEUED,
                attempt=0,
                attempts=ask.attempts,
                asked_at=now,
                not_before=now,
                arguments=dict(ask.arguments),
            )
            self._rows[job.id] = _Row(job, ask)
            return job

    def find(self, job: str, *, school: str) -> Job:
        with self._guard:
            row = self._rows.get(job)
            if row is None or row.job.school != school:
                raise NotFound(kind="job", name=job, nearest=[])
            return row.job

    def list(self, school: str, *, limit: int, kind: JobKind | None = None) -> Sequence[Job]:
        with self._guard:
            mine = [r.job for r in self._rows.values() if r.job.school == school and kind in (None, r.job.kind)]
        return sorted(sorted(mine, key=lambda job: job.id), key=lambda job: job.asked_at, reverse=True)[:limit]

    def newest(self, school: str) -> Mapping[JobKind, Job]:
        with self._guard:
            ended = [row.job for row in self._rows.values() if row.job.school == school and row.job.ended_at]
        return {job.kind: job for job in sorted(ended, key=lambda job: job.ended_at)}

    def counts(self, school: str) -> Mapping[tuple[JobKind, JobState], int]:
        return Counter((r.job.kind, r.job.state) for r in self._rows.values() if r.job.school == school)

    def oldest_due(self, school: str, *, now: datetime) -> datetime | None:
        mine = (row for row in self._rows.values() if row.job.school == school and self._may_begin(row, now))
        return min((row.job.not_before for row in mine), default=None)

    def due(self, school: str, *, now: datetime, limit: int) -> Sequence[str]:
        with self._guard:
            found = [r.job for r in self._rows.values() if r.job.school == school and self._may_begin(r, now)]
        return [job.id for job in sorted(found, key=lambda job: (job.not_before, job.asked_at, job.id))][:limit]

    def claim(self, job: str, *, school: str, holder: str, seconds: float, now: datetime) -> Claim | None:
        with self._guard:
            row = self._rows.get(job)
            if row is None or row.job.school != school or not self._may_begin(row, now):
                return None
            row.fence += 1
            row.until = now + timedelta(seconds=seconds)
            row.job = replace(
                row.job,
                state=JobState.RUNNING,
                attempt=row.job.attempt + 1,
                started_at=now,
                claims=row.fence,
                progress=NOT_BEGUN,
            )
            return Claim(row.job, holder, row.fence, row.until)

    def renew(self, claim: Claim, *, seconds: float, now: datetime) -> Claim:
        with self._guard:
            row = self._mine(claim)
            row.until = now + timedelta(seconds=seconds)
            return claim._replace(until=row.until)

    def progress(self, claim: Claim, progress: Progress) -> None:
        self._write(claim, progress=progress)

    def done(self, claim: Claim, result: Facts, *, now: datetime) -> None:
        self._write(claim, state=JobState.DONE, ended_at=now, result=dict(result), error="", facts={})

    def failed(self, claim: Claim, error: str, facts: Facts, *, now: datetime) -> None:
        self._write(claim, state=JobState.FAILED, ended_at=now, error=error, facts=dict(facts))

    def retry(self, claim: Claim, error: str, facts: Facts, *, at: datetime, free: bool) -> None:
        with self._guard:
            attempt = self._mine(claim).job.attempt - free
            self._write(claim, state=JobState.RETRY, not_before=at, attempt=attempt, error=error, facts=dict(facts))

    def give_back(self, claim: Claim, *, now: datetime) -> None:
        with self._guard:
            self._write(claim, state=JobState.QUEUED, not_before=now, attempt=self._mine(claim).job.attempt - 1)

    def sweep(self, *, now: datetime) -> int:
        with self._guard:
            dead = [r for r in self._rows.values() if r.job.state is JobState.RUNNING and r.until and r.until <= now]
            for row in dead:
                row.until = None
                if row.job.attempt >= row.job.attempts:
                    row.job = replace(row.job, state=JobState.FAILED, ended_at=now, error="CRASHED", facts={})
                else:
                    row.job = replace(row.job, state=JobState.QUEUED, not_before=now)
            return len(dead)

    def drop_older(self, school: str, *, before: datetime) -> int:
        with self._guard:
            kept = {job.id for job in self.newest(school).values()}
            mine = [r.job for r in self._rows.values() if r.job.school == school]
            old = [job.id for job in mine if job.ended_at and job.ended_at < before]
            gone = [id for id in old if id not in kept]
            for id in gone:
                del self._rows[id]
            return len(gone)

    def _may_begin(self, row: _Row, now: datetime) -> bool:
        waits = row.job.state in (JobState.QUEUED, JobState.RETRY) and row.job.not_before <= now
        held = any(o.lock == row.lock and o.job.state is JobState.RUNNING for o in self._rows.values())
        return waits and not held

    def _mine(self, claim: Claim) -> _Row:
        row = self._rows[claim.job.id]
        if row.fence != claim.fence or row.job.state is not JobState.RUNNING:
            raise LeaseLost(lease=f"job:{claim.job.id}")
        return row

    def _write(self, claim: Claim, **changes: object) -> None:
        with self._guard:
            row = self._mine(claim)
            row.job = replace(row.job, **changes)


@dataclass
class MemoryEngine:
    """`bridge.ports.jobs.Engine` without threads: messages lie in a list until somebody says `work`."""

    worker: Worker
    ticker: Ticker | None = None
    messages: list[str] = field(default_factory=list)
    running: bool = False

    def notify(self, job: str) -> None:
        self.messages.append(job)

    def start(self) -> None:
        self.worker.resume()
        self.running = True

    def stop(self, *, patience: float) -> bool:
        self.worker.stop()
        self.running = False
        return self.worker.idle

    def work(self) -> None:
        """All that is due by now."""
        self.worker.rows.sweep(now=self.worker.clock())
        if self.ticker is not None:
            self.ticker.tick(self.worker.clock())
        while self.running and (
            due := [*self.messages, *self.worker.rows.due(self.worker.school, now=self.worker.clock(), limit=9)]
        ):
            self.messages.clear()
            for job in due:
                self.worker.look(job)
