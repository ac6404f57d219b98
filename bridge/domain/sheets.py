"""A class score sheet as a value: pupils × columns of one unit, as people see it. `sync/sheet.py` makes it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Gate, Hold, Op, PersonHold, Place
from bridge.domain.school import SchoolClass, Unit
from bridge.domain.scores import BLANK, Column, Mark, Score, Verdict
from bridge.domain.subjects import Kind


class CellState(StrEnum):
    """Where a cell stands, for the people at the page."""

    EMPTY = "EMPTY"  # no score on either side
    IN_CITY = "IN_CITY"  # the city has what the LMS has
    CITY_ONLY = "CITY_ONLY"  # only the city has a score
    TO_CONFIRM = "TO_CONFIRM"
    TO_RELEASE = "TO_RELEASE"
    READY = "READY"  # said yes to: goes out with the next sending
    SENDING = "SENDING"
    HELD = "HELD"
    SETTLED = "SETTLED"  # somebody decided to leave it
    OFF = "OFF"  # this column is not sent
    NOT_HERE = "NOT_HERE"  # not enrolled in the course, or fed by another class
    STALE = "STALE"  # sent or adopted since this was read


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell with its three sides. `book` is what the city will have once everything that may go out has."""

    place: Place
    state: CellState
    raw: str = ""  # as the LMS has it
    flags: int = 0
    lms: Score = BLANK
    accepted: Score | None = None
    city: Score | None = None
    by_hand: bool = False  # the city's was entered by hand
    hold: Hold | None = None
    choices: tuple[Choice, ...] = ()  # what settles the hold
    sends: Op | None = None

    @property
    def book(self) -> Score | None:
        goes = self.state in (CellState.TO_CONFIRM, CellState.TO_RELEASE, CellState.READY, CellState.SENDING)
        return (None if self.sends is Op.CANCEL else self.lms) if goes else self.city


class Activity(NamedTuple):
    """An LTI activity of the LMS: the course, and the id that its tool is launched with."""

    course: int
    resource_link: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """`items`: what feeds it, if anything does; `activities`: those of them that a tool marks.

    `hold` holds all of it; `locked` is the city's reason.
    """

    column: Column
    policy: Policy
    items: tuple[tuple[str, str], ...] = ()  # (name, maximum)
    hold: Hold | None = None
    clearable: bool = False  # the hold may be waved through as it stands
    locked: str | None = None
    evidence: bool = False  # fed by played content
    activities: tuple[Activity, ...] = ()
    counts: Mapping[CellState, int] = field(default_factory=Counter)

    @property
    def mapped(self) -> bool:
        return bool(self.items) or self.hold is not None

    def waiting(self, gate: Gate) -> int:
        return self.counts.get(CellState.TO_CONFIRM if gate is Gate.CONFIRM else CellState.TO_RELEASE, 0)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One pupil. `average` is a preview of the term's result, never the official one."""

    pupil: str  # random key
    name: str
    cells: tuple[SheetCell, ...]  # aligned with the columns
    average: Mark | Verdict | None = None
    regular: int = 0  # regular scores that the book will have


@dataclass(frozen=True, slots=True)
class Sheet:
    unit: Unit
    school_class: SchoolClass
    subject: str  # its name
    kind: Kind
    plan: str  # the saved plan of this look
    at: datetime  # when both sides were read
    expires_at: datetime
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    required: int  # regular scores that the circular asks for
    hold: Hold | None = None  # of the whole unit
    people: tuple[PersonHold, ...] = ()

    @property
    def counts(self) -> Counter[CellState]:
        total: Counter[CellState] = Counter()
        for column in self.columns:
            total.update(column.counts)
        return total

    @property
    def short(self) -> int:
        """How many pupils have fewer regular scores than required."""
        return sum(row.regular < self.required for row in self.rows)

    @property
    def stale(self) -> bool:
        return self.counts[CellState.STALE] > 0

    @property
    def held(self) -> dict[Hold, list[tuple[SheetRow, SheetCell]]]:
        """The held cells by why, in the order of the sheet; those of a held column stand at the column."""
        groups: dict[Hold, list[tuple[SheetRow, SheetCell]]] = {}
        broad = {column.hold for column in self.columns} | {self.hold}
        for row in self.rows:
            for cell in row.cells:
                if cell.hold is not None and cell.hold not in broad:
                    groups.setdefault(cell.hold, []).append((row, cell))
        return groups

    def column(self, column: Column) -> SheetColumn | None:
        return next((each for each in self.columns if each.column is column), None)

    def cell(self, place: Place) -> tuple[SheetRow, SheetCell] | None:
        return next(((row, cell) for row in self.rows for cell in row.cells if cell.place == place), None)
