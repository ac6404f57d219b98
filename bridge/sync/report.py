"""What a plan or a run comes to, as values. Tables, JSON and exit codes are made at the entries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bridge.domain.plans import Gate, Hold, Op, PersonHold, PlannedCell, Problem, Reason, Send, Skip, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.runs import RunHead, SentRow
from bridge.sync.context import Sync
from bridge.sync.errand import Done


@dataclass(slots=True)
class Tally:
    """Counts over a plan. `add` one unit after the other: but for the people held, nothing else of them is kept."""

    units: int = 0
    sends: Counter[Op] = field(default_factory=Counter)
    waits: Counter[Gate] = field(default_factory=Counter)
    holds: Counter[Problem] = field(default_factory=Counter)  # cells, columns, units and people alike
    skips: Counter[Reason] = field(default_factory=Counter)
    _people: set[PersonHold] = field(default_factory=set)  # a course feeds several units: each person counts once

    def add(self, unit_plan: UnitPlan) -> None:
        self.units += 1
        self.skips.update(dict(unit_plan.skipped))
        for cell in unit_plan.cells:
            self._add_action(cell)
        self.holds.update(hold.problem for _, _, hold in broad_holds(unit_plan))
        self.holds.update(person.problem for person in set(unit_plan.people) - self._people)
        self._people.update(unit_plan.people)

    def _add_action(self, cell: PlannedCell) -> None:
        match cell.action:
            case Send(op=op):
                self.sends[op] += 1
            case Wait(gate=gate):
                self.waits[gate] += 1
            case Hold(problem=problem):
                self.holds[problem] += 1
            case Skip(reason=reason):
                self.skips[reason] += 1

    @property
    def needs_people(self) -> bool:
        return bool(self.waits or self.holds)


def tally(units: Iterable[UnitPlan]) -> Tally:
    counts = Tally()
    for unit_plan in units:
        counts.add(unit_plan)
    return counts


def broad_holds(unit_plan: UnitPlan) -> Iterator[tuple[Unit, Column | None, Hold]]:
    """The holds of a unit that concern more than one cell."""
    if unit_plan.hold is not None:
        yield unit_plan.unit, None, unit_plan.hold
    for column, hold in unit_plan.column_holds:
        yield unit_plan.unit, column, hold


def people(units: Iterable[UnitPlan]) -> list[PersonHold]:
    """Everybody whose marks can't be carried, each once though a course feeds several units."""
    return list(dict.fromkeys(person for unit_plan in units for person in unit_plan.people))


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run and its rows. `states` counts them: accepted, refused, failed, superseded, prepared, sent."""

    head: RunHead
    rows: Sequence[SentRow]
    states: Counter[str]
    done: Done | None = None

    @property
    def open_rows(self) -> int:
        return self.states["prepared"] + self.states["sent"]

    @property
    def lies_open(self) -> bool:
        """Whether nothing went wrong and rows are only not answered yet."""
        return (
            bool(self.open_rows)
            and not replace(self, states=self.states - Counter(sent=self.states["sent"])).incomplete
        )

    @property
    def incomplete(self) -> bool:
        """Whether anything is left that the next run must take up, or was refused."""
        failed = self.states["refused"] + self.states["failed"] + self.open_rows
        return bool(failed or (self.done is not None and (self.done.failures or self.done.moved)))


def report(sync: Sync, run: str, *, done: Done | None = None) -> RunReport:
    """The report of a run, from its rows: the state of the whole is derived, never stored twice."""
    head = sync.stores.runs.head(run, school=sync.school)
    rows = sync.stores.runs.rows(head.id)
    return RunReport(head, rows, Counter(row.state for row in rows), done)
