"""Answers out of SCORM's interactions, and what many of them say about a question."""

from decimal import Decimal

import pytest

from bridge.domain.answers import answers_of, statistics
from bridge.domain.attempts import Answer

NONE = Decimal(0)


def test_both_standards_tell_answers_and_the_last_of_a_question_counts():
    old = {
        "cmi.interactions.10.id": "q2",
        "cmi.interactions.10.student_response": "b",
        "cmi.interactions.10.result": "wrong",
        "cmi.interactions.2.id": "q1",
        "cmi.interactions.2.student_response": "a",
        "cmi.interactions.2.result": "correct",
        "cmi.interactions.11.id": "q1",
        "cmi.interactions.11.student_response": "c",
        "cmi.interactions.11.result": "wrong",
        "cmi.interactions._count": "3",
    }
    assert answers_of(old) == [Answer("q1", "c", False, mark=NONE), Answer("q2", "b", False, mark=NONE)]
    new = {
        "cmi.interactions.0.id": "q1",
        "cmi.interactions.0.learner_response": "9",
        "cmi.interactions.0.result": "incorrect",
        "cmi.interactions.0.description": "3²?",
    }
    assert answers_of(new) == [Answer("q1", "9", False, "3²?", NONE)]


@pytest.mark.parametrize(
    ("result", "weighting", "right", "mark", "weight"),
    [
        ("correct", "2", True, 1, 2),
        ("0.5000", "1.5", False, Decimal("0.5"), Decimal("1.5")),
        ("1", "", True, 1, None),
        ("neutral", "1", None, None, 1),
        ("7", "-1", None, None, None),  # out of what is not said
        ("NaN", "Infinity", None, None, None),
        ("", "x", None, None, None),
    ],
)
def test_how_much_of_a_question_was_reached_and_what_it_is_worth(
    result: str, weighting: str, right: object, mark: object, weight: object
):
    fields = {"id": "q", "result": result, "weighting": weighting}
    (found,) = answers_of({f"cmi.interactions.0.{name}": value for name, value in fields.items()})
    assert (found.right, found.mark, found.weight) == (right, mark, weight)


def test_the_share_of_right_answers_and_the_most_frequent_wrong_ones():
    wrong = [[Answer("q1", given, False)] for given in "aabbbcd"]
    (item,) = statistics([[Answer("q1", "x", True, "Hỏi?")], [Answer("q1", "?", None)], *wrong])
    assert (item.text, item.asked, item.right, item.share) == ("Hỏi?", 8, 1, 0.125)
    assert item.wrong == [("b", 3), ("a", 2), ("c", 1)]
