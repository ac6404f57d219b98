"""Who is who: by idnumber, pinned at first sight, never guessed."""

import pytest

from bridge.domain.plans import PersonHold, Problem
from bridge.domain.school import Assignment, ClassKind, SchoolClass
from bridge.domain.scores import mark
from bridge.ports.lms import LmsPupil
from bridge.ports.people import Directory
from bridge.sync.identity import Claims, Pins, identify
from tests.sync.harness import HK1, SCHOOL, TX1, School, city_pupil, course, item, item_id

CODES = {"HS1": "an", "HS2": "binh", "HS3": "chi"}
DIRECTORY = Directory(CODES, {key: code for code, key in CODES.items()})
NOBODY: dict[int, str] = {}


def user(number: int, idnumber: str, *, active: bool = True) -> LmsPupil:
    return LmsPupil(number, idnumber, active)


CASES = [
    # users                                          pins              known            problems
    ([user(1, "HS1"), user(2, "HS2")], NOBODY, {1: "an", 2: "binh"}, {}),
    ([user(1, " HS1\t")], NOBODY, {1: "an"}, {}),
    ([user(1, "")], NOBODY, {}, {1: Problem.NO_IDNUMBER}),
    ([user(1, "  ")], NOBODY, {}, {1: Problem.NO_IDNUMBER}),
    ([user(1, "HS9")], NOBODY, {}, {1: Problem.UNKNOWN_PUPIL}),
    ([user(1, "HS1"), user(2, "HS1")], NOBODY, {}, {1: Problem.DOUBLED_IDNUMBER, 2: Problem.DOUBLED_IDNUMBER}),
    ([user(1, "HS1"), user(2, "HS1 ")], NOBODY, {}, {1: Problem.DOUBLED_IDNUMBER, 2: Problem.DOUBLED_IDNUMBER}),
    ([user(1, "HS1"), user(2, "HS1", active=False)], NOBODY, {1: "an"}, {}),
    ([user(1, "HS1", active=False)], NOBODY, {}, {}),
    ([user(1, "HS2")], {1: "an"}, {}, {1: Problem.IDENTITY_CHANGED}),
    ([user(1, "")], {1: "an"}, {}, {1: Problem.IDENTITY_CHANGED}),
    ([user(1, "HS9")], {1: "an"}, {}, {1: Problem.IDENTITY_CHANGED}),
    ([user(2, "HS1")], {1: "an"}, {}, {2: Problem.IDENTITY_CHANGED}),
    (
        [user(1, "HS2"), user(2, "HS1")],
        {1: "an", 2: "binh"},
        {},
        {1: Problem.IDENTITY_CHANGED, 2: Problem.IDENTITY_CHANGED},
    ),
    ([user(2, "HS1")], {1: "an", 2: "an"}, {2: "an"}, {}),  # a new account that an admin has settled
]


@pytest.mark.parametrize(("users", "pins", "known", "problems"), CASES)
def test_who_is_who(users, pins, known, problems) -> None:
    found = identify(12, users, DIRECTORY, Pins.of(pins))
    assert found.pupil_of == known
    assert found.holds == tuple(PersonHold(12, number, problem) for number, problem in problems.items())
    assert found.fresh == {number: pupil for number, pupil in known.items() if number not in pins}


def test_of_two_new_accounts_that_claim_one_pupil_in_two_courses_nothing_is_sent(school: School) -> None:
    """Whichever course is read first. Once the wrong idnumber is mended, the right account needs nobody's word."""
    school.lms.drop_pupil(14, 11)
    school.lms.add_course(course(15), [LmsPupil(9, "HS11", True), LmsPupil(12, "HS12", True)], [item(15, TX1)])
    school.feed(15, "10A1", "HOAHOC", TX1)
    school.lms.put(15, 9, item_id(15, TX1), "3")
    school.put("HS11", "8")
    assert school.run().holds() == [Problem.DOUBLED_IDNUMBER]
    school.plan()
    school.apply()
    assert school.road.sent == []
    school.enrol(15, 9, "HS999")
    assert school.run().holds() == [Problem.UNKNOWN_PUPIL]
    assert (school.book("HS11"), len(school.road.sent)) == (mark(80), 1)


def test_the_second_account_of_a_pupil_in_another_course_is_held() -> None:
    claims = Claims()
    one = claims.sift(identify(12, [user(1, "HS1"), user(2, "HS2")], DIRECTORY, Pins.of({})))
    two = claims.sift(identify(13, [user(9, "HS1"), user(2, "HS2")], DIRECTORY, Pins.of({})))
    assert (one.pupil_of, two.pupil_of, two.fresh) == ({1: "an", 2: "binh"}, {2: "binh"}, {2: "binh"})
    assert two.holds == (PersonHold(13, 9, Problem.DOUBLED_IDNUMBER),)


def test_a_second_account_sends_nothing_and_pins_nothing(school: School) -> None:
    """Nor does it stop the first, who is known."""
    school.run()
    school.enrol(13, 99, "HS11")
    school.lms.put(13, 99, 1301, "3")
    school.put("HS11", "8")
    assert school.run().holds() == [Problem.IDENTITY_CHANGED]
    assert school.book("HS11") == mark(80)
    assert 99 not in school.store.pins.pins(SCHOOL, "https://moodle.test")


def test_a_changed_idnumber_holds_the_person_until_an_admin_settles_it(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    for number in (12, 14):
        school.enrol(number, 11, "HS12")
        school.lms.drop_pupil(number, 12)
    school.put("HS11", "3")
    assert set(school.run().holds()) == {Problem.IDENTITY_CHANGED}
    assert (school.book("HS11"), school.book("HS12")) == (mark(80), None)
    pupil = school.key("HS12")
    school.store.pins.repin(
        SCHOOL, "https://moodle.test", 11, pupil, actor="admin", why="account reused", now=school.clock()
    )
    school.run()
    assert (school.book("HS11"), school.book("HS12")) == (mark(80), mark(30))


def test_who_is_in_the_course_and_in_another_class_is_told_where_no_course_of_that_class_feeds_the_subject(
    school: School,
) -> None:
    school.enrol(14, 21, "HS21")  # GDTC has no course for 10A2
    school.enrol(12, 22, "HS22")  # TOAN has
    (person,) = {person for unit_plan in school.run().units for person in unit_plan.people}
    assert person == PersonHold(14, 21, Problem.OTHER_CLASS, "10A2")


def test_who_left_the_school_is_on_no_list(school: School) -> None:
    school.city.book.pupils["10A1"][0] = city_pupil("HS11", studying=False)
    assert set(school.run().holds()) == {Problem.UNKNOWN_PUPIL}


def test_a_pupil_of_an_elective_group_is_at_home_there(school: School) -> None:
    group = SchoolClass("10-LY-N1", "Lý nhóm 1", 10, ClassKind.GROUP)
    school.city.book.classes.append(group)
    school.city.book.pupils[group.code] = [city_pupil("HS11"), city_pupil("HS21")]
    school.city.book.assignments.append(Assignment("GV1", group.code, "VATLI", HK1))
    school.pull()
    school.lms.add_course(course(17), [LmsPupil(11, "HS11", True), LmsPupil(21, "HS21", True)], [item(17, TX1)])
    school.feed(17, group.code, "VATLI", TX1)
    school.lms.put(17, 11, 1701, "8")
    school.lms.put(17, 21, 1701, "7")
    assert school.run().holds() == []
    assert (school.book("HS11", subject="VATLI"), school.book("HS21", subject="VATLI")) == (mark(80), mark(70))
