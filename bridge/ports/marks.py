"""What the main job needs of a store, one protocol a noun.

`bridge/store` is the one implementation, on SQLite and PostgreSQL.

Every method that writes is one transaction and leaves its audit entries in that same transaction. Times carry a zone.
All raise `StoreProblem` (full disk, locked database, old schema) beside what they name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.plans import (
    Accepted,
    CityCell,
    Confirmation,
    Decision,
    Gate,
    LmsScore,
    Op,
    Place,
    PlanHead,
    Problem,
    UnitPlan,
)
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, ScoreKey, Term
from bridge.ports.city import Receipt, Refusal, Submission


class Lease(NamedTuple):
    """A right to act that ends by itself. `fence` rises with every taking: a holder of an older one is refused."""

    name: str
    holder: str
    fence: int
    until: datetime


class Leases(Protocol):
    def take(self, name: str, *, holder: str, seconds: float, now: datetime) -> Lease:
        """`Busy` (facts: lease, holder, until) while somebody else's has not run out."""
        ...

    def renew(self, lease: Lease, *, seconds: float, now: datetime) -> Lease:
        """`LeaseLost` when another has taken it since."""
        ...

    def release(self, lease: Lease) -> None:
        """Ends it; silent when it is no longer ours."""
        ...


class PastRefusal(NamedTuple):
    """The city refused this row and would again, while these stand as they did."""

    op: Op
    score: Score
    base_version: int
    refusal: Refusal
    code: str
    at: datetime | None = None  # a person's decision after it is worth another attempt


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything small that planning needs of one school and year, read once a run."""

    open: frozenset[ScoreKey]  # cells of submissions that are not answered yet
    decisions: Mapping[ScoreKey, Decision]
    confirmations: Mapping[tuple[ScoreKey, Gate], Confirmation]  # the newest unused one of each
    refusals: Mapping[ScoreKey, PastRefusal]  # where the newest row of a cell was refused
    columns: Mapping[tuple[Unit, Column], str]  # item fingerprint at the last acceptance
    clearances: frozenset[tuple[Unit, Problem, str]]  # holds of a unit or column that a person waved through
    last_reads: Mapping[str, int]  # size of the last good read by source ("class:10A1", "course:12")


class AdoptedCell(NamedTuple):
    """Both sides agree on a cell that is not (or no longer) ours: the ledger takes over what the city has."""

    place: Place
    lms: LmsScore | None
    city: CityCell


class OwnScore(NamedTuple):
    """A score that the city has accepted, and when."""

    subject: str
    term: Term
    column: Column
    score: Score
    at: datetime


class Ledger(Protocol):
    """What the city has accepted, cell by cell."""

    def standing(self, school: str, year: int) -> Standing: ...

    def standing_of(self, unit: Unit) -> Standing:
        """The same for one unit's subject and term, without the sizes of reads."""
        ...

    def of_pupil(self, school: str, year: int, pupil: str) -> Sequence[OwnScore]:
        """All that the city has accepted of one pupil."""
        ...

    def accepted(self, units: Collection[Unit], pupils: Collection[str]) -> Mapping[Unit, Mapping[Place, Accepted]]:
        """The ledger's rows of these pupils in each unit's subject and term, whatever class they were sent from.

        The units are of one school and year.
        """
        ...

    def adopt(self, unit: Unit, cells: Sequence[AdoptedCell], *, fingerprints: Mapping[Column, str], run: str) -> None:
        """Take the city's score, version and record id as accepted."""
        ...

    def close(self, unit: Unit, places: Sequence[Place], *, run: str) -> None:
        """The record is gone on both sides: nothing is accepted any more; versions stay burned."""
        ...

    def see(self, unit: Unit, cells: Mapping[Place, CityCell], *, run: str) -> None:
        """Raise known versions to the city's and take its record ids; scores stay as they are (rebuild)."""
        ...

    def note_reads(self, school: str, year: int, sizes: Mapping[str, int]) -> None:
        """Remember the sizes of good reads; a new year starts without any, for its classes are other people."""
        ...


class DraftRow(NamedTuple):
    """A row before it has a version. `code` is the city's pupil code; `city_record` its record id where one lives."""

    place: Place
    code: str
    op: Op
    score: Score
    base_version: int
    lms: LmsScore | None
    city_record: str | None = None
    before: Score | None = None  # what the city had when this was planned
    confirmations: tuple[str, ...] = ()  # ids; empty for policy auto and for a decision
    decided: bool = False  # sent by a person's decision (settling or reverting)


class OpenSubmission(NamedTuple):
    """A submission whose end is not known. `sent` False: never handed to the wire."""

    submission: Submission
    places: tuple[Place, ...]  # aligned with its rows
    sent: bool
    run: str


class Judged(NamedTuple):
    """A receipt and what we make of it: `accepted` also where an older-version answer shows exactly what we sent."""

    receipt: Receipt
    accepted: bool


class Submissions(Protocol):
    """Intents, committed before the wire; one cell is in at most one open submission (a database constraint).

    `run` has begun, and the pupils of `rows` are in the vault: the trail takes the actor from the one, `open` the
    codes from the other.
    """

    def prepare(
        self,
        unit: Unit,
        rows: Sequence[DraftRow],
        *,
        id: str,
        run: str,
        lease: Lease,
        now: datetime,
        fingerprints: Mapping[Column, str],
    ) -> Submission:
        """Burn versions (above ledger, submissions and city), fix record ids, commit.

        `LeaseLost` when fenced off; `StoreProblem(why="CELL_OPEN")` when a cell is in an open submission already.
        """
        ...

    def mark_sent(self, submission: str, *, lease: Lease, now: datetime) -> None:
        """Commit, before the call, that the bytes may leave. `LeaseLost` when fenced off."""
        ...

    def record(self, submission: str, judged: Sequence[Judged], *, now: datetime) -> None:
        """Receipts, ledger and audit in one transaction; harmless when repeated.

        It ends every confirmation of the accepted cells, as adopting and closing do: they spoke of what was before.
        """
        ...

    def supersede(self, submission: str, *, why: str, now: datetime) -> None:
        """Give up a submission that was never sent; its versions stay burned."""
        ...

    def give_up(self, submission: str, *, why: str, lease: Lease, now: datetime) -> None:
        """The same for one that was sent, yet surely not recorded: refused as a whole, or unknown to the city.

        `LeaseLost` when fenced off: who has taken over may have sent it since.
        """
        ...

    def open(self, school: str) -> Sequence[OpenSubmission]:
        """All not ended, oldest first, with the pupils' city codes as they were prepared: the same bytes."""
        ...

    def known(self, school: str, ids: Collection[str]) -> frozenset[str]:
        """Which of these submission ids are ours."""
        ...


class SentRow(NamedTuple):
    """One row of a run with its before-image, for reports and for reverting."""

    unit: Unit
    place: Place
    op: Op
    score: Score
    version: int
    state: str  # prepared | sent | accepted | refused | failed | superseded
    before: Score | None  # what the city had when it was planned
    code: str  # the city's code
    submission: str


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


class Looks(Protocol):
    """The last look at each unit."""

    def keep(self, look: Look) -> None:
        """In the place of an older one."""
        ...

    def find(self, unit: Unit) -> Look | None: ...

    def of_class(self, school: str, year: int, school_class: str) -> Sequence[Look]:
        """All subjects and terms of a class or group."""
        ...


@dataclass(frozen=True, slots=True)
class RunHead:
    """One run. The state of its rows is derived from its submissions, never stored twice."""

    id: str
    school: str
    year: int
    actor: str
    kind: str  # sync | apply | revert | resume | rebuild
    plan: str | None
    started_at: datetime
    ended_at: datetime | None = None
    audit_head: str = ""  # printed on each report, so that a cut tail is found


class Sent(NamedTuple):
    """A row that left for the city, with who sent it and when it was answered (None: not yet)."""

    row: SentRow
    run: str
    actor: str
    sent_at: datetime
    ended_at: datetime | None


class Runs(Protocol):
    def begin(self, head: RunHead) -> None: ...

    def end(self, run: str, *, now: datetime) -> RunHead:
        """Stamps the end and the audit head."""
        ...

    def head(self, run: str, *, school: str) -> RunHead:
        """`NotFound`. `run` may be a unique beginning of the id, or `last`."""
        ...

    def list(self, school: str, *, limit: int) -> Sequence[RunHead]: ...

    def rows(self, run: str) -> Sequence[SentRow]: ...

    def states(self, runs: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """How many rows of each run came to what, for a list of them."""
        ...

    def sent(self, unit: Unit, *, limit: int) -> Sequence[Sent]:
        """What left for the city from this unit, newest first."""
        ...


class Mappings(Protocol):
    """Course and item mappings and policies of one school."""

    def together(self) -> AbstractContextManager[None]:
        """What this thread changes within is one transaction: all of it or nothing."""
        ...

    def courses(self, school: str, year: int) -> Sequence[CourseMap]: ...

    def items(self, school: str, year: int) -> Sequence[ItemMap]: ...

    def set_course(
        self,
        school: str,
        course: CourseMap,
        *,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        """Beside the other classes that the course feeds, if any; what it said of this class is replaced.

        `seen`: all that the course fed when somebody looked; `Overtaken` when it is something else by now.
        """
        ...

    def drop_course(
        self,
        school: str,
        course: int,
        *,
        school_class: str | None = None,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        """Of one class or of all. With the last one its items go. `seen` as in `set_course`."""
        ...

    def set_item(self, school: str, item: ItemMap, *, actor: str, now: datetime) -> None:
        """One item of a course per (term, column): the older one of that column is replaced."""
        ...

    def drop_item(self, school: str, course: int, item: int, *, actor: str, now: datetime) -> None: ...

    def policies(self, school: str) -> Mapping[Column, Policy]:
        """One for each column; the defaults where the school set none."""
        ...

    def set_policy(
        self, school: str, column: Column, policy: Policy, *, actor: str, now: datetime, seen: Policy | None = None
    ) -> None:
        """`Overtaken` when it is not what somebody saw."""
        ...
