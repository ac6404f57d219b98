"""Acting on a plan: one dull pass. What is saved is what is sent; a cell whose side moved since is left and said."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bridge.domain.plans import Gate, Place, PlannedCell, Reason, Send, Skip, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.marks import AdoptedCell, DraftRow
from bridge.ports.people import Directory
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Errand
from bridge.sync.submit import send_rows
from bridge.sync.unit import UnitStanding


def apply_unit(
    sync: Sync, carried: Errand, unit_plan: UnitPlan, *, directory: Directory, standing: UnitStanding
) -> None:
    """Adopt, close and send what this unit's plan says. The plan must be as fresh as the standing."""
    unit, fingerprints = unit_plan.unit, dict(unit_plan.fingerprints)
    adopt_cells(
        sync,
        unit,
        [AdoptedCell(cell.place, cell.lms, cell.city) for cell in _skips(unit_plan, Reason.ADOPT) if cell.city],
        fingerprints=fingerprints,
        run=carried.run,
    )
    closed = [cell.place for cell in _skips(unit_plan, Reason.CLOSE)]
    if closed:
        sync.stores.ledger.close(unit, closed, run=carried.run)
        sync.world.checkpoint("closed")
    rows = [_draft(cell, cell.action, directory, standing) for cell in unit_plan.cells if isinstance(cell.action, Send)]
    if rows:
        send_rows(sync, carried, unit, rows, fingerprints)


def adopt_cells(
    sync: Sync, unit: Unit, cells: Sequence[AdoptedCell], *, fingerprints: Mapping[Column, str], run: str
) -> None:
    """Take these cells over. Only their own columns are remembered as they look now: the others accepted nothing."""
    if cells:
        columns = {cell.place.column for cell in cells}
        seen = {column: fingerprint for column, fingerprint in fingerprints.items() if column in columns}
        sync.stores.ledger.adopt(unit, cells, fingerprints=seen, run=run)
        sync.world.checkpoint("adopted")


def _skips(unit_plan: UnitPlan, reason: Reason) -> Iterator[PlannedCell]:
    wanted = Skip(reason)
    return (cell for cell in unit_plan.cells if cell.action == wanted)


def _draft(cell: PlannedCell, send: Send, directory: Directory, standing: UnitStanding) -> DraftRow:
    words = [word for gate in Gate if (word := standing.confirmations.get((cell.place, gate))) is not None]
    return DraftRow(
        place=cell.place,
        code=directory.code_of[cell.place.pupil],
        op=send.op,
        score=send.score,
        base_version=send.base_version,
        lms=cell.lms,
        city_record=cell.city.record_id if cell.city is not None else None,
        confirmations=tuple(word.id for word in words if (word.op, word.score) == (send.op, send.score)),
        before=cell.city.score if cell.city is not None else None,
        decided=cell.place in standing.decisions,
    )


def scope_of(units: Iterable[Unit]) -> Scope:
    """Exactly these units."""
    return Scope(units=frozenset(units))


def of_pinned(unit_plan: UnitPlan, *, pinned: Container[str]) -> UnitPlan:
    """Without the cells of pupils whose account is not pinned: two claim to be one, and nobody knows yet which is."""
    cells = tuple(cell for cell in unit_plan.cells if cell.place.pupil in pinned)
    return unit_plan if len(cells) == len(unit_plan.cells) else replace(unit_plan, cells=cells)


def still_true(saved: UnitPlan, fresh: UnitPlan) -> tuple[UnitPlan, list[PlannedCell]]:
    """The part of a saved plan that a fresh look confirms to the letter, and the cells that have moved since.

    A cell that waited is sent when the fresh look finds it confirmed by now. What the fresh look holds is shown along.
    """
    now = {cell.place: cell for cell in fresh.cells}
    kept = [now[cell.place] for cell in saved.cells if _agrees(cell, now)]
    moved = [cell for cell in saved.cells if would_act(cell) and not _agrees(cell, now) and not _waits(cell, now)]
    return replace(fresh, cells=tuple(kept), skipped=()), moved


def would_act(cell: PlannedCell) -> bool:
    """Whether the plan meant to change something here, at once or after a yes."""
    return isinstance(cell.action, Send | Wait) or cell.action in (Skip(Reason.ADOPT), Skip(Reason.CLOSE))


def _send_of(cell: PlannedCell) -> Send | Skip | None:
    if isinstance(cell.action, Wait):
        return cell.action.send
    return cell.action if isinstance(cell.action, Send | Skip) else None


def _agrees(cell: PlannedCell, now: Mapping[Place, PlannedCell]) -> bool:
    fresh = now.get(cell.place)
    return fresh is not None and would_act(cell) and fresh.action == _send_of(cell)


def _waits(cell: PlannedCell, now: Mapping[Place, PlannedCell]) -> bool:
    """Still waiting for exactly what it waited for: nothing has moved, nobody has said yes."""
    before, fresh = cell.action, now.get(cell.place)
    if fresh is None or not isinstance(before, Wait) or not isinstance(fresh.action, Wait):
        return False
    return fresh.action.send == before.send
