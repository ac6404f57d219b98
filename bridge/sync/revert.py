"""Taking a run back: a plan from the stored before-images, through the same decision table.

A person asked for it by name, so what the run had newly written is cancelled and what it had changed is put back. A
cell that has moved in the city since is held like any other.
"""

from collections.abc import Mapping, Sequence

from bridge.domain.plans import (
    Action,
    Choice,
    Decision,
    Hold,
    LmsScore,
    Op,
    Place,
    PlannedCell,
    Problem,
    Send,
    UnitPlan,
)
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Score, ScoreKey
from bridge.ports.marks import SentRow
from bridge.sync.apply import scope_of
from bridge.sync.context import Sync
from bridge.sync.errand import Done, Errand, errand, finish
from bridge.sync.make import new_head
from bridge.sync.plan import UnitRead, UnitStanding
from bridge.sync.read import read_units
from bridge.sync.run import Watch, act
from bridge.sync.submit import resume
from bridge.sync.survey import survey
from bridge.sync.table import rule

Images = Mapping[Place, Score]  # what the ledger had before the run; BLANK for nothing


def revert(sync: Sync, run_id: str, *, actor: str, why: str, watch: Watch) -> Done:
    """Undo what a run had accepted.

    What the LMS says now is then settled as "keep the city's": else the next run would send it again.
    """
    undone = sync.stores.runs.head(run_id, school=sync.school)
    before = _before_images(sync.stores.runs.rows(undone.id))
    head = new_head(sync, scope_of(before), actor=actor)
    with errand(sync, kind="revert", actor=actor, plan=head.id) as carried:
        resume(sync, carried)
        found = survey(sync, scope_of(before))
        reads = {read.unit: read for read in read_units(sync, found) if read.unit in before}
        plans = [_plan(read, before[unit]) for unit, read in reads.items()]
        sync.stores.plans.begin(head)
        for unit_plan in plans:
            sync.stores.plans.add(head.id, unit_plan)
            watch(unit_plan)
        sync.stores.plans.finish(head.id)
        sync.stores.plans.use(head.id, now=sync.world.now())
        said = {plan.unit: _as_decided(sync, plan, actor=actor) for plan in plans}
        act(sync, carried, plans, directory=found.lists.directory, standing_of=said.__getitem__)
        _keep(sync, carried, reads, actor=actor, why=why)
        return finish(sync, carried)


def _before_images(rows: Sequence[SentRow]) -> dict[Unit, dict[Place, Score]]:
    """The first image of each cell: a run that sent a cell twice goes back to before both."""
    images: dict[Unit, dict[Place, Score]] = {}
    for row in rows:
        if row.state == "accepted":
            images.setdefault(row.unit, {}).setdefault(row.place, row.before if row.before is not None else BLANK)
    return images


def _plan(read: UnitRead, images: Images) -> UnitPlan:
    if read.holds:
        return UnitPlan(read.unit, hold=read.holds[0])
    cells = tuple(_cell(read, place, image) for place, image in images.items())
    return UnitPlan(read.unit, cells, fingerprints=_fingerprints(read))


def _fingerprints(read: UnitRead) -> tuple[tuple[Column, str], ...]:
    return tuple((column, source.fingerprint) for column, source in read.sources.items())


def _cell(read: UnitRead, place: Place, image: Score) -> PlannedCell:
    accepted, city = read.accepted.get(place), read.city.get(place)
    return PlannedCell(place, _action(read, place, image), None, accepted, city)


def _action(read: UnitRead, place: Place, image: Score) -> Action:
    accepted, city = read.accepted.get(place), read.city.get(place)
    if place.pupil not in read.roster:
        return Hold(Problem.OTHER_CLASS)
    ruling = rule(image, accepted, city)
    if ruling == Hold(Problem.REMOVED) and city is not None:
        ruling, image = Op.CANCEL, city.score
    if not isinstance(ruling, Op):
        return ruling
    if place.column in read.locked:
        return Hold(Problem.LOCKED, read.locked[place.column])
    return Send(ruling, image, city.version if city is not None else 0)


def _as_decided(sync: Sync, plan: UnitPlan, *, actor: str) -> UnitStanding:
    """A revert is a person's decision over each of its cells."""
    now = sync.world.now()
    sends = [(cell, cell.action) for cell in plan.cells if isinstance(cell.action, Send)]
    return UnitStanding(
        decisions={
            cell.place: Decision(Choice.SEND_OURS, send.score, None, send.base_version, actor, now)
            for cell, send in sends
        }
    )


def _keep(sync: Sync, carried: Errand, reads: Mapping[Unit, UnitRead], *, actor: str, why: str) -> None:
    for row in sync.stores.runs.rows(carried.run):
        if row.state != "accepted":
            continue
        unit, place = row.unit, row.place
        lms: LmsScore | None = reads[unit].lms.get(place)
        gone = row.op is Op.CANCEL
        decision = Decision(
            Choice.KEEP_CITY,
            lms.score if lms is not None else BLANK,
            None if gone else row.score,
            0 if gone else row.version,
            actor,
            sync.world.now(),
        )
        key = ScoreKey(unit.school, unit.year, place.pupil, unit.subject, unit.term, place.column)
        sync.stores.decisions.decide(key, decision, why=why)
