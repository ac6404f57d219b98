"""What is odd about played work, and what is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bridge.domain.evidence import Oddity, Work, oddities

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
USUAL = Work(1, 600, AT, finished=True, scored=True, bursts=(1, 1, 2))
OTHERS = {str(number): USUAL for number in range(20, 25)}


def of(work: Work, others: Mapping[str, Work] = OTHERS) -> tuple[Oddity, ...]:
    return oddities({**others, "an": work}, ["an"])["an"]


@pytest.mark.parametrize(
    ("change", "odd"),
    [
        ({}, ()),
        ({"seconds": 149}, (Oddity.FAST,)),
        ({"seconds": 150}, ()),
        ({"seconds": 6000, "attempts": 9}, ()),
        ({"bursts": (4,)}, (Oddity.AT_ONCE,)),
        ({"bursts": (2,)}, ()),
        ({"bursts": (3, 1)}, ()),
        ({"bursts": ()}, (Oddity.NO_ANSWER,)),
        ({"bursts": (), "scored": False}, ()),
        ({"bursts": None}, ()),
        ({"odd_clock": True}, (Oddity.CLOCK,)),
        ({"reopened": True}, (Oddity.REOPENED,)),
        ({"finished": False}, (Oddity.NO_ATTEMPT,)),
        ({"finished": False, "seconds": 1, "odd_clock": True}, (Oddity.NO_ATTEMPT, Oddity.CLOCK)),
        ({"seconds": 3, "bursts": (), "reopened": True}, (Oddity.FAST, Oddity.NO_ANSWER, Oddity.REOPENED)),
    ],
)
def test_one_pattern_one_hint(change: dict[str, object], odd: tuple[Oddity, ...]):
    assert of(replace(USUAL, **change)) == odd  # type: ignore[arg-type]


def test_a_score_of_somebody_who_never_opened_it_is_odd_and_a_blank_is_not():
    assert oddities(OTHERS, ["an"])["an"] == (Oddity.NO_ATTEMPT,)
    assert "an" not in oddities(OTHERS, [])


@pytest.mark.parametrize("usual", [(), (4,)])
def test_what_the_content_does_with_everybody_is_no_pattern(usual: tuple[int, ...]):
    others = {who: replace(work, bursts=usual) for who, work in OTHERS.items()}
    assert of(replace(USUAL, bursts=usual), others) == ()


def test_nobody_is_compared_with_too_few():
    few = dict(list(OTHERS.items())[:3])
    assert of(replace(USUAL, seconds=1, bursts=()), few) == ()


def test_in_a_short_exercise_nobody_is_too_fast():
    short = {who: replace(work, seconds=60) for who, work in OTHERS.items()}
    assert of(replace(USUAL, seconds=1), short) == ()
