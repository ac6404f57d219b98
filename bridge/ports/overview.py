"""What the overview of a whole school needs of a store: a few questions, whatever the number of classes."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.domain.tallies import UnitTally


class NewestTally(NamedTuple):
    """A unit as the newest finished plan saw it."""

    unit: Unit
    plan: str
    at: datetime  # when that plan was begun
    tally: UnitTally


class News(StrEnum):
    """What happened to cells of a unit since its newest plan was made."""

    ACCEPTED = "ACCEPTED"
    TAKEN_BACK = "TAKEN_BACK"  # a cancellation was accepted
    REFUSED = "REFUSED"  # or failed
    OPEN = "OPEN"  # sent, and not answered so far
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"
    KEPT = "KEPT"  # a hold was settled: the city's score stays
    OVERRULED = "OVERRULED"  # a hold was settled: ours is sent, or the city's taken back


class Since(NamedTuple):
    """So many cells of one column of a unit."""

    unit: Unit
    column: Column
    news: News
    number: int


class Overviews(Protocol):
    def tallies(self, school: str, year: int) -> Sequence[NewestTally]:
        """Each unit that any plan has looked at, once."""
        ...

    def since(self, school: str, year: int) -> Sequence[Since]:
        """What people and the city have said to those plans."""
        ...
