"""Whether the idnumbers, by which pupils and courses are known, can be relied on."""

from bridge.people.idnumbers import course_findings, pupil_findings
from bridge.ports.lms import LmsCourse, LmsPupil


def pupil(user: int, idnumber: str, *, active: bool = True) -> LmsPupil:
    return LmsPupil(user, idnumber, active)


PUPILS = [
    pupil(1, "A"),
    pupil(1, "A"),  # in two courses
    pupil(2, " B "),
    pupil(3, ""),
    pupil(4, "  "),
    pupil(5, "C"),
    pupil(6, "C "),
    pupil(7, "Z"),
    pupil(8, "A", active=False),
]


def test_idnumbers_of_pupils_are_judged_once_per_user() -> None:
    found = {one.code: one.facts["users"] for one in pupil_findings(PUPILS, {"A", "B", "C"})}
    assert found == {
        "IDNUMBER_MISSING": (3, 4),
        "IDNUMBER_UNTRIMMED": (2, 6),
        "IDNUMBER_DOUBLED": (5, 6),
        "IDNUMBER_UNKNOWN": (7,),
    }


def test_without_the_citys_codes_nobody_is_unknown() -> None:
    assert "IDNUMBER_UNKNOWN" not in {one.code for one in pupil_findings(PUPILS)}


def test_idnumbers_of_courses_are_judged() -> None:
    rows = [(1, "X"), (2, ""), (3, "Y ")]
    courses = [LmsCourse(number, "", "", idnumber, (), visible=True) for number, idnumber in rows]
    assert {one.code: one.facts["courses"] for one in course_findings(courses)} == {
        "IDNUMBER_MISSING": (2,),
        "IDNUMBER_UNTRIMMED": (3,),
    }
