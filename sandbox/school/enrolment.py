"""The pupils: who they are, in which class and elective group, and when they came or left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.school.names import Name, Names, stream
from sandbox.school.timetable import YEAR, Classes, SchoolClass

FIRST_DAY = "2026-09-05"


@dataclass
class Pupil:
    """`user` is the id of the Moodle account; `code` the city's, which Moodle holds as idnumber."""

    number: int
    name: Name
    sex: str
    birth: date
    school_class: SchoolClass
    group: str | None

    @property
    def code(self) -> str:
        return f"HS{self.number:06d}"

    @property
    def moet(self) -> str:
        return f"79{self.number:08d}"

    @property
    def user(self) -> int:
        return 1000 + self.number


def admit_pupils(classes: Classes, count: int, *, seed: int) -> list[Pupil]:
    """Spread evenly: class sizes differ by one at most."""
    random = stream("pupils", seed)
    names = Names(random)
    rooms = classes.classes
    places = [rooms[index * len(rooms) // count] for index in range(count)]
    admitted = [_admit(number, place, names, random) for number, place in enumerate(places, start=1)]
    _choose_groups(classes, admitted, random)
    return admitted


def _admit(number: int, place: SchoolClass, names: Names, random: Random) -> Pupil:
    sex = random.choice("12")
    born = date(YEAR - place.grade_level - 5, 1, 1) + timedelta(days=random.randrange(365))
    return Pupil(number, names.draw(sex), sex, born, place, None)


def _choose_groups(classes: Classes, admitted: list[Pupil], random: Random) -> None:
    """Each pupil of a mixed class is in one elective group of the grade level, whatever the class."""
    for level in {group.grade_level for group in classes.groups}:
        groups = [group.code for group in classes.groups_of(level)]
        choosers = [pupil for pupil in admitted if pupil.school_class.mixed and pupil.school_class.grade_level == level]
        random.shuffle(choosers)
        for index, pupil in enumerate(choosers):
            pupil.group = groups[index % len(groups)]
