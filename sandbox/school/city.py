"""The school as the city's database holds it: the file that the stand-in city loads."""

from __future__ import annotations

from typing import Any

from sandbox.school.enrolment import FIRST_DAY, Pupil
from sandbox.school.staff import Staff
from sandbox.school.timetable import SCHOOL, SCHOOL_NAME, YEAR, Classes


def city_world(classes: Classes, pupils: list[Pupil], staff: Staff) -> dict[str, Any]:
    return {
        "school": {"code": SCHOOL, "name": SCHOOL_NAME, "level": "THPT"},
        "year": YEAR,
        "terms": [
            {"code": "HK1", "from": FIRST_DAY, "to": "2027-01-15"},
            {"code": "HK2", "from": "2027-01-18", "to": "2027-05-31"},
        ],
        "classes": _classes(classes, staff),
        "pupils": [_pupil(pupil) for pupil in pupils],
        "teachers": [{"code": teacher.code, "name": str(teacher.name)} for teacher in staff.teachers],
        "assignments": [
            {"teacher": teacher.code, "class": lesson.taught, "subject": lesson.subject, "term": lesson.term}
            for lesson, teacher in staff.lessons.items()
        ],
        "accounts": [{"user": "bridge", "password": "sandbox", "schools": [SCHOOL]}],
    }


def _classes(classes: Classes, staff: Staff) -> list[dict[str, Any]]:
    whole = [
        {
            "code": each.code,
            "name": each.code,
            "grade_level": each.grade_level,
            "kind": "LOP",
            "homeroom": staff.homerooms[each.code].code,
            "parent": None,
        }
        for each in classes.classes
    ]
    groups = [
        {
            "code": group.code,
            "name": group.name,
            "grade_level": group.grade_level,
            "kind": "NHOM",
            "homeroom": None,
            "parent": None,
        }
        for group in classes.groups
    ]
    return whole + groups


def _pupil(pupil: Pupil) -> dict[str, Any]:
    return {
        "code": pupil.code,
        "moet": pupil.moet,
        "name": str(pupil.name),
        "birth": pupil.birth.isoformat(),
        "sex": pupil.sex,
        "class": pupil.school_class.code,
        "groups": [pupil.group] if pupil.group else [],
        "state": "DANGHOC",
        "from": FIRST_DAY,
        "to": None,
    }
