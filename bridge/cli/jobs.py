"""`bridge jobs`: what was asked for in the background, what became of it, and doing it in this process."""

import signal
from collections.abc import Mapping
from threading import Event
from typing import Any

import click

from bridge.cli.frame import DONE, PARTLY, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.duties.asks import ask_of
from bridge.duties.engine import STARTED_BY
from bridge.duties.health import Health, health
from bridge.duties.serving import at_work
from bridge.ports.jobs import Job, JobKind, JobState

NAMES = {kind.lower().replace("_", "-"): kind for kind in STARTED_BY}


@click.group()
def jobs() -> None:
    """Công việc chạy nền · Work in the background."""


@jobs.command(name="list")
@click.option("--limit", default=20, show_default=True)
@pass_frame
def list_jobs(frame: Frame, /, limit: int) -> int:
    """Mới nhất trước · Newest first."""
    Permits(frame).demand(Action.SEE_STATUS)
    found = frame.app.store.jobs.list(frame.app.school, limit=limit)
    rows = [(job.id[:8], *_row(frame, job)) for job in found]
    heads = ("job", "kind", "actor", "since", "state", "why")
    frame.tell({"jobs": [job_value(job) for job in found]}, lambda: frame.table(heads, rows))
    return DONE


@jobs.command()
@click.argument("name", type=click.Choice(list(NAMES)))
@pass_frame
def start(frame: Frame, /, name: str) -> int:
    """Xếp một việc vào hàng để máy chủ làm · Queue one for the server; asking twice gives the one that waits."""
    kind = NAMES[name]
    Permits(frame).demand(STARTED_BY[kind])
    app = frame.app
    job = app.store.jobs.enqueue(ask_of(app.school, kind, actor=frame.actor.id), now=app.sync.world.now())
    frame.tell(job_value(job), lambda: frame.say("said.job_queued", name=name, now=frame.words.label(job.state)))
    return DONE


@jobs.command()
@pass_frame
def work(frame: Frame, /) -> int:
    """Làm việc nền ở đây tới khi bị dừng, không có trang web · Do them here until stopped, without the pages."""
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with at_work(frame.app) as working:
        school = frame.app.school
        frame.tell({"school": school, "working": True}, lambda: frame.say("said.jobs_begun", school=school))
        told.wait()
    if not frame.as_json:  # the document was the beginning; how it ended is in the exit code
        frame.say("said.jobs_ended" if working.ended else "said.jobs_cut_off")
    return DONE if working.ended else PARTLY


def show_health(frame: Frame) -> None:
    """Each kind with its last run, its next, and what went wrong, in words."""
    rows = [_health_row(frame, each) for each in health(frame.app) if _is_news(each)]
    if rows:
        frame.head("head.jobs")
        frame.table(("kind", "state", "last", "next_run", "why"), rows)


def health_value(each: Health) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "open": job_value(each.open) if each.open else None,
        "last": job_value(each.last) if each.last else None,
        "next_at": each.next_at,
    }


def job_value(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "kind": job.kind,
        "key": job.key,
        "actor": job.actor,
        "state": job.state,
        "attempt": job.attempt,
        "asked_at": job.asked_at,
        "not_before": job.not_before,
        "ended_at": job.ended_at,
        "progress": job.progress._asdict(),
        "result": dict(job.result),
        "error": job.error,
        "facts": dict(job.facts),
    }


def said_of(frame: Frame, job: Job) -> str:
    """What went wrong, or what came of it."""
    if job.error:
        return str(frame.words.failure(job.error, job.facts))
    counts: Mapping[str, str | int] = job.result
    known = (JobKind.SYNC, JobKind.APPLY)
    return frame.words.text("said.job_sent", **counts) if job.kind in known and "accepted" in counts else ""


def _is_news(each: Health) -> bool:
    return bool(each.open or each.last or each.next_at)


def _health_row(frame: Frame, each: Health) -> tuple[object, ...]:
    job = each.open or each.last
    said = said_of(frame, job) if job else ""
    state = frame.words.label(job.state) if job else "–"
    last = frame.words.moment(each.last.ended_at) if each.last and each.last.ended_at else "–"
    return frame.words.label(each.kind), state, last, frame.words.moment(each.next_at), said


def _row(frame: Frame, job: Job) -> tuple[object, ...]:
    at = job.not_before if job.state is JobState.RETRY else job.ended_at or job.asked_at
    words = frame.words
    return words.label(job.kind), job.actor, words.moment(job.asked_at), _state(frame, job, at), said_of(frame, job)


def _state(frame: Frame, job: Job, at: object) -> str:
    label = frame.words.label(job.state)
    done, total, _ = job.progress
    if job.state is JobState.RUNNING:
        return f"{label} {done}/{total}" if total else label
    return f"{label} · {frame.words.moment(at)}"
