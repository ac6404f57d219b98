"""Which errors pass by themselves, and how long to wait for it. The class tells, never a word of a message."""

import zlib
from datetime import datetime, timedelta
from typing import NamedTuple

from bridge.domain.errors import BridgeError, Busy, LeaseLost, StoreProblem, Unclear, Unreachable
from bridge.ports.jobs import Facts, Job

FIRST, FACTOR, LONGEST = 15.0, 4.0, 3600.0  # seconds: 15 s, 1 min, 4 min, 16 min, 1 h, 1 h …
WAITING = 15.0  # for somebody else who is at work
SPREAD = 0.25  # a whole city's schools must not come back to one server in the same second

_PASSING_STORE = frozenset({"LOCKED", "UNREACHABLE", "DISK_FULL", "IO"})


class Again(NamedTuple):
    """Begin again at `at`. `free`: it counts for no attempt."""

    at: datetime
    free: bool


def again(job: Job, error: BridgeError, *, now: datetime) -> Again | None:
    """When to begin again after this error; None when it would only come back."""
    if isinstance(error, Busy):
        return Again(_free_again(error, now), free=True)
    return Again(now + _pause(job), free=False) if _passes(error) else None


def _free_again(error: Busy, now: datetime) -> datetime:
    """When the other's lease ends, if that is soon; else it is asked for again after a while: it may end before."""
    latest, until = now + timedelta(seconds=WAITING), error.facts.get("until")
    soon = until if isinstance(until, datetime) else latest
    return min(latest, max(soon, now + timedelta(seconds=1)))


def _passes(error: BridgeError) -> bool:
    if isinstance(error, StoreProblem):
        return error.facts.get("why") in _PASSING_STORE
    return isinstance(error, Unreachable | Unclear | LeaseLost)


def _pause(job: Job) -> timedelta:
    """Grows with the attempts, and is spread by the job's own id: no chance in it."""
    seconds = min(LONGEST, FIRST * FACTOR ** (job.attempt - 1))
    part = zlib.crc32(f"{job.id}:{job.attempt}".encode()) / 2**32
    return timedelta(seconds=seconds * (1 + SPREAD * part))


def written(error: BridgeError) -> Facts:
    """An error's facts as a row keeps them: texts and numbers; a moment in ISO 8601."""
    return {name: _plain(value) for name, value in error.facts.items()}


def _plain(value: object) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
