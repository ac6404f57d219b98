"""`bridge runs`, `bridge status`, `bridge audit`, `bridge ledger`: what happened, and what is true now."""

from datetime import datetime
from typing import Any

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.jobs import health_value, show_health
from bridge.cli.permits import Permits
from bridge.cli.scopes import scope_of, scope_options
from bridge.cli.show import exit_code, plan_value, run_value, show_run, show_units
from bridge.domain.errors import NotFound
from bridge.domain.plans import UnitPlan
from bridge.domain.rights import Action
from bridge.domain.timetable import SCHOOL_TIME
from bridge.duties.health import health
from bridge.ports.people import AuditEntry
from bridge.sync.rebuild import rebuild
from bridge.sync.report import report, tally
from bridge.sync.revert import revert
from bridge.sync.run import Watch


@click.group()
def runs() -> None:
    """Các lần đồng bộ · Runs: list, show, revert."""


@runs.command(name="list")
@click.option("--limit", default=20, show_default=True)
@pass_frame
def list_runs(frame: Frame, /, limit: int) -> int:
    """Mới nhất trước · Newest first."""
    Permits(frame).demand(Action.SEE_STATUS)
    heads = frame.app.store.runs.list(frame.app.school, limit=limit)
    reports = [report(frame.app.sync, head.id) for head in heads]
    rows = [
        (
            found.head.id[:8],
            frame.words.code("run", found.head.kind),
            found.head.actor,
            _local(found.head.started_at),
            _local(found.head.ended_at) if found.head.ended_at else frame.words.text("said.interrupted"),
            ", ".join(f"{frame.words.code('row', state)} {count}" for state, count in sorted(found.states.items())),
        )
        for found in reports
    ]
    value = {"runs": [run_value(found, []) for found in reports]}
    frame.tell(value, lambda: frame.table(("run", "kind", "actor", "since", "until", "rows"), rows))
    return DONE


@runs.command(name="show")
@click.argument("run_id", default="last")
@pass_frame
def show(frame: Frame, /, run_id: str) -> int:
    """Một lần đồng bộ, từng dòng đã gửi · One run with its rows and receipts."""
    Permits(frame).demand(Action.SEE_STATUS)
    found = report(frame.app.sync, run_id)
    frame.tell(run_value(found, []), lambda: show_run(frame, found, []))
    return exit_code(frame, found, [])


@runs.command(name="revert")
@click.argument("run_id")
@click.option("--why", required=True, help="Lý do, ghi vào nhật ký · the reason, kept in the trail.")
@pass_frame
def revert_command(frame: Frame, /, run_id: str, why: str) -> int:
    """Hoàn tác một lần gửi · Undo a run: what it wrote is put back, where nobody changed it since."""
    Permits(frame).demand(Action.REVERT)
    units: list[UnitPlan] = []
    with frame.progress("progress.sending") as watch:
        done = revert(frame.app.sync, run_id, actor=frame.actor.id, why=why, watch=_both(watch, units))
    found = report(frame.app.sync, done.head.id, done=done)
    frame.tell(run_value(found, units), lambda: show_run(frame, found, units))
    return exit_code(frame, found, units)


@click.command()
@pass_frame
def status(frame: Frame, /) -> int:
    """Trường đang ở đâu: kế hoạch cuối, lần chạy cuối, còn gì mở · Where the school stands now."""
    Permits(frame).demand(Action.SEE_STATUS)
    return tell_status(frame)


def tell_status(frame: Frame) -> int:
    app = frame.app
    open_rows = sum(len(waiting.places) for waiting in app.store.submissions.open(app.school))
    last = next(iter(app.store.runs.list(app.school, limit=1)), None)
    try:
        head = app.store.plans.head("last", school=app.school)
    except NotFound:
        value = {"plan": None, "open_rows": open_rows, "last_run": last.id if last else None, "jobs": _jobs(frame)}
        frame.tell(value, lambda: _say_no_plan(frame))
        return DONE
    units = list(app.store.plans.units(head.id))
    value = {**plan_value(head, units), "open_rows": open_rows, "last_run": last.id if last else None}
    value["jobs"] = _jobs(frame)

    def show() -> None:
        frame.say("said.status", plan=head.id[:8], at=_local(head.created_at), open=open_rows)
        if last is not None:
            ended = _local(last.ended_at) if last.ended_at else frame.words.text("said.interrupted")
            frame.say("said.last_run", run=last.id[:8], kind=frame.words.code("run", last.kind), at=ended)
        show_units(frame, units, applied=head.applied_at is not None)
        if not tally(units).needs_people:
            frame.say("said.nothing_to_do")
        show_health(frame)

    frame.tell(value, show)
    return WAITING if open_rows or tally(units).needs_people else DONE


def _say_no_plan(frame: Frame) -> None:
    frame.say("said.no_plan_yet")
    show_health(frame)


def _jobs(frame: Frame) -> list[dict[str, Any]]:
    return [health_value(each) for each in health(frame.app)]


@click.group()
def audit() -> None:
    """Nhật ký không thể sửa · The append-only trail."""


@audit.command(name="show")
@click.option("--limit", default=50, show_default=True)
@click.option("--subject", "about", help="Khoá của một điểm, một ánh xạ… · a score key, a mapping …")
@pass_frame
def show_audit(frame: Frame, /, limit: int, about: str | None) -> int:
    """Ai, việc gì, lúc nào, cũ, mới, vì sao · Who, what, when, old, new, why."""
    Permits(frame).demand(Action.SEE_AUDIT)
    entries = frame.app.store.audit.show(frame.app.school, limit=limit, subject=about)
    rows = [
        (row.seq, _local(row.at), row.actor, frame.words.code("audit", row.what), row.subject, *_change(row))
        for row in entries
    ]
    value = {"entries": [row._asdict() for row in entries]}
    frame.tell(value, lambda: frame.table(("seq", "at", "actor", "what", "subject_of", "old", "new", "why"), rows))
    return DONE


@audit.command()
@click.option("--head", "printed", default="", help="Mã cuối in trên một báo cáo cũ · the head on an old run report.")
@pass_frame
def verify(frame: Frame, /, printed: str) -> int:
    """Kiểm tra toàn bộ chuỗi, kể cả mã cuối của mọi lần chạy · Walk the whole chain, with the head of every run."""
    Permits(frame).demand(Action.SEE_AUDIT)
    head = frame.app.store.audit.verify(frame.app.school, head=printed)
    value = {"entries": head.seq if head else 0, "head": head.hash if head else None}
    frame.tell(value, lambda: frame.say("said.audit_sound", count=value["entries"], head=value["head"] or "–"))
    return DONE


@click.group()
def ledger() -> None:
    """Sổ ghi những gì CSDL ngành đã nhận · What the city has accepted."""


@ledger.command(name="rebuild")
@scope_options
@pass_frame
def rebuild_command(frame: Frame, /, **options: tuple[str, ...]) -> int:
    """Đọc lại CSDL ngành vào sổ trống hoặc cũ; không gửi gì · Re-read the city into an empty or old ledger."""
    Permits(frame).demand(Action.OPERATE)
    units: list[UnitPlan] = []
    with frame.progress("progress.reading") as watch:
        done = rebuild(frame.app.sync, scope_of(frame, options), actor=frame.actor.id, watch=_both(watch, units))
    found = report(frame.app.sync, done.head.id, done=done)
    frame.tell(run_value(found, units), lambda: show_run(frame, found, units))
    return WAITING if tally(units).needs_people else DONE


def _both(watch: Watch, units: list[UnitPlan]) -> Watch:
    def keep(unit_plan: UnitPlan) -> None:
        watch(unit_plan)
        units.append(unit_plan)

    return keep


def _change(row: AuditEntry) -> tuple[str, str, str]:
    return row.old, row.new, row.reason or ""


def _local(at: datetime) -> str:
    return at.astimezone(SCHOOL_TIME).strftime("%d/%m/%Y %H:%M")
