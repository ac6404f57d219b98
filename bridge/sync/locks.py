"""Which columns of a unit are locked (khoá sổ) at a moment: the most specific row wins; on a tie, locked."""

from collections.abc import Iterable
from datetime import datetime

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.city import ColumnLock


def locked_columns(locks: Iterable[ColumnLock], unit: Unit, now: datetime) -> dict[Column, str]:
    """The locked columns of the unit and why (the city's own reason, may be empty). No row means open."""
    rows = [lock for lock in locks if _concerns(lock, unit)]
    strongest = {column: _strongest(rows, column, now) for column in Column}
    return {column: lock.reason for column, lock in strongest.items() if lock is not None and lock.locked}


def announced_locks(locks: Iterable[ColumnLock], unit: Unit, now: datetime) -> dict[Column, datetime]:
    """When each column that is open now will be locked, as far as the city says so already."""
    rows = list(locks)
    open_now = set(Column) - locked_columns(rows, unit, now).keys()
    coming = sorted({lock.since for lock in rows if lock.since is not None and lock.since > now})
    found: dict[Column, datetime] = {}
    for moment in coming:
        for column in open_now & locked_columns(rows, unit, moment).keys():
            found.setdefault(column, moment)
    return found


def _concerns(lock: ColumnLock, unit: Unit) -> bool:
    return (
        lock.term == unit.term
        and lock.school_class in (None, unit.school_class)
        and lock.subject in (None, unit.subject)
    )


def _strongest(rows: list[ColumnLock], column: Column, now: datetime) -> ColumnLock | None:
    here = [row for row in rows if row.column in (None, column) and _in_force(row, now)]
    return max(here, key=lambda row: (_specificity(row), row.locked), default=None)


def _in_force(lock: ColumnLock, now: datetime) -> bool:
    return (lock.since is None or lock.since <= now) and (lock.until is None or now < lock.until)


def _specificity(lock: ColumnLock) -> int:
    return sum(part is not None for part in (lock.school_class, lock.subject, lock.column))
