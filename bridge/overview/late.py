"""Which units are not sent while their book is about to close."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.domain.tallies import Coverage
from bridge.overview.units import UnitState, by_class


class LateLine(NamedTuple):
    """`closes`: the last open day of the first of its columns to close. `left`: days until then."""

    state: UnitState
    closes: date
    left: int


def late_units(
    states: Iterable[UnitState], closing: Callable[[Unit], Mapping[Column, date]], *, today: date
) -> list[LateLine]:
    """What is not sent and closes, the most pressing first. Where no day is known, nothing is late."""
    found = []
    for state in states:
        days = closing(state.unit) if state.state is not Coverage.SENT else {}
        if days:
            first = min(days.values())
            found.append(LateLine(state, first, (first - today).days))
    return sorted(found, key=lambda line: (line.closes, _URGENT.index(line.state.state), by_class(line.state.unit)))


_URGENT = (Coverage.HELD, Coverage.WAITING, Coverage.READY, Coverage.UNMAPPED, Coverage.MAPPED, Coverage.SENT)
