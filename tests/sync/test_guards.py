"""A list suddenly smaller, an answer about others, a side that can't be read: errors, and no facts to act on."""

from datetime import date

import pytest

from bridge.domain.errors import Refused, Unreachable
from bridge.domain.plans import Problem
from bridge.domain.scores import mark
from bridge.sync import words
from tests.sync.harness import TX1, UNIT, School, city_pupil, codes, course, item, open_school

M7, M8 = mark(70), mark(80)


@pytest.fixture
def settled(school: School) -> School:
    """Everybody has an 8 in TX1, on both sides."""
    for code in codes("10A1"):
        school.put(code, "8")
    school.run()
    return school


def wave(school: School, problem: Problem) -> None:
    seen = school.run()
    unit_plan = next(each for each in seen.units if each.unit == UNIT)
    words.wave_through(school.sync(), unit_plan, problem, actor="admin", why="half the class left")


def test_an_empty_class_list_holds_its_units_and_the_others_go_on(settled: School) -> None:
    settled.city.book.pupils["10A1"] = []
    settled.put("HS11", "9")
    settled.put("HS21", "7")
    seen = settled.run()
    assert seen.hold().problem is Problem.ROSTER_SHRUNK
    assert (settled.book("HS21"), len(settled.road.sent)) == (M7, 2)


def test_a_shrunk_class_list_can_be_waved_through(settled: School) -> None:
    settled.city.book.pupils["10A1"] = [city_pupil("HS11")]
    settled.put("HS11", "9")
    wave(settled, Problem.ROSTER_SHRUNK)
    settled.run()
    assert settled.book("HS11") == mark(90)


def test_an_emptied_gradebook_holds_its_units_until_waved_through(settled: School) -> None:
    for user in range(12, 17):
        settled.lms.drop_pupil(12, user)
    settled.put("HS11", "9")
    assert settled.run().hold().problem is Problem.GRADEBOOK_SHRUNK
    wave(settled, Problem.GRADEBOOK_SHRUNK)
    settled.run()
    assert settled.book("HS11") == mark(90)


def test_idnumbers_that_vanish_together_are_a_shrunk_gradebook(settled: School) -> None:
    for user in range(11, 17):
        settled.enrol(12, user, "")
    assert settled.run().hold().problem is Problem.GRADEBOOK_SHRUNK


def test_a_list_that_shrank_between_its_pull_and_the_first_plan_is_not_believed(school: School) -> None:
    """No run has read it yet: it is measured against what was pulled."""
    school.city.book.pupils["10A1"] = [city_pupil("HS11")]
    assert school.run().hold().problem is Problem.ROSTER_SHRUNK
    assert len(school.store.rosters.members("79000001", 2026)["10A1"]) == 6


def test_a_class_list_of_another_class_is_not_believed(settled: School) -> None:
    settled.city.book.pupils["10A1"] = [city_pupil(code) for code in codes("10A2")]
    assert settled.run().hold().problem is Problem.WRONG_REPLY
    assert len(settled.store.rosters.members("79000001", 2026)["10A1"]) == 6


def test_marks_of_another_class_are_not_believed(settled: School) -> None:
    for code in codes("10A2"):
        settled.put(code, "6")
    settled.run()
    settled.road.answer_for = "10A2"
    settled.put("HS11", "9")
    assert settled.run().hold().problem is Problem.WRONG_REPLY


def test_a_leavers_mark_is_no_answer_about_another_class(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.city.book.pupils["10A1"][0] = city_pupil("HS11", studying=False)
    school.put("HS12", "7")
    assert school.run().hold() is None
    assert school.book("HS12") == M7


def test_a_unit_that_can_not_be_read_stops_itself_alone(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.unread.add("10A1")
    seen = school.run()
    assert (seen.hold().problem, school.book("HS11"), school.book("HS21")) == (Problem.UNREAD, None, M7)


def test_an_answer_that_can_not_be_used_stops_its_own_subject_alone(school: School) -> None:
    """All subjects of a class are asked for at once; what is wrong with one is no reason to hold the others."""
    school.put("HS11", "8")
    school.lms.put_item(14, item(14, TX1, words=True))
    school.put("HS12", "2", course=14, word="Đạt")
    school.road.garbled.add("GDTC")
    seen = school.run()
    assert (seen.hold(), school.book("HS11")) == (None, mark(80))
    assert seen.hold(UNIT._replace(subject="GDTC")).problem is Problem.UNREAD


def test_a_class_list_that_is_refused_stops_that_class_alone(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    del school.city.book.pupils["10A1"]
    seen = school.run()
    assert (seen.hold().problem, school.book("HS21")) == (Problem.UNREAD, M7)


def test_a_shut_door_at_the_class_lists_ends_the_run(school: School) -> None:
    def shut(*_: object) -> None:
        raise Refused(remote="city", operation="pupils", reason="LOGIN")

    school.road.pupils = shut
    with pytest.raises(Refused):
        school.run()


def test_a_course_that_is_gone_holds_its_units(school: School) -> None:
    school.put("HS21", "7")
    del school.lms.held[12]
    seen = school.run()
    assert (seen.hold().problem, school.book("HS21")) == (Problem.COURSE_GONE, M7)


def test_a_class_that_the_city_no_longer_has_is_said(school: School) -> None:
    school.feed(12, "10A9", "TOAN")
    seen = school.run()
    assert seen.holds() == [Problem.ROSTER_SHRUNK]


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (date(2026, 9, 5), None, False),
        (date(2026, 6, 20), date(2027, 5, 31), False),
        (None, None, False),
        (date(2025, 9, 5), None, True),
        (date(2025, 9, 5), date(2027, 5, 31), False),
        (date(2025, 9, 5), date(2026, 5, 31), True),
        (date(2027, 9, 5), None, True),
    ],
)
def test_a_course_of_another_year_is_held(school: School, starts: date, ends: date, held: bool) -> None:
    school.lms.held[12].course = course(12, starts=starts, ends=ends)
    school.put("HS11", "8")
    hold = school.run().hold()
    assert (hold is not None and hold.problem is Problem.WRONG_YEAR) == held


def test_a_mapping_of_another_year_is_not_looked_at(school: School) -> None:
    school.feed(12, "10A1", "TOAN", year=2025)
    school.put("HS11", "8")
    school.run()
    assert school.book("HS11") is None


def test_without_a_city_there_is_no_run(school: School) -> None:
    def away(*_: object) -> None:
        raise Unreachable(remote="city", operation="locks", reason="TIMEOUT")

    school.road.locks = away
    with pytest.raises(Unreachable):
        school.run()


def test_a_first_read_has_nothing_to_be_smaller_than(tmp_path) -> None:
    school = open_school(tmp_path)
    school.lms.held[12].pupils.clear()
    assert school.run().hold() is None
    school.store.close()
