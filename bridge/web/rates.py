"""How often one address may knock: token buckets in this process's memory.

A whole school often comes from one address, so what all its pupils do is bounded widely, and what guesses a secret
narrowly. A restart forgets: that is no loss, a launch is bound to its state and a password costs its hash.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock
from typing import NamedTuple


class Pace(NamedTuple):
    """`burst` at once, then `per_minute`."""

    burst: int
    per_minute: float


class Rate(Enum):
    """What is bounded, and how."""

    LAUNCH = Pace(burst=300, per_minute=600)  # a school's computer room, all at the bell
    REGISTER = Pace(burst=10, per_minute=2)
    SIGN_IN = Pace(burst=10, per_minute=6)
    SET_UP = Pace(burst=5, per_minute=1)


KEPT = 10_000  # so many addresses are remembered; the one that was quiet for longest is forgotten first


@dataclass(slots=True)
class Rates:
    """Shared by threads. `clock` counts seconds and never goes back."""

    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[tuple[Rate, str], tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, rate: Rate, who: str) -> int:
        """0 when this may go on, else how many seconds to wait."""
        pace, now = rate.value, self.clock()
        with self._lock:
            left, seen = self._buckets.pop((rate, who), (float(pace.burst), now))
            left = min(pace.burst, left + (now - seen) * pace.per_minute / 60)
            allowed = left >= 1
            self._buckets[rate, who] = (left - allowed, now)
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return 0 if allowed else int((1 - left) * 60 / pace.per_minute) + 1
