"""The class score sheet: the last look at a unit, judged again with what people and the city have said since.

Nothing is read from a remote here. The stages that make a plan (`plan.Planner`) say of every cell what would be done
now, so the sheet and the plan can't tell two stories.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.names import sort_key, split_name
from bridge.domain.plans import Accepted, Choice, Gate, Hold, Op, Place, PlannedCell, Reason, Send, Skip, Wait
from bridge.domain.rules import ruleset_for
from bridge.domain.rules.averages import REGULAR, required_regular, term_average, term_verdict
from bridge.domain.rules.ruleset import Ruleset
from bridge.domain.school import SchoolClass, Unit
from bridge.domain.scores import BLANK, Column, Mark, Verdict, is_value
from bridge.domain.sheets import Activity, CellState, Sheet, SheetCell, SheetColumn, SheetRow
from bridge.domain.subjects import Kind, Teaching
from bridge.ports.plans import Look
from bridge.sync.context import Sync
from bridge.sync.holds import open_hold
from bridge.sync.plan import EVIDENCE_MODULES, Planner
from bridge.sync.seen import read_read
from bridge.sync.standing import StandingIndex
from bridge.sync.unit import ColumnSource, Terms, UnitRead, UnitStanding
from bridge.sync.words import CHOICES, check_choice

STATES: Mapping[Reason, CellState] = {
    Reason.NO_SCORE: CellState.EMPTY,
    Reason.CLOSE: CellState.EMPTY,
    Reason.CITY_ONLY: CellState.CITY_ONLY,
    Reason.SAME: CellState.IN_CITY,
    Reason.ADOPT: CellState.IN_CITY,
    Reason.NOT_HERE: CellState.NOT_HERE,
    Reason.FROM_OTHER_CLASS: CellState.NOT_HERE,
    Reason.IN_FLIGHT: CellState.SENDING,
    Reason.SETTLED: CellState.SETTLED,
    Reason.OFF: CellState.OFF,
}
GATES = {Gate.CONFIRM: CellState.TO_CONFIRM, Gate.RELEASE: CellState.TO_RELEASE}


def open_sheet(sync: Sync, unit: Unit) -> Sheet | None:
    """The sheet of a unit that was looked at before; None for one that never was.

    `NotFound` for a class that the city has not.
    """
    kept = sync.stores.looks.find(unit)
    if kept is None:
        return None
    then = read_read(unit, kept.body)
    now = replace(then, accepted=sync.stores.ledger.accepted([unit], then.roster)[unit])
    standing = StandingIndex(sync.stores.ledger.standing_of(unit)).of(unit)
    terms = Terms(sync.stores.mappings.policies(sync.school), sync.choices.mass_change_percent)
    return _Maker(sync, kept, then, now, standing, terms).make()


class _Maker:
    """One sheet. `then` is the read as it was, `now` the same with the ledger of this moment."""

    def __init__(
        self, sync: Sync, kept: Look, then: UnitRead, now: UnitRead, standing: UnitStanding, terms: Terms
    ) -> None:
        self._sync, self._kept, self._then, self._now = sync, kept, then, now
        self._standing, self._terms = standing, terms
        self._planner = Planner(now, standing, terms)
        self._hold = open_hold(now, standing)
        self._class = _class_of(sync, kept.unit)
        self._teaching = sync.subjects.by_code[kept.unit.subject].at(self._class.grade_level)

    def make(self) -> Sheet:
        unit, rules = self._kept.unit, ruleset_for(self._sync.year)
        judged = {column: self._judge(column) for column in self._shown(rules)}
        names = self._sync.stores.rosters.names(unit.school, self._now.roster)
        cells_of = {column: {cell.place.pupil: cell for cell in cells} for column, (_, cells) in judged.items()}
        rows = [self._row(pupil, names.get(pupil, pupil), cells_of, rules) for pupil in self._now.roster]
        return Sheet(
            unit=unit,
            school_class=self._class,
            subject=self._sync.subjects.by_code[unit.subject].name,
            kind=self._kind,
            plan=self._kept.plan,
            at=self._kept.at,
            expires_at=self._kept.at + self._sync.choices.plan_lifetime,
            columns=tuple(column for column, _ in judged.values()),
            rows=tuple(sorted(rows, key=lambda row: sort_key(split_name(row.name)))),
            required=self._required(rules),
            hold=self._hold,
            people=self._now.people,
        )

    @property
    def _kind(self) -> Kind:
        return self._teaching.kind if self._teaching is not None else Kind.SCORED

    def _required(self, rules: Ruleset) -> int:
        taught = self._teaching or Teaching(frozenset(), Kind.SCORED, 0)
        return required_regular(rules, taught.kind, taught.periods)

    def _shown(self, rules: Ruleset) -> list[Column]:
        """What the circular asks for, what is mapped, and what the city has."""
        wanted = {*REGULAR[: self._required(rules)], Column.GK, Column.CK, *self._now.sources}
        return [column for column in Column if column in wanted or any(p.column is column for p in self._now.city)]

    def _judge(self, column: Column) -> tuple[SheetColumn, list[SheetCell]]:
        source = self._now.sources.get(column)
        hold, planned = self._planner.judge_column(column) if source is not None else (None, self._unmapped(column))
        held = self._hold or hold
        cells = [self._cell(cell, held if source is not None else None) for cell in planned]
        head = SheetColumn(
            column=column,
            policy=self._terms.policies[column],
            items=tuple((item.name, item.high) for item in source.items) if source is not None else (),
            hold=hold,
            clearable=bool(hold and hold.fingerprint),
            locked=self._now.locked.get(column),
            evidence=bool(source and source.modules & EVIDENCE_MODULES),
            activities=_activities(source),
            counts=Counter(cell.state for cell in cells),
        )
        return head, cells

    def _unmapped(self, column: Column) -> list[PlannedCell]:
        """A column that nothing feeds: only the city's side of it."""
        return [
            PlannedCell(
                place, Skip(Reason.CITY_ONLY if place in self._now.city else Reason.NO_SCORE),
                None, self._now.accepted.get(place), self._now.city.get(place),
            )
            for place in (Place(pupil, column) for pupil in self._now.roster)
        ]  # fmt: skip

    def _cell(self, cell: PlannedCell, held: Hold | None) -> SheetCell:
        place, lms, accepted, city = cell.place, cell.lms, cell.accepted, cell.city
        state, hold = self._state(cell, held)
        return SheetCell(
            place=place,
            state=state,
            raw=lms.raw if lms is not None else "",
            flags=lms.flags if lms is not None else 0,
            lms=lms.score if lms is not None else BLANK,
            accepted=accepted.score if accepted is not None else None,
            city=city.score if city is not None else None,
            by_hand=city.by_hand if city is not None else False,
            hold=hold,
            choices=_choices(cell) if hold is not None and held is None else (),
            sends=_sends(cell),
        )

    def _state(self, cell: PlannedCell, held: Hold | None) -> tuple[CellState, Hold | None]:
        if _differs(self._then.accepted.get(cell.place), cell.accepted):
            return CellState.STALE, None
        match cell.action:
            case Hold():
                return CellState.HELD, cell.action
            case Skip(reason=reason):
                return STATES[reason], None
            case _ if held is not None:
                return CellState.HELD, held
            case Wait(gate=gate):
                return GATES[gate], None
            case Send():
                return CellState.READY, None

    def _row(
        self, pupil: str, name: str, cells_of: Mapping[Column, Mapping[str, SheetCell]], rules: Ruleset
    ) -> SheetRow:
        cells = tuple(cells[pupil] for cells in cells_of.values())
        book = {cell.place.column: cell.book for cell in cells if cell.book is not None}
        average: Mark | Verdict | None = None
        if self._kind is Kind.COMMENT:
            average = term_verdict(book, [*REGULAR[: self._required(rules)], Column.GK, Column.CK])
        else:
            average = term_average(rules, book)
        regular = sum(column.is_regular and is_value(score) for column, score in book.items())
        return SheetRow(pupil, name, cells, average, regular)


def _activities(source: ColumnSource | None) -> tuple[Activity, ...]:
    items = source.items if source is not None else ()
    return tuple(Activity(item.course, item.resource_link) for item in items if item.resource_link)


def _class_of(sync: Sync, unit: Unit) -> SchoolClass:
    for row in sync.stores.rosters.classes(sync.school, sync.year):
        if row.code == unit.school_class:
            return row
    raise NotFound(kind="class", name=unit.school_class, nearest=[])


def _differs(then: Accepted | None, now: Accepted | None) -> bool:
    """Whether the city has accepted something for this cell since it was read."""
    return (then.score if then else None, then.version if then else 0) != (
        now.score if now else None,
        now.version if now else 0,
    )


def _choices(cell: PlannedCell) -> tuple[Choice, ...]:
    """What may be chosen over this hold, as `settle` would take it."""
    hold = cell.action
    if not isinstance(hold, Hold):
        return ()
    return tuple(choice for choice in Choice if choice in CHOICES.get(hold.problem, ()) and _takes(cell, choice))


def _takes(cell: PlannedCell, choice: Choice) -> bool:
    try:
        check_choice(cell, choice)
    except BadInput:
        return False
    return True


def _sends(cell: PlannedCell) -> Op | None:
    action = cell.action.send if isinstance(cell.action, Wait) else cell.action
    return action.op if isinstance(action, Send) else None
