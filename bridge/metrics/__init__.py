"""What a monitoring system is told, in Prometheus' text format (version 0.0.4): numbers about work, none about people.

Made anew for each question from the database, so every process on it tells the same.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bridge.duties.health import Health, health
from bridge.ports.jobs import JobState
from bridge.wiring import App

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def metrics_text(app: App) -> str:
    """All figures of this school now."""
    registry = CollectorRegistry()
    registry.register(_House(app))
    ProcessCollector(registry=registry)
    return generate_latest(registry).decode()


class _House(Collector):
    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        app, now = self._app, self._app.sync.world.now()
        found = health(app)
        info = {"version": version("csdl-bridge"), "school": app.school}
        yield InfoMetricFamily("bridge", "This installation.", value=info)
        yield from _jobs(app, now)
        yield from _kinds(found)
        yield from _submissions(app, now)


def _jobs(app: App, now: datetime) -> Iterator[Metric]:
    counts = GaugeMetricFamily(
        "bridge_jobs", "Jobs by kind and state; ended ones for a month.", labels=["kind", "state"]
    )
    for (kind, state), count in app.store.jobs.counts(app.school).items():
        counts.add_metric([kind.lower(), state.lower()], count)
    yield counts
    oldest = app.store.jobs.oldest_due(app.school, now=now)
    waited = (now - oldest).total_seconds() if oldest is not None else 0.0
    yield GaugeMetricFamily(
        "bridge_job_wait_seconds",
        "How long the oldest job that could begin has waited: nobody works, when it grows.",
        waited,
    )


def _kinds(found: Sequence[Health]) -> Iterator[Metric]:
    last = GaugeMetricFamily("bridge_job_last_end_timestamp_seconds", "When one last ended.", labels=["kind", "state"])
    coming = GaugeMetricFamily("bridge_job_next_timestamp_seconds", "When one starts next by itself.", labels=["kind"])
    failing = GaugeMetricFamily(
        "bridge_job_failing", "1 while the last one has failed or waits to try again.", labels=["kind"]
    )
    for each in found:
        kind = each.kind.lower()
        if each.last is not None and each.last.ended_at is not None:
            last.add_metric([kind, each.last.state.lower()], each.last.ended_at.timestamp())
        if each.next_at is not None:
            coming.add_metric([kind], each.next_at.timestamp())
        failing.add_metric([kind], _is_failing(each))
    yield from (last, coming, failing)


def _is_failing(each: Health) -> bool:
    newest = each.open if each.open is not None and each.open.state is JobState.RETRY else each.last
    return newest is not None and newest.state in (JobState.FAILED, JobState.RETRY)


def _submissions(app: App, now: datetime) -> Iterator[Metric]:
    waiting = app.store.submissions.open(app.school)
    yield GaugeMetricFamily(
        "bridge_open_rows",
        "Rows on their way to the city whose end is not known yet.",
        sum(len(each.places) for each in waiting),
    )
    ages = [(now - each.submission.prepared_at).total_seconds() for each in waiting]
    yield GaugeMetricFamily("bridge_open_oldest_seconds", "Age of the oldest of them.", max(ages, default=0.0))
