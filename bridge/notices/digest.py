"""What waits for one person, counted over a plan: numbers by class × subject, never a pupil, never a mark."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bridge.domain.plans import Gate, Hold, Problem, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Column


@dataclass(frozen=True, slots=True)
class Line:
    """One unit. `confirm` and `release` are what this person may say yes to; `held` holds `refused` not."""

    unit: Unit
    confirm: int = 0
    release: int = 0
    held: int = 0
    refused: int = 0
    closes: date | None = None  # the first day on which a column that is open now can't be written any more

    @property
    def waits(self) -> int:
        return self.confirm + self.release + self.held + self.refused


@dataclass(frozen=True, slots=True)
class Rightful:
    """What a person may do in a unit, as far as a letter speaks of it."""

    confirm: Callable[[Unit], bool]
    release: Callable[[Unit], bool]
    settle: Callable[[Unit], bool]  # or see to it as an admin


def digest(
    units: Iterable[UnitPlan], rightful: Rightful, closing: Callable[[Unit], Mapping[Column, date]]
) -> list[Line]:
    """The lines of a letter, the most pressing first; empty when nothing waits for this person."""
    lines = [line for unit_plan in units if (line := _line(unit_plan, rightful, closing)).waits]
    return sorted(lines, key=lambda line: (line.closes or date.max, -line.waits, line.unit))


def _line(unit_plan: UnitPlan, rightful: Rightful, closing: Callable[[Unit], Mapping[Column, date]]) -> Line:
    unit, waits, holds = unit_plan.unit, _waits(unit_plan), _holds(unit_plan)
    refused = sum(hold is Problem.REFUSED for hold in holds)
    settles = rightful.settle(unit)
    days = closing(unit)
    return Line(
        unit,
        confirm=waits.count(Gate.CONFIRM) if rightful.confirm(unit) else 0,
        release=waits.count(Gate.RELEASE) if rightful.release(unit) else 0,
        held=len(holds) - refused if settles else 0,
        refused=refused if settles else 0,
        closes=min(days.values(), default=None),
    )


def _waits(unit_plan: UnitPlan) -> list[Gate]:
    return [cell.action.gate for cell in unit_plan.cells if isinstance(cell.action, Wait)]


def _holds(unit_plan: UnitPlan) -> list[Problem]:
    """Of cells, columns, the unit and people alike."""
    cells = [cell.action.problem for cell in unit_plan.cells if isinstance(cell.action, Hold)]
    broad = [hold.problem for _, hold in unit_plan.column_holds]
    unit = [unit_plan.hold.problem] if unit_plan.hold is not None else []
    return [*cells, *broad, *unit, *(person.problem for person in unit_plan.people)]
