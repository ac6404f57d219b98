"""A school as the city knows it: classes, people's places in them, assignments, terms."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.scores import Term

FIRST_MONTH = 8  # from August on, the new school year


def school_year(on: date) -> int:
    """The first year of the school year that is on, or about to begin, on a day of school time."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


class ClassKind(StrEnum):
    CLASS = "CLASS"  # lớp: a fixed group; every pupil is in exactly one
    GROUP = "GROUP"  # nhóm: pupils of several classes who share an elective


class Unit(NamedTuple):
    """What is read, planned, locked and sent as one: a class (or group) × subject × term."""

    school: str
    year: int
    school_class: str  # the city's code of the class or group
    subject: str
    term: Term

    def __str__(self) -> str:
        return f"{self.school_class} · {self.subject} · {self.term} · {self.year}"


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class or an elective group. `code` is unique within (school, year); `name` is what people call it."""

    code: str
    name: str
    grade_level: int
    kind: ClassKind = ClassKind.CLASS
    parent: str | None = None
    homeroom_teacher: str | None = None


@dataclass(frozen=True, slots=True)
class TermDates:
    term: Term
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SchoolInfo:
    code: str
    name: str
    level: str  # THCS | THPT
    terms: tuple[TermDates, ...]

    def term_on(self, day: date) -> Term:
        """The term of a day; between two the one before, before all the first."""
        begun = [row.term for row in sorted(self.terms, key=lambda row: row.first) if row.first <= day]
        return begun[-1] if begun else Term.HK1


@dataclass(frozen=True, slots=True)
class CityPupil:
    """One row of a class list. Names and identifiers go to the vault and nowhere else."""

    code: str  # mã học sinh of this city
    ministry_code: str | None  # mã định danh Bộ GDĐT; a new pupil may have none yet
    name: str
    birth_date: str | None  # YYYY, YYYY-MM or YYYY-MM-DD: the precision is kept
    sex: str | None
    studying: bool  # False: transferred out, left, suspended
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A teacher teaches a subject in a class during a term (phân công giảng dạy)."""

    teacher: str  # mã giáo viên
    school_class: str
    subject: str
    term: Term
    name: str = ""
    since: date | None = None
    until: date | None = None
