"""What the main job needs of a city's education database.

One contract suite (`tests/contracts/test_city_port.py`) is sat by every adapter: SOAP, workbooks that a person carries,
and a memory city.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.domain.plans import CityCell, Op
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, Unit
from bridge.domain.scores import Column, Score, Term


class Receipts(StrEnum):
    NOW = "NOW"  # in the answer to the submission
    LATER = "LATER"  # asked for by the submission's id
    BY_HAND = "BY_HAND"  # a person says what happened


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this city can do. `production` False: a test system, and marks sent there are no marks."""

    compare_and_set: bool
    cancel: bool
    locks: bool
    receipts: Receipts
    rows_per_submission: int = 500
    production: bool = False


class CityScore(NamedTuple):
    """One live record of the city's book: whose it is, where it stands, and what stands there.

    Its version rises with every change from any source. A city without compare-and-set has no versions: there the
    number stands for the value (equal values, equal numbers; 0 is blank), all of its records count as entered by hand,
    and record ids are made by `domain.records` (ADR 0027).
    """

    pupil: str  # the city's pupil code
    column: Column
    cell: CityCell


@dataclass(frozen=True, slots=True)
class ColumnLock:
    """A lock of the book (khoá sổ). None stands for all. The most specific row wins; on a tie, locked."""

    term: Term
    locked: bool
    school_class: str | None = None
    subject: str | None = None
    column: Column | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutRow:
    """One mark on its way. `base_version` is the city's version that the plan saw, 0 = no record."""

    record_id: str
    op: Op
    version: int
    base_version: int
    pupil: str  # the city's pupil code
    column: Column
    score: Score  # for CANCEL the score that is taken back


@dataclass(frozen=True, slots=True)
class Submission:
    """Rows of one unit under one id, at most `rows_per_submission`. The same submission makes the same bytes."""

    id: str  # UUID, ours; the city is idempotent by it
    unit: Unit
    prepared_at: datetime  # with zone; goes out as the time of change of every row
    rows: tuple[OutRow, ...]


class Outcome(StrEnum):
    ACCEPTED = "ACCEPTED"  # recorded now, or recorded before and equal
    REFUSED = "REFUSED"  # not recorded; sending it again changes nothing
    FAILED = "FAILED"  # not recorded by the city's own fault; a new attempt may work


class Refusal(StrEnum):
    """Why a row was refused, in our words; an unknown code of a city is OTHER."""

    MOVED = "MOVED"  # the city's version is not the one we saw
    OLDER = "OLDER"
    CONFLICT = "CONFLICT"  # same version, other content
    OTHER_RECORD = "OTHER_RECORD"  # the mark lives under another record id
    LOCKED = "LOCKED"
    UNKNOWN_PUPIL = "UNKNOWN_PUPIL"
    NOT_IN_CLASS = "NOT_IN_CLASS"
    BAD_COLUMN = "BAD_COLUMN"
    BAD_VALUE = "BAD_VALUE"
    WRONG_KIND = "WRONG_KIND"
    NOT_ALLOWED = "NOT_ALLOWED"  # exempt pupil, closed term, no assignment
    DOUBLED = "DOUBLED"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Current:
    """What stands in the city now. `score` None: there is no live record."""

    version: int
    score: Score | None
    record_id: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    record_id: str
    outcome: Outcome
    current: Current | None = None
    refusal: Refusal | None = None
    code: str = ""  # the city's own code, for a support person
    message: str = ""  # the city's own sentence
    locked_since: datetime | None = None


class Progress(StrEnum):
    UNKNOWN = "UNKNOWN"  # not received so far: the same submission may be sent again
    PROCESSING = "PROCESSING"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Answer:
    """State of one submission. Receipts only with DONE: one for each row, in the order sent."""

    progress: Progress
    receipts: tuple[Receipt, ...] = ()
    retry_after: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class CityFinding:
    """One line of a health check, as `LmsFinding`."""

    code: str
    serious: bool
    facts: dict[str, object]


class City(Protocol):
    """One school's view of a city database.

    Reads raise `Unreachable`, `Refused` or `Garbled`; `submit` also `Unclear`: then, and only then, nobody knows
    whether the rows were recorded, and `receipts` must be asked before anything is sent again. What can't be said to
    this city at all (a subject without a code there, too many rows) is `Refused` before anything leaves. Thread-safe.
    """

    def capabilities(self) -> Capabilities: ...

    def school(self, year: int) -> SchoolInfo: ...

    def classes(self, year: int) -> Sequence[SchoolClass]: ...

    def pupils(self, year: int, school_class: str) -> Sequence[CityPupil]: ...

    def assignments(self, year: int) -> Sequence[Assignment]: ...

    def locks(self, year: int) -> Sequence[ColumnLock]:
        """All lock rows of the year; empty where the city has no locks."""
        ...

    def scores(self, units: Collection[Unit]) -> Mapping[Unit, Sequence[CityScore]]:
        """All live records of each unit, all of them read to the end or none. Those of one class and term cost least
        together."""
        ...

    def submit(self, submission: Submission) -> Answer:
        """Send, idempotent by id. The same id with other content is `Refused`."""
        ...

    def receipts(self, unit: Unit, submission: str) -> Answer:
        """What became of a submission. Never changes anything."""
        ...

    def examine(self) -> Sequence[CityFinding]:
        """What differs from what we expect: contract, environment, clock, rights."""
        ...
