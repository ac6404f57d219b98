"""A small school in a store, and short words for what the tests do to it. All people are made up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bridge.domain.plans import LmsScore, Op, Place
from bridge.domain.school import CityPupil, SchoolClass, Unit
from bridge.domain.scores import Column, Score, ScoreKey, Term, mark
from bridge.ports.city import Current, Outcome, Receipt, Refusal, Submission
from bridge.ports.leases import Lease
from bridge.ports.marks import DraftRow, Judged
from bridge.ports.runs import RunHead
from bridge.store.facade import Store

SCHOOL = "79000001"
YEAR = 2026
UNIT = Unit(SCHOOL, YEAR, "10A1", "TOAN", Term.HK1)


@dataclass
class Clock:
    """Stands still until told."""

    now: datetime = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def pupil(code: str, *, ministry: str | None = None, name: str = "Nguyễn Văn Thử", studying: bool = True) -> CityPupil:
    return CityPupil(
        code=code, ministry_code=ministry, name=name, birth_date="2011-03-04", sex="NAM", studying=studying
    )


@dataclass
class World:
    store: Store
    clock: Clock
    runs: int = field(default=0)

    def pull(self, lists: Mapping[str, Sequence[CityPupil]]) -> None:
        self.store.rosters.save_classes(SCHOOL, YEAR, [SchoolClass(code, code, 10) for code in sorted(lists)])
        self.store.rosters.save_members(SCHOOL, YEAR, lists, now=self.clock())

    def pupils(self, count: int = 2) -> list[str]:
        """The keys of a class 10A1 of so many, HS1, HS2 …"""
        self.pull({"10A1": [pupil(f"HS{n}") for n in range(1, count + 1)]})
        key_of = self.store.rosters.directory(SCHOOL).key_of
        return [key_of[f"HS{n}"] for n in range(1, count + 1)]

    def run(self) -> str:
        self.runs += 1
        name = f"run-{self.runs}"
        self.store.runs.begin(RunHead(name, SCHOOL, YEAR, "lan", "sync", None, self.clock()))
        return name

    def lease(self, holder: str = "here") -> Lease:
        return self.store.leases.take(f"send:{SCHOOL}", holder=holder, seconds=60, now=self.clock())

    def prepare(self, rows: Sequence[DraftRow], *, id: str = "s-1", lease: Lease | None = None) -> Submission:
        return self.store.submissions.prepare(
            UNIT,
            rows,
            id=id,
            run=self.run(),
            lease=lease or self.lease(),
            now=self.clock(),
            fingerprints={Column.TX1: "7:0:10:0"},
        )

    def send(self, rows: Sequence[DraftRow], *, id: str = "s-1") -> Submission:
        lease = self.lease()
        submission = self.prepare(rows, id=id, lease=lease)
        self.store.submissions.mark_sent(id, lease=lease, now=self.clock())
        return submission

    def accept(self, rows: Sequence[DraftRow], *, id: str = "s-1") -> Submission:
        submission = self.send(rows, id=id)
        self.store.submissions.record(id, [yes(row.record_id) for row in submission.rows], now=self.clock())
        return submission

    def code(self, key: str) -> str:
        return self.store.rosters.directory(SCHOOL).code_of[key]

    def draft(
        self, key: str, score: Score | None = None, *, op: Op = Op.NEW, base: int = 0, record: str | None = None
    ) -> DraftRow:
        score = mark(85) if score is None else score
        return DraftRow(
            place=Place(key, Column.TX1),
            code=self.code(key),
            op=op,
            score=score,
            base_version=base,
            lms=LmsScore(score, 12, 7, "8.5"),
            city_record=record,
        )


def cell(key: str, column: Column = Column.TX1) -> ScoreKey:
    return ScoreKey(SCHOOL, YEAR, key, "TOAN", Term.HK1, column)


def yes(record: str, current: Current | None = None) -> Judged:
    return Judged(Receipt(record, Outcome.ACCEPTED, current), accepted=True)


def no(record: str, refusal: Refusal, current: Current | None = None) -> Judged:
    return Judged(Receipt(record, Outcome.REFUSED, current, refusal, code="E01"), accepted=False)
