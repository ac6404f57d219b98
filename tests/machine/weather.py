"""What may go wrong on the way to a city and to an LMS: each trouble strikes one call, and is gone.

Also keeps the journal: every change of the city's book in its order, whoever made it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bridge.domain.errors import Garbled, Refused, RemoteError, Unclear, Unreachable
from bridge.domain.plans import Op
from bridge.domain.school import CityPupil, Unit
from bridge.ports.city import Answer, CityScore, Outcome, Progress, Receipt, Submission
from bridge.ports.lms import Gradebook, LmsPupil
from tests.fakes_city import Cell, MemoryCity, Record
from tests.fakes_lms import MemoryLms


class Killed(BaseException):
    """The process dies here. No `except` of the bridge may catch it."""


class Change(NamedTuple):
    """One change of the city's book. `value` None: the record is not live any more."""

    cell: Cell
    version: int
    value: str | None
    by_hand: bool
    submission: str | None
    record_id: str


class Journal(dict[Cell, Record]):
    """The records of the book; `changes` remembers each that was ever written."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []

    def __setitem__(self, cell: Cell, record: Record) -> None:
        value = str(record.score) if record.live else None
        hand, submission = record.by_hand, record.submission
        self.changes.append(Change(cell, record.version, value, hand, submission, record.record_id))
        super().__setitem__(cell, record)

    def of(self, cell: Cell) -> list[Change]:
        return [change for change in self.changes if change.cell == cell]


ERRORS: dict[str, Callable[[str, str], RemoteError]] = {
    "unreachable": lambda remote, operation: Unreachable(remote=remote, operation=operation, reason="TIMEOUT"),
    "garbled": lambda remote, operation: Garbled(remote=remote, operation=operation, why="BAD_XML"),
    "refused": lambda remote, operation: Refused(remote=remote, operation=operation, reason="OTHER", theirs="X"),
    "shut": lambda remote, operation: Refused(remote=remote, operation=operation, reason="LOGIN", theirs="X"),
}
READS = ("unreachable", "garbled", "refused", "shut", "empty")
SUBMITS = (
    *("lost before", "lost after", "garbled before", "garbled after", "unreachable", "refused", "shut"),
    *("die before", "die after", "late", "late late late late late late late late", "row failed"),
)
ASKS = ("unreachable", "garbled", "refused", "shut", "late", "forgets", "die after")


RECENT = timedelta(hours=24)  # a city may lose sight of a submission for a while, and not for days


@dataclass
class Weather:
    """A city behind bad weather. `troubles` by operation, the next one first."""

    city: MemoryCity
    journal: Journal
    troubles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, Submission] = field(default_factory=dict)  # every submission that ever came by, by its id
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    die: Callable[[str], None] = field(default=lambda _: None)
    late: int = 0  # so many more questions are answered by "still at it"

    def __getattr__(self, name: str) -> object:
        return getattr(self.city, name)

    def clear(self) -> None:
        self.troubles.clear()
        self.late = 0

    def locks(self, year: int) -> object:
        self._strike("locks")
        return self.city.locks(year)

    def pupils(self, year: int, school_class: str) -> Sequence[CityPupil]:
        return () if self._strike("pupils") else self.city.pupils(year, school_class)

    def scores(self, units: Collection[Unit]) -> Mapping[Unit, Sequence[CityScore]]:
        self._strike("scores")
        return self.city.scores(units)

    def submit(self, submission: Submission) -> Answer:
        before = self.seen.setdefault(submission.id, submission)
        assert before == submission, f"other bytes under the id {submission.id}"
        trouble = self._next("submit")
        if trouble in ERRORS:
            raise ERRORS[trouble]("city", "submit")
        self._break(trouble, "before", "submit")
        answer = self._failing(submission) if trouble == "row failed" else self.city.submit(submission)
        self._break(trouble, "after", "submit")
        self.late += trouble.count("late")
        return self._when_ready(answer)

    def receipts(self, unit: Unit, submission: str) -> Answer:
        trouble = self._next("receipts")
        if trouble in ERRORS:
            raise ERRORS[trouble]("city", "receipts")
        self._break(trouble, "after", "receipts")
        sent = self.seen.get(submission)
        if trouble == "forgets" and sent is not None and self.now() - sent.prepared_at < RECENT:
            return Answer(Progress.UNKNOWN)
        self.late += trouble == "late"
        return self._when_ready(self.city.receipts(unit, submission))

    def _when_ready(self, answer: Answer) -> Answer:
        if self.late and answer.progress is Progress.DONE:
            self.late -= 1
            return Answer(Progress.PROCESSING)
        return answer

    def _failing(self, submission: Submission) -> Answer:
        """The city's own fault: its first row is not recorded. It tells so each time it is asked."""
        if submission.id in self.city._taken:
            return self.city.submit(submission)
        rest = replace(submission, rows=submission.rows[1:])
        answer = self.city.submit(rest) if rest.rows else Answer(Progress.DONE, ())
        self.city._taken[submission.id] = submission
        if answer.progress is not Progress.DONE:
            return answer
        failed = Receipt(submission.rows[0].record_id, Outcome.FAILED, code="LOIHETHONG")
        self.city._answers[submission.id] = Answer(Progress.DONE, (failed, *answer.receipts))
        return self.city._answers[submission.id]

    def _break(self, trouble: str, when: str, operation: str) -> None:
        if trouble == f"die {when}":
            self.die(f"{operation} {when}")
        _break(trouble, when, operation)

    def _next(self, operation: str) -> str:
        waiting = self.troubles[operation]
        return waiting.pop(0) if waiting else ""

    def _strike(self, operation: str) -> bool:
        """Raise what is due; True when the answer should be empty."""
        trouble = self._next(operation)
        if trouble in ERRORS:
            raise ERRORS[trouble]("city", operation)
        return trouble == "empty"


def _break(trouble: str, when: str, operation: str) -> None:
    kind, _, moment = trouble.partition(" ")
    if moment != when:
        return
    if kind == "lost":
        raise Unclear(remote="city", operation=operation, reason="TIMEOUT")
    if kind == "garbled":
        raise Garbled(remote="city", operation=operation, why="BAD_XML")


@dataclass
class LmsWeather:
    """An LMS behind bad weather."""

    lms: MemoryLms
    troubles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __getattr__(self, name: str) -> object:
        return getattr(self.lms, name)

    def clear(self) -> None:
        self.troubles.clear()

    def courses(self) -> object:
        self._strike("courses")
        return self.lms.courses()

    def pupils(self, course: int) -> Sequence[LmsPupil]:
        return () if self._strike("people") else self.lms.pupils(course)

    def gradebook(self, course: int, *, users: Collection[int], items: Collection[int] | None = None) -> Gradebook:
        self._strike("gradebook")
        return self.lms.gradebook(course, users=users, items=items)

    def _strike(self, operation: str) -> bool:
        trouble = self.troubles[operation].pop(0) if self.troubles[operation] else ""
        if trouble in ERRORS:
            raise ERRORS[trouble]("lms", operation)
        return trouble == "empty"


def write_as_another(city: MemoryCity, cell: Cell, score: object, *, id: str) -> None:
    """A second installation sends for the same school: through the interface, under an id that is none of ours."""
    old = city.book.records.get(cell)
    version, record_id = (old.version + 1, old.record_id) if old else (1, f"other-{id}")
    op = Op.UPDATE if old is not None and old.live else Op.NEW
    city.book.records[cell] = Record(record_id, op, version, score, submission=id)  # type: ignore[arg-type]
