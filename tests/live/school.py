"""A city's world for the pupils that a Moodle has, so that the main job has somebody to carry marks for.

Class lists come from group names, course idnumbers and course names, by majority; where nothing names a class, the
course is the class. The only thing taken of a pupil is the idnumber, which also stands in for the name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.city.codes import table
from tests.live.raw import Course

LABEL = re.compile(r"(?<![A-Za-z0-9])(6|7|8|9|10|11|12)\s?([A-Z]{1,3}\d{0,2})(?![A-Za-z0-9])")
SCHOOL_CODE = re.compile(r"(\d{8})(?=\D)")
FALLBACK_SCHOOL = "79000001"
LONGEST_CODE = 20


@dataclass(frozen=True, repr=False)  # a failing test shows its arguments, and idnumbers are nobody's business
class School:
    code: str
    year: int
    homes: dict[str, str]  # idnumber → class
    world: dict[str, Any]

    def classes_of(self, course: Course) -> list[str]:
        """The classes whose pupils sit in the course, the largest first."""
        counts = Counter(self.homes[idnumber] for idnumber in _codes(course) if idnumber in self.homes)
        return [name for name, _ in counts.most_common()]


def make_school(courses: Iterable[Course]) -> School:
    readable = [course for course in courses if not course.refusal]
    code = _school_code(readable)
    year = Counter(_year(course) for course in readable).most_common(1)[0][0]
    homes = _homes(readable)
    return School(code, year, homes, make_world(code, year, homes))


def _codes(course: Course) -> Iterator[str]:
    return (idnumber.strip() for idnumber in course.active.values() if 0 < len(idnumber.strip()) <= LONGEST_CODE)


def _school_code(courses: list[Course]) -> str:
    found = Counter(match.group(1) for course in courses if (match := SCHOOL_CODE.match(course.idnumber)))
    return found.most_common(1)[0][0] if found else FALLBACK_SCHOOL


def _year(course: Course) -> int:
    """The first year of the school year in which the course begins."""
    start = datetime.fromtimestamp(course.starts, UTC) if course.starts else datetime.now(UTC)
    return start.year if start.month >= 7 else start.year - 1


def _homes(courses: list[Course]) -> dict[str, str]:
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for course in courses:
        named = _label(course.idnumber) or _label(course.name) or _label(course.category)
        for user, idnumber in course.active.items():
            if 0 < len(idnumber.strip()) <= LONGEST_CODE:
                label = _label(course.groups.get(user, "")) or named
                votes[idnumber.strip()][label or f"10M{course.id}"] += 2 if label else 1
    return {idnumber: counts.most_common(1)[0][0] for idnumber, counts in votes.items()}


def _label(text: str) -> str:
    found = LABEL.search(text)
    return "".join(found.groups()) if found else ""


def make_world(code: str, year: int, homes: dict[str, str]) -> dict[str, Any]:
    """As `sandbox.city --world` takes it. `homes`: idnumber → class."""
    return {
        "school": {"code": code, "name": "Trường thử nghiệm", "level": "THPT"},
        "year": year,
        "terms": [
            {"code": "HK1", "from": f"{year}-09-05", "to": f"{year + 1}-01-15"},
            {"code": "HK2", "from": f"{year + 1}-01-18", "to": f"{year + 1}-05-31"},
        ],
        "classes": [_school_class(name) for name in sorted(set(homes.values()))],
        "pupils": [_pupil(idnumber, homes[idnumber], year) for idnumber in sorted(homes)],
        "teachers": [{"code": f"GV-{subject}", "name": f"Giáo viên {subject}"} for subject in table("subjects")],
        "assignments": [
            {"teacher": f"GV-{subject}", "class": name, "subject": subject, "term": term}
            for name in sorted(set(homes.values()))
            for subject in table("subjects")
            for term in ("HK1", "HK2")
        ],
        "accounts": [{"user": "bridge", "password": "sandbox", "schools": [code]}],
    }


def _school_class(name: str) -> dict[str, Any]:
    level = int(re.match(r"\d+", name).group())  # type: ignore[union-attr]
    return {"code": name, "name": name, "grade_level": level, "kind": "LOP", "homeroom": None, "parent": None}


def _pupil(idnumber: str, home: str, year: int) -> dict[str, Any]:
    place = {"class": home, "groups": [], "from": f"{year}-09-05", "to": None}
    person = {"code": idnumber, "moet": None, "name": f"Em {idnumber}", "birth": f"{year - 15}-01-01", "sex": "1"}
    return {**person, **place, "state": "DANGHOC"}
