"""Plan, confirm, send: what a teacher said yes to is what leaves, once."""

from datetime import timedelta

import pytest

from bridge.domain.errors import Busy, PlanUnusable
from bridge.domain.mapping import Policy
from bridge.domain.plans import Gate, Op, Problem, Reason
from bridge.domain.scores import Term, Verdict, mark
from bridge.ports.lms import LmsPupil
from bridge.sync import run as runs
from bridge.sync.context import Scope
from tests.sync.harness import GK, SCHOOL, TEACHER, TX1, TX2, School, course, item

M6, M7, M8, M9 = mark(60), mark(70), mark(80), mark(90)


def test_a_mark_goes_from_moodle_into_the_citys_book(school: School) -> None:
    school.put("HS11", "8.25")
    done = school.run()
    assert school.book("HS11") == mark(83)
    assert (done.tally.sends, school.states()) == ({Op.NEW: 1}, {"accepted": 1})


def test_running_twice_sends_nothing_twice(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    again = school.run()
    assert (again.tally.sends, len(school.road.sent)) == ({}, 1)
    assert again.tally.skips[Reason.SAME] == 1


def test_a_remark_is_an_update_and_a_blank_no_removal(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    school.put("HS11", "9")
    assert school.run().tally.sends == {Op.UPDATE: 1}
    school.put("HS11", None)
    assert school.run().holds() == [Problem.REMOVED]
    assert school.book("HS11") == M9


def test_one_units_saved_plan_tells_all_that_is_sent(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7", TX2)
    done = school.run()
    saved = list(school.store.plans.units(done.done.head.plan))
    assert saved == done.units
    sent = {(row.place, row.op, row.score) for row in school.store.runs.rows(done.done.head.id)}
    assert sent == {(cell.place, cell.action.op, cell.action.score) for _, cell in done.cells()}


def test_a_mark_waits_for_the_teacher_and_then_goes(asking: School) -> None:
    asking.put("HS11", "8")
    assert asking.run().tally.waits == {Gate.CONFIRM: 1}
    assert asking.book("HS11") is None
    assert asking.confirm() == 1, "what a run left waiting can be confirmed in that run's plan"
    assert asking.run().tally.sends == {Op.NEW: 1}
    assert asking.book("HS11") == M8


def test_only_who_was_confirmed_goes(asking: School) -> None:
    asking.put("HS11", "8")
    asking.put("HS12", "7")
    asking.plan()
    assert asking.confirm("HS12") == 1
    asking.run()
    assert (asking.book("HS11"), asking.book("HS12")) == (None, M7)


def test_a_value_changed_after_the_confirmation_waits_again(asking: School) -> None:
    asking.put("HS11", "8")
    asking.plan()
    asking.confirm()
    asking.put("HS11", "9")
    assert asking.run().tally.waits == {Gate.CONFIRM: 1}
    assert asking.book("HS11") is None


def test_a_confirmation_is_used_once(asking: School) -> None:
    """8 was confirmed, sent, changed to 7 by confirmation; the old yes to 8 brings no second 8."""
    asking.put("HS11", "6")
    asking.plan()
    asking.confirm()
    asking.run()
    for raw in ("8", "7"):
        asking.put("HS11", raw)
        asking.plan()
        asking.confirm()
        asking.run()
    asking.put("HS11", "8")
    assert asking.run().tally.waits == {Gate.CONFIRM: 1}
    assert asking.book("HS11") == M7


def test_a_second_yes_to_what_was_sent_meanwhile_is_no_yes_to_anything(asking: School) -> None:
    asking.put("HS11", "8")
    asking.plan()
    plan = asking.store.plans.head("last", school=SCHOOL).id
    asking.confirm(plan=plan)
    asking.run()
    assert asking.confirm(plan=plan) == 0
    assert not asking.store.ledger.standing(SCHOOL, 2026).confirmations


def test_a_yes_ends_when_the_cell_comes_right_another_way(asking: School) -> None:
    asking.put("HS11", "8")
    asking.plan()
    asking.confirm()
    asking.edit("HS11", M8)
    asking.run()
    assert not asking.store.ledger.standing(SCHOOL, 2026).confirmations, "both sides agreed: adopted"


def test_a_release_needs_teacher_and_leader(asking: School) -> None:
    asking.policy(Policy.RELEASE)
    asking.put("HS11", "8")
    assert asking.plan().tally.waits == {Gate.CONFIRM: 1}
    asking.confirm()
    assert asking.plan().tally.waits == {Gate.RELEASE: 1}
    asking.confirm(gate=Gate.RELEASE, actor="HT")
    asking.run()
    assert asking.book("HS11") == M8


def test_a_column_that_is_off_stays_out_of_the_book(school: School) -> None:
    school.policy(Policy.OFF, TX2)
    school.put("HS11", "8", TX2)
    assert school.run().tally.skips[Reason.OFF] == 1
    assert school.book("HS11", TX2) is None


def test_what_was_waiting_goes_with_its_own_plan_once_confirmed(asking: School) -> None:
    asking.put("HS11", "8")
    asking.put("HS12", "7")
    asking.plan()
    asking.confirm("HS11")
    done = asking.apply()
    assert (asking.book("HS11"), asking.book("HS12")) == (M8, None)
    assert done.done.moved == (), "what still waits has not moved"


def test_a_saved_plan_leaves_what_moved_and_says_so(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS12", "7")
    school.put("HS13", "6")
    school.plan()
    school.put("HS12", "9")
    school.edit("HS13", M9)
    done = school.apply().done
    assert [school.book(code) for code in ("HS11", "HS12", "HS13")] == [M8, None, M9]
    assert {cell.place.pupil for _, cell in done.moved} == {school.key("HS12"), school.key("HS13")}


def test_what_would_now_wait_is_left_and_said(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    school.policy(Policy.CONFIRM)
    assert len(school.apply().done.moved) == 1
    assert school.book("HS11") is None


def test_what_a_guard_holds_by_now_is_left_and_said(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    school.road.unread.add("10A1")
    done = school.apply()
    assert (len(done.done.moved), done.hold().problem) == (1, Problem.UNREAD)


def test_a_unit_that_is_no_longer_mapped_is_left_and_said(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    school.store.mappings.drop_course(SCHOOL, 12, actor="admin", now=school.clock())
    assert len(school.apply().done.moved) == 1
    assert school.book("HS11") is None


def test_a_plan_is_applied_once(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    plan = school.store.plans.head("last", school=SCHOOL).id
    school.apply(plan)
    with pytest.raises(PlanUnusable):
        school.apply(plan)
    assert len(school.store.runs.list(SCHOOL, limit=9)) == 1, "the second leaves no interrupted run behind"


def test_a_plan_that_could_not_begin_can_still_be_applied(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    with school.killed_at("run begun"):
        school.apply()
    school.apply()
    assert school.book("HS11") == M8


def test_an_empty_plan_asks_nobody(school: School) -> None:
    school.plan()
    before = len(school.lms.reads)
    assert school.apply().units == []
    assert len(school.lms.reads) == before


def test_a_plan_expires(asking: School) -> None:
    asking.put("HS11", "8")
    asking.plan()
    asking.clock.at += timedelta(hours=24)
    with pytest.raises(PlanUnusable):
        asking.confirm()
    with pytest.raises(PlanUnusable):
        asking.apply()


def test_two_at_once_are_one_too_many(school: School) -> None:
    school.put("HS11", "8")

    def second() -> None:
        school.road.before_submit.clear()
        with pytest.raises(Busy):
            school.run()

    school.road.before_submit.append(second)
    school.run()
    assert school.states() == {"accepted": 1}


def test_a_scope_keeps_to_itself(school: School) -> None:
    school.put("HS11", "8")
    school.put("HS21", "7")
    school.run(Scope(terms=(Term.HK1,), classes=frozenset({"10A2"})))
    assert (school.book("HS11"), school.book("HS21")) == (None, M7)
    school.run(Scope(courses=frozenset({12})))
    assert school.book("HS11") == M8


def test_two_courses_feed_one_class(school: School) -> None:
    school.lms.add_course(course(15), [LmsPupil(user, f"HS{user}", True) for user in range(11, 17)], [item(15, TX1)])
    school.feed(15, "10A1", "TOAN", TX1)
    school.put("HS11", "8")
    school.put("HS12", "7", course=15)
    school.put("HS13", "6")
    school.put("HS13", "6.04", course=15)
    school.put("HS14", "5")
    school.put("HS14", "9", course=15)
    assert school.run().holds() == [Problem.TWO_SOURCES]
    assert [school.book(code) for code in ("HS11", "HS12", "HS13", "HS14")] == [M8, M7, M6, None]


def test_a_pupil_who_moves_keeps_the_record(school: School) -> None:
    school.put("HS11", "8")
    school.run()
    roster = school.city.book.pupils
    moved = roster["10A1"].pop(0)
    roster["10A2"].append(moved)
    school.enrol(13, 11, "HS11")
    for course_left in (12, 14):
        school.lms.drop_pupil(course_left, 11)
    after = school.run()
    assert (after.tally.sends, after.holds(), school.book("HS11")) == ({}, [], M8)
    assert after.tally.skips[Reason.FROM_OTHER_CLASS] == 1
    school.lms.put(13, 11, 1301, "9")
    assert school.run().holds() == [Problem.TWO_SOURCES], "another mark in the new class is a person's matter"
    school.lms.put(13, 11, 1302, "7")
    school.run()
    assert school.book("HS11", TX2) == M7


def test_verdicts_go_as_verdicts(school: School) -> None:
    school.lms.put_item(14, item(14, TX1, words=True))
    school.put("HS11", "2", course=14, word="Đạt")
    school.put("HS12", "1", course=14, word="Chưa đạt")
    school.run()
    assert school.book("HS11", subject="GDTC") is Verdict.PASSED
    assert school.book("HS12", subject="GDTC") is Verdict.NOT_PASSED


@pytest.mark.parametrize(
    ("raw", "word"), [("85", ""), ("-1", ""), (None, "8,5"), (None, "tám")], ids=["over", "below", "comma", "text"]
)
def test_what_is_no_mark_is_held_and_the_others_go(school: School, raw: str | None, word: str) -> None:
    school.put("HS11", raw, word=word)
    school.put("HS12", "8")
    assert school.run().holds() == [Problem.UNREADABLE]
    assert (school.book("HS11"), school.book("HS12")) == (None, M8)


def test_a_mark_is_rounded_once(school: School) -> None:
    school.put("HS11", "7.2475")
    school.put("HS12", "9.95")
    school.put("HS13", "10.04")
    school.run()
    assert (school.book("HS11"), school.book("HS12"), school.book("HS13")) == (mark(72), mark(100), None)


def test_a_number_in_a_comment_subject_is_held(school: School) -> None:
    school.put("HS11", "8", course=14)
    done = school.run()
    assert done.holds() == [Problem.UNREADABLE]
    assert [cell.action.detail for _, cell in done.cells()] == ["WRONG_KIND"]


def test_more_items_than_columns_are_not_averaged(school: School) -> None:
    extra = [item(16, TX1), item(16, GK)]
    school.lms.add_course(course(16), [LmsPupil(11, "HS11", True)], extra)
    school.put("HS11", "8")
    school.lms.put(16, 11, 1606, "3")
    school.run()
    assert (school.book("HS11"), len(school.city.book.records)) == (M8, 1)


def test_planning_sends_nothing(school: School) -> None:
    school.put("HS11", "8")
    school.plan()
    assert (school.road.sent, school.book("HS11")) == ([], None)


def test_resuming_alone_plans_nothing(school: School) -> None:
    school.put("HS11", "8")
    with school.killed_at("marked sent"):
        school.run()
    done = runs.resume_open(school.sync(), actor=TEACHER)
    assert (done.head.kind, done.head.plan, school.book("HS11")) == ("resume", None, M8)
