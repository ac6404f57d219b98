"""What a match is made from: a course as the LMS shows it, and the school as the city knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bridge.domain.school import Assignment, SchoolClass


@dataclass(frozen=True, slots=True)
class CourseSeen:
    """A course of the LMS. Texts as they stand there, untrimmed; `pupils` and `teachers` are codes of the city.

    Pupils whose code the city does not know belong in `pupils` too: they tell a leftover of earlier years.
    """

    id: int
    fullname: str
    shortname: str = ""
    idnumber: str = ""
    category_path: tuple[str, ...] = ()  # from the root down
    pupils: frozenset[str] = frozenset()
    teachers: frozenset[str] = frozenset()
    starts: date | None = None


@dataclass(frozen=True, slots=True)
class SchoolKnown:
    """One school in one school year. `year` is its first calendar year: 2026 is 2026-2027."""

    code: str
    name: str
    year: int
    classes: tuple[SchoolClass, ...]  # groups too
    rosters: Mapping[str, frozenset[str]]  # class code → pupil codes
    assignments: tuple[Assignment, ...]
