"""The coverage map: grade levels → classes × subjects of one term."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.school import SchoolClass
from bridge.domain.scores import Term
from bridge.domain.tallies import Coverage
from bridge.overview.units import Shelf, UnitState, classes_by_level


@dataclass(frozen=True, slots=True)
class CoverageRow:
    school_class: SchoolClass
    cells: tuple[UnitState | None, ...]  # aligned with the map's subjects; None: not taught in this class


@dataclass(frozen=True, slots=True)
class CoverageBand:
    """One grade level."""

    grade_level: int
    rows: tuple[CoverageRow, ...]

    @property
    def counts(self) -> Counter[Coverage]:
        return Counter(cell.state for row in self.rows for cell in row.cells if cell is not None)


@dataclass(frozen=True, slots=True)
class CoverageMap:
    term: Term
    subjects: tuple[str, ...]  # codes, in the order of the school's table
    bands: tuple[CoverageBand, ...]

    @property
    def counts(self) -> Counter[Coverage]:
        total: Counter[Coverage] = Counter()
        for band in self.bands:
            total.update(band.counts)
        return total


def coverage_map(shelf: Shelf, states: Iterable[UnitState], term: Term, order: Sequence[str]) -> CoverageMap:
    """Of these units, those of the term. `order`: all subjects of the school, as people list them."""
    cells = {(state.unit.school_class, state.unit.subject): state for state in states if state.unit.term is term}
    shown = {subject for _, subject in cells}
    subjects = tuple(subject for subject in order if subject in shown)
    bands = (
        CoverageBand(level, tuple(row for each in classes if (row := _row(each, subjects, cells)) is not None))
        for level, classes in classes_by_level(shelf).items()
    )
    return CoverageMap(term, subjects, tuple(band for band in bands if band.rows))


def _row(
    school_class: SchoolClass, subjects: Sequence[str], cells: Mapping[tuple[str, str], UnitState]
) -> CoverageRow | None:
    found = tuple(cells.get((school_class.code, subject)) for subject in subjects)
    return CoverageRow(school_class, found) if any(found) else None
