"""The stages of a plan, in their order."""

from dataclasses import replace

import pytest

from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Decision, Gate, Hold, LmsScore, Op, Place, Problem, Reason, Send, Wait
from bridge.domain.scale import Flag
from bridge.domain.scores import BLANK, EXEMPT, Cause, Unreadable, mark
from bridge.ports.city import Refusal
from bridge.ports.marks import PastRefusal
from bridge.sync.plan import plan_unit
from bridge.sync.unit import ColumnSource, UnitStanding
from tests.sync.cells import AN, NOW, TX1, accepted, city, confirmed, lms, many, terms, unit_read

M8, M7, M6 = mark(80), mark(70), mark(60)
PLACE = Place(AN, TX1)


def action(read, standing=None, policy=Policy.AUTO):
    """The action over the one cell, or the reason of its quiet skip."""
    unit_plan = plan_unit(read, standing or UnitStanding(), terms(policy))
    assert unit_plan.hold is None
    assert not unit_plan.column_holds
    return unit_plan.cells[0].action if unit_plan.cells else unit_plan.skipped[0][0]


def only_hold(read, standing=None):
    unit_plan = plan_unit(read, standing or UnitStanding(), terms())
    assert not unit_plan.cells
    return unit_plan.hold or unit_plan.column_holds[0][1]


def test_a_new_mark_is_sent():
    assert action(unit_read(lms(M8))) == Send(Op.NEW, M8, 0)


def test_a_blank_mark_is_not_sent():
    assert action(unit_read(lms(BLANK))) is Reason.NO_SCORE


def test_a_zero_is_a_mark():
    assert action(unit_read(lms(mark(0)))) == Send(Op.NEW, mark(0), 0)


def test_an_update_is_based_on_the_version_that_was_seen():
    read = unit_read(lms(M8), accepted(M7, version=3), city(M7, version=4))
    assert action(read) == Send(Op.UPDATE, M8, 4)


def test_a_new_mark_over_a_cancelled_record_is_based_on_its_version():
    ours = accepted(None, version=5)._replace(cancelled=True, city_version=4)
    assert action(unit_read(lms(M8), ours)) == Send(Op.NEW, M8, 4)


def test_who_is_not_enrolled_is_skipped():
    assert action(unit_read(lms(M8), present=frozenset())) is Reason.NOT_HERE


@pytest.mark.parametrize(
    ("score", "hold"),
    [
        (lms(Unreadable(Cause.HIDDEN_NULL)), Hold(Problem.UNREADABLE, "HIDDEN_NULL")),
        (lms(M8, flags=Flag.HIDDEN), Hold(Problem.HIDDEN)),
        (lms(M8, flags=Flag.EXCLUDED), Hold(Problem.EXCLUDED)),
    ],
)
def test_what_the_lms_withholds_is_held(score, hold):
    assert action(unit_read(score)) == hold


def test_an_overridden_or_locked_cell_is_a_mark_like_any_other():
    assert action(unit_read(lms(M8, flags=Flag.OVERRIDDEN | Flag.LOCKED))) == Send(Op.NEW, M8, 0)


def test_two_courses_that_differ_are_held():
    assert action(unit_read(lms(M8), torn=frozenset({PLACE}))) == Hold(Problem.TWO_SOURCES)


def test_a_blank_in_the_new_class_is_no_removal_of_the_old_mark():
    read = unit_read(lms(BLANK), accepted(M8, course=99), city(M8))
    assert action(read) is Reason.FROM_OTHER_CLASS


def test_another_mark_in_the_new_class_is_held():
    read = unit_read(lms(M6), accepted(M8, course=99), city(M8))
    assert action(read) == Hold(Problem.TWO_SOURCES, "99")


def test_a_cell_in_flight_is_left_alone():
    assert action(unit_read(lms(M8)), UnitStanding(open=frozenset({PLACE}))) is Reason.IN_FLIGHT


def decided(choice, *, ours=M8, theirs=M7, version=2):
    return UnitStanding(decisions={PLACE: Decision(choice, ours, theirs, version, "GV1", NOW)})


HAND_EDITED = unit_read(lms(M8), accepted(M8), city(M7, version=2))


@pytest.mark.parametrize(
    ("choice", "planned"),
    [
        (Choice.KEEP_CITY, Reason.SETTLED),
        (Choice.SEND_OURS, Send(Op.UPDATE, M8, 2)),
        (Choice.CANCEL, Send(Op.CANCEL, M7, 2)),
    ],
)
def test_a_decision_is_followed_while_both_sides_stand(choice, planned):
    assert action(HAND_EDITED, decided(choice), Policy.CONFIRM) == planned


@pytest.mark.parametrize("moved", [{"ours": M6}, {"theirs": M6}, {"version": 1}])
def test_a_decision_is_void_when_either_side_has_moved(moved):
    assert action(HAND_EDITED, decided(Choice.SEND_OURS, **moved)) == Hold(Problem.CITY_CHANGED)


def test_a_void_decision_is_no_confirmation():
    stale = decided(Choice.SEND_OURS, ours=M6)
    assert action(unit_read(lms(M8)), stale, Policy.CONFIRM) == Wait(Gate.CONFIRM, Send(Op.NEW, M8, 0))


def test_a_mark_waits_for_its_confirmation():
    assert action(unit_read(lms(M8)), policy=Policy.CONFIRM) == Wait(Gate.CONFIRM, Send(Op.NEW, M8, 0))
    assert action(unit_read(lms(M8)), confirmed(M8), Policy.CONFIRM) == Send(Op.NEW, M8, 0)


def test_a_confirmation_of_another_mark_is_none():
    assert action(unit_read(lms(M8)), confirmed(M7), Policy.CONFIRM) == Wait(Gate.CONFIRM, Send(Op.NEW, M8, 0))


def test_a_release_comes_after_the_confirmation():
    send = Send(Op.NEW, M8, 0)
    both = UnitStanding(confirmations=confirmed(M8).confirmations | confirmed(M8, gate=Gate.RELEASE).confirmations)
    assert action(unit_read(lms(M8)), confirmed(M8, gate=Gate.RELEASE), Policy.RELEASE) == Wait(Gate.CONFIRM, send)
    assert action(unit_read(lms(M8)), confirmed(M8), Policy.RELEASE) == Wait(Gate.RELEASE, send)
    assert action(unit_read(lms(M8)), both, Policy.RELEASE) == send


def test_a_column_that_is_off_is_not_sent():
    assert action(unit_read(lms(M8)), policy=Policy.OFF) is Reason.OFF


def test_a_locked_column_is_held_only_where_something_would_be_sent():
    assert action(unit_read(lms(M8), locked={TX1: "khoá sổ"})) == Hold(Problem.LOCKED, "khoá sổ")
    assert action(unit_read(lms(M8), accepted(M8), city(M8), locked={TX1: ""})) is Reason.SAME


@pytest.mark.parametrize("module", ["scorm", "h5pactivity", "lti"])
def test_played_content_is_never_sent_unseen(module):
    read = unit_read(lms(M8), sources={TX1: ColumnSource("f", frozenset({module}))})
    assert action(read) == Wait(Gate.CONFIRM, Send(Op.NEW, M8, 0))


def test_what_the_city_refused_is_not_sent_again_as_it_was():
    refusal = PastRefusal(Op.NEW, M8, 0, Refusal.NOT_ALLOWED, "KHONGDUOCSUA")
    standing = UnitStanding(refusals={PLACE: refusal})
    assert action(unit_read(lms(M8)), standing) == Hold(Problem.REFUSED, Refusal.NOT_ALLOWED)
    assert action(unit_read(lms(M7)), standing) == Send(Op.NEW, M7, 0)


@pytest.mark.parametrize("told", [True, False])
def test_a_refusal_for_a_lock_stands_where_the_city_does_not_tell_its_locks(told):
    refusal = PastRefusal(Op.NEW, M8, 0, Refusal.LOCKED, "SITE")
    expected = Send(Op.NEW, M8, 0) if told else Hold(Problem.REFUSED, Refusal.LOCKED)
    assert action(unit_read(lms(M8), locks_told=told), UnitStanding(refusals={PLACE: refusal})) == expected


def test_an_exempt_pupil_is_a_persons_matter():
    assert action(unit_read(lms(M8), None, city(EXEMPT))) == Hold(Problem.CITY_STATE)


def test_an_item_that_is_gone_holds_its_column():
    gone = Hold(Problem.ITEM_GONE, "12/101")
    assert only_hold(unit_read(lms(M8), sources={TX1: ColumnSource("f", hold=gone)})) == gone


def test_an_item_that_changed_holds_its_column_until_waved_through():
    read = unit_read(lms(M8))
    before = UnitStanding(columns={TX1: "12:101:0:20:0"})
    hold = only_hold(read, before)
    assert hold.problem is Problem.ITEM_CHANGED
    cleared = replace(before, clearances=frozenset({(hold.problem, hold.fingerprint)}))
    assert action(read, cleared) == Send(Op.NEW, M8, 0)


def test_many_changes_at_once_hold_the_column_until_waved_through():
    read = many(count=10, score=60, was=80)
    hold = only_hold(read)
    assert (hold.problem, hold.detail) == (Problem.MASS_CHANGE, "10/20")
    cleared = UnitStanding(clearances=frozenset({(hold.problem, hold.fingerprint)}))
    assert len(plan_unit(read, cleared, terms()).cells) == 10
    again = many(count=10, score=50, was=80)
    assert only_hold(again, cleared).problem is Problem.MASS_CHANGE


def test_a_few_changes_are_daily_life():
    assert len(plan_unit(many(count=4, score=60, was=80), UnitStanding(), terms()).cells) == 4


def test_a_ledger_behind_the_city_holds_the_unit():
    assert only_hold(unit_read(lms(M8), foreign=frozenset({PLACE}))).problem is Problem.LEDGER_BEHIND


def test_a_guard_holds_the_unit_until_waved_through():
    guard = Hold(Problem.ROSTER_SHRUNK, "10A1: 45 → 2", "10A1:2")
    read = unit_read(lms(M8), holds=(guard,))
    assert only_hold(read) == guard
    assert action(read, UnitStanding(clearances=frozenset({(guard.problem, guard.fingerprint)}))) == Send(Op.NEW, M8, 0)


def test_a_hold_without_a_fingerprint_can_not_be_waved_through():
    guard = Hold(Problem.UNREAD, "UNREACHABLE")
    standing = UnitStanding(clearances=frozenset({(guard.problem, "")}))
    assert only_hold(unit_read(lms(M8), holds=(guard,)), standing) == guard


def test_an_untouched_unit_lists_nothing_and_counts_everything():
    unit_plan = plan_unit(many(count=0, score=0, was=80), UnitStanding(), terms())
    assert (unit_plan.cells, unit_plan.skipped) == ((), ((Reason.SAME, 20),))


def test_the_plan_keeps_what_it_saw():
    ours, theirs = accepted(M7), city(M7)
    cell = plan_unit(unit_read(lms(M8), ours, theirs), UnitStanding(), terms()).cells[0]
    assert (cell.lms, cell.accepted, cell.city) == (LmsScore(M8, 12, 101, "", 0), ours, theirs)
