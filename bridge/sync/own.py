"""A pupil's own scores as the city's book has them. Nothing of anybody else, no rank, no class average.

(Thông tư 15/2026 Art. 22.2: results are confidential, pupils are not compared.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bridge.domain.plans import Place
from bridge.domain.scores import Column, Score, Term
from bridge.ports.plans import Look
from bridge.sync.context import Sync
from bridge.sync.seen import read_read


class OwnCell(NamedTuple):
    """`at`: when the city accepted it from us, or when it was seen there."""

    score: Score
    at: datetime


class OwnSubject(NamedTuple):
    term: Term
    subject: str  # its name
    cells: Mapping[Column, OwnCell]


_Key = tuple[str, Term, Column]


def own_scores(sync: Sync, pupil: str) -> list[OwnSubject]:
    """By term, then subject. `pupil` is a random key.

    What was accepted from us, and what the last look at the pupil's classes saw in the book; the later word counts.
    """
    found: dict[_Key, OwnCell] = {
        (row.subject, row.term, row.column): OwnCell(row.score, row.at)
        for row in sync.stores.ledger.of_pupil(sync.school, sync.year, pupil)
    }
    for kept in _looks(sync, pupil):
        _see(found, kept, pupil)
    return _by_subject(sync, found)


def _looks(sync: Sync, pupil: str) -> Iterable[Look]:
    """Oldest first."""
    members = sync.stores.rosters.members(sync.school, sync.year)
    mine = [code for code, rows in members.items() if any(row.pupil == pupil for row in rows)]
    looks = [kept for code in mine for kept in sync.stores.looks.of_class(sync.school, sync.year, code)]
    return sorted(looks, key=lambda kept: kept.at)


def _see(found: dict[_Key, OwnCell], kept: Look, pupil: str) -> None:
    """A look overrides what was accepted before it, also by seeing nothing where something was."""
    read = read_read(kept.unit, kept.body)
    if read.holds or pupil not in read.roster:
        return  # a side could not be read: it says nothing
    for column in Column:
        key, seen = (kept.unit.subject, kept.unit.term, column), read.city.get(Place(pupil, column))
        before = found.get(key)
        if before is not None and before.at > kept.at:
            continue
        if seen is None:
            found.pop(key, None)
        elif before is None or before.score != seen.score:
            found[key] = OwnCell(seen.score, kept.at)


def _by_subject(sync: Sync, found: Mapping[_Key, OwnCell]) -> list[OwnSubject]:
    groups: dict[tuple[Term, str], dict[Column, OwnCell]] = {}
    for (subject, term, column), cell in found.items():
        known = sync.subjects.by_code.get(subject)
        groups.setdefault((term, known.name if known is not None else subject), {})[column] = cell
    return [OwnSubject(term, subject, cells) for (term, subject), cells in sorted(groups.items())]
