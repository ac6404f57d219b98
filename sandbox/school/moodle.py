"""The school's Moodle site: accounts, courses as a real school has them, gradebooks with values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sandbox.school.enrolment import Pupil
from sandbox.school.gradebook import Counters, build_gradebook, fill_cells
from sandbox.school.names import stream
from sandbox.school.staff import Lesson, Staff, Teacher
from sandbox.school.timetable import LEVELS, SCHOOL, SCHOOL_NAME, SUBJECTS, TERMS, YEAR, Classes, ElectiveGroup
from sandbox.school.titles import messy_title, neat_title

_YEAR_STARTS, _YEAR_ENDS = 1788541200, 1811782799
_SERVICE, _WEAK, _PRINCIPAL = 3, 4, 5
_STYLES = ("neat",) * 13 + ("odd_name",) * 3 + ("no_idnumber",) * 3 + ("untagged",) + ("per_term",) * 2
_ALWAYS_NEAT = {
    ("10A1", "TOAN"),
    ("10A2", "TOAN"),
    ("10A3", "GDTC"),
    ("10A3", "GDDP"),
    ("11B1", "TINHOC"),
    ("11B2", "LICHSU"),
    ("11B3", "NN1"),
    ("12C1", "TOAN"),
    ("12C2", "TOAN"),
    ("12C3", "TOAN"),
}
"""Where the special cases live: their courses are found by idnumber, so that nothing else stands in the way."""


class MoodleSite:
    """Built up step by step; `to_json()` is the site file. Course 1 is the front page, as everywhere."""

    def __init__(self, classes: Classes, pupils: list[Pupil], staff: Staff, *, seed: int):
        self.classes, self.pupils, self.staff = classes, pupils, staff
        self.counters = Counters()
        self.users = [*_service_accounts(), *map(_teacher, staff.teachers), *map(_pupil, pupils)]
        self.courses: list[dict[str, Any]] = []
        self.truth: list[dict[str, Any]] = []
        self.random = stream("moodle", seed)
        self._token = hashlib.md5(f"bridge {seed}".encode(), usedforsecurity=False).hexdigest()
        self._weak_token = hashlib.md5(f"weak {seed}".encode(), usedforsecurity=False).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {
            "settings": {"sitename": SCHOOL_NAME, "lang": "vi"},
            "tokens": [{"token": self._token, "user": _SERVICE}, {"token": self._weak_token, "user": _WEAK}],
            "categories": _categories(),
            "users": self.users,
            "courses": self.courses,
        }

    def open_courses(self) -> None:
        self.add_course(SCHOOL_NAME, shortname="THPT", category=0)
        for each in self.classes.classes:
            for subject in each.subjects:
                self._open_class_subject(each.code, each.grade_level, subject)
        for level in LEVELS:
            self._open_elective(level, "VATLI")
            self._open_elective(level, "DIALI")

    def pupils_of(self, place: str) -> list[int]:
        """User ids of a class or an elective group."""
        return [pupil.user for pupil in self.pupils if place in (pupil.school_class.code, pupil.group)]

    def course_of(self, place: str, subject: str) -> dict[str, Any]:
        """The course of the whole year (the first one where there are two)."""
        found = next(row for row in self.truth if row["class"] == place and row["subject"] == subject)
        return next(course for course in self.courses if course["id"] == found["course"])

    def add_course(self, title: str, *, shortname: str, category: int, **given: Any) -> dict[str, Any]:
        number = self.counters.next("course")
        course: dict[str, Any] = {
            "id": number,
            "shortname": shortname,
            "fullname": title,
            "category": category,
            "sortorder": 10_000 * category + number,
            "context": 40 + number,
            "startdate": _YEAR_STARTS,
            "enddate": _YEAR_ENDS,
            "timecreated": _YEAR_STARTS - 86_400 * 20,
            "timemodified": _YEAR_STARTS - 86_400 * 20,
            **given,
        }
        self.courses.append(course)
        return course

    def _open_class_subject(self, place: str, level: int, subject: str) -> None:
        style = "neat" if (place, subject) in _ALWAYS_NEAT else self.random.choice(_STYLES)
        for term in TERMS if style == "per_term" else (None,):
            teacher = self.staff.lessons[Lesson(place, subject, term or "HK1")]
            title = self._title(style, subject, place, term=term, teacher=teacher)
            course = self._open(title, subject, level=level, terms=[term] if term else TERMS, style=style)
            if style not in ("no_idnumber", "untagged"):
                course["idnumber"] = "|".join([SCHOOL, str(YEAR), place, subject, *([term] if term else [])])
            course["shortname"] = f"{subject}-{place}-{term or 'CN'}-2627"
            self._people(course, self.pupils_of(place), [teacher, self.staff.lessons[Lesson(place, subject, "HK2")]])
            self._know(course, place=place, subject=subject, term=term, style=style)

    def _title(self, style: str, subject: str, place: str, *, term: str | None, teacher: Teacher) -> str:
        if style == "neat" or (style == "per_term" and self.random.random() < 0.5):
            return neat_title(subject, place, term)
        return messy_title(subject, place, term=term, teacher=teacher.address, random=self.random)

    def _open(self, title: str, subject: str, *, level: int, terms: Sequence[str], style: str) -> dict[str, Any]:
        course = self.add_course(title, shortname="", category=level)
        gradebook = build_gradebook(
            title, SUBJECTS[subject], terms=terms, tagged=style != "untagged", counters=self.counters
        )
        course.update(gradebook)
        return course

    def _open_elective(self, level: int, subject: str) -> None:
        """Groups of one subject share a course and carry the idnumbers; where there is one group, the course has it."""
        groups = [group for group in self.classes.groups_of(level) if group.subject == subject]
        title = f"{SUBJECTS[subject].name} {level} (nhóm tự chọn) - 2026-2027"
        course = self._open(title, subject, level=level, terms=TERMS, style="neat")
        course["shortname"] = f"{subject}-K{level}-TC-2627"
        if len(groups) == 1:
            course["idnumber"] = _group_idnumber(groups[0])
        else:
            course["groups"] = [self._group(group) for group in groups]
        teachers = [self.staff.lessons[Lesson(group.code, subject, "HK1")] for group in groups]
        self._people(course, [user for group in groups for user in self.pupils_of(group.code)], teachers)
        by_group = {str(row["id"]): group.code for row, group in zip(course.get("groups", []), groups, strict=False)}
        place = None if by_group else groups[0].code
        self._know(course, place=place, subject=subject, term=None, style="elective")
        self.truth[-1]["groups"] = by_group

    def _group(self, group: ElectiveGroup) -> dict[str, Any]:
        return {
            "id": self.counters.next("group"),
            "name": group.name,
            "idnumber": _group_idnumber(group),
            "description": "",
            "members": self.pupils_of(group.code),
        }

    def _people(self, course: dict[str, Any], pupils: list[int], teachers: list[Teacher]) -> None:
        users = dict.fromkeys(teacher.user for teacher in teachers)
        course["enrolments"] = [{"user": user, "role": "editingteacher"} for user in users]
        course["enrolments"] += [{"user": user} for user in pupils]
        course["cells"] = fill_cells(course["items"], pupils, self.random)

    def _know(self, course: dict[str, Any], *, place: str | None, subject: str, term: str | None, style: str) -> None:
        row = {"course": course["id"], "year": YEAR, "class": place, "groups": {}, "subject": subject, "term": term}
        self.truth.append({**row, "style": style})


def _group_idnumber(group: ElectiveGroup) -> str:
    return "|".join([SCHOOL, str(YEAR), str(group.grade_level), group.subject, group.label])


def _service_accounts() -> list[dict[str, Any]]:
    bridge = {"id": _SERVICE, "username": "ws_bridge", "firstname": "Cầu nối", "lastname": "Dịch vụ", "manager": True}
    admin = {**_account(2, "QT01", last="Người", first="Quản trị"), "username": "admin"}
    return [
        {"id": 1, "username": "guest", "firstname": "Khách", "lastname": "Người dùng"},
        {**admin, "manager": True, "siteadmin": True},
        bridge,
        {"id": _WEAK, "username": "ws_weak", "firstname": "Thiếu quyền", "lastname": "Dịch vụ"},
        {**_account(_PRINCIPAL, "HT01", last="Lâm Thị Bích", first="Hiệu"), "manager": True},
    ]


def _teacher(teacher: Teacher) -> dict[str, Any]:
    return _account(teacher.user, teacher.code, last=teacher.name.last, first=teacher.name.first)


def _pupil(pupil: Pupil) -> dict[str, Any]:
    account = _account(pupil.user, pupil.code, last=pupil.name.last, first=pupil.name.first)
    return {**account, "department": pupil.school_class.code}


def _account(user: int, code: str, *, last: str, first: str) -> dict[str, Any]:
    username = code.lower()
    email = f"{username}@moodle.example.test"
    return {"id": user, "username": username, "lastname": last, "firstname": first, "email": email, "idnumber": code}


def _categories() -> list[dict[str, Any]]:
    """The grade levels have their own number as id, which keeps the file readable."""
    year = {"id": 1, "name": "Năm học 2026-2027", "idnumber": f"{SCHOOL}|{YEAR}", "sortorder": 10_000}
    levels = [
        {
            "id": level,
            "name": f"Khối {level}",
            "idnumber": f"{SCHOOL}|{YEAR}|{level}",
            "parent": 1,
            "sortorder": 10_000 * level,
        }
        for level in LEVELS
    ]
    archive = {"id": 2, "name": "Lưu trữ 2025-2026", "idnumber": f"{SCHOOL}|{YEAR - 1}", "sortorder": 200_000}
    return [year, *levels, archive, {"id": 3, "name": "Khác", "sortorder": 210_000}]
