"""One unit as values: what was read of it, what the store knows of it beside the ledger, what the school has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.domain.mapping import Policy
from bridge.domain.plans import (
    Accepted,
    CityCell,
    Confirmation,
    Decision,
    Gate,
    Hold,
    LmsScore,
    PersonHold,
    Place,
    Problem,
)
from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.marks import PastRefusal


class SourceItem(NamedTuple):
    """An item that feeds a column, as people know it."""

    course: int
    item: int
    name: str
    high: str  # its maximum, as the LMS has it; "" for words of a scale
    resource_link: str = ""  # of an LTI activity: what its tool is launched with
    low: str = "0"  # its minimum


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """What feeds a column of this unit. `fingerprint` binds course, item, range and scale."""

    fingerprint: str
    modules: frozenset[str] = frozenset()
    hold: Hold | None = None  # item gone, two items, flags not to be seen
    items: tuple[SourceItem, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRead:
    """Everything that was read of one unit, in the house's own words, before any write."""

    unit: Unit
    roster: tuple[str, ...]  # pupils studying in the class or group, by the city
    present: frozenset[str]  # of them, who is actively enrolled in a feeding course
    courses: frozenset[int]
    sources: Mapping[Column, ColumnSource]
    lms: Mapping[Place, LmsScore]
    torn: frozenset[Place]  # two courses say different things
    city: Mapping[Place, CityCell]
    accepted: Mapping[Place, Accepted]
    locked: Mapping[Column, str]
    holds: tuple[Hold, ...] = ()  # guards of the whole unit that struck
    people: tuple[PersonHold, ...] = ()
    foreign: frozenset[Place] = frozenset()  # the city names a submission here that we do not know
    sizes: Mapping[str, int] = field(default_factory=dict)  # of the lists read, by source
    locks_told: bool = True  # whether the city tells its locks; else a refusal is all that is known of one
    first_sights: Mapping[int, str] = field(default_factory=dict)  # user → pupil, not pinned yet
    contested: frozenset[str] = frozenset()  # pupils claimed by two accounts in this run


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """What the store knows of this unit beside the ledger (`ports.marks.Standing`, cut to the unit)."""

    open: frozenset[Place] = frozenset()
    decisions: Mapping[Place, Decision] = field(default_factory=dict)
    confirmations: Mapping[tuple[Place, Gate], Confirmation] = field(default_factory=dict)
    refusals: Mapping[Place, PastRefusal] = field(default_factory=dict)
    columns: Mapping[Column, str] = field(default_factory=dict)
    clearances: frozenset[tuple[Problem, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the school has chosen."""

    policies: Mapping[Column, Policy]
    mass_change_percent: int = 30
