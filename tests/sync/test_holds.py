"""What a person is asked, what may be answered, and for how long the answer holds."""

import pytest

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Problem, Reason
from bridge.domain.scores import EXEMPT, Standing, mark
from bridge.ports.city import ColumnLock
from bridge.sync import words
from tests.sync.harness import HK1, SCHOOL, TEACHER, TX1, TX2, Outcomes, School, codes, item

M5, M6, M7, M8, M9 = mark(50), mark(60), mark(70), mark(80), mark(90)


def settle(school: School, seen: Outcomes, choice: Choice) -> None:
    unit, cell = seen.cells()[0]
    words.settle(school.sync(), unit, cell, choice, actor=TEACHER, why="looked at the paper")


@pytest.fixture
def edited(school: School) -> School:
    """8 was sent, and somebody made it 7 in the city."""
    school.put("HS11", "8")
    school.run()
    school.edit("HS11", M7)
    return school


def test_a_mark_entered_by_hand_is_not_overwritten(school: School) -> None:
    school.edit("HS11", M7)
    school.put("HS11", "8")
    assert school.run().holds() == [Problem.HAND_ENTERED]
    assert school.book("HS11") == M7


def test_the_city_keeps_its_mark_while_both_sides_stand(edited: School) -> None:
    settle(edited, edited.run(), Choice.KEEP_CITY)
    again = edited.run()
    assert (again.holds(), again.tally.skips[Reason.SETTLED], edited.book("HS11")) == ([], 1, M7)


def test_ours_is_sent_over_the_version_that_was_seen(edited: School) -> None:
    settle(edited, edited.run(), Choice.SEND_OURS)
    edited.run()
    assert edited.book("HS11") == M8
    assert edited.run().tally.skips[Reason.SAME] == 1


def test_a_decision_needs_no_other_confirmation(edited: School) -> None:
    edited.policy(Policy.CONFIRM)
    settle(edited, edited.run(), Choice.SEND_OURS)
    edited.run()
    assert edited.book("HS11") == M8


@pytest.mark.parametrize("choice", [Choice.KEEP_CITY, Choice.SEND_OURS])
def test_a_decision_is_void_when_the_city_moves(edited: School, choice: Choice) -> None:
    settle(edited, edited.run(), choice)
    edited.edit("HS11", M6)
    assert edited.run().holds() == [Problem.CITY_CHANGED]
    assert edited.book("HS11") == M6


@pytest.mark.parametrize("choice", [Choice.KEEP_CITY, Choice.SEND_OURS])
def test_a_decision_is_void_when_the_lms_moves(edited: School, choice: Choice) -> None:
    settle(edited, edited.run(), choice)
    edited.put("HS11", "5")
    assert edited.run().holds() == [Problem.BOTH_CHANGED]
    assert edited.book("HS11") == M7


def test_the_same_mark_by_another_hand_voids_a_decision_too(edited: School) -> None:
    settle(edited, edited.run(), Choice.SEND_OURS)
    edited.edit("HS11", M6)
    edited.edit("HS11", M7)
    assert edited.run().holds() == [Problem.CITY_CHANGED]


def test_a_mark_taken_out_of_the_city_is_put_back_only_by_a_person(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.edit("HS11", None)
    seen = school.run()
    assert seen.holds() == [Problem.CITY_CHANGED]
    settle(school, seen, Choice.SEND_OURS)
    school.run()
    school.run()
    assert school.book("HS11") == M8


def test_a_removal_is_carried_out_only_by_a_person(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.put("HS11", None)
    seen = school.run()
    assert seen.holds() == [Problem.REMOVED]
    settle(school, seen, Choice.CANCEL)
    school.run()
    assert school.book("HS11") is None
    school.put("HS11", "9")
    school.run()
    assert (school.book("HS11"), school.version("HS11")) == (M9, 3), "above the cancelled one"


def test_a_cancelled_mark_stays_out_while_the_lms_is_blank(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.put("HS11", None)
    settle(school, school.run(), Choice.CANCEL)
    school.run()
    assert school.run().tally.skips[Reason.NO_SCORE] > 0
    assert school.book("HS11") is None


def test_gone_on_both_sides_closes_the_row_and_a_new_mark_begins_above_it(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.put("HS11", None)
    school.edit("HS11", None)
    assert school.run().tally.skips[Reason.CLOSE] == 1
    school.put("HS11", "9")
    school.run()
    school.run()
    assert school.book("HS11") == M9


def test_equal_marks_are_adopted_and_updated_from_then_on(school: School) -> None:
    school.edit("HS11", M8)
    school.put("HS11", "8")
    assert school.run().tally.skips[Reason.ADOPT] == 1
    school.put("HS11", "9")
    school.run()
    assert (school.book("HS11"), school.road.sent[0].rows[0].record_id) == (M9, "hand-1")


def test_exempt_in_the_city_is_the_citys_matter(school: School) -> None:
    school.edit("HS11", EXEMPT)
    school.put("HS11", "8")
    seen = school.run()
    assert seen.holds() == [Problem.CITY_STATE]
    settle(school, seen, Choice.KEEP_CITY)
    assert school.run().holds() == []
    assert school.book("HS11") is Standing.EXEMPT


@pytest.mark.parametrize(
    ("raw", "city", "choice"),
    [
        ("8", M7, Choice.CANCEL),  # hand entered: not ours to take out
        ("8", EXEMPT, Choice.SEND_OURS),
    ],
)
def test_some_choices_are_none(school: School, raw: str, city: object, choice: Choice) -> None:
    school.edit("HS11", city)
    school.put("HS11", raw)
    seen = school.run()
    with pytest.raises(BadInput):
        settle(school, seen, choice)


def test_a_mark_that_moodle_still_has_can_not_be_cancelled(edited: School) -> None:
    """The next run would only send it again."""
    edited.put("HS11", "9")
    seen = edited.run()
    assert seen.holds() == [Problem.BOTH_CHANGED]
    with pytest.raises(BadInput):
        settle(edited, seen, Choice.CANCEL)


def test_nothing_can_be_sent_where_there_is_nothing(edited: School) -> None:
    edited.put("HS11", None)
    seen = edited.run()
    with pytest.raises(BadInput):
        settle(edited, seen, Choice.SEND_OURS)
    settle(edited, seen, Choice.CANCEL)
    edited.run()
    assert edited.book("HS11") is None


def test_a_locked_column_is_held_and_the_others_go(school: School) -> None:
    school.city.book.locks.append(ColumnLock(HK1, locked=True, column=TX1, reason="Khoá sổ"))
    school.put("HS11", "8")
    school.put("HS11", "7", TX2)
    assert school.run().holds() == [Problem.LOCKED]
    assert (school.book("HS11"), school.book("HS11", TX2)) == (None, M7)


def test_an_item_that_is_gone_holds_its_column(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS11", "7", TX2)
    school.run()
    school.lms.drop_item(12, 1201)
    school.put("HS11", "6", TX2)
    assert school.run().holds() == [Problem.ITEM_GONE]
    assert (school.book("HS11"), school.book("HS11", TX2)) == (M8, M6)


def test_an_item_with_another_maximum_holds_its_column_until_waved_through(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.lms.put_item(12, item(12, TX1, high="20"))
    seen = school.run()
    assert (seen.holds(), school.book("HS11")) == ([Problem.ITEM_CHANGED], M8)
    words.wave_through(school.sync(), seen.units[1], Problem.ITEM_CHANGED, actor="admin", why="now out of 20")
    school.run()
    assert school.book("HS11") == mark(40)
    assert school.run().holds() == []


def test_adopting_in_one_column_forgets_no_change_of_another(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.lms.put_item(12, item(12, TX1, high="20"))
    school.put("HS11", "7", TX2)
    school.edit("HS11", M7, TX2)
    assert school.run().tally.skips[Reason.ADOPT] == 1
    assert school.run().holds() == [Problem.ITEM_CHANGED]


def test_a_hold_that_is_not_there_can_not_be_waved_through(school: School) -> None:
    with pytest.raises(NotFound):
        words.wave_through(school.sync(), school.run().units[0], Problem.MASS_CHANGE, actor="admin", why="?")


def test_many_changes_at_once_wait_for_a_look(school: School) -> None:
    for code in codes("10A1"):
        school.put(code, "8")
    school.run()
    for code in codes("10A1"):
        school.put(code, "6")
    seen = school.run()
    assert (seen.holds(), school.book("HS11")) == ([Problem.MASS_CHANGE], M8)
    words.wave_through(school.sync(), seen.units[1], Problem.MASS_CHANGE, actor="admin", why="marked anew")
    school.run()
    assert school.book("HS11") == M6


def test_a_gradebook_being_recomputed_is_unreadable_and_no_mass_change(school: School) -> None:
    for code in codes("10A1"):
        school.put(code, "8")
    school.run()
    for code in codes("10A1"):
        school.put(code, "8", flags=16)
    assert set(school.run().holds()) == {Problem.UNREADABLE}


@pytest.mark.parametrize(("flags", "problem"), [(1, Problem.HIDDEN), (2, Problem.EXCLUDED), (16, Problem.UNREADABLE)])
def test_what_moodle_withholds_is_held(school: School, flags: int, problem: Problem) -> None:
    school.put("HS11", "8", flags=flags)
    assert school.run().holds() == [problem]
    assert school.book("HS11") is None


def test_flags_that_can_not_be_seen_hold_the_column(school: School) -> None:
    school.put("HS11", "8")
    school.lms.blind(12)
    assert set(school.run().holds()) == {Problem.FLAGS_MISSING}


def test_what_is_held_can_be_listed_from_the_plan(school: School) -> None:
    school.edit("HS11", M7)
    school.put("HS11", "8")
    school.put("HS12", "8")
    school.run()
    (listed,) = words.held(school.sync(), "last")
    assert [cell.place.pupil for cell in listed.cells] == [school.key("HS11")]
    assert listed.unit.school == SCHOOL
