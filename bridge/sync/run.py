"""The main job's runs: plan; plan and send; send a saved plan. Running twice is harmless."""

from collections.abc import Callable, Iterable
from functools import partial

from bridge.domain.errors import PlanUnusable, RemoteError, Unclear, Unreachable
from bridge.domain.plans import PlanHead, UnitPlan
from bridge.domain.school import Unit
from bridge.ports.people import Directory
from bridge.sync.apply import apply_unit, of_pinned, scope_of, still_true, would_act
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Done, Errand, errand, finish
from bridge.sync.make import make_plan, new_head, plan_units
from bridge.sync.submit import hopeless, resume
from bridge.sync.survey import Survey, survey
from bridge.sync.unit import UnitStanding

Watch = Callable[[UnitPlan], None]


def plan(sync: Sync, scope: Scope, *, actor: str, watch: Watch) -> PlanHead:
    """Read everything in scope and save what should happen. Sends nothing."""
    head = new_head(sync, scope, actor=actor)
    for unit_plan in make_plan(sync, survey(sync, scope), head):
        watch(unit_plan)
    return head


def run(sync: Sync, scope: Scope, *, actor: str, watch: Watch) -> Done:
    """Finish what is open, plan afresh, and send all that needs no more asking."""
    head = new_head(sync, scope, actor=actor)
    with errand(sync, kind="sync", actor=actor, plan=head.id) as carried:
        resume(sync, carried)
        found = survey(sync, scope)
        for unit_plan in make_plan(sync, found, head):
            carried.renew(sync)
            watch(unit_plan)
        sync.stores.plans.use(head.id, now=sync.world.now())
        sync.world.checkpoint("plan used")
        pinned = sync.stores.pins.pins(sync.school, sync.platform).values()
        sure = partial(of_pinned, pinned=frozenset(pinned))
        _act_on(sync, carried, map(sure, sync.stores.plans.units(head.id)), found)
        return finish(sync, carried)


def apply(sync: Sync, plan_id: str, *, actor: str, watch: Watch) -> Done:
    """Send a saved plan, once: exactly what it says, as far as both sides still stand as it saw them."""
    head = usable(sync, plan_id)
    if head.applied_at is not None:
        raise PlanUnusable(plan=head.id, why="APPLIED")
    with errand(sync, kind="apply", actor=actor, plan=head.id) as carried:
        resume(sync, carried)
        saved = {unit_plan.unit: unit_plan for unit_plan in sync.stores.plans.units(head.id) if unit_plan.cells}
        if saved:
            _apply_saved(sync, carried, head, saved, watch=watch)
        return finish(sync, carried)


def _apply_saved(sync: Sync, carried: Errand, head: PlanHead, saved: dict[Unit, UnitPlan], *, watch: Watch) -> None:
    """Unit by unit, each beside a fresh look. A unit that is not there any more has moved as a whole."""
    found = survey(sync, scope_of(saved))
    sync.stores.plans.use(head.id, now=sync.world.now())
    sync.world.checkpoint("plan used")
    for _, looked in plan_units(sync, found):
        carried.renew(sync)
        fresh = of_pinned(looked, pinned=found.pins.user_of)
        kept, moved = still_true(saved.pop(fresh.unit, UnitPlan(fresh.unit)), fresh)
        carried.moved += [(fresh.unit, cell) for cell in moved]
        watch(kept)
        if not _act_on(sync, carried, [kept], found):
            return
    carried.moved += [(unit, cell) for unit, gone in saved.items() for cell in gone.cells if would_act(cell)]


def resume_open(sync: Sync, *, actor: str) -> Done:
    """Only bring open submissions to their end."""
    with errand(sync, kind="resume", actor=actor) as carried:
        resume(sync, carried)
        return finish(sync, carried)


def usable(sync: Sync, plan_id: str) -> PlanHead:
    """The head of a plan that is ours and has not expired."""
    head = sync.stores.plans.head(plan_id, school=sync.school)
    if head.year != sync.year:
        raise PlanUnusable(plan=head.id, why="OTHER_YEAR")
    if sync.world.now() >= head.expires_at:
        raise PlanUnusable(plan=head.id, why="EXPIRED")
    return head


def _act_on(sync: Sync, carried: Errand, units: Iterable[UnitPlan], found: Survey) -> bool:
    return act(sync, carried, units, directory=found.lists.directory, standing_of=found.standing.of)


def act(
    sync: Sync,
    carried: Errand,
    units: Iterable[UnitPlan],
    *,
    directory: Directory,
    standing_of: Callable[[Unit], UnitStanding],
) -> bool:
    """Act unit by unit; False when the city is away or shut. An answer that one unit can't use stops that unit alone.

    The run goes on to its end: what is open is resumed by the next.
    """
    for unit_plan in units:
        standing = standing_of(unit_plan.unit)
        try:
            apply_unit(sync, carried, unit_plan, directory=directory, standing=standing)
        except RemoteError as error:
            carried.failures.append((unit_plan.unit, error))
            if isinstance(error, Unreachable | Unclear) or hopeless(error):
                return False
    return True
