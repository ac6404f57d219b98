"""What the store knows beside the ledger, found by unit: indexed once a run, so that no unit walks the whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from bridge.domain.plans import Confirmation, Decision, Gate, Place, Problem
from bridge.domain.school import Unit
from bridge.domain.scores import Column, ScoreKey, Term
from bridge.ports.marks import PastRefusal, Standing
from bridge.sync.unit import UnitStanding

Value = TypeVar("Value")


class _Part(NamedTuple):
    """Marks belong to a subject and term; in which class a pupil sits is not their matter."""

    subject: str
    term: Term


class StandingIndex:
    def __init__(self, standing: Standing) -> None:
        self._open = {part: frozenset(found) for part, found in _by_part((key, None) for key in standing.open).items()}
        self._decisions: Mapping[_Part, Mapping[Place, Decision]] = _by_part(standing.decisions.items())
        self._refusals: Mapping[_Part, Mapping[Place, PastRefusal]] = _by_part(standing.refusals.items())
        self._words: dict[_Part, dict[tuple[Place, Gate], Confirmation]] = defaultdict(dict)
        for (key, gate), word in standing.confirmations.items():
            self._words[_part(key)][_place(key), gate] = word
        self._columns: dict[Unit, dict[Column, str]] = defaultdict(dict)
        for (unit, column), fingerprint in standing.columns.items():
            self._columns[unit][column] = fingerprint
        self._clearances: dict[Unit, set[tuple[Problem, str]]] = defaultdict(set)
        for unit, problem, fingerprint in standing.clearances:
            self._clearances[unit].add((problem, fingerprint))

    def waved(self, school_class: str, problem: Problem, fingerprint: str) -> bool:
        """Whether a person waved this through in any unit of the class: a class list concerns them all."""
        return any(
            (problem, fingerprint) in cleared
            for unit, cleared in self._clearances.items()
            if unit.school_class == school_class
        )

    def of(self, unit: Unit) -> UnitStanding:
        part = _Part(unit.subject, unit.term)
        return UnitStanding(
            open=self._open.get(part, frozenset()),
            decisions=self._decisions.get(part, {}),
            confirmations=self._words.get(part, {}),
            refusals=self._refusals.get(part, {}),
            columns=self._columns.get(unit, {}),
            clearances=frozenset(self._clearances.get(unit, ())),
        )


def _by_part(rows: Iterable[tuple[ScoreKey, Value]]) -> dict[_Part, dict[Place, Value]]:
    found: dict[_Part, dict[Place, Value]] = defaultdict(dict)
    for key, value in rows:
        found[_part(key)][_place(key)] = value
    return dict(found)


def _part(key: ScoreKey) -> _Part:
    return _Part(key.subject, key.term)


def _place(key: ScoreKey) -> Place:
    return Place(key.pupil, key.column)
