"""What holds a whole unit or column, and was not waved through. A clearance is bound to the fingerprint of just that
state, so the next surprise holds again."""

import hashlib
from collections.abc import Sequence

from bridge.domain.plans import Accepted, Hold, PlannedCell, Problem, place_of
from bridge.domain.scores import BLANK, Column, Standing, Unreadable
from bridge.sync.unit import ColumnSource, UnitRead, UnitStanding

LEAST_MASS = 5  # so many cells may change at once in any column, however small


def open_hold(read: UnitRead, standing: UnitStanding) -> Hold | None:
    """What holds the whole unit, and was not waved through."""
    if read.foreign:
        return Hold(Problem.LEDGER_BEHIND, str(len(read.foreign)))
    return open_guard(read, standing)


def open_guard(read: UnitRead, standing: UnitStanding) -> Hold | None:
    """The first guard that struck, and was not waved through."""
    return next((hold for hold in read.holds if not _cleared(hold, standing)), None)


def open_gate(column: Column, source: ColumnSource, standing: UnitStanding) -> Hold | None:
    """What holds the whole column before any of its cells is looked at, and was not waved through."""
    if source.hold is not None:
        return source.hold
    before = standing.columns.get(column, source.fingerprint)
    changed = Hold(Problem.ITEM_CHANGED, str(column), f"{column}:{source.fingerprint}")
    return changed if before != source.fingerprint and not _cleared(changed, standing) else None


def mass_change(
    column: Column, cells: Sequence[PlannedCell], read: UnitRead, standing: UnitStanding, *, percent: int
) -> Hold | None:
    """That more of what was accepted would change at once than the school lets through."""
    changed = [cell for cell in cells if _changes_accepted(cell)]
    if len(changed) < LEAST_MASS:
        return None
    accepted = sum(_has_score(read.accepted.get(place_of(pupil, column))) for pupil in read.roster)
    if len(changed) * 100 <= percent * accepted:
        return None
    hold = Hold(Problem.MASS_CHANGE, f"{len(changed)}/{accepted}", f"{column}:{_digest(changed)}")
    return None if _cleared(hold, standing) else hold


def _cleared(hold: Hold, standing: UnitStanding) -> bool:
    return bool(hold.fingerprint) and (hold.problem, hold.fingerprint) in standing.clearances


def _changes_accepted(cell: PlannedCell) -> bool:
    """Whether the LMS has another score, or none, where one was accepted. What can't be read says neither."""
    lms = cell.lms.score if cell.lms is not None else BLANK
    if cell.accepted is None or isinstance(lms, Unreadable):
        return False
    return _has_score(cell.accepted) and lms != cell.accepted.score


def _has_score(accepted: Accepted | None) -> bool:
    return accepted is not None and accepted.score is not None and not isinstance(accepted.score, Standing)


def _digest(cells: Sequence[PlannedCell]) -> str:
    lines = sorted(f"{cell.place.pupil}={cell.lms.score if cell.lms else BLANK}" for cell in cells)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
