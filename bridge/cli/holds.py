"""`bridge holds list | settle | clear | identity`: what waits for a person, and what the person decides."""

from collections.abc import Iterator
from typing import Any

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.cli.scopes import column_option, scope_of, scope_options
from bridge.cli.show import plan_value, show_cells, show_holds
from bridge.domain.errors import NotFound
from bridge.domain.plans import Choice, Problem, UnitPlan
from bridge.domain.rights import Action
from bridge.people.granting import settle_identity
from bridge.sync import words as said

WHY = click.option("--why", required=True, help="Lý do, ghi vào nhật ký · the reason, kept in the trail.")
PLAN = click.option(
    "--plan", "plan_id", default="last", show_default=True, help="Bản xem trước · the plan that showed it."
)


@click.group()
def holds() -> None:
    """Điểm đang giữ và cách giải quyết · What is held, and deciding it."""


@holds.command(name="list")
@PLAN
@scope_options
@click.option("--cells", is_flag=True, help="Từng ô với ba phía · single cells with all three sides.")
@pass_frame
def list_holds(frame: Frame, /, plan_id: str, cells: bool, **options: Any) -> int:
    """Đang giữ gì, vì sao, làm gì tiếp · What is held, why, and what to do next."""
    permits, scope = Permits(frame), scope_of(frame, options)
    held = [
        unit_plan
        for unit_plan in said.held(frame.app.sync, plan_id)
        if scope.holds(unit_plan.unit) and permits.may(Action.SEE_CITY, unit_plan.unit)
    ]
    head = frame.app.store.plans.head(plan_id, school=frame.app.school)

    def show() -> None:
        show_holds(frame, held)
        if cells:
            show_cells(frame, [(unit.unit, cell) for unit in held for cell in unit.cells])
        if not held:
            frame.say("said.nothing_held")

    frame.tell(plan_value(head, held), show)
    return WAITING if held else DONE


@holds.command()
@PLAN
@scope_options
@column_option
@click.option("--pupil", help="Mã học sinh của CSDL · the city's pupil code; none: all held cells of the choice.")
@click.option("--problem", type=click.Choice([*said.CHOICES]), help="Chỉ loại này · only this kind of hold.")
@click.option("--choice", type=click.Choice(list(Choice)), required=True)
@WHY
@pass_frame
def settle(
    frame: Frame,
    /,
    plan_id: str,
    columns: tuple[str, ...],
    pupil: str | None,
    problem: str | None,
    choice: str,
    why: str,
    **options: Any,
) -> int:
    """Quyết định: giữ điểm của CSDL, gửi điểm Moodle, hay huỷ · Decide: keep the city's, send ours, or cancel."""
    permits, scope, app = Permits(frame), scope_of(frame, options), frame.app
    key = app.store.rosters.directory(app.school).key_of.get(pupil) if pupil else None
    if pupil and key is None:
        raise NotFound(kind="pupil", name=pupil, nearest=[])
    found = [
        (unit_plan.unit, cell)
        for unit_plan in said.held(app.sync, plan_id)
        if scope.holds(unit_plan.unit)
        for cell in unit_plan.cells
        if (key is None or cell.place.pupil == key)
        and (not columns or cell.place.column in columns)
        and (problem is None or getattr(cell.action, "problem", None) == problem)
    ]
    if not found:
        raise NotFound(kind="hold", name=str(scope), nearest=[])
    for unit in {unit for unit, _ in found}:
        permits.demand(Action.SETTLE, unit)
    said.settle_all(app.sync, found, Choice(choice), actor=frame.actor.id, why=why)
    value = {"settled": len(found), "choice": choice}
    frame.tell(value, lambda: frame.say("said.settled", count=len(found), choice=frame.words.label(Choice(choice))))
    return DONE


@holds.command()
@click.argument("problem", type=click.Choice(list(Problem)))
@PLAN
@scope_options
@WHY
@pass_frame
def clear(frame: Frame, /, problem: str, plan_id: str, why: str, **options: Any) -> int:
    """Cho qua một cảnh báo của cả lớp hoặc cột · Wave a whole unit's or column's hold through, as it stands now."""
    permits, scope, app = Permits(frame), scope_of(frame, options), frame.app
    found = [unit_plan for unit_plan in _with_problem(frame, plan_id, Problem(problem)) if scope.holds(unit_plan.unit)]
    if not found:
        raise NotFound(kind="hold", name=problem, nearest=[])
    for unit_plan in found:
        whole = unit_plan.hold is not None and unit_plan.hold.problem == problem
        permits.demand(Action.CLEAR_UNIT if whole else Action.CLEAR_COLUMN, unit_plan.unit)
    for unit_plan in found:
        said.wave_through(app.sync, unit_plan, Problem(problem), actor=frame.actor.id, why=why)
    frame.tell({"cleared": len(found)}, lambda: frame.say("said.cleared", count=len(found)))
    return DONE


def _with_problem(frame: Frame, plan_id: str, problem: Problem) -> Iterator[UnitPlan]:
    for unit_plan in said.held(frame.app.sync, plan_id):
        holds_here = [unit_plan.hold, *(hold for _, hold in unit_plan.column_holds)]
        if any(hold is not None and hold.problem is problem for hold in holds_here):
            yield unit_plan


@holds.command()
@click.argument("user", type=int)
@click.argument("pupil")
@WHY
@pass_frame
def identity(frame: Frame, /, user: int, pupil: str, why: str) -> int:
    """Xác nhận tài khoản Moodle này là học sinh này · Settle who a Moodle account is, after its idnumber changed."""
    Permits(frame).demand(Action.SETTLE_IDENTITY)
    app = frame.app
    key = settle_identity(
        app.store.rosters, app.store.pins, app.school, app.sync.platform,
        user=user, pupil=pupil, actor=frame.actor.id, why=why, now=app.sync.world.now(),
    )  # fmt: skip
    frame.tell({"user": user, "pupil": key}, lambda: frame.say("said.pinned", user=user, pupil=pupil))
    return DONE
