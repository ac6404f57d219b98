"""What is done about one score, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bridge.domain.errors import BridgeError, Garbled, NotFound, Refused, Unclear, Unreachable
from bridge.passback.decide import ATTEMPTS, BEFORE, Again, Away, Conflict, GiveUp, Send, Standing, after, decide
from bridge.ports.gradebooks import ActivityProgress, Result
from bridge.ports.passback import Passback, PassbackState, Place, Shown, Wanted

NOW = datetime(2026, 11, 20, 8, 0, 0, 900_000, tzinfo=UTC)
SECOND = NOW.replace(microsecond=0)


def shown(text: str | None) -> Shown | None:
    if text is None:
        return None
    value, _, maximum = text.partition("/")
    return Shown(Decimal(value), Decimal(maximum))


def row(wanted: str = "8.5/10", *, accepted: str | None = None, allowed: str | None = None) -> Passback:
    value, maximum = wanted.split("/")
    return Passback(
        school="79000001",
        place=Place("r1", "https://m/84", "9"),
        wanted=Wanted(Decimal(value), Decimal(maximum), ActivityProgress.COMPLETED, NOW),
        number=1,
        state=PassbackState.WAITING,
        due=NOW,
        attempt=1,
        accepted=shown(accepted),
        allowed=shown(allowed),
    )


def results(text: str | None, *, at: datetime | None = None) -> list[Result]:
    found = shown(text)
    others = [Result("10", Decimal(1), Decimal(10))]
    return others if found is None else [*others, Result("9", found.value, found.maximum, at)]


@pytest.mark.parametrize(
    ("wanted", "accepted", "allowed", "there", "kind"),
    [
        ("8.5/10", None,     None,   None,      Send),      # the first
        ("8.5/10", None,     None,   "8.5/10",  Standing),  # sent, and the answer was lost; or entered alike
        ("8.5/10", None,     None,   "85/100",  Standing),  # the column is out of a hundred
        ("85/100", None,     None,   "8.5/10",  Standing),
        ("1/3",    None,     None,   "3.33333/10", Standing),  # as Moodle rounds
        ("8.5/10", None,     None,   "7/10",    Conflict),  # a teacher was here first
        ("8.5/10", None,     None,   "0/10",    Conflict),  # a zero is a mark
        ("9/10",   "8.5/10", None,   "8.5/10",  Send),      # a better attempt over our own
        ("9/10",   "8.5/10", None,   "85/100",  Send),
        ("9/10",   "8.5/10", None,   "9/10",    Standing),
        ("9/10",   "8.5/10", None,   "7/10",    Conflict),  # entered over ours
        ("9/10",   "8.5/10", None,   None,      Send),      # emptied: there is nothing to overwrite
        ("0/10",   None,     None,   None,      Send),
        ("9/10",   "8.5/10", "7/10", "7/10",    Send),      # a person said so
        ("9/10",   "8.5/10", "7/10", "6/10",    Conflict),  # … of another value
    ],
)  # fmt: skip
def test_what_stands_there_decides(wanted, accepted, allowed, there, kind):
    decision = decide(row(wanted, accepted=accepted, allowed=allowed), results(there), looked=NOW)
    assert isinstance(decision, kind)
    if isinstance(decision, Conflict):
        assert decision.seen == shown(there)


def test_a_row_of_a_user_without_a_value_is_nothing():
    assert isinstance(decide(row(), [Result("9", None, Decimal(1))], looked=NOW), Send)


@pytest.mark.parametrize(
    ("stamped", "there", "expected"),
    [
        (None, None, SECOND - BEFORE),
        (SECOND, None, SECOND + timedelta(seconds=1)),
        (SECOND + timedelta(hours=1), None, SECOND + timedelta(hours=1, seconds=1)),  # our clock went back
        (None, SECOND + timedelta(days=1), SECOND + timedelta(days=1, seconds=1)),  # theirs is ahead
        (SECOND - timedelta(days=1), SECOND - timedelta(days=2), SECOND - BEFORE),
    ],
)
def test_times_rise_by_whole_seconds(stamped, there, expected):
    ours = replace(row("9/10", accepted="8.5/10"), stamped=stamped)
    decision = decide(ours, results("8.5/10", at=there), looked=NOW)
    assert decision == Send(expected)


FACTS = {"remote": "platform", "operation": "x"}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Unreachable(**FACTS, why="TIMEOUT"), Away), (Refused(**FACTS, reason="SCOPE"), Away),
        (Refused(**FACTS, reason="TOKEN_KEY"), Away), (Unclear(**FACTS, why="STATUS"), Again),
        (Garbled(**FACTS, why="NO_LIST"), Again), (Refused(**FACTS, reason="STALE"), Again),
        (Refused(**FACTS, reason="NOT_SHOWN"), Again),
        (Refused(**FACTS, reason="STATUS", theirs=403), Again), (Refused(**FACTS, reason="NOT_GRADABLE"), GiveUp),
        (Refused(**FACTS, reason="COLUMN_GONE"), GiveUp), (Refused(**FACTS, reason="OTHER_HOST"), GiveUp),
        (Refused(**FACTS, reason="OVERRIDDEN"), GiveUp), (NotFound(kind="registration", name="r"), GiveUp),
    ],
)  # fmt: skip
def test_the_kind_of_failure_says_what_comes_next(error: BridgeError, kind: type):
    assert isinstance(after(row(), error), kind)


def test_a_score_that_fails_strangely_is_given_up_at_last_and_a_platform_that_is_away_never():
    often = replace(row(), attempt=ATTEMPTS)
    assert isinstance(after(often, Unclear(**FACTS, why="STATUS")), GiveUp)
    assert isinstance(after(often, Unreachable(**FACTS, why="TIMEOUT")), Away)


def test_pauses_grow_up_to_six_hours():
    pauses = [after(replace(row(), attempt=attempt), Unclear(**FACTS)) for attempt in range(1, ATTEMPTS)]
    assert [pause.pause for pause in pauses if isinstance(pause, Again)][:6] == [
        timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16), timedelta(minutes=64),
        timedelta(minutes=256), timedelta(hours=6),
    ]  # fmt: skip
