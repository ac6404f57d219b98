"""Taking a run back: a plan from the stored before-images, through the same decision table.

A person asked for it by name, so what the run had newly written is cancelled and what it had changed is put back. A
cell that has moved in the city since is held like any other. What the LMS says now is settled as "keep the city's",
else the next run would send it again; that decision is bound to what the city will have, and stored before the wire.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.domain.plans import (
    Action,
    Choice,
    Decision,
    Hold,
    Op,
    Place,
    PlannedCell,
    Problem,
    Reason,
    Send,
    Skip,
    UnitPlan,
)
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Score, ScoreKey
from bridge.ports.city import Submission
from bridge.ports.marks import DraftRow
from bridge.ports.runs import SentRow
from bridge.sync.apply import scope_of
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Done, errand, finish
from bridge.sync.holds import open_hold
from bridge.sync.make import new_head
from bridge.sync.plan import base_version
from bridge.sync.read import read_city, read_units
from bridge.sync.run import Watch, act
from bridge.sync.submit import resume
from bridge.sync.survey import Survey, survey
from bridge.sync.table import rule
from bridge.sync.unit import UnitRead, UnitStanding

Images = Mapping[Place, Score]  # what the city had before the run; BLANK for nothing
_DONE = Skip(Reason.SETTLED)
_BACK_ALREADY = frozenset({Skip(Reason.ADOPT), Skip(Reason.CLOSE), Skip(Reason.SAME), Skip(Reason.NO_SCORE)})


def revert(sync: Sync, run_id: str, *, actor: str, why: str, watch: Watch) -> Done:
    """Undo what a run had accepted, also what it is known to have sent only now."""
    undone = sync.stores.runs.head(run_id, school=sync.school)
    head = new_head(sync, Scope(), actor=actor)
    with errand(sync, kind="revert", actor=actor, plan=head.id) as carried:
        resume(sync, carried)
        before = _before_images(sync.stores.runs.rows(undone.id))
        if not before:
            return finish(sync, carried)
        found = survey(sync, scope_of(before))
        reads = _reads(sync, found, before)
        plans = [_plan(read, before[unit], found.standing.of(unit)) for unit, read in reads.items()]
        sync.stores.plans.begin(replace(head, scope=str(scope_of(before))))
        sync.stores.plans.add(head.id, plans)
        sync.stores.plans.finish(head.id)
        sync.stores.plans.use(head.id, now=sync.world.now())
        sync.world.checkpoint("plan used")
        keeping = _Keeping(sync, reads, actor, why)
        carried.prepared = keeping.foresee
        for unit_plan in plans:
            watch(unit_plan)
            keeping.settle(unit_plan)
        said = {unit_plan.unit: keeping.standing(unit_plan) for unit_plan in plans}
        act(sync, carried, plans, directory=found.lists.directory, standing_of=said.__getitem__)
        return finish(sync, carried)


def _before_images(rows: Sequence[SentRow]) -> dict[Unit, dict[Place, Score]]:
    """The first image of each cell: a run that sent a cell twice goes back to before both."""
    images: dict[Unit, dict[Place, Score]] = {}
    for row in rows:
        if row.state == "accepted":
            images.setdefault(row.unit, {}).setdefault(row.place, row.before if row.before is not None else BLANK)
    return images


def _reads(sync: Sync, found: Survey, before: Mapping[Unit, Images]) -> dict[Unit, UnitRead]:
    """Every unit of the run. A course that is unmapped or gone by now sends nothing again: there the city is enough."""
    reads = {read.unit: read for read in read_units(sync, found) if read.unit in before}
    courseless = [
        unit
        for unit in before
        if unit not in reads or any(hold.problem is Problem.COURSE_GONE for hold in reads[unit].holds)
    ]
    return reads | {unit: read_city(sync, found, unit) for unit in courseless}


def _plan(read: UnitRead, images: Images, standing: UnitStanding) -> UnitPlan:
    hold = open_hold(read, standing)
    if hold is not None:
        return UnitPlan(read.unit, hold=hold)
    return UnitPlan(read.unit, tuple(_cell(read, standing, place, image) for place, image in images.items()))


def _cell(read: UnitRead, standing: UnitStanding, place: Place, image: Score) -> PlannedCell:
    action = Skip(Reason.IN_FLIGHT) if place in standing.open else _action(read, place, image)
    return PlannedCell(place, action, None, read.accepted.get(place), read.city.get(place))


def _action(read: UnitRead, place: Place, image: Score) -> Action:
    accepted, city = read.accepted.get(place), read.city.get(place)
    if place.pupil not in read.roster:
        return Hold(Problem.OTHER_CLASS)
    ruling = rule(image, accepted, city)
    if ruling == Hold(Problem.REMOVED) and city is not None:
        ruling, image = Op.CANCEL, city.score
    if ruling in _BACK_ALREADY:
        return _DONE
    if not isinstance(ruling, Op):
        return ruling
    if place.column in read.locked:
        return Hold(Problem.LOCKED, read.locked[place.column])
    return Send(ruling, image, base_version(accepted, city))


@dataclass(frozen=True, slots=True)
class _Keeping:
    """The decisions of a revert: whatever the LMS says now, the city keeps what the revert leaves there."""

    sync: Sync
    reads: Mapping[Unit, UnitRead]
    actor: str
    why: str

    def standing(self, unit_plan: UnitPlan) -> UnitStanding:
        """A revert is a person's decision over each of its cells."""
        now = self.sync.world.now()
        sends = [(cell.place, cell.action) for cell in unit_plan.cells if isinstance(cell.action, Send)]
        return UnitStanding(
            decisions={
                place: Decision(Choice.SEND_OURS, send.score, None, send.base_version, self.actor, now)
                for place, send in sends
            }
        )

    def settle(self, unit_plan: UnitPlan) -> None:
        """For the cells that somebody has put back in the city already."""
        for cell in unit_plan.cells:
            if cell.action == _DONE:
                stands = (cell.city.score, cell.city.version) if cell.city is not None else (None, 0)
                self._keep(unit_plan.unit, cell.place, *stands)

    def foresee(self, submission: Submission, rows: Sequence[DraftRow]) -> None:
        """For the cells about to be sent, as they will stand once accepted; void if they are not."""
        for row, out in zip(rows, submission.rows, strict=True):
            stands = (None, 0) if out.op is Op.CANCEL else (out.score, out.version)
            self._keep(submission.unit, row.place, *stands)
        self.sync.world.checkpoint("revert settled")

    def _keep(self, unit: Unit, place: Place, city: Score | None, version: int) -> None:
        lms = self.reads[unit].lms.get(place)
        seen = lms.score if lms is not None else BLANK
        decision = Decision(Choice.KEEP_CITY, seen, city, version, self.actor, self.sync.world.now())
        key = ScoreKey(unit.school, unit.year, place.pupil, unit.subject, unit.term, place.column)
        self.sync.stores.decisions.decide(key, decision, why=self.why)
