"""What the main job needs of an LMS. Moodle is the first; nothing here knows that.

One contract suite (`tests/contracts/test_lms_port.py`) is sat by the Moodle adapter over the stand-in and by a
memory LMS.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.domain.scale import Flag as Flag


@dataclass(frozen=True, slots=True)
class LmsCourse:
    id: int
    fullname: str
    shortname: str
    idnumber: str  # "" when there is none; as it stands there, untrimmed
    category_path: tuple[str, ...]  # from the root down, names only
    visible: bool
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class LmsPupil:
    """A gradable user of a course. No name: names come from the city, never from the LMS."""

    user_id: int
    idnumber: str  # as it stands there: may be empty, untrimmed, doubled
    active: bool  # enrolment active and account not suspended


class ItemKind(StrEnum):
    ACTIVITY = "ACTIVITY"
    MANUAL = "MANUAL"
    CATEGORY = "CATEGORY"  # computed and rounded by the LMS
    COURSE = "COURSE"  # likewise


@dataclass(frozen=True, slots=True)
class LmsItem:
    id: int
    name: str
    idnumber: str
    kind: ItemKind
    module: str | None  # quiz, assign, scorm, lti … for activities
    low: Decimal
    high: Decimal
    words: bool  # the cells hold words of a scale, not numbers
    category: str = ""  # name of the category it stands in, "" when not asked for
    resource_link: str = ""  # the id that an LTI tool is launched with from this activity, "" of anything else

    @property
    def fingerprint(self) -> str:
        """Changes when a value of this item would mean something else."""
        return f"{self.id}:{self.low}:{self.high}:{int(self.words)}"


class LmsCell(NamedTuple):
    """One pupil's cell of one item. `raw` is the final value, None where there is none; `word` is its scale word."""

    raw: Decimal | None
    flags: int = 0  # of Flag
    word: str = ""


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A read of one course: `cells[user_id]` is aligned with `items`. Only pupils who are actively enrolled."""

    course: int
    items: tuple[LmsItem, ...]
    cells: Mapping[int, tuple[LmsCell, ...]]


@dataclass(frozen=True, slots=True)
class LmsFinding:
    """One line of a health check. `code` finds the sentence; `serious` findings forbid syncing."""

    code: str
    serious: bool
    facts: Mapping[str, object]


class Lms(Protocol):
    """Reads only. Every method raises `Unreachable`, `Refused` or `Garbled` (bridge.domain.errors) and nothing else.

    Thread-safe: courses are read concurrently.
    """

    def courses(self) -> Sequence[LmsCourse]:
        """All courses that the account can see, hidden ones too, without the site's front page.

        `idnumber` is "" also where the list does not show it to this account.
        """
        ...

    def catalogue(self) -> Sequence[LmsCourse]:
        """The same with every idnumber, for telling what a course is: perhaps a call for each course."""
        ...

    def pupils(self, course: int) -> Sequence[LmsPupil]:
        """Everybody gradable in the course. Who is not active may be left out, and is marked otherwise."""
        ...

    def teachers(self, course: int) -> Sequence[str]:
        """Idnumbers of those who teach the course, as they stand there; none where the account may not see people.

        Only evidence for what a course is: rights come from the city.
        """
        ...

    def gradebook(self, course: int, *, users: Collection[int], items: Collection[int] | None = None) -> Gradebook:
        """The gradebook for these (active) users, read in bounded pieces; each of `users` has a row, or `Garbled`.

        All columns, or those of `items` that exist: marks that nobody asked for are not even made into cells.
        """
        ...

    def items(self, course: int) -> Sequence[LmsItem]:
        """The columns of the gradebook with their category names, without any pupil's cells."""
        ...

    def examine(self) -> Sequence[LmsFinding]:
        """What is wrong with the connection, the account's rights and the site's settings."""
        ...
