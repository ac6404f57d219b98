"""What the main job works with: both remotes, the store, what the school has chosen, and the world as arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.domain.subjects import Subjects
from bridge.ports.city import City
from bridge.ports.leases import Leases
from bridge.ports.lms import Lms
from bridge.ports.mappings import Mappings
from bridge.ports.marks import Ledger, Submissions
from bridge.ports.people import Pins, Rosters
from bridge.ports.plans import Decisions, Feeds, Looks, Plans
from bridge.ports.runs import Runs


@dataclass(frozen=True, slots=True)
class Stores:
    """The store's rooms that the main job uses."""

    ledger: Ledger
    submissions: Submissions
    plans: Plans
    decisions: Decisions
    leases: Leases
    runs: Runs
    mappings: Mappings
    rosters: Rosters
    pins: Pins
    looks: Looks
    feeds: Feeds


@dataclass(frozen=True, slots=True)
class Choices:
    """What a school may choose; the defaults are the safe ones."""

    shrink_percent: int = 20  # a list that lost more than this holds its unit
    mass_change_percent: int = 30  # so many accepted cells changed at once hold their column
    parallel_reads: int = 2  # as many as a Moodle of two cores answers at once
    plan_lifetime: timedelta = timedelta(hours=24)
    resend_within: timedelta = timedelta(hours=24)  # an unanswered submission older than this is given up, not resent
    lease_seconds: float = 120.0
    polls: int = 6  # how often a ticket is asked for before it is left for the next run
    poll_seconds: float = 1.0  # first pause; doubles, at most 30


@dataclass(frozen=True, slots=True)
class World:
    """Time, randomness and waiting, as arguments."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    sleep: Callable[[float], None]
    checkpoint: Callable[[str], None] = field(default=lambda _: None)  # named points between durable steps


@dataclass(frozen=True, slots=True)
class Sync:
    """The main job for one school and year."""

    school: str
    year: int
    platform: str  # which LMS: pins belong to it
    lms: Lms
    city: City
    stores: Stores
    subjects: Subjects
    ruleset: str  # id of the circular in force, noted on every plan
    world: World
    holder: str  # who we are to the leases
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which units a run looks at. An empty set stands for all; `units` names them one by one, over all else."""

    terms: tuple[Term, ...] = (Term.HK1, Term.HK2)
    classes: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    courses: frozenset[int] = frozenset()
    units: frozenset[Unit] = frozenset()

    def __str__(self) -> str:
        if self.units:
            return "; ".join(sorted(map(str, self.units)))
        parts = [*sorted(self.classes), *sorted(self.subjects), *map(str, sorted(self.courses)), *self.terms]
        return " ".join(parts)

    def holds(self, unit: Unit) -> bool:
        if self.units:
            return unit in self.units
        return (
            (not self.classes or unit.school_class in self.classes)
            and (not self.subjects or unit.subject in self.subjects)
            and unit.term in self.terms
        )
