"""What a unit's plan comes to, counted: all that an overview of a whole school needs of it."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.plans import Gate, Hold, PersonHold, PlannedCell, Problem, Reason, Send, Skip, UnitPlan, Wait
from bridge.domain.scores import Column

# Skips of cells in which the city has what the LMS has.
_AGREED = frozenset({Reason.SAME, Reason.ADOPT})


class Coverage(StrEnum):
    """Where a unit stands, for people. The first that holds, from the top."""

    UNMAPPED = "UNMAPPED"  # taught, and nothing of the LMS feeds it
    HELD = "HELD"  # something waits for a decision
    WAITING = "WAITING"  # something waits for the teacher's yes, or for the release
    READY = "READY"  # agreed to: goes out with the next sending, or its receipt is awaited
    SENT = "SENT"  # the city has what the LMS has
    MAPPED = "MAPPED"  # fed by the LMS, and no score to send so far


class HoldCount(NamedTuple):
    """So many holds of one kind. `column` None: of the whole unit."""

    problem: Problem
    column: Column | None
    number: int


class ReleaseCount(NamedTuple):
    """So many scores of one column that wait for a leader. `column` None: a tally of before columns were counted."""

    column: Column | None
    number: int


@dataclass(frozen=True, slots=True)
class UnitTally:
    """Cells of one unit's plan. `people` are holds of persons of its courses, who may be those of other units too."""

    agreed: int = 0
    ready: int = 0
    confirm: int = 0
    releases: tuple[ReleaseCount, ...] = ()
    open: int = 0
    holds: tuple[HoldCount, ...] = ()
    people: tuple[PersonHold, ...] = ()

    @property
    def release(self) -> int:
        return sum(each.number for each in self.releases)

    @property
    def held(self) -> int:
        return sum(each.number for each in self.holds) + len(self.people)


def tally_unit(plan: UnitPlan) -> UnitTally:
    skips: Counter[Reason] = Counter(dict(plan.skipped))
    skips.update(cell.action.reason for cell in plan.cells if isinstance(cell.action, Skip))
    gates = Counter((cell.action.gate, cell.place.column) for cell in plan.cells if isinstance(cell.action, Wait))
    return UnitTally(
        agreed=sum(skips[reason] for reason in _AGREED),
        ready=sum(isinstance(cell.action, Send) for cell in plan.cells),
        confirm=sum(number for (gate, _), number in gates.items() if gate is Gate.CONFIRM),
        releases=tuple(
            ReleaseCount(column, gates[Gate.RELEASE, column]) for column in Column if gates[Gate.RELEASE, column]
        ),
        open=skips[Reason.IN_FLIGHT],
        holds=_holds(plan),
        people=plan.people,
    )


def _holds(plan: UnitPlan) -> tuple[HoldCount, ...]:
    found: Counter[tuple[Problem, Column | None]] = Counter()
    found.update(held for cell in plan.cells if (held := _held(cell)) is not None)
    found.update((hold.problem, column) for column, hold in plan.column_holds)
    if plan.hold is not None:
        found[plan.hold.problem, None] += 1
    return tuple(HoldCount(problem, column, number) for (problem, column), number in found.items())


def _held(cell: PlannedCell) -> tuple[Problem, Column | None] | None:
    return (cell.action.problem, cell.place.column) if isinstance(cell.action, Hold) else None
