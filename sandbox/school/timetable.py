"""Which classes there are, and which subjects each of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SCHOOL = "79000001"
SCHOOL_NAME = "Trường THPT Hoa Phượng Vĩ"
YEAR = 2026
TERMS = ("HK1", "HK2")
LEVELS = (10, 11, 12)
_SERIES = {10: "A", 11: "B", 12: "C"}
_PER_CLASS = 40
_LEAST_CLASSES = 4


class Subject(NamedTuple):
    """`regular`: regular assessments per term. `comment`: Đạt / Chưa đạt instead of a mark."""

    code: str
    name: str
    regular: int
    comment: bool = False


SUBJECTS = {
    subject.code: subject
    for subject in (
        Subject("TOAN", "Toán", 4),
        Subject("NGUVAN", "Ngữ văn", 4),
        Subject("NN1", "Tiếng Anh", 4),
        Subject("LICHSU", "Lịch sử", 3),
        Subject("DIALI", "Địa lí", 3),
        Subject("GDKTPL", "Giáo dục kinh tế và pháp luật", 3),
        Subject("VATLI", "Vật lí", 3),
        Subject("HOAHOC", "Hoá học", 3),
        Subject("SINHHOC", "Sinh học", 3),
        Subject("CONGNGHE", "Công nghệ", 3),
        Subject("TINHOC", "Tin học", 3),
        Subject("GDQPAN", "Giáo dục quốc phòng và an ninh", 2),
        Subject("GDTC", "Giáo dục thể chất", 2, comment=True),
        Subject("HDTNHN", "Hoạt động trải nghiệm, hướng nghiệp", 2, comment=True),
        Subject("GDDP", "Nội dung giáo dục của địa phương", 2, comment=True),
    )
}
_COMPULSORY = ("TOAN", "NGUVAN", "NN1", "LICHSU", "GDQPAN", "GDTC", "HDTNHN", "GDDP")
_STREAMS = (
    ("VATLI", "HOAHOC", "SINHHOC", "TINHOC"),
    ("DIALI", "GDKTPL", "CONGNGHE", "TINHOC"),
)
_MIXED_STREAM = ("HOAHOC", "TINHOC", "CONGNGHE")


@dataclass(frozen=True)
class ElectiveGroup:
    """Pupils of several classes who take one subject together. `label` is the last part of the group's idnumber."""

    code: str
    name: str
    grade_level: int
    subject: str
    label: str


@dataclass(frozen=True)
class SchoolClass:
    """`mixed`: the fourth elective is not taken as a class but in an elective group."""

    code: str
    grade_level: int
    subjects: tuple[str, ...]
    mixed: bool


@dataclass(frozen=True)
class Classes:
    classes: tuple[SchoolClass, ...]
    groups: tuple[ElectiveGroup, ...]

    def groups_of(self, grade_level: int) -> list[ElectiveGroup]:
        return [group for group in self.groups if group.grade_level == grade_level]


def open_classes(pupils: int) -> Classes:
    """In each grade level the last two classes are mixed; the others follow the two streams in turn."""
    per_level = max(_LEAST_CLASSES, round(pupils / (_PER_CLASS * len(LEVELS))))
    classes = [_school_class(level, number, last=per_level) for level in LEVELS for number in range(1, per_level + 1)]
    return Classes(tuple(classes), tuple(group for level in LEVELS for group in _groups(level)))


def _school_class(level: int, number: int, *, last: int) -> SchoolClass:
    mixed = number > last - 2
    electives = _MIXED_STREAM if mixed else _STREAMS[(number - 1) % len(_STREAMS)]
    return SchoolClass(f"{level}{_SERIES[level]}{number}", level, (*_COMPULSORY, *electives), mixed)


def _groups(level: int) -> list[ElectiveGroup]:
    rows = (("LY", "Lý", "VATLI", 1), ("LY", "Lý", "VATLI", 2), ("DIA", "Địa", "DIALI", 1))
    return [
        ElectiveGroup(f"{level}-{short}-N{number}", f"{name} nhóm {number}", level, subject, f"N{number}")
        for short, name, subject, number in rows
    ]
