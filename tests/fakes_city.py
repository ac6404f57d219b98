"""A city in memory. It keeps the same rules as a real one and sits the same contract suite.

`receipts=BY_HAND` is a city where a person carries the rows over: `submit` only takes them, `enter` does the work.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from bridge.domain.errors import Refused
from bridge.domain.plans import CityCell, Op
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, Unit
from bridge.domain.scores import Column, Mark, Score, Term, Verdict, is_value
from bridge.ports.city import (
    Answer,
    Capabilities,
    CityFinding,
    CityScore,
    ColumnLock,
    Current,
    Outcome,
    OutRow,
    Progress,
    Receipt,
    Receipts,
    Refusal,
    Submission,
)


class Cell(NamedTuple):
    """The identity of a mark. The class is context, not identity: a pupil who moves keeps the record."""

    year: int
    term: Term
    subject: str
    pupil: str
    column: Column


@dataclass(frozen=True, slots=True)
class Record:
    record_id: str
    op: Op
    version: int
    score: Score
    by_hand: bool = False
    submission: str | None = None
    receipt: Receipt | None = None

    @property
    def live(self) -> bool:
        return self.op is not Op.CANCEL


@dataclass
class Book:
    """What one school has in the city. Public on purpose: a test sets the scene by filling it."""

    info: SchoolInfo
    classes: list[SchoolClass] = field(default_factory=list)
    pupils: dict[str, list[CityPupil]] = field(default_factory=dict)  # by class or group
    assignments: list[Assignment] = field(default_factory=list)
    locks: list[ColumnLock] = field(default_factory=list)
    comment_subjects: set[str] = field(default_factory=set)
    records: dict[Cell, Record] = field(default_factory=dict)


class MemoryCity:
    """Implements `bridge.ports.city.City`. `now` stands for the city's clock."""

    def __init__(self, book: Book, receipts: Receipts = Receipts.NOW, now: datetime | None = None) -> None:
        if receipts is Receipts.LATER:
            raise ValueError("this city answers now, or by hand")
        self.book = book
        self.now = now or datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
        self._receipts = receipts
        self._taken: dict[str, Submission] = {}
        self._answers: dict[str, Answer] = {}
        self._lock = threading.RLock()

    def capabilities(self) -> Capabilities:
        return Capabilities(compare_and_set=True, cancel=True, locks=True, receipts=self._receipts)

    def school(self, year: int) -> SchoolInfo:
        return self.book.info

    def classes(self, year: int) -> Sequence[SchoolClass]:
        return tuple(self.book.classes)

    def pupils(self, year: int, school_class: str) -> Sequence[CityPupil]:
        if school_class not in self.book.pupils:
            raise Refused(remote="city", operation="pupils", reason="UNKNOWN_CLASS")
        return tuple(self.book.pupils[school_class])

    def assignments(self, year: int) -> Sequence[Assignment]:
        return tuple(self.book.assignments)

    def locks(self, year: int) -> Sequence[ColumnLock]:
        return tuple(self.book.locks)

    def scores(self, units: Collection[Unit]) -> Mapping[Unit, Sequence[CityScore]]:
        with self._lock:
            return {unit: self._scores(unit) for unit in units}

    def _scores(self, unit: Unit) -> Sequence[CityScore]:
        return tuple(
            _as_score(cell, record)
            for cell, record in sorted(self.book.records.items())
            if record.live and self._is_of(cell, unit)
        )

    def submit(self, submission: Submission) -> Answer:
        _refuse_unsendable(submission, self.capabilities())
        with self._lock:
            before = self._taken.setdefault(submission.id, submission)
            if before != submission:
                raise Refused(remote="city", operation="submit", reason="SUBMISSION_REUSED")
            if self._receipts is Receipts.NOW:
                self.enter(submission.id)
            return self.receipts(submission.unit, submission.id)

    def receipts(self, unit: Unit, submission: str) -> Answer:
        with self._lock:
            if submission not in self._taken:
                return Answer(Progress.UNKNOWN)
            return self._answers.get(submission, Answer(Progress.PROCESSING))

    def examine(self) -> Sequence[CityFinding]:
        return ()

    def enter(self, submission: str) -> None:
        """Do the rows of a submission, once. In a by-hand city this is the person at the keyboard."""
        with self._lock:
            if submission not in self._answers:
                taken = self._taken[submission]
                receipts = tuple(self._enter_row(taken, row) for row in taken.rows)
                self._answers[submission] = Answer(Progress.DONE, receipts)

    def edit(self, cell: Cell, score: Score | None) -> None:
        """Somebody changes a mark in the city itself; None removes it."""
        with self._lock:
            old = self.book.records.get(cell)
            version = old.version + 1 if old else 1
            record_id = old.record_id if old else f"hand-{len(self.book.records) + 1}"
            if score is None and old is not None:
                self.book.records[cell] = Record(record_id, Op.CANCEL, version, old.score, by_hand=True)
            elif score is not None:
                self.book.records[cell] = Record(record_id, Op.UPDATE, version, score, by_hand=True)

    def _enter_row(self, submission: Submission, row: OutRow) -> Receipt:
        unit = submission.unit
        cell = Cell(unit.year, unit.term, unit.subject, row.pupil, row.column)
        old = self.book.records.get(cell)
        if old is not None and _is_same(old, row) and old.receipt is not None:
            return old.receipt
        refusal = self._version_refusal(cell, row, old) or self._rule_refusal(unit, row, old)
        if refusal is not None:
            since = self._locked_since(unit, row.column) if refusal is Refusal.LOCKED else None
            return Receipt(row.record_id, Outcome.REFUSED, _current(old), refusal, str(refusal), locked_since=since)
        new = Record(row.record_id, row.op, row.version, row.score, submission=submission.id)
        receipt = Receipt(row.record_id, Outcome.ACCEPTED, _current(new))
        self.book.records[cell] = replace(new, receipt=receipt)
        return receipt

    def _version_refusal(self, cell: Cell, row: OutRow, old: Record | None) -> Refusal | None:
        version = old.version if old else 0
        if old is not None and old.live and old.record_id != row.record_id:
            return Refusal.OTHER_RECORD
        if any(one.record_id == row.record_id and key != cell for key, one in self.book.records.items()):
            return Refusal.CONFLICT
        if row.base_version != version or (row.op is Op.CANCEL and not (old and old.live)):
            return Refusal.MOVED
        if row.version < version:
            return Refusal.OLDER
        return Refusal.CONFLICT if row.version == version else None

    def _rule_refusal(self, unit: Unit, row: OutRow, old: Record | None) -> Refusal | None:
        taught = {(one.school_class, one.subject, one.term) for one in self.book.assignments}
        if self._decisive_lock(unit, row.column):
            return Refusal.LOCKED
        if (unit.school_class, unit.subject, unit.term) not in taught or (old and old.live and not is_value(old.score)):
            return Refusal.NOT_ALLOWED
        if not any(row.pupil == pupil.code for roster in self.book.pupils.values() for pupil in roster):
            return Refusal.UNKNOWN_PUPIL
        if not self._is_in(row.pupil, unit.school_class):
            return Refusal.NOT_IN_CLASS
        kind = Verdict if unit.subject in self.book.comment_subjects else Mark
        return None if isinstance(row.score, kind) else Refusal.WRONG_KIND

    def _decisive_lock(self, unit: Unit, column: Column) -> ColumnLock | None:
        """The most specific row wins; on a tie, locked."""
        rows = [lock for lock in self.book.locks if self._bears_on(lock, unit, column)]
        decisive = max(rows, key=lambda lock: (_specificity(lock), lock.locked), default=None)
        return decisive if decisive is not None and decisive.locked else None

    def _bears_on(self, lock: ColumnLock, unit: Unit, column: Column) -> bool:
        return (
            lock.term == unit.term
            and lock.school_class in (None, unit.school_class)
            and lock.subject in (None, unit.subject)
            and lock.column in (None, column)
            and (lock.since is None or lock.since <= self.now)
            and (lock.until is None or self.now < lock.until)
        )

    def _locked_since(self, unit: Unit, column: Column) -> datetime | None:
        lock = self._decisive_lock(unit, column)
        return lock.since if lock else None

    def _is_of(self, cell: Cell, unit: Unit) -> bool:
        same = (cell.year, cell.term, cell.subject) == (unit.year, unit.term, unit.subject)
        return same and self._is_in(cell.pupil, unit.school_class)

    def _is_in(self, pupil: str, school_class: str) -> bool:
        return any(pupil == one.code for one in self.book.pupils.get(school_class, ()))


def _refuse_unsendable(submission: Submission, can: Capabilities) -> None:
    if not 1 <= len(submission.rows) <= can.rows_per_submission:
        raise Refused(remote="city", operation="submit", reason="ROW_COUNT", where="rows", value=len(submission.rows))
    if not all(is_value(row.score) for row in submission.rows):
        raise Refused(remote="city", operation="submit", reason="NOT_SENDABLE", where="score", value="")
    if len({row.record_id for row in submission.rows}) < len(submission.rows):
        raise Refused(remote="city", operation="submit", reason="DOUBLED", where="record_id", value="")


def _is_same(old: Record, row: OutRow) -> bool:
    """Same id, version and content. A cancelling row says of what kind the value was, and not which."""
    known = (old.record_id, old.version, old.op) == (row.record_id, row.version, row.op)
    return known and (type(old.score) is type(row.score) if row.op is Op.CANCEL else old.score == row.score)


def _current(record: Record | None) -> Current:
    if record is None:
        return Current(0, None)
    if not record.live:
        return Current(record.version, None, record.record_id)
    return Current(record.version, record.score, record.record_id, record.by_hand)


def _as_score(cell: Cell, record: Record) -> CityScore:
    there = CityCell(record.score, record.version, record.record_id, record.by_hand, record.submission)
    return CityScore(cell.pupil, cell.column, there)


def _specificity(lock: ColumnLock) -> int:
    return sum(part is not None for part in (lock.school_class, lock.subject, lock.column))
