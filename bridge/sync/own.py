"""A pupil's own scores as the city's book has them. Nothing of anybody else, no rank, no class average.

(Thông tư 15/2026 Art. 22.2: results are confidential, pupils are not compared.)
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from bridge.domain.mapping import Policy
from bridge.domain.plans import Place
from bridge.domain.scale import converter
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, Term
from bridge.domain.sheets import Activity
from bridge.domain.subjects import Kind
from bridge.ports.plans import Fed, Look
from bridge.sync.context import Sync
from bridge.sync.seen import read_read
from bridge.sync.unit import UnitRead


class OwnCell(NamedTuple):
    """`at`: when the city accepted it from us, or, where it was only `seen`, when it was seen there."""

    score: Score
    at: datetime
    seen: bool = False


class OwnSubject(NamedTuple):
    term: Term
    subject: str  # its name
    cells: Mapping[Column, OwnCell]


class OwnFed(NamedTuple):
    """A column of the pupil's book that an activity of the LMS feeds. `cell` None: nothing stands there yet.

    `agrees`: just what the pupil has reached in the activity stands there.
    """

    term: Term
    subject: str  # its name
    column: Column
    cell: OwnCell | None
    agrees: bool


_Key = tuple[str, Term, Column]
_LMS_KEEPS = Decimal("0.00001")  # five decimals of a score


class _Seen(NamedTuple):
    at: datetime
    read: UnitRead


def own_scores(sync: Sync, pupil: str) -> list[OwnSubject]:
    """By term, then subject. `pupil` is a random key.

    What was accepted from us, and what the last look at the pupil's classes saw in the book; the later word counts.
    """
    classes = _classes(sync, pupil)
    looks = [kept for code in classes for kept in sync.stores.looks.of_class(sync.school, sync.year, code)]
    return _by_subject(sync, _in_book(sync, pupil, _opened(looks)))


def own_fed(sync: Sync, pupil: str, activity: Activity, reached: Decimal | None) -> list[OwnFed]:
    """Where in the own book a result of this activity goes, and what stands there. `reached`: percent, None of nothing.

    What feeds what is known from the last time that the gradebook was read, be it for a page, by a command or by the
    clock; before the first, nothing. An empty column that is not sent at all is left out. An activity that only goes
    into a total feeds nothing by itself.
    """
    fed = _feeding(sync, _classes(sync, pupil), activity)
    feeding = {(unit.subject, unit.term, each.column): each for unit, each in fed}
    book = _in_book(sync, pupil, _opened(_looks_at(sync, {unit for unit, _ in fed}))) if fed else {}
    policies = sync.stores.mappings.policies(sync.school)
    return [
        _fed(sync, key, book.get(key), _expected(item, reached))
        for key, item in sorted(feeding.items())
        if key in book or policies[key[2]] is not Policy.OFF
    ]


def _feeding(sync: Sync, classes: Collection[str], activity: Activity) -> list[tuple[Unit, Fed]]:
    """What the activity feeds in these classes, while it is still mapped so: a pupil who has moved keeps the record."""
    found = sync.stores.feeds.of_activity(sync.school, sync.year, activity)
    rows = sync.stores.mappings.items(sync.school, sync.year) if found else ()
    mapped = {(row.item, row.term, row.column) for row in rows if row.course == activity.course}
    return [
        (unit, each)
        for unit, each in found
        if unit.school_class in classes and (each.item, unit.term, each.column) in mapped
    ]


def _fed(sync: Sync, key: _Key, cell: OwnCell | None, expected: Score | None) -> OwnFed:
    subject, term, column = key
    return OwnFed(term, _name(sync, subject), column, cell, cell is not None and cell.score == expected)


def _expected(item: Fed, reached: Decimal | None) -> Score | None:
    """What a percentage becomes in the book by way of the LMS, which has it out of the item's maximum."""
    if reached is None:
        return None
    low, high = Decimal(item.low), Decimal(item.high)
    raw = (reached * high / 100).quantize(_LMS_KEEPS, ROUND_HALF_UP)
    return converter(low, high, words=False, kind=Kind.SCORED)(raw, 0, "")


def _in_book(sync: Sync, pupil: str, seen: Iterable[_Seen]) -> dict[_Key, OwnCell]:
    found: dict[_Key, OwnCell] = {
        (row.subject, row.term, row.column): OwnCell(row.score, row.at)
        for row in sync.stores.ledger.of_pupil(sync.school, sync.year, pupil)
    }
    for each in seen:
        _see(found, each, pupil)
    return found


def _classes(sync: Sync, pupil: str) -> list[str]:
    """Classes and groups that the pupil is or was in."""
    members = sync.stores.rosters.members(sync.school, sync.year)
    return [code for code, rows in members.items() if any(row.pupil == pupil for row in rows)]


def _looks_at(sync: Sync, units: Iterable[Unit]) -> list[Look]:
    return [kept for unit in units if (kept := sync.stores.looks.find(unit)) is not None]


def _opened(looks: Iterable[Look]) -> list[_Seen]:
    """Oldest first."""
    return [_Seen(kept.at, read_read(kept.unit, kept.body)) for kept in sorted(looks, key=lambda kept: kept.at)]


def _see(found: dict[_Key, OwnCell], seen_then: _Seen, pupil: str) -> None:
    """A look overrides what was accepted before it, also by seeing nothing where something was."""
    at, read = seen_then
    if read.holds or pupil not in read.roster:
        return  # a side could not be read: it says nothing
    for column in Column:
        key, seen = (read.unit.subject, read.unit.term, column), read.city.get(Place(pupil, column))
        before = found.get(key)
        if before is not None and before.at > at:
            continue
        if seen is None:
            found.pop(key, None)
        elif before is None or before.score != seen.score:
            found[key] = OwnCell(seen.score, at, seen=True)


def _by_subject(sync: Sync, found: Mapping[_Key, OwnCell]) -> list[OwnSubject]:
    groups: dict[tuple[Term, str], dict[Column, OwnCell]] = {}
    for (subject, term, column), cell in found.items():
        groups.setdefault((term, _name(sync, subject)), {})[column] = cell
    return [OwnSubject(term, subject, cells) for (term, subject), cells in sorted(groups.items())]


def _name(sync: Sync, subject: str) -> str:
    known = sync.subjects.by_code.get(subject)
    return known.name if known is not None else subject
