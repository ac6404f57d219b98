"""What to do about one score: pure, from what is wanted, what was taken before, and what stands there now.

| wanted | taken before | stands there | |
|---|---|---|---|
| W | any | W | stands there already: nothing to send |
| W | any | nothing | send |
| W | A | A | send: it is ours |
| W | – or A | other | conflict: somebody entered it |
| W | any | what a person let us overwrite | send |
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bridge.domain.errors import BridgeError, Garbled, Refused, Unclear, Unreachable
from bridge.ports.gradebooks import Result
from bridge.ports.passback import Passback, Shown

SECOND = timedelta(seconds=1)
BEFORE = timedelta(seconds=5)  # how far our clock may be ahead of the platform's without harm to a teacher's mark
CLOSE = Decimal("0.00001")  # Moodle keeps five decimals


class Send(NamedTuple):
    """With this time: later than any that was told before, and than what stands there."""

    at: datetime


class Standing(NamedTuple):
    """It stands there."""

    shown: Shown


class Conflict(NamedTuple):
    """Somebody entered this."""

    seen: Shown


Decision = Send | Standing | Conflict


def decide(row: Passback, results: Sequence[Result], *, looked: datetime) -> Decision:
    """`results`: what the column shows of this user; `looked`: the moment before it was asked."""
    found = next((one for one in results if one.user == row.place.user and one.value is not None), None)
    if found is None or found.value is None:
        return Send(_time(row, None, looked))
    seen = Shown(found.value, found.maximum)
    if same(seen, Shown(row.wanted.value, row.wanted.maximum)):
        return Standing(seen)
    if any(ours is not None and same(seen, ours) for ours in (row.accepted, row.allowed)):
        return Send(_time(row, found.at, looked))
    return Conflict(seen)


def same(one: Shown, other: Shown) -> bool:
    """Whether a gradebook shows both alike, whatever they are out of: 85 of 100 is 8.5 of 10."""
    if not one.maximum or not other.maximum:
        return one == other
    return abs(one.value - other.value * one.maximum / other.maximum) <= CLOSE


def _time(row: Passback, standing: datetime | None, looked: datetime) -> datetime:
    """Whole seconds, strictly rising: Moodle refuses a score that is not later than what stands there.

    So it is never later than the look, where it can be: what a teacher enters between look and sending is later then,
    and the score is refused (Moodle 4.5, gradebookservices `scores.php`: 409).
    """
    earlier = [moment + SECOND for moment in (row.stamped, standing) if moment is not None]
    return max([looked - BEFORE, *earlier]).replace(microsecond=0)


class Again(NamedTuple):
    """Try once more after so long."""

    pause: timedelta


class Away(NamedTuple):
    """The platform as a whole is away, or does not let us in: no score's fault, so it counts for no attempt."""

    pause: timedelta


class GiveUp(NamedTuple):
    """It would only be refused again: a person must look at it."""


FIRST, FACTOR, LONGEST = timedelta(minutes=1), 4, timedelta(hours=6)
ATTEMPTS = 12  # of a score that is answered strangely each time: two days
SOON, LATER = timedelta(minutes=10), timedelta(hours=1)  # when the platform itself is asked again, without an end
_OUTSIDE = frozenset(
    {"TOKEN", "TOKEN_KEY", "TOKEN_CLOCK", "TOKEN_CLIENT", "SCOPE", "PRIVATE_ADDRESS"}
)  # of the registration, not of the score
_STRANGE = frozenset({"STALE", "STATUS", "NOT_SHOWN"})


def after(row: Passback, error: BridgeError) -> Again | Away | GiveUp:
    """What comes after a failure. A platform may be away for a whole holiday; a score is tried for two days."""
    reason = error.facts.get("reason")
    if isinstance(error, Unreachable):
        return Away(SOON)
    if isinstance(error, Refused) and reason in _OUTSIDE:
        return Away(LATER)
    if isinstance(error, Unclear | Garbled) or reason in _STRANGE:
        return Again(_pause(row)) if row.attempt < ATTEMPTS else GiveUp()
    return GiveUp()


def _pause(row: Passback) -> timedelta:
    growth: int = FACTOR ** min(max(row.attempt - 1, 0), 6)
    return min(FIRST * growth, LONGEST)
