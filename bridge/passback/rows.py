"""The outbox as people look at it and decide over it: rows by a short name, decisions bound to what was seen."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from bridge.domain.errors import NotFound
from bridge.ports.passback import ConflictChoice, Outbox, Passback, PassbackState, Place, Shown

OPEN = (PassbackState.CONFLICT, PassbackState.DEAD, PassbackState.WAITING)
MANY = 10_000  # rows that are looked through for a name


def short_id(place: Place) -> str:
    """Short enough to type: a place is named by a long address."""
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:10]


def open_rows(outbox: Outbox, school: str, *, limit: int) -> Sequence[Passback]:
    """Those that a person must look at first."""
    found = outbox.rows(school, states=OPEN, limit=limit)
    return sorted(found, key=lambda row: OPEN.index(row.state))


def find_row(outbox: Outbox, school: str, name: str) -> Passback:
    """By the beginning of its short id; `NotFound` for none and for several."""
    mine = [row for row in outbox.rows(school, states=tuple(PassbackState), limit=MANY) if _is(row, name)]
    if len(mine) != 1:
        raise NotFound(kind="passback", name=name, nearest=[])
    return mine[0]


def decide_row(
    outbox: Outbox, school: str, name: str, choice: ConflictChoice, *, seen: str | None, actor: str, now: datetime
) -> None:
    """`seen`: what the person saw standing there, as `written` has it; None where it was just read. `NotFound` when
    something else stands there by now, or nothing waits for a decision."""
    row = find_row(outbox, school, name)
    if row.seen is None or seen not in (None, written(row.seen)):
        raise NotFound(kind="passback", name=name, nearest=[])
    outbox.settle(school, row.place, choice, seen=row.seen, actor=actor, now=now)


def dead_like(outbox: Outbox, school: str, name: str) -> Sequence[Place]:
    """All that were given up with this one: the same column for the same reason. `NotFound`."""
    found = find_row(outbox, school, name)
    dead = outbox.rows(school, states=(PassbackState.DEAD,), limit=MANY)
    mine = [row.place for row in dead if _together(row) == _together(found)]
    if not mine:
        raise NotFound(kind="passback", name=name, nearest=[])
    return mine


def together(rows: Iterable[Passback]) -> list[list[Passback]]:
    """One by one what somebody decides or what waits; what is in trouble by column and reason, for it has one cure."""
    found: dict[object, list[Passback]] = {}
    for row in rows:
        found.setdefault(_together(row), []).append(row)
    return [*found.values()]


def _together(row: Passback) -> object:
    if row.trouble is None or row.seen is not None:
        return row.place
    facts = tuple(sorted((name, str(value)) for name, value in row.trouble.facts.items()))
    return row.place.registration, row.place.line_item, row.state, row.trouble.reason, facts


def is_stuck(row: Passback) -> bool:
    """Whether somebody should look at it: it waits for a word, was given up, or is tried again after a trouble."""
    return row.state in (PassbackState.CONFLICT, PassbackState.DEAD) or (
        row.state is PassbackState.WAITING and row.trouble is not None
    )


def written(shown: Shown | None) -> str:
    return f"{shown.value}/{shown.maximum}" if shown else ""


def _is(row: Passback, name: str) -> bool:
    return bool(name) and short_id(row.place).startswith(name)
