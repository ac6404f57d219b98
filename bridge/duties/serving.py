"""The jobs inside a server: started with it, stopped with it, and told at once what was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bridge.duties.engine import open_engine
from bridge.ports.jobs import Ask, Engine, Job, JobKind, Jobs, JobState
from bridge.wiring import App


@dataclass(slots=True)
class AtWork:
    """An engine at work. `ended` is False when a job did not leave off in time: it is swept and done again."""

    engine: Engine
    jobs: Jobs
    ended: bool = field(default=True)


@contextmanager
def at_work(app: App) -> Iterator[AtWork]:
    """Do the school's jobs in threads of this process until the block ends, then stop them politely."""
    engine = open_engine(app)
    found = AtWork(engine, PromptJobs(app.store.jobs, engine))
    engine.start()
    try:
        yield found
    finally:
        found.ended = engine.stop(patience=app.settings.jobs.stop_seconds)


@dataclass(frozen=True, slots=True)
class PromptJobs:
    """`bridge.ports.jobs.Jobs` whose engine hears of each at once, and not with its next beat."""

    rows: Jobs
    engine: Engine

    def enqueue(self, ask: Ask, *, now: datetime) -> Job:
        job = self.rows.enqueue(ask, now=now)
        if job.state is JobState.QUEUED:
            self.engine.notify(job.id)
        return job

    def find(self, job: str, *, school: str) -> Job:
        return self.rows.find(job, school=school)

    def list(self, school: str, *, limit: int, kind: JobKind | None = None) -> Sequence[Job]:
        return self.rows.list(school, limit=limit, kind=kind)

    def newest(self, school: str) -> Mapping[JobKind, Job]:
        return self.rows.newest(school)

    def counts(self, school: str) -> Mapping[tuple[JobKind, JobState], int]:
        return self.rows.counts(school)

    def oldest_due(self, school: str, *, now: datetime) -> datetime | None:
        return self.rows.oldest_due(school, now=now)
