"""Sending under bad weather: nothing is lost, nothing is sent twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.errors import LeaseLost, Refused, Unreachable
from bridge.domain.plans import Choice, Op, Problem, Reason
from bridge.domain.scores import mark
from bridge.ports.city import ColumnLock, Receipts, Refusal
from bridge.sync import words
from tests.sync.harness import FAILED, HK1, SCHOOL, TX1, TX2, School, codes, open_school, refused

M7, M8, M9 = mark(70), mark(80), mark(90)


def ids(school: School) -> list[str]:
    return [submission.id for submission in school.road.sent]


def test_a_reply_lost_after_saving_is_asked_for_and_not_sent_again(school: School) -> None:
    school.put("HS11", "8")
    school.road.troubles = ["lost after"]
    school.run()
    assert (len(school.road.sent), school.states(), school.version("HS11")) == (1, {"accepted": 1}, 1)


@pytest.mark.parametrize("trouble", ["lost before", "lost after", "garbled after"])
def test_whatever_is_lost_the_same_bytes_go_under_the_same_id(school: School, trouble: str) -> None:
    school.put("HS11", "8")
    school.road.troubles = [trouble]
    school.run()
    assert all(each == school.road.sent[0] for each in school.road.sent)
    assert (school.book("HS11"), school.states()) == (M8, {"accepted": 1})


def test_a_city_that_loses_everything_leaves_it_open_for_the_next_run(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.troubles = ["lost before"] * 3
    done = school.run()
    assert (len(done.done.failures), school.states()) == (1, {"sent": 1})
    assert len(set(ids(school))) == 1, "the next unit is not tried"
    school.run()
    assert (school.book("HS11"), school.book("HS21")) == (M8, M7)
    assert ids(school)[-2] == ids(school)[0]


def test_a_city_that_goes_away_ends_the_sending(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.troubles = ["unreachable"]
    assert len(school.run().done.failures) == 1
    assert len(school.road.sent) == 1
    school.run()
    assert (school.book("HS11"), school.book("HS21")) == (M8, M7)


def test_a_run_without_a_city_to_ask_ends_by_its_error(school: School) -> None:
    school.put("HS11", "8")
    school.road.troubles = ["lost after"]
    school.road.ask_troubles = ["unreachable", "unreachable"]
    school.run()
    with pytest.raises(Unreachable):
        school.run()
    school.run()
    assert (len(school.road.sent), school.book("HS11")) == (1, M8)


def test_a_question_refused_is_no_refusal_of_the_rows(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.troubles = ["lost after"]
    school.road.ask_troubles = ["refused", "refused"]
    school.run()
    assert school.states() == {"sent": 1}
    done = school.run()
    assert (len(done.done.failures), school.book("HS21")) == (1, M7), "the others go on without it"
    assert done.tally.skips[Reason.IN_FLIGHT] == 1
    school.run()
    assert (len(ids(school)), school.states(school.store.runs.list(SCHOOL, limit=3)[2].id)) == (2, {"accepted": 1})


def test_a_repeat_refused_is_no_refusal_of_the_first_attempt(school: School) -> None:
    school.put("HS11", "8")
    school.road.troubles = ["lost before", "refused LOGIN"]
    school.run()
    assert school.states() == {"sent": 1}


def test_what_was_never_sent_is_planned_anew(school: School) -> None:
    school.put("HS11", "8")
    with school.killed_at("prepared"):
        school.run()
    school.put("HS11", "9")
    done = school.run()
    assert (school.book("HS11"), len(school.road.sent)) == (M9, 1)
    assert school.version("HS11") == 2, "the first version is burned"
    assert done.tally.sends == {Op.NEW: 1}


def test_what_may_have_been_sent_is_asked_for_first(school: School) -> None:
    school.put("HS11", "8")
    with school.killed_at("marked sent"):
        school.run()
    school.put("HS11", "9")
    done = school.run()
    assert [row.score for each in school.road.sent for row in each.rows] == [M8, M9]
    assert (school.book("HS11"), done.tally.sends) == (M9, {Op.UPDATE: 1})


def test_what_the_city_has_is_taken_from_its_receipts(school: School) -> None:
    school.put("HS11", "8")
    with school.killed_at("answered"):
        school.run()
    assert school.run().tally.skips[Reason.SAME] == 1
    assert len(school.road.sent) == 1


def test_an_unanswered_submission_is_not_sent_again_after_a_day(school: School) -> None:
    school.put("HS11", "8")
    with school.killed_at("marked sent"):
        school.run()
    first = school.last_run()
    school.clock.at += timedelta(days=2)
    school.run()
    assert school.states(first) == {"superseded": 1}
    assert (len(school.road.sent), school.book("HS11")) == (1, M8)


def test_a_slow_city_is_asked_again_and_finished_in_the_next_run(school: School) -> None:
    school.put("HS11", "8")
    school.road.troubles = ["later"]
    school.road.ask_troubles = ["later"] * school.choices.polls
    school.run()
    assert school.states() == {"sent": 1}
    first = school.last_run()
    assert school.run().tally.skips[Reason.SAME] == 1
    assert (school.states(first), len(school.road.sent)) == ({"accepted": 1}, 1)


def test_a_city_that_asks_for_an_hour_is_left_alone(school: School) -> None:
    school.put("HS11", "8")
    school.road.troubles = ["later"]
    school.road.ask_troubles = ["later 3600"]
    before = school.clock.at
    school.run()
    assert school.clock.at - before < timedelta(minutes=1)
    assert school.states() == {"sent": 1}


def test_receipts_by_hand_wait_for_the_person(tmp_path) -> None:
    school = open_school(tmp_path, receipts=Receipts.BY_HAND)
    school.put("HS11", "8")
    school.run()
    assert school.run().tally.skips[Reason.IN_FLIGHT] == 1
    school.city.enter(school.road.sent[0].id)
    assert school.run().tally.skips[Reason.SAME] == 1
    assert (len(school.road.sent), school.book("HS11")) == (1, M8)
    school.store.close()


def test_a_message_refused_as_a_whole_stops_that_unit_alone(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.troubles = ["refused FORMAT"]
    done = school.run()
    assert (len(done.done.failures), school.book("HS11"), school.book("HS21")) == (1, None, M7)
    assert school.states() == {"superseded": 1, "accepted": 1}
    school.run()
    assert school.book("HS11") == M8


@pytest.mark.parametrize("reason", ["LOGIN", "RIGHT", "UNKNOWN_SCHOOL"])
def test_a_shut_door_ends_the_sending(school: School, reason: str) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.road.troubles = [f"refused {reason}"]
    done = school.run()
    assert [type(error) for _, error in done.done.failures] == [Refused]
    assert len(school.road.sent) == 1


def test_one_refused_row_stops_one_row(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS12", "7")

    def left() -> None:
        school.city.book.pupils["10A1"] = [each for each in school.city.book.pupils["10A1"] if each.code != "HS12"]

    school.road.before_submit.append(left)
    school.run()
    assert (school.states(), school.book("HS11")) == ({"accepted": 1, "refused": 1}, M8)


def test_a_refused_row_is_held_until_something_changes(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS12", "7")
    school.road.spoil = {"HS11": refused(Refusal.NOT_ALLOWED, "KHONGDUOCSUA")}
    school.run()
    assert school.states() == {"refused": 1, "accepted": 1}
    del school.city.book.records[next(cell for cell in school.city.book.records if cell.pupil == "HS11")]
    again = school.run()
    assert (again.holds(), len(school.road.sent)) == ([Problem.REFUSED], 1)
    school.road.spoil = {}
    school.put("HS11", "9")
    school.run()
    assert school.book("HS11") == M9


def test_a_person_may_have_a_refused_row_tried_again(school: School) -> None:
    """The city's side was mended; the mark itself is as it was."""
    assignments = school.city.book.assignments[:]
    school.city.book.assignments.clear()
    school.put("HS11", "8")
    school.run()
    for _ in range(2):
        unit, cell = school.run().cells()[0]
        words.settle(school.sync(), unit, cell, Choice.SEND_OURS, actor="GV1", why="assigned now")
        school.run()
        assert (school.book("HS11"), school.run().holds()) == (None, [Problem.REFUSED]), "not mended after all"
    school.city.book.assignments[:] = assignments
    unit, cell = school.run().cells()[0]
    words.settle(school.sync(), unit, cell, Choice.SEND_OURS, actor="GV1", why="assigned now")
    school.run()
    assert school.book("HS11") == M8


def test_a_row_refused_for_a_lock_goes_when_the_lock_does(school: School) -> None:
    """The lock came between reading and sending."""
    school.put("HS11", "8")
    lock = ColumnLock(HK1, locked=True, column=TX1)
    school.road.before_submit.append(lambda: school.city.book.locks.append(lock))
    school.run()
    assert school.states() == {"refused": 1}
    assert school.run().holds() == [Problem.LOCKED]
    school.road.before_submit.clear()
    school.city.book.locks.clear()
    school.run()
    assert school.book("HS11") == M8


def test_a_row_that_failed_in_the_city_is_tried_again(school: School) -> None:
    school.put("HS11", "8")
    school.road.spoil = {"HS11": FAILED}
    school.run()
    assert school.states() == {"failed": 1}
    school.city.book.records.clear()
    school.road.spoil = {}
    school.run()
    assert school.book("HS11") == M8


def test_an_edit_between_reading_and_sending_is_not_overwritten(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.put("HS11", "9")

    def somebody() -> None:
        school.road.before_submit.clear()
        school.edit("HS11", M7)

    school.road.before_submit.append(somebody)
    school.run()
    assert (school.book("HS11"), school.states()) == (M7, {"refused": 1})
    assert school.run().holds() == [Problem.BOTH_CHANGED]


def test_a_mark_entered_and_removed_by_hand_does_not_stop_ours(school: School) -> None:
    school.edit("HS11", M7)
    school.edit("HS11", None)
    school.put("HS11", "8")
    school.run()
    assert school.states() == {"refused": 1}, "the city's version had moved on"
    school.run()
    assert school.book("HS11") == M8


def test_a_lost_lease_stops_before_the_next_write(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")

    def stolen() -> None:
        school.road.before_submit.clear()
        school.clock.sleep(2 * school.choices.lease_seconds)
        school.store.leases.take(f"send:{SCHOOL}", holder="another", seconds=60, now=school.clock())

    school.road.before_submit.append(stolen)
    with pytest.raises(LeaseLost):
        school.run()
    assert len(school.road.sent) == 1
    school.clock.sleep(61)
    school.run()
    assert (school.book("HS11"), school.book("HS21"), school.version("HS11")) == (M8, M7, 1)


def test_a_long_unit_goes_in_several_submissions(school: School) -> None:
    school.road.capabilities = lambda: replace(school.city.capabilities(), rows_per_submission=5)
    for code in codes("10A1"):
        school.put(code, "8")
        school.put(code, "7", TX2)
    school.run()
    assert [len(each.rows) for each in school.road.sent] == [5, 5, 2]
    assert school.states() == {"accepted": 12}


POINTS = (
    "run begun",
    "plan written",
    "pinned",
    "plan finished",
    "plan used",
    "adopted",
    "before prepare",
    "prepared",
    "marked sent",
    "answered",
    "recorded",
)


@pytest.mark.parametrize("point", POINTS)
def test_dying_anywhere_loses_nothing_and_doubles_nothing(asking: School, point: str) -> None:
    asking.put("HS11", "8")
    asking.put("HS12", "7")
    asking.put("HS21", "9")
    asking.edit("HS12", M7)
    asking.plan()
    asking.confirm()
    with asking.killed_at(point):
        asking.run()
    asking.run()
    asking.run()
    assert (asking.book("HS11"), asking.book("HS12"), asking.book("HS21")) == (M8, M7, M9)
    applied = [row for each in {each.id: each for each in asking.road.sent}.values() for row in each.rows]
    assert len(applied) == len({row.record_id for row in applied}) == 2
    assert asking.store.audit.verify(SCHOOL) is not None
