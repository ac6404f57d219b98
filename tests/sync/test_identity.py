"""Who is who: by idnumber, pinned at first sight, never guessed."""

import pytest

from bridge.domain.plans import PersonHold, Problem
from bridge.domain.scores import mark
from bridge.ports.lms import LmsPupil
from bridge.ports.people import Directory
from bridge.sync.identity import Claims, Pins, identify
from tests.sync.harness import SCHOOL, School

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


def test_the_second_account_of_a_pupil_in_another_course_is_held() -> None:
    claims = Claims()
    one = claims.sift(identify(12, [user(1, "HS1"), user(2, "HS2")], DIRECTORY, Pins.of({})))
    two = claims.sift(identify(13, [user(9, "HS1"), user(2, "HS2")], DIRECTORY, Pins.of({})))
    assert (one.pupil_of, two.pupil_of, two.fresh) == ({1: "an", 2: "binh"}, {2: "binh"}, {2: "binh"})
    assert two.holds == (PersonHold(13, 9, Problem.DOUBLED_IDNUMBER),)


def test_a_second_account_sends_nothing_and_pins_nothing(school: School) -> None:
    school.enrol(13, 99, "HS11")
    school.lms.put(13, 99, 1301, "3")
    school.put("HS11", "8")
    assert school.run().holds() == [Problem.DOUBLED_IDNUMBER]
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
