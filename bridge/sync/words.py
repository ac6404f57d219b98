"""What people say about a plan: confirm, release, settle, wave through. Bound to exactly what they saw."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.mapping import Policy
from bridge.domain.plans import (
    Accepted,
    Choice,
    Confirmation,
    Decision,
    Gate,
    Hold,
    Place,
    PlannedCell,
    Problem,
    UnitPlan,
    Wait,
)
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Score, ScoreKey, Unreadable, is_value
from bridge.sync.context import Sync
from bridge.sync.run import usable

CONFIRM = Gate.CONFIRM
Wanted = Callable[[Unit, PlannedCell], bool]
Waiting = tuple[Unit, PlannedCell, Wait]

CHOICES: dict[Problem, frozenset[Choice]] = {
    Problem.HAND_ENTERED: frozenset({Choice.KEEP_CITY, Choice.SEND_OURS}),
    Problem.CITY_CHANGED: frozenset({Choice.KEEP_CITY, Choice.SEND_OURS}),
    Problem.BOTH_CHANGED: frozenset({Choice.KEEP_CITY, Choice.SEND_OURS, Choice.CANCEL}),
    Problem.REMOVED: frozenset({Choice.KEEP_CITY, Choice.CANCEL}),
    Problem.CITY_STATE: frozenset({Choice.KEEP_CITY}),
    Problem.TWO_SOURCES: frozenset({Choice.KEEP_CITY, Choice.SEND_OURS}),
    Problem.REFUSED: frozenset({Choice.KEEP_CITY, Choice.SEND_OURS, Choice.CANCEL}),
}
"""What a person may choose over a held cell. Other holds are mended where they come from: in the LMS or the city."""


def key_of(unit: Unit, cell: PlannedCell) -> ScoreKey:
    return ScoreKey(unit.school, unit.year, cell.place.pupil, unit.subject, unit.term, cell.place.column)


def waiting(sync: Sync, plan_id: str, gate: Gate, wanted: Wanted) -> Iterator[Waiting]:
    """The cells of a plan that wait at this gate and are wanted, without those whose mark was accepted since.

    Confirmed since the plan was made, a cell whose column asks for a release waits for that: nobody need read again.
    """
    policies = sync.stores.mappings.policies(sync.school)
    for unit_plan in sync.stores.plans.units(usable(sync, plan_id).id):
        cells = [cell for cell in unit_plan.cells if isinstance(cell.action, Wait) and wanted(unit_plan.unit, cell)]
        unit, pupils = unit_plan.unit, {cell.place.pupil for cell in cells}
        now = sync.stores.ledger.accepted([unit], pupils)[unit] if cells else {}
        given = sync.stores.ledger.standing_of(unit).confirmations if cells and gate is Gate.RELEASE else {}
        for cell in cells:
            if not isinstance(cell.action, Wait) or _score(now.get(cell.place)) != _score(cell.accepted):
                continue
            asks = policies[cell.place.column] is Policy.RELEASE
            if cell.action.gate is gate or (
                asks and _is_confirmed(cell.action, given.get((key_of(unit, cell), CONFIRM)))
            ):
                yield unit, cell, cell.action


def _is_confirmed(wait: Wait, given: Confirmation | None) -> bool:
    return given is not None and (given.op, given.score) == (wait.send.op, wait.send.score)


def _score(accepted: Accepted | None) -> Score | None:
    return accepted.score if accepted is not None else None


def confirm(sync: Sync, plan_id: str, gate: Gate, *, wanted: Wanted, actor: str) -> int:
    """Say yes to exactly these cells with exactly these scores. Returns to how many."""
    return _say(sync, plan_id, gate, list(waiting(sync, plan_id, gate, wanted)), actor)


class Released(NamedTuple):
    """`scores`: released now. `others`: columns that count otherwise than whoever released them saw; left alone."""

    scores: int
    others: tuple[tuple[Unit, Column], ...] = ()


def release(sync: Sync, plan_id: str, counted: Mapping[tuple[Unit, Column], int], *, actor: str) -> Released:
    """The leader's yes to whole columns, each bound to the number of scores that was shown.

    A column in which nothing waits any more was released already: it is neither counted nor told.
    """
    found: dict[tuple[Unit, Column], list[Waiting]] = defaultdict(list)
    standing = {unit: sync.stores.ledger.standing_of(unit).confirmations for unit, _ in counted}
    for each in waiting(sync, plan_id, Gate.RELEASE, lambda unit, cell: (unit, cell.place.column) in counted):
        unit, cell, wait = each
        if not _is_confirmed(wait, standing[unit].get((key_of(unit, cell), Gate.RELEASE))):
            found[unit, cell.place.column].append(each)
    as_seen = [each for column, cells in found.items() if len(cells) == counted[column] for each in cells]
    others = tuple(column for column, cells in found.items() if len(cells) != counted[column])
    return Released(_say(sync, plan_id, Gate.RELEASE, as_seen, actor), others)


def _say(sync: Sync, plan_id: str, gate: Gate, cells: Sequence[Waiting], actor: str) -> int:
    now = sync.world.now()
    words = [
        (key_of(unit, cell), Confirmation(sync.world.new_id(), gate, wait.send.op, wait.send.score, actor, now))
        for unit, cell, wait in cells
    ]
    return sync.stores.plans.confirm(usable(sync, plan_id).id, words, now=now) if words else 0


def held(sync: Sync, plan_id: str) -> Iterator[UnitPlan]:
    """The units of a plan in which anything is held, at whatever level."""
    for unit_plan in sync.stores.plans.units(sync.stores.plans.head(plan_id, school=sync.school).id):
        cells = tuple(cell for cell in unit_plan.cells if isinstance(cell.action, Hold))
        if unit_plan.hold or unit_plan.column_holds or unit_plan.people or cells:
            yield UnitPlan(unit_plan.unit, cells, (), unit_plan.hold, unit_plan.column_holds, unit_plan.people)


def settle(sync: Sync, unit: Unit, cell: PlannedCell, choice: Choice, *, actor: str, why: str) -> Decision:
    """Store a decision over a held cell as the plan showed it; it holds while both sides stand so.

    `BadInput` when this hold can't be settled that way.
    """
    lms = cell.lms.score if cell.lms is not None else BLANK
    check_choice(cell, choice)
    city, version = (cell.city.score, cell.city.version) if cell.city is not None else (None, 0)
    decision = Decision(choice, lms, city, version, actor, sync.world.now())
    sync.stores.decisions.decide(key_of(unit, cell), decision, why=why)
    return decision


def settle_all(sync: Sync, cells: Sequence[tuple[Unit, PlannedCell]], choice: Choice, *, actor: str, why: str) -> int:
    """The same decision over each of these cells, or over none: `BadInput` before the first is stored.

    A decision over a mark has a reason that somebody can read later (`BadInput(why="NO_REASON")`).
    """
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    for _, cell in cells:
        check_choice(cell, choice)
    for unit, cell in cells:
        settle(sync, unit, cell, choice, actor=actor, why=why)
    return len(cells)


def held_cells(sync: Sync, plan_id: str, unit: Unit, places: Collection[Place]) -> list[tuple[Unit, PlannedCell]]:
    """These cells as the plan holds them; `NotFound` where it holds none of the name."""
    found = {
        cell.place: cell for unit_plan in held(sync, plan_id) if unit_plan.unit == unit for cell in unit_plan.cells
    }
    for place in places:
        if place not in found:
            raise NotFound(kind="hold", name=str(place.column), nearest=[])
    return [(unit, found[place]) for place in places]


def check_choice(cell: PlannedCell, choice: Choice) -> None:
    """`BadInput` when this hold can not be settled that way."""
    if not isinstance(cell.action, Hold):
        raise BadInput(where="hold", value=str(cell.place.column), why="NOT_HELD")
    problem = cell.action.problem
    lms = cell.lms.score if cell.lms is not None else BLANK
    torn = problem is Problem.TWO_SOURCES and not cell.action.detail  # only the two courses can be brought to agree
    if torn or choice not in CHOICES.get(problem, frozenset()) or isinstance(lms, Unreadable):
        raise BadInput(where=problem, value=choice, why="NOT_SETTLED_SO")
    if choice is Choice.SEND_OURS and not is_value(lms):
        raise BadInput(where=problem, value=choice, why="NOTHING_TO_SEND")
    if choice is Choice.CANCEL and lms is not BLANK:  # the next run would only send it again
        raise BadInput(where=problem, value=choice, why="NOT_SETTLED_SO")
    if choice is Choice.CANCEL and cell.city is None:
        raise BadInput(where=problem, value=choice, why="NOTHING_TO_CANCEL")


def wave_through(sync: Sync, unit_plan: UnitPlan, problem: Problem, *, actor: str, why: str) -> None:
    """Let a unit's or column's hold pass, bound to its fingerprint; `NotFound` when the plan has no such hold."""
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    holds = [hold for _, hold in unit_plan.column_holds] + ([unit_plan.hold] if unit_plan.hold else [])
    open_holds = [hold for hold in holds if hold.problem is problem and hold.fingerprint]
    if not open_holds:
        raise NotFound(kind="hold", name=problem, nearest=[hold.problem for hold in holds])
    for hold in open_holds:
        now = sync.world.now()
        sync.stores.decisions.clear(unit_plan.unit, problem, hold.fingerprint, actor=actor, why=why, now=now)
