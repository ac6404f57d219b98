"""A course that the LMS will not show spoils no other course's suggestion."""

from collections.abc import Sequence
from typing import Any

import pytest

from bridge.domain.errors import BridgeError, Garbled, Refused, Unreachable
from bridge.domain.matching import Matched, Unmatched, Why
from bridge.domain.school import SchoolClass, SchoolInfo
from bridge.mapping.desk import Desk, suggest
from bridge.ports.lms import LmsCourse, LmsPupil
from bridge.ports.people import Directory, Member
from tests.domain.matching_school import LEXICON
from tests.fakes_lms import MemoryLms

SCHOOL, YEAR = "79000001", 2026
PUPILS = [LmsPupil(number, f"HS{number}", active=True) for number in range(30)]


class OneClass:
    """The rosters and mappings of a school with one class and nothing mapped."""

    def directory(self, school: str) -> Directory:
        keys = {f"HS{number}": f"key{number}" for number in range(30)}
        return Directory(keys, {key: code for code, key in keys.items()})

    def classes(self, school: str, year: int) -> Sequence[SchoolClass]:
        return [SchoolClass("10A1", "10A1", 10)]

    def members(self, school: str, year: int) -> dict[str, list[Member]]:
        return {"10A1": [Member(f"key{number}", studying=True) for number in range(30)]}

    def school(self, school: str, year: int) -> SchoolInfo:
        return SchoolInfo(SCHOOL, "THPT Thử Nghiệm", "THPT", ())

    def assignments(self, school: str, year: int) -> list[Any]:
        return []

    def courses(self, school: str, year: int) -> list[Any]:
        return []


class PartlyShut(MemoryLms):
    """Reading course 2 fails with this."""

    error: BridgeError

    def pupils(self, course: int) -> Sequence[LmsPupil]:
        if course == 2:
            raise self.error
        return super().pupils(course)


def _ignore(_: object) -> None:
    """Nobody watches."""


def desk(error: BridgeError) -> Desk:
    lms, city = PartlyShut(), OneClass()
    lms.error = error
    for number, subject in ((1, "TOAN"), (2, "HOAHOC")):
        name = f"{SCHOOL}|{YEAR}|10A1|{subject}"
        lms.add_course(LmsCourse(number, f"{subject} 10A1", subject, name, (), visible=True), PUPILS)
    return Desk(SCHOOL, YEAR, lms, city, city, LEXICON, None, 90)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused(remote="lms", operation="pupils", reason="BROKEN_GRADEBOOK", theirs="x"), "BROKEN_GRADEBOOK"),
        (Garbled(remote="lms", operation="pupils", why="HTML"), "HTML"),
    ],
)
def test_a_course_that_can_not_be_read_is_said_and_the_others_are_judged(error: BridgeError, reason: str) -> None:
    found = {row.course.id: row.verdict for row in suggest(desk(error), watch=_ignore)}
    assert isinstance(found[1], Matched)
    assert isinstance(found[2], Unmatched)
    assert [(why.code, why.facts) for why in found[2].why] == [(Why.UNREAD, {"reason": reason})]


def test_an_lms_that_is_gone_is_no_matter_of_one_course() -> None:
    with pytest.raises(Unreachable):
        suggest(desk(Unreachable(remote="lms", operation="pupils", reason="TIMEOUT")), watch=_ignore)
