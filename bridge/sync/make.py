"""Making a saved plan: survey, read, plan, save. Nothing is sent here."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bridge.domain.plans import PlanHead, UnitPlan
from bridge.domain.school import Unit
from bridge.ports.plans import Fed
from bridge.sync.context import Scope, Sync
from bridge.sync.plan import plan_unit
from bridge.sync.read import read_units
from bridge.sync.survey import Survey
from bridge.sync.unit import UnitRead

BATCH = 32  # units saved by one commit: a synced commit costs more than planning a unit


@dataclass(slots=True)
class _Notes:
    """What good reads taught: sizes for the guards of the next run, and first sights to pin, and what feeds what."""

    sizes: dict[str, int] = field(default_factory=dict)
    first_sights: dict[int, str] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    fed: dict[Unit, Sequence[Fed]] = field(default_factory=dict)

    def take(self, read: UnitRead, *, believed: bool) -> None:
        self.contested |= read.contested
        if believed:
            self.sizes.update(read.sizes)
            self.first_sights.update(read.first_sights)
            self.fed[read.unit] = [*_activities(read)]

    @property
    def sure_sights(self) -> dict[int, str]:
        """Without those whom two accounts claim: who is right is seen once one of the two idnumbers is mended."""
        return {user: pupil for user, pupil in self.first_sights.items() if pupil not in self.contested}


def plan_units(sync: Sync, found: Survey) -> Iterator[tuple[UnitRead, UnitPlan]]:
    """Read and plan unit after unit, never holding more than the few that are read ahead."""
    for read in read_units(sync, found):
        yield read, plan_unit(read, found.standing.of(read.unit), found.choices)


def make_plan(
    sync: Sync, found: Survey, head: PlanHead, *, seen: Callable[[UnitRead], None] = lambda _: None
) -> Iterator[UnitPlan]:
    """Save a plan under this head; yields each unit's plan as it is made. Usable once the iterator has ended.

    Who was seen for the first time is pinned before the plan can be used: nothing is ever sent for an account that a
    later run might take for somebody else. `seen` is shown each read.
    """
    notes, unsaved = _Notes(), list[UnitPlan]()
    sync.stores.plans.begin(head)
    for read, unit_plan in plan_units(sync, found):
        seen(read)
        unsaved.append(unit_plan)
        if len(unsaved) == BATCH:
            sync.stores.plans.add(head.id, unsaved)
            unsaved.clear()
        notes.take(read, believed=unit_plan.hold is None)
        yield unit_plan
    sync.stores.plans.add(head.id, unsaved)
    sync.world.checkpoint("plan written")
    sync.stores.pins.pin(sync.school, sync.platform, notes.sure_sights, now=sync.world.now())
    sync.world.checkpoint("pinned")
    sync.stores.ledger.note_reads(sync.school, sync.year, notes.sizes)
    sync.stores.feeds.note(sync.school, sync.year, notes.fed)
    sync.stores.plans.finish(head.id)
    sync.world.checkpoint("plan finished")


def _activities(read: UnitRead) -> Iterator[Fed]:
    for column, source in read.sources.items():
        for item in source.items:
            if item.resource_link and item.high:
                yield Fed(column, item.course, item.item, item.resource_link, item.low, item.high)


def new_head(sync: Sync, scope: Scope, *, actor: str) -> PlanHead:
    """The head of a plan about to be made."""
    now = sync.world.now()
    return PlanHead(
        id=sync.world.new_id(),
        school=sync.school,
        year=sync.year,
        actor=actor,
        created_at=now,
        expires_at=now + sync.choices.plan_lifetime,
        ruleset=sync.ruleset,
        scope=str(scope),
    )
