"""What a store keeps of plans, decisions and looks. Contract as in `ports/marks.py`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.plans import Confirmation, Decision, PlanHead, Problem, UnitPlan
from bridge.domain.school import Unit
from bridge.domain.scores import Column, ScoreKey
from bridge.domain.sheets import Activity


class Plans(Protocol):
    """Saved plans. A plan that was not finished is no plan."""

    def begin(self, head: PlanHead) -> None: ...

    def add(self, plan: str, units: Sequence[UnitPlan]) -> None: ...

    def finish(self, plan: str) -> None: ...

    def head(self, plan: str, *, school: str) -> PlanHead:
        """`NotFound`, also for an unfinished one. `plan` may be a unique beginning of the id, or `last`."""
        ...

    def units(self, plan: str) -> Iterator[UnitPlan]: ...

    def use(self, plan: str, *, now: datetime) -> None:
        """Mark applied, once: `PlanUnusable` when it is applied or expired."""
        ...

    def confirm(self, plan: str, cells: Iterable[tuple[ScoreKey, Confirmation]], *, now: datetime) -> int:
        """Store these confirmations; a newer one of a cell and gate replaces the older. Returns how many.

        An applied plan may be confirmed: what waited in it waits still. `PlanUnusable` when it has expired.
        """
        ...

    def drop_bodies(self, school: str, *, expired_before: datetime) -> int:
        """Forget the units of plans that expired before, but for the newest plan's; heads stay. Returns how many."""
        ...


class Decisions(Protocol):
    def decide(self, key: ScoreKey, decision: Decision, *, why: str) -> None: ...

    def clear(self, unit: Unit, problem: Problem, fingerprint: str, *, actor: str, why: str, now: datetime) -> None:
        """Wave a unit's or column's hold through, bound to its fingerprint."""
        ...


class Look(NamedTuple):
    """What was last seen of a unit, for its page. `body` is the reader's own text (`sync/seen.py`)."""

    unit: Unit
    plan: str  # the saved plan that this look was made for
    at: datetime
    body: str


class Fed(NamedTuple):
    """An LTI activity that feeds a column, as the gradebook had it. `low` and `high`: its range, exact numbers."""

    column: Column
    course: int
    item: int
    resource_link: str  # what its tool is launched with
    low: str
    high: str


class Feeds(Protocol):
    """Which activity feeds which column, as the last good read of each unit had it, whoever asked for it."""

    def note(self, school: str, year: int, found: Mapping[Unit, Sequence[Fed]]) -> None:
        """These units are fed by just these. What stays as it was is not written."""
        ...

    def of_activity(self, school: str, year: int, activity: Activity) -> Sequence[tuple[Unit, Fed]]: ...


class Looks(Protocol):
    """The last look at each unit."""

    def keep(self, look: Look) -> None:
        """In the place of an older one."""
        ...

    def find(self, unit: Unit) -> Look | None: ...

    def of_class(self, school: str, year: int, school_class: str) -> Sequence[Look]:
        """All subjects and terms of a class or group."""
        ...
