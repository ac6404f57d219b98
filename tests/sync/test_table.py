"""Every row of the decision table, and that there is a row for whatever three sides can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.plans import Accepted, CityCell, Hold, LmsScore, Op, Problem, Reason, Send, Skip
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Score, Verdict, is_value, mark
from bridge.sync.plan import plan_unit
from bridge.sync.table import TABLE, rule
from bridge.sync.unit import UnitStanding
from tests.sync.cells import COURSE, terms, unit_read

A8, B7, C6 = mark(80), mark(70), mark(60)


def sent(score: Score) -> Accepted:
    return Accepted("r", score, version=1, city_version=1)


def stands(score: Score) -> CityCell:
    return CityCell(score, version=1, record_id="r")


CANCELLED = Accepted("r", None, version=2, city_version=2, cancelled=True)
KNOWN_ONLY = Accepted("r", None, version=2)

CASES = [
    # L       A           C                 ruling
    (BLANK, None, None, Skip(Reason.NO_SCORE)),
    (BLANK, None, stands(A8), Skip(Reason.CITY_ONLY)),
    (A8, None, None, Op.NEW),
    (A8, None, stands(A8), Skip(Reason.ADOPT)),
    (A8, None, stands(B7), Hold(Problem.HAND_ENTERED)),
    (A8, None, stands(EXEMPT), Hold(Problem.CITY_STATE)),
    (A8, sent(A8), stands(ABSENT), Hold(Problem.CITY_STATE)),
    (BLANK, None, stands(EXEMPT), Hold(Problem.CITY_STATE)),
    (BLANK, CANCELLED, stands(ABSENT), Hold(Problem.CITY_STATE)),
    (A8, sent(A8), stands(A8), Skip(Reason.SAME)),
    (A8, sent(B7), stands(B7), Op.UPDATE),
    (A8, sent(A8), stands(B7), Hold(Problem.CITY_CHANGED)),
    (A8, sent(A8), None, Hold(Problem.CITY_CHANGED)),
    (A8, sent(B7), stands(A8), Skip(Reason.ADOPT)),
    (A8, sent(B7), stands(C6), Hold(Problem.BOTH_CHANGED)),
    (A8, sent(B7), None, Hold(Problem.BOTH_CHANGED)),
    (BLANK, sent(A8), stands(A8), Hold(Problem.REMOVED)),
    (BLANK, sent(A8), None, Skip(Reason.CLOSE)),
    (BLANK, sent(A8), stands(B7), Hold(Problem.BOTH_CHANGED)),
    (A8, CANCELLED, None, Op.NEW),
    (A8, CANCELLED, stands(A8), Skip(Reason.ADOPT)),
    (A8, CANCELLED, stands(B7), Hold(Problem.HAND_ENTERED)),
    (BLANK, CANCELLED, None, Skip(Reason.NO_SCORE)),
    (BLANK, CANCELLED, stands(A8), Skip(Reason.CITY_ONLY)),
    (A8, KNOWN_ONLY, None, Op.NEW),
    (A8, KNOWN_ONLY, stands(B7), Hold(Problem.HAND_ENTERED)),
    (mark(0), None, None, Op.NEW),
    (Verdict.NOT_PASSED, sent(Verdict.PASSED), stands(Verdict.PASSED), Op.UPDATE),
]


@pytest.mark.parametrize(("lms", "accepted", "city", "ruling"), CASES)
def test_the_table_says(lms, accepted, city, ruling):
    assert rule(lms, accepted, city) == ruling


SCORES = st.sampled_from([A8, B7, C6, mark(0), Verdict.PASSED, Verdict.NOT_PASSED])
LMS = st.one_of(st.just(BLANK), SCORES)
ACCEPTED = st.one_of(st.none(), st.just(CANCELLED), st.just(KNOWN_ONLY), SCORES.map(sent))
CITY = st.one_of(st.none(), SCORES.map(stands), st.sampled_from([stands(EXEMPT), stands(ABSENT)]))


@given(LMS, ACCEPTED, CITY)
def test_whatever_the_sides_are_there_is_a_row(lms, accepted, city):
    assert rule(lms, accepted, city) in TABLE.values()


@given(LMS, ACCEPTED, CITY)
def test_nothing_is_overwritten_that_the_city_did_not_have_from_us(lms, accepted, city):
    if isinstance(rule(lms, accepted, city), Op):
        assert is_value(lms)
        assert city is None or (accepted is not None and city.score == accepted.score)


@given(LMS, ACCEPTED, CITY)
def test_the_table_never_cancels_by_itself(lms, accepted, city):
    assert rule(lms, accepted, city) is not Op.CANCEL


@given(LMS, ACCEPTED, CITY)
def test_a_plan_says_of_a_plain_cell_what_the_table_says(lms, accepted, city):
    """Also where it needs no more than a glance."""
    read = unit_read(LmsScore(lms, COURSE, 101), accepted, city)
    unit_plan = plan_unit(read, UnitStanding(), terms())
    said = unit_plan.cells[0].action if unit_plan.cells else Skip(unit_plan.skipped[0][0])
    assert (said.op if isinstance(said, Send) else said) == rule(lms, accepted, city)
