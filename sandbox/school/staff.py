"""The teachers, who teaches what to whom in which term, and who is the homeroom teacher."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from sandbox.school.names import Name, Names, stream
from sandbox.school.timetable import SUBJECTS, TERMS, Classes

_CLASSES_PER_TEACHER = 5
_HANDED_OVER = ("11B2", "CONGNGHE")
"""One subject of one class that another teacher takes over in the second term."""


class Lesson(NamedTuple):
    """`taught`: code of a class or of an elective group."""

    taught: str
    subject: str
    term: str


@dataclass(frozen=True)
class Teacher:
    number: int
    name: Name
    sex: str
    subject: str

    @property
    def code(self) -> str:
        return f"GV{self.number:04d}"

    @property
    def user(self) -> int:
        return 10 + self.number

    @property
    def address(self) -> str:
        """As pupils say it and as it stands in course names: cô Bình, thầy Tuấn."""
        return f"{'thầy' if self.sex == '1' else 'cô'} {self.name.first}"


@dataclass(frozen=True)
class Staff:
    teachers: tuple[Teacher, ...]
    lessons: dict[Lesson, Teacher]
    homerooms: dict[str, Teacher]


def appoint_teachers(classes: Classes, *, seed: int) -> Staff:
    random = stream("teachers", seed)
    names = Names(random)
    teachers: list[Teacher] = []
    lessons: dict[Lesson, Teacher] = {}
    for subject in SUBJECTS:
        taught = _taught(classes, subject)
        crew = [_appoint(len(teachers) + extra, subject, names, random) for extra in range(1, _needed(taught) + 1)]
        teachers += crew
        for place, code in enumerate(taught):
            lessons |= _lessons(code, subject, crew, first=place // _CLASSES_PER_TEACHER)
    homerooms = {each.code: teachers[index % len(teachers)] for index, each in enumerate(classes.classes)}
    return Staff(tuple(teachers), lessons, homerooms)


def _taught(classes: Classes, subject: str) -> list[str]:
    in_classes = [each.code for each in classes.classes if subject in each.subjects]
    return in_classes + [group.code for group in classes.groups if group.subject == subject]


def _needed(taught: list[str]) -> int:
    return max(2, -(-len(taught) // _CLASSES_PER_TEACHER))


def _appoint(number: int, subject: str, names: Names, random: Random) -> Teacher:
    sex = random.choice("122")
    return Teacher(number, names.draw(sex), sex, subject)


def _lessons(code: str, subject: str, crew: list[Teacher], *, first: int) -> dict[Lesson, Teacher]:
    later = first + 1 if (code, subject) == _HANDED_OVER else first
    by_term = dict(zip(TERMS, (first, later), strict=True))
    return {Lesson(code, subject, term): crew[index % len(crew)] for term, index in by_term.items()}
