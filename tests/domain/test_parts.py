"""Several parts of one attempt: whose elements are whose, and what they come to."""

from decimal import Decimal

import pytest

from bridge.domain.answers import answers_of
from bridge.domain.attempts import Outcome, outcome
from bridge.domain.parts import as_elements, of_part, outcomes, together, with_part

STATUS = "cmi.core.lesson_status"
FRESH = Outcome(False, None, None, None, "")


def done(score: int | None = None, *, passed: bool | None = None) -> Outcome:
    return Outcome(True, passed, None if score is None else Decimal(score), None, "completed")


def test_elements_of_one_part_are_none_of_another():
    kept = with_part({STATUS: "completed", "cmi.suspend_data": "a"}, 2, {STATUS: "failed"})
    kept = with_part(kept, 12, {STATUS: "browsed"})
    assert kept == {STATUS: "completed", "cmi.suspend_data": "a", f"2/{STATUS}": "failed", f"12/{STATUS}": "browsed"}
    assert [of_part(kept, part) for part in (1, 2, 3)] == [
        {STATUS: "completed", "cmi.suspend_data": "a"},
        {STATUS: "failed"},
        {},
    ]
    assert with_part(kept, 1, {}) == {f"2/{STATUS}": "failed", f"12/{STATUS}": "browsed"}


def test_an_attempt_of_before_has_the_elements_of_its_first_part():
    assert [one.finished for one in outcomes({STATUS: "completed"}, 3)] == [True, False, False]


@pytest.mark.parametrize(
    ("found", "finished", "passed", "score", "progress"),
    [
        ([done(80), FRESH], False, None, None, 0.5),  # half of a lesson is no mark
        ([Outcome(False, None, Decimal(80), Decimal("0.5"), "incomplete"), FRESH], False, None, None, 0.25),
        ([done(80), done(40)], True, None, 60, 1),
        ([done(80), done()], True, None, 80, 1),  # what gives no score counts for none
        ([done(), done()], True, None, None, 1),
        ([done(0), done(100)], True, None, 50, 1),  # a zero is a score
        ([done(80, passed=True), done()], True, True, 80, 1),
        ([done(80, passed=True), done(90, passed=False)], True, False, 85, 1),
        ([done(100, passed=False), FRESH], False, None, None, 0.5),
    ],
)
def test_what_parts_come_to(found, finished, passed, score, progress):
    both = together(found)
    assert (both.finished, both.passed, both.score, both.progress) == (finished, passed, score, progress)


def test_one_part_comes_to_what_it_says():
    said = Outcome(False, None, Decimal(80), None, "incomplete")
    assert together([said]) is said


def test_a_part_that_is_opened_again_after_the_end_takes_no_score_away():
    again = Outcome(False, None, Decimal(90), None, "incomplete")
    assert together([done(50), again], done=True).score == 70


@pytest.mark.parametrize("found", [FRESH, done(65, passed=False), done(), done(100, passed=True)])
def test_what_was_heard_of_a_part_is_kept_as_it_was(found):
    kept = outcome(as_elements(found))
    assert (kept.finished, kept.passed, kept.score) == (found.finished, found.passed, found.score)


def test_questions_of_two_parts_with_one_name_are_two():
    own = {
        "cmi.interactions.0.id": "q1",
        "cmi.interactions.0.student_response": "a",
        "cmi.interactions.0.result": "wrong",
    }
    rows = answers_of(with_part(own, 2, {**own, "cmi.interactions.0.student_response": "b"}))
    assert [(row.question, row.given) for row in rows] == [("q1", "a"), ("2/q1", "b")]
