"""A plan: what should happen to each cell of the city's book, and why. Values only; `sync/plan.py` makes them.

Three sides meet in a cell: L, what the LMS has now; A, what the city last accepted from us (or we adopted); C, what
stands in the city now. `docs/rooms.md` tells the way of a mark through them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score


class Op(StrEnum):
    NEW = "NEW"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"


class Reason(StrEnum):
    """Why nothing is sent, and nothing need be."""

    NO_SCORE = "NO_SCORE"  # no mark yet, on either side
    CITY_ONLY = "CITY_ONLY"  # the city has a mark that the LMS never had
    SAME = "SAME"
    ADOPT = "ADOPT"  # both sides already agree: the ledger takes note
    CLOSE = "CLOSE"  # gone on both sides: the ledger takes note
    NOT_HERE = "NOT_HERE"  # not actively enrolled in the course
    FROM_OTHER_CLASS = "FROM_OTHER_CLASS"  # another course of this pupil feeds the record
    IN_FLIGHT = "IN_FLIGHT"  # a submission with this cell is still open
    SETTLED = "SETTLED"  # a person decided, and both sides stand as they did then
    OFF = "OFF"  # this column is not sent, by policy


class Gate(StrEnum):
    CONFIRM = "CONFIRM"  # by the teacher
    RELEASE = "RELEASE"  # by an admin or a leader, after the teacher


class Problem(StrEnum):
    """Why a person must look. The sentence and what to do next stand in `bridge/words.py`."""

    # a cell
    HAND_ENTERED = "HAND_ENTERED"  # the city has another mark, and it is not from us
    CITY_CHANGED = "CITY_CHANGED"  # changed or removed in the city since we sent it
    BOTH_CHANGED = "BOTH_CHANGED"
    REMOVED = "REMOVED"  # gone from the LMS; only a person takes a mark back
    CITY_STATE = "CITY_STATE"  # exempt or absent in the city
    UNREADABLE = "UNREADABLE"
    HIDDEN = "HIDDEN"
    EXCLUDED = "EXCLUDED"
    TWO_SOURCES = "TWO_SOURCES"
    REFUSED = "REFUSED"  # the city refused exactly this before
    LOCKED = "LOCKED"
    # a pupil of a course
    NO_IDNUMBER = "NO_IDNUMBER"
    DOUBLED_IDNUMBER = "DOUBLED_IDNUMBER"
    UNKNOWN_PUPIL = "UNKNOWN_PUPIL"  # the city has no such pupil in this school
    OTHER_CLASS = "OTHER_CLASS"
    IDENTITY_CHANGED = "IDENTITY_CHANGED"
    # a column
    ITEM_GONE = "ITEM_GONE"
    ITEM_CHANGED = "ITEM_CHANGED"  # mapping, maximum or scale is not what it was at the last acceptance
    ITEM_DOUBLED = "ITEM_DOUBLED"  # two items claim one column
    FLAGS_MISSING = "FLAGS_MISSING"
    MASS_CHANGE = "MASS_CHANGE"
    # a unit
    ROSTER_SHRUNK = "ROSTER_SHRUNK"
    GRADEBOOK_SHRUNK = "GRADEBOOK_SHRUNK"
    WRONG_REPLY = "WRONG_REPLY"  # an answer about other pupils than those asked for
    WRONG_YEAR = "WRONG_YEAR"
    COURSE_GONE = "COURSE_GONE"
    LEDGER_BEHIND = "LEDGER_BEHIND"  # the city knows later submissions than we do
    UNREAD = "UNREAD"  # a side could not be read at all


@dataclass(frozen=True, slots=True)
class Send:
    """`base_version` is the city's version this was decided upon, 0 = no record there."""

    op: Op
    score: Score
    base_version: int


@dataclass(frozen=True, slots=True)
class Skip:
    reason: Reason


@dataclass(frozen=True, slots=True)
class Wait:
    """Would be sent, once somebody says so."""

    gate: Gate
    send: Send


@dataclass(frozen=True, slots=True)
class Hold:
    """`detail` is a code or an id, never a name; `fingerprint` binds a clearance to exactly this state of things."""

    problem: Problem
    detail: str = ""
    fingerprint: str = ""


Action = Send | Skip | Wait | Hold


class LmsScore(NamedTuple):
    """L: one converted cell, with where it came from."""

    score: Score
    course: int
    item: int
    raw: str = ""  # as the LMS has it, for the trail
    flags: int = 0  # the LMS's own: hidden, excluded, overridden …


class Accepted(NamedTuple):
    """A: what the ledger knows of one record.

    `score` is what the city last accepted from us (or we adopted): None before that, and after a cancellation.
    `version` is the highest version known for the record, issued or seen: the next one is above it. `city_version` is
    the one that the city was last known to have: what a new record must be based on where no live one is shown.
    """

    record_id: str
    score: Score | None
    version: int
    city_version: int = 0
    course: int | None = None
    cancelled: bool = False


class CityCell(NamedTuple):
    """C: the live record in the city."""

    score: Score  # Mark, Verdict, EXEMPT or ABSENT
    version: int
    record_id: str
    by_hand: bool = False  # last changed in the city itself, not through this interface
    submission: str | None = None  # the one that last changed it, when it came through this interface


class Place(NamedTuple):
    """A cell of a unit. Made by `place_of` where there are many."""

    pupil: str  # random key
    column: Column


@lru_cache(maxsize=16_384)  # a few classes at a time are enough: a run goes class by class
def place_of(pupil: str, column: Column) -> Place:
    """The one `Place` of this pupil and column: all sides of all subjects of a class ask for the same few hundred."""
    return Place(pupil, column)


class PlannedCell(NamedTuple):
    """One line of a plan: the cell, what to do, and the three sides as they were seen."""

    place: Place
    action: Action
    lms: LmsScore | None = None
    accepted: Accepted | None = None
    city: CityCell | None = None


class PersonHold(NamedTuple):
    """Somebody in a course whose marks can't be carried at all. Without a key, so by the LMS's own user id."""

    course: int
    user_id: int
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """The plan of one unit. `cells` holds what needs acting or looking at; other skips are only counted."""

    unit: Unit
    cells: tuple[PlannedCell, ...] = ()
    skipped: tuple[tuple[Reason, int], ...] = ()
    hold: Hold | None = None  # the whole unit
    column_holds: tuple[tuple[Column, Hold], ...] = ()
    people: tuple[PersonHold, ...] = ()
    fingerprints: tuple[tuple[Column, str], ...] = ()  # what feeds each column, as `ColumnSource` says it


@dataclass(frozen=True, slots=True)
class PlanHead:
    """Who made a plan, when, of what. A plan is immutable, applied once, and expires."""

    id: str
    school: str
    year: int
    actor: str
    created_at: datetime
    expires_at: datetime
    ruleset: str
    scope: str  # in words, for people: "10A1 TOAN HK1"
    applied_at: datetime | None = None


class Choice(StrEnum):
    KEEP_CITY = "KEEP_CITY"
    SEND_OURS = "SEND_OURS"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided over a held cell, bound to both sides as they stood."""

    choice: Choice
    lms: Score  # L seen
    city: Score | None  # C seen
    city_version: int  # 0 = no record
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody's yes to exactly this (cell, operation, score) of a saved plan. Used up by its acceptance."""

    id: str
    gate: Gate
    op: Op
    score: Score
    actor: str
    at: datetime
