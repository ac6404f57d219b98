"""`bridge sync plan | confirm | release | apply | run`."""

from typing import Any

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import column_option, scope_of, scope_options
from bridge.cli.show import exit_code, plan_value, run_value, show_plan, show_run
from bridge.domain.plans import Gate, PlannedCell, UnitPlan
from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.errand import Done
from bridge.sync.report import report, tally
from bridge.sync.words import confirm, waiting


@click.group()
def sync() -> None:
    """Điểm từ Moodle sang CSDL ngành · Marks from Moodle to the city."""


@sync.command()
@scope_options
@click.option("--all", "everything", is_flag=True, help="Liệt kê cả ô · list single cells, not only what needs a look.")
@pass_frame
def plan(frame: Frame, /, everything: bool, **options: Any) -> int:
    """Xem trước: sẽ gửi gì, giữ gì, vì sao · Preview, saved for 24 hours. Sends nothing."""
    scope = permitted(frame, options)
    with frame.progress("progress.reading") as watch:
        head = runs.plan(frame.app.sync, scope, actor=frame.actor.id, watch=watch)
    units = list(frame.app.store.plans.units(head.id))
    frame.tell(plan_value(head, units), lambda: show_plan(frame, head, units, cells=everything))
    return WAITING if tally(units).needs_people else DONE


@sync.command(name="confirm")
@click.argument("plan_id", default="last")
@scope_options
@column_option
@pass_frame
def confirm_command(frame: Frame, /, plan_id: str, columns: tuple[str, ...], **options: Any) -> int:
    """Giáo viên xác nhận đúng các điểm trong bản xem trước · The teacher's yes to exactly the marks of a plan."""
    return _say_yes(frame, plan_id, Gate.CONFIRM, Action.CONFIRM, columns=columns, options=options)


@sync.command()
@click.argument("plan_id", default="last")
@scope_options
@column_option
@pass_frame
def release(frame: Frame, /, plan_id: str, columns: tuple[str, ...], **options: Any) -> int:
    """Lãnh đạo duyệt sau giáo viên · The leader's yes, after the teacher's."""
    return _say_yes(frame, plan_id, Gate.RELEASE, Action.RELEASE, columns=columns, options=options)


@sync.command()
@click.argument("plan_id", default="last")
@pass_frame
def apply(frame: Frame, /, plan_id: str) -> int:
    """Gửi đúng bản đã lưu, một lần · Send a saved plan, once: exactly what it says."""
    permits = Permits(frame)
    head = runs.usable(frame.app.sync, plan_id)
    for unit_plan in frame.app.store.plans.units(head.id):
        if unit_plan.cells:
            permits.demand(Action.RUN, unit_plan.unit)
    with frame.progress("progress.sending") as watch:
        done = runs.apply(frame.app.sync, head.id, actor=frame.actor.id, watch=watch)
    return _told(frame, done, [])


@sync.command()
@scope_options
@pass_frame
def run(frame: Frame, /, **options: Any) -> int:
    """Đọc, lập kế hoạch và gửi những gì đã được phép · Read, plan, and send all that needs no more asking."""
    scope = permitted(frame, options)
    with frame.progress("progress.syncing") as watch:
        done = runs.run(frame.app.sync, scope, actor=frame.actor.id, watch=watch)
    units = list(frame.app.store.plans.units(done.head.plan)) if done.head.plan else []
    return _told(frame, done, units)


def permitted(frame: Frame, options: dict[str, Any]) -> Scope:
    """The scope, narrowed for a teacher to the own units; `NotAllowed` when nothing of it is his."""
    permits, scope, app = Permits(frame), scope_of(frame, options), frame.app
    if permits.may(Action.RUN):
        return scope
    maps = app.store.mappings.courses(app.school, app.year)
    bundles = {(row.school_class, row.subject) for row in maps if not scope.courses or row.course in scope.courses}
    units = (Unit(app.school, app.year, *bundle, term) for bundle in sorted(bundles) for term in Term)
    mine = frozenset(unit for unit in units if scope.holds(unit) and permits.may(Action.RUN, unit))
    if not mine:
        permits.demand(Action.RUN)
    return Scope(units=mine)


def _say_yes(
    frame: Frame, plan_id: str, gate: Gate, action: Action, *, columns: tuple[str, ...], options: dict[str, Any]
) -> int:
    permits, scope, app = Permits(frame), scope_of(frame, options), frame.app
    head = runs.usable(app.sync, plan_id)

    def wanted(unit: Unit, cell: PlannedCell) -> bool:
        return scope.holds(unit) and (not columns or cell.place.column in columns)

    units = {unit for unit, _, _ in waiting(app.sync, head.id, gate, wanted)}
    mine = {unit for unit in units if permits.may(action, unit)}
    if units and not mine:
        permits.demand(action, min(units))
    count = confirm(
        app.sync, head.id, gate, wanted=lambda unit, cell: unit in mine and wanted(unit, cell), actor=frame.actor.id
    )
    value = {"plan": head.id, "gate": gate, "cells": count, "not_yours": len(units - mine)}
    key = "said.confirmed" if gate is Gate.CONFIRM else "said.released"
    frame.tell(value, lambda: frame.say(key, count=count, plan=head.id[:8], others=len(units - mine)))
    return DONE


def _told(frame: Frame, done: Done, units: list[UnitPlan]) -> int:
    found = report(frame.app.sync, done.head.id, done=done)
    frame.tell(run_value(found, units), lambda: show_run(frame, found, units))
    return exit_code(frame, found, units)
