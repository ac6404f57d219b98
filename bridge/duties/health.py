"""How each kind of job is doing, as values for `bridge status`, a page and `/metrics`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.timetable import upcoming
from bridge.duties.engine import DUTIES, defaults_of
from bridge.ports.jobs import OPEN, Job, JobKind, Schedule
from bridge.wiring import App

_RECENT = 200


@dataclass(frozen=True, slots=True)
class Health:
    """One kind: its schedule (None: never by itself), the job that is open, the last that ended, the next planned."""

    kind: JobKind
    schedule: Schedule | None
    open: Job | None
    last: Job | None
    next_at: datetime | None


def health(app: App) -> Sequence[Health]:
    """Of every kind that this installation does."""
    now = app.sync.world.now()
    newest, waiting = app.store.jobs.newest(app.school), _open(app)
    schedules = schedules_of(app)
    return [
        Health(kind, schedule := schedules.get(kind), waiting.get(kind), newest.get(kind), _next(schedule, now))
        for kind in DUTIES
    ]


def schedules_of(app: App) -> Mapping[JobKind, Schedule]:
    """In force: what the school set, over the defaults."""
    return {**defaults_of(app), **app.store.schedules.schedules(app.school)}


def _next(schedule: Schedule | None, now: datetime) -> datetime | None:
    return upcoming(schedule.when, now=now) if schedule is not None and schedule.on else None


def _open(app: App) -> Mapping[JobKind, Job]:
    """The newest open one of each kind."""
    jobs = app.store.jobs.list(app.school, limit=_RECENT)
    return {job.kind: job for job in reversed(jobs) if job.state in OPEN}
