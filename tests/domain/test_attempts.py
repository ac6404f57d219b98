"""What elements come to where the LMS gave a pass mark or a threshold: it decides, and makes no end of its own."""

from decimal import Decimal

import pytest

from bridge.domain.attempts import outcome

MASTERY, MARK, ENOUGH = "cmi.student_data.mastery_score", "cmi.scaled_passing_score", "cmi.completion_threshold"
STATUS, RAW = "cmi.core.lesson_status", "cmi.core.score.raw"
DONE, SUCCESS, SCALED, PROGRESS = (
    "cmi.completion_status",
    "cmi.success_status",
    "cmi.score.scaled",
    "cmi.progress_measure",
)


@pytest.mark.parametrize(
    ("elements", "finished", "passed"),
    [
        ({STATUS: "completed", RAW: "40", MASTERY: "50"}, True, False),
        ({STATUS: "completed", RAW: "50", MASTERY: "50"}, True, True),
        ({STATUS: "passed", RAW: "40", MASTERY: "50"}, True, False),
        ({STATUS: "failed", RAW: "85", MASTERY: "50"}, True, True),
        ({STATUS: "incomplete", RAW: "85", MASTERY: "50"}, False, None),  # on the way: no end, no verdict
        ({STATUS: "browsed", RAW: "85", MASTERY: "50"}, False, None),
        ({STATUS: "completed", MASTERY: "50"}, True, None),
        ({STATUS: "passed", MASTERY: "50"}, True, True),
        ({STATUS: "completed", RAW: "8", "cmi.core.score.max": "10", MASTERY: "50"}, True, True),
        ({STATUS: "completed", RAW: "40"}, True, None),
        ({STATUS: "completed", RAW: "0", MASTERY: "0"}, True, True),
    ],
)
def test_scorm_12(elements: dict[str, str], finished: bool, passed: bool | None):
    found = outcome(elements)
    assert (found.finished, found.passed, found.status) == (finished, passed, elements[STATUS]), "its word is kept"


@pytest.mark.parametrize(
    ("elements", "finished", "passed"),
    [
        ({DONE: "completed", SCALED: "0.4", MARK: "0.5"}, True, False),
        ({DONE: "completed", SUCCESS: "passed", SCALED: "0.4", MARK: "0.5"}, True, False),
        ({DONE: "completed", SCALED: "0.5", MARK: "0.5"}, True, True),
        ({DONE: "completed", SCALED: "-0.4", MARK: "-0.5"}, True, True),
        ({DONE: "incomplete", SCALED: "0.1", MARK: "0.5"}, False, None),  # a score on the way becomes no mark
        ({SCALED: "0.1", MARK: "0.5"}, False, None),
        ({DONE: "incomplete", SUCCESS: "passed", SCALED: "0.9", MARK: "0.5"}, True, True),
        ({DONE: "completed", SUCCESS: "passed", MARK: "0.5"}, True, True),
        ({PROGRESS: "0.8", ENOUGH: "0.8"}, True, None),
        ({DONE: "incomplete", PROGRESS: "0.9", ENOUGH: "0.8"}, True, None),
        ({DONE: "completed", PROGRESS: "0.7", ENOUGH: "0.8"}, False, None),
        ({DONE: "completed", ENOUGH: "0.8"}, True, None),
    ],
)
def test_scorm_2004(elements: dict[str, str], finished: bool, passed: bool | None):
    found = outcome(elements)
    assert (found.finished, found.passed) == (finished, passed)


def test_a_verdict_changes_no_score():
    assert outcome({STATUS: "completed", RAW: "40", MASTERY: "50"}).score == Decimal(40)
    assert outcome({DONE: "completed", SCALED: "0.4", MARK: "0.5"}).score == Decimal(40)
