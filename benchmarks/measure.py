"""How things are measured: two ways of doing the same in turn, in processor seconds of this process.

The processor's time and not the clock on the wall: what else the machine is doing counts less. In turn, so that what
still counts of it meets both.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import process_time

from bridge.wiring.process import spare_the_collector

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results. `limits` are further bounds beside the ratio's: figure by name → at most so much."""

    name: str
    ratio: float
    budget: float
    figures: Mapping[str, object]
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.ratio <= self.budget and all(value <= limit for value, limit in self.limits.values())

    def to_json(self) -> dict[str, object]:
        limits = {name: {"value": value, "limit": limit} for name, (value, limit) in self.limits.items()}
        return {
            "name": self.name,
            "ratio": self.ratio,
            "budget": self.budget,
            "met": self.met,
            "figures": {**self.figures, **limits},
        }


@dataclass(frozen=True, slots=True)
class Times:
    """Medians over the rounds, in processor seconds; `ratio` is the median of each round's own ratio."""

    ours: float
    bare: float
    ratio: float


def in_turn(ours: Work, bare: Work, *, rounds: int, times: int = 1) -> Times:
    """Ours, bare, ours, bare …; what is short is done several times a turn."""
    gc.collect()
    spare_the_collector()  # as every command does when it starts
    pairs = [(seconds(ours, times), seconds(bare, times)) for _ in range(rounds)]
    return Times(
        ours=median(one for one, _ in pairs),
        bare=median(other for _, other in pairs),
        ratio=round(median(one / other for one, other in pairs), 3),
    )


def seconds(work: Work, times: int = 1) -> float:
    start = process_time()
    for _ in range(times):
        work()
    return (process_time() - start) / times
