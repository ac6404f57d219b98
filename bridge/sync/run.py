"""The main job's runs: plan; plan and send; send a saved plan. Running twice is harmless."""

from collections.abc import Callable, Iterable

from bridge.domain.errors import PlanUnusable, RemoteError
from bridge.domain.plans import PlanHead, UnitPlan
from bridge.domain.school import Unit
from bridge.ports.people import Directory
from bridge.sync.apply import apply_unit, scope_of, still_true
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Done, Errand, errand, finish
from bridge.sync.make import make_plan, new_head, plan_units
from bridge.sync.plan import UnitStanding
from bridge.sync.submit import resume
from bridge.sync.survey import Survey, survey

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
        _act_on(sync, carried, sync.stores.plans.units(head.id), found)
        return finish(sync, carried)


def apply(sync: Sync, plan_id: str, *, actor: str, watch: Watch) -> Done:
    """Send a saved plan, once: exactly what it says, as far as both sides still stand as it saw them."""
    head = usable(sync, plan_id)
    with errand(sync, kind="apply", actor=actor, plan=head.id) as carried:
        resume(sync, carried)
        sync.stores.plans.use(head.id, now=sync.world.now())
        saved = {unit_plan.unit: unit_plan for unit_plan in sync.stores.plans.units(head.id) if unit_plan.cells}
        found = survey(sync, scope_of(saved))
        for _, fresh in plan_units(sync, found):
            carried.renew(sync)
            if fresh.unit not in saved:
                continue
            kept, moved = still_true(saved[fresh.unit], fresh)
            carried.moved += [(fresh.unit, cell) for cell in moved]
            watch(kept)
            if not _act_on(sync, carried, [kept], found):
                break
        return finish(sync, carried)


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
    """Act unit by unit; False when a remote ended it. The run goes on to its end: what is open is resumed later."""
    for unit_plan in units:
        standing = standing_of(unit_plan.unit)
        try:
            apply_unit(sync, carried, unit_plan, directory=directory, standing=standing)
        except RemoteError as error:
            carried.failures.append((unit_plan.unit, error))
            return False
    return True
