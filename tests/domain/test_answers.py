"""Answers out of SCORM's interactions, and what many of them say about a question."""

from bridge.domain.answers import answers_of, statistics
from bridge.domain.attempts import Answer


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
    assert answers_of(old) == [Answer("q1", "c", False), Answer("q2", "b", False)]
    new = {
        "cmi.interactions.0.id": "q1",
        "cmi.interactions.0.learner_response": "9",
        "cmi.interactions.0.result": "incorrect",
        "cmi.interactions.0.description": "3²?",
    }
    assert answers_of(new) == [Answer("q1", "9", False, "3²?")]


def test_the_share_of_right_answers_and_the_most_frequent_wrong_ones():
    wrong = [[Answer("q1", given, False)] for given in "aabbbcd"]
    (item,) = statistics([[Answer("q1", "x", True, "Hỏi?")], [Answer("q1", "?", None)], *wrong])
    assert (item.text, item.asked, item.right, item.share) == ("Hỏi?", 8, 1, 0.125)
    assert item.wrong == [("b", 3), ("a", 2), ("c", 1)]
