"""What the main job needs of a store for marks, one protocol a noun; leases, mappings, plans and runs stand beside.

`bridge/store` is the one implementation, on SQLite and PostgreSQL.

Every method that writes is one transaction and leaves its audit entries in that same transaction. Times carry a zone.
All raise `StoreProblem` (full disk, locked database, old schema) beside what they name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.plans import Accepted, CityCell, Confirmation, Decision, Gate, LmsScore, Op, Place, Problem
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, ScoreKey, Term
from bridge.ports.city import Receipt, Refusal, Submission
from bridge.ports.leases import Lease


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
