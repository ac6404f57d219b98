"""Which parts may be opened, by what their activities ask for and what the parts have come to."""

from decimal import Decimal

import pytest

from bridge.domain.activities import Activity, Shut, shut
from bridge.domain.attempts import Outcome
from bridge.packages.course import Prerequisites
from content_packager.aicc import parse

FRESH, GOING = Outcome(False, None, None, None, ""), Outcome(False, None, None, None, "incomplete")
DONE, PASSED = Outcome(True, None, None, None, "completed"), Outcome(True, True, Decimal(80), None, "passed")
FAILED, BROWSED = Outcome(True, False, Decimal(20), None, "failed"), Outcome(False, None, None, None, "browsed")


def asks(script: str) -> Prerequisites:
    found = parse(script)
    assert found is not None
    return Prerequisites(found)


def course(script: str) -> Activity:
    """Two parts under a heading, and a third that asks for something."""
    heading = Activity("H", "Chương", children=(Activity("A", "Một", 1), Activity("B", "Hai", 2)))
    return Activity("O", children=(heading, Activity("C", "Ba", 3, needs=asks(script))))


@pytest.mark.parametrize(
    ("script", "found", "wanted"),
    [
        ("A", (FRESH, FRESH), Shut("FINISH", ("Một",))),
        ("A", (GOING, FRESH), Shut("FINISH", ("Một",))),
        ("A", (BROWSED, FRESH), Shut("FINISH", ("Một",))),
        ("A", (FAILED, FRESH), Shut("FINISH", ("Một",))),
        ("A", (DONE, FRESH), None),
        ("A=passed", (DONE, FRESH), Shut("FINISH", ("Một",))),
        ("A=browsed", (BROWSED, FRESH), None),
        ("A=incomplete", (GOING, FRESH), None),
        ("H", (DONE, FRESH), Shut("FINISH", ("Chương",))),
        ("H", (DONE, PASSED), None),
        ("H=passed", (DONE, PASSED), Shut("FINISH", ("Chương",))),
        ("H=passed", (PASSED, PASSED), None),
        ("H=failed", (FAILED, PASSED), None),
        ("H=not attempted", (FRESH, FRESH), None),
        ("H=incomplete", (FRESH, GOING), None),
        ("~A", (DONE, FRESH), Shut("CONDITION")),
        ("A&A&B", (FRESH, FRESH), Shut("FINISH", ("Một", "Hai"))),
    ],
)
def test_what_an_activity_asks_for(script: str, found: tuple[Outcome, ...], wanted: Shut | None):
    assert shut(course(script), [*found, FRESH]).get(3) == wanted


def test_what_a_heading_waits_for_is_told_for_all_under_it():
    heading = Activity("H", "Chương", children=(Activity("B", "Hai", 2, needs=asks("A")),), needs=asks("A"))
    root = Activity("O", children=(Activity("A", "Một", 1), heading))
    assert shut(root, [FRESH, FRESH]) == {2: Shut("FINISH", ("Một",))}
    assert shut(root, [DONE, FRESH]) == {}
