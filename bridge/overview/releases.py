"""What waits for a leader's release, by subject, and how each subject stands."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term
from bridge.domain.tallies import Coverage
from bridge.overview.units import UnitState, by_class


class ReleaseLine(NamedTuple):
    """One column of a class: so many scores, each with the teacher's yes. `column` None: counted without columns."""

    state: UnitState
    column: Column | None
    number: int


@dataclass(frozen=True, slots=True)
class Department:
    """One subject: what waits for a release in any term, and the counts of one term."""

    subject: str
    lines: tuple[ReleaseLine, ...]
    counts: Counter[Coverage]
    to_confirm: int  # scores that wait for their teachers
    held: int

    @property
    def to_release(self) -> int:
        return sum(line.number for line in self.lines)

    @property
    def units(self) -> int:
        return self.counts.total()


def departments(
    states: Iterable[UnitState], releases: Callable[[Unit], bool], term: Term, order: Sequence[str]
) -> list[Department]:
    """The subjects in which this leader may release anything. `order`: all subjects, as the school lists them."""
    found: dict[str, list[UnitState]] = {}
    for state in states:
        if releases(state.unit):
            found.setdefault(state.unit.subject, []).append(state)
    return [_department(subject, found[subject], term) for subject in order if subject in found]


def _department(subject: str, states: Sequence[UnitState], term: Term) -> Department:
    lines = [ReleaseLine(state, row.column, row.number) for state in states for row in state.counts.releases]
    here = [state for state in states if state.unit.term is term]
    return Department(
        subject,
        tuple(sorted(lines, key=_by_column)),
        Counter(state.state for state in here),
        sum(state.counts.confirm for state in here),
        sum(state.counts.held for state in here),
    )


def _by_column(line: ReleaseLine) -> tuple[object, ...]:
    return by_class(line.state.unit), line.column or ""
