"""What does the school's jobs in the background."""

from collections.abc import Callable, Mapping

from bridge.jobs.embedded import EmbeddedEngine
from bridge.jobs.ticker import Ticker
from bridge.jobs.worker import Worker
from bridge.ports.jobs import Ask, Engine, JobKind, Schedule, Work
from bridge.wiring import App


def make_engine(app: App, works: Mapping[JobKind, Work], ticker: Ticker | None) -> Engine:
    """Does the school's jobs in threads of this process, once it is started."""
    worker = Worker(
        app.store.jobs,
        works,
        school=app.school,
        clock=app.sync.world.now,
        holder=app.sync.holder,
        lease=app.settings.jobs.lease_seconds,
    )
    return EmbeddedEngine(worker, ticker, queue=app.settings.jobs.queue_file, threads=app.settings.jobs.threads)


def make_ticker(app: App, defaults: Mapping[JobKind, Schedule], ask: Callable[[JobKind], Ask]) -> Ticker:
    """Starts what the school's timetables say."""
    return Ticker(app.store.schedules, school=app.school, defaults=defaults, ask=ask)
