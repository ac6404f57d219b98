"""What is held in the whole school, by why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bridge.domain.plans import PersonHold, Problem
from bridge.domain.scores import Column
from bridge.overview.units import UnitState, by_class


class HeldLine(NamedTuple):
    """So many holds of one kind in a unit. `column` None: all of the unit is held."""

    state: UnitState
    column: Column | None
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show; an empty field stands for all."""

    problem: str = ""
    term: str = ""
    school_class: str = ""
    subject: str = ""

    def holds(self, state: UnitState, problem: Problem) -> bool:
        unit = state.unit
        asked = (self.problem, self.term, self.school_class, self.subject)
        told = (problem.value, unit.term.value, unit.school_class, unit.subject)
        return all(not want or want == have for want, have in zip(asked, told, strict=True))


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """One kind of hold, with the units where the most is held first, or the people of courses."""

    problem: Problem
    lines: tuple[HeldLine, ...]
    people: tuple[PersonHold, ...] = ()

    @property
    def accounts(self) -> list[tuple[PersonHold, tuple[int, ...]]]:
        """Each account once, with its courses: one thing to mend, however many courses it is in."""
        found: dict[int, list[PersonHold]] = {}
        for person in self.people:
            found.setdefault(person.user_id, []).append(person)
        return [(rows[0], tuple(sorted(row.course for row in rows))) for _, rows in sorted(found.items())]

    @property
    def number(self) -> int:
        return sum(line.number for line in self.lines) + len(self.people)


def held_groups(states: Iterable[UnitState], wanted: Wanted) -> list[HeldGroup]:
    """The kind with the most holds first."""
    lines: dict[Problem, list[HeldLine]] = {}
    people: dict[Problem, dict[PersonHold, None]] = {}
    for state in states:
        for hold in state.holds:
            if wanted.holds(state, hold.problem):
                lines.setdefault(hold.problem, []).append(HeldLine(state, hold.column, hold.number))
        for person in state.people:
            if wanted.holds(state, person.problem):
                people.setdefault(person.problem, {})[person] = None
    groups = [_group(problem, lines, people) for problem in {**lines, **people}]
    return sorted(groups, key=lambda group: (-group.number, group.problem))


def _group(
    problem: Problem, lines: Mapping[Problem, list[HeldLine]], people: Mapping[Problem, Mapping[PersonHold, None]]
) -> HeldGroup:
    found = sorted(lines.get(problem, ()), key=lambda line: (-line.number, by_class(line.state.unit)))
    return HeldGroup(problem, tuple(found), tuple(people.get(problem, ())))
