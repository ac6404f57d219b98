"""A small school on both sides, a real store, and short words for what happens to them. All people are made up.

Class 10A1 has TOAN (course 12) and GDTC (course 14, assessed by comment), class 10A2 has TOAN (course 13). Pupil HS11
is user 11. Each course has the items `course × 100 + 1` for TX1 and `+ 2` for TX2, marked out of 10.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from bridge.domain.errors import Garbled, Refused, Unclear, Unreachable
from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.plans import Gate, Hold, PlannedCell, Problem, UnitPlan
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, TermDates, Unit
from bridge.domain.scores import Column, Score, Term
from bridge.domain.subjects import load_subjects
from bridge.people.pull import pull
from bridge.ports.city import Answer, City, Outcome, Progress, Receipt, Receipts, Submission
from bridge.ports.lms import ItemKind, LmsCourse, LmsItem, LmsPupil
from bridge.store.facade import Store, open_store
from bridge.sync import run as runs
from bridge.sync import words
from bridge.sync.context import Choices, Scope, Stores, Sync, World
from bridge.sync.errand import Done
from bridge.sync.report import Tally, report, tally
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_city import Book, Cell, MemoryCity
from tests.fakes_lms import MemoryLms

SCHOOL, YEAR, HK1 = "79000001", 2026, Term.HK1
TX1, TX2, GK = Column.TX1, Column.TX2, Column.GK
TEACHER = "GV1"
CLASSES = {"10A1": range(11, 17), "10A2": range(21, 27)}
COURSES = {12: ("10A1", "TOAN"), 13: ("10A2", "TOAN"), 14: ("10A1", "GDTC")}
UNIT = Unit(SCHOOL, YEAR, "10A1", "TOAN", HK1)
ALL = Scope(terms=(HK1,))
SUBJECTS = load_subjects(files("bridge.domain").joinpath("data/subjects.toml").read_text("utf-8"))


class Killed(BaseException):
    """The process dies here. No `except` of ours may catch it."""


@dataclass
class Clock:
    """Moves a little at each look, so that no two moments are one."""

    at: datetime = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Road:
    """A city with bad weather before it: each trouble strikes one `submit`, or one `receipts`, and is gone."""

    def __init__(self, city: MemoryCity) -> None:
        self.city = city
        self.troubles: list[str] = []
        self.ask_troubles: list[str] = []
        self.sent: list[Submission] = []
        self.asked: list[str] = []
        self.spoil: dict[str, Receipt] = {}  # by pupil code
        self.unread: set[str] = set()  # classes whose marks can't be read
        self.garbled: set[str] = set()  # subjects of which nothing can be made
        self.answer_for = ""  # another class, whose marks are shown in the place of those asked for
        self.before_submit: list[Callable[[], None]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.city, name)

    def scores(self, units: Collection[Unit]) -> object:
        if any(unit.school_class in self.unread for unit in units):
            raise Unreachable(remote="city", operation="scores", reason="TIMEOUT")
        if any(unit.subject in self.garbled for unit in units):
            raise Garbled(remote="city", operation="scores", reason="BAD_ROW")
        theirs = {unit: unit._replace(school_class=self.answer_for or unit.school_class) for unit in units}
        found = self.city.scores(theirs.values())
        return {unit: found[other] for unit, other in theirs.items()}

    def submit(self, submission: Submission) -> Answer:
        for act in self.before_submit:
            act()
        self.sent.append(submission)
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble == "lost before":
            raise Unclear(remote="city", operation="submit", reason="TIMEOUT")
        if trouble == "unreachable":
            raise Unreachable(remote="city", operation="submit", reason="MAINTENANCE")
        if trouble.startswith("refused"):
            raise Refused(remote="city", operation="submit", reason=trouble.split()[1], theirs="X")
        answer = self._spoiled(submission, self.city.submit(submission))
        if trouble == "lost after":
            raise Unclear(remote="city", operation="submit", reason="TIMEOUT")
        if trouble == "garbled after":
            raise Garbled(remote="city", operation="submit", reason="BAD_XML")
        return Answer(Progress.PROCESSING) if trouble == "later" else answer

    def receipts(self, unit: Unit, submission: str) -> Answer:
        self.asked.append(submission)
        trouble = self.ask_troubles.pop(0) if self.ask_troubles else ""
        if trouble == "unreachable":
            raise Unreachable(remote="city", operation="receipts", reason="TIMEOUT")
        if trouble == "refused":
            raise Refused(remote="city", operation="receipts", reason="UNKNOWN_CLASS", theirs="LOPLA")
        if trouble == "later":
            return Answer(Progress.PROCESSING)
        if trouble.startswith("later "):
            return Answer(Progress.PROCESSING, retry_after=float(trouble.split()[1]))
        return self.city.receipts(unit, submission)

    def _spoiled(self, submission: Submission, answer: Answer) -> Answer:
        """Some rows come back refused or failed, and are not in the book."""
        if not any(row.pupil in self.spoil for row in submission.rows):
            return answer
        receipts = tuple(
            replace(self.spoil[row.pupil], record_id=row.record_id) if row.pupil in self.spoil else receipt
            for row, receipt in zip(submission.rows, answer.receipts, strict=True)
        )
        return Answer(answer.progress, receipts)


@dataclass
class Outcomes:
    """What a run or plan came to."""

    units: list[UnitPlan]
    done: Done | None = None

    @property
    def tally(self) -> Tally:
        return tally(self.units)

    def cells(self) -> list[tuple[Unit, PlannedCell]]:
        return [(unit_plan.unit, cell) for unit_plan in self.units for cell in unit_plan.cells]

    def holds(self) -> list[Problem]:
        """Everything held, at whatever level."""
        return sorted(self.tally.holds.elements())

    def hold(self, unit: Unit = UNIT) -> Hold | None:
        return next(unit_plan.hold for unit_plan in self.units if unit_plan.unit == unit)


@dataclass
class School:
    """Both sides and the bridge between them."""

    lms: MemoryLms
    city: MemoryCity
    road: Road
    store: Store
    clock: Clock
    url: str
    choices: Choices = field(default_factory=lambda: Choices(lease_seconds=3600, parallel_reads=1))
    at_point: Callable[[str], None] = field(default=lambda _: None)
    points: list[str] = field(default_factory=list)

    # --- the bridge

    def sync(self, *, holder: str = "here", store: Store | None = None) -> Sync:
        return Sync(
            school=SCHOOL,
            year=YEAR,
            platform="https://moodle.test",
            lms=self.lms,
            city=self._city(),
            stores=_stores(store or self.store),
            subjects=SUBJECTS,
            ruleset="TT22/2021",
            world=World(self.clock, lambda: str(uuid.uuid4()), self.clock.sleep, self._pass),
            holder=holder,
            choices=self.choices,
        )

    def _city(self) -> City:
        return self.road  # type: ignore[return-value]

    def _pass(self, point: str) -> None:
        self.points.append(point)
        self.at_point(point)

    @contextmanager
    def killed_at(self, point: str) -> Iterator[None]:
        """Within, the process dies when it passes this point for the first time."""

        def strike(name: str) -> None:
            if name == point:
                raise Killed(point)

        self.at_point = strike
        try:
            yield
        except Killed:
            return
        finally:
            self.at_point = lambda _: None
        raise AssertionError(f"never came to {point!r}")

    def run(self, scope: Scope = ALL) -> Outcomes:
        units: list[UnitPlan] = []
        return Outcomes(units, runs.run(self.sync(), scope, actor=TEACHER, watch=units.append))

    def plan(self, scope: Scope = ALL) -> Outcomes:
        units: list[UnitPlan] = []
        runs.plan(self.sync(), scope, actor=TEACHER, watch=units.append)
        return Outcomes(units)

    def apply(self, plan: str = "last") -> Outcomes:
        units: list[UnitPlan] = []
        return Outcomes(units, runs.apply(self.sync(), plan, actor=TEACHER, watch=units.append))

    def confirm(self, *codes: str, plan: str = "last", gate: Gate = Gate.CONFIRM, actor: str = TEACHER) -> int:
        """Confirm what waits, of these pupils or of all."""
        keys = {self.key(code) for code in codes}
        sync = self.sync()
        return words.confirm(sync, plan, gate, wanted=lambda _, cell: not keys or cell.place.pupil in keys, actor=actor)

    def last_run(self) -> str:
        return self.store.runs.list(SCHOOL, limit=1)[0].id

    def states(self, run: str = "last") -> dict[str, int]:
        return dict(report(self.sync(), run).states)

    def key(self, code: str) -> str:
        return self.store.rosters.directory(SCHOOL).key_of[code]

    def pull(self) -> None:
        pull(self.city, self.store.rosters, school=SCHOOL, year=YEAR, now=self.clock())

    def policy(self, policy: Policy, *columns: Column) -> None:
        for column in columns or Column:
            self.store.mappings.set_policy(SCHOOL, column, policy, actor="admin", now=self.clock())

    def feed(self, course: int, school_class: str, subject: str, *columns: Column, year: int = YEAR) -> None:
        course_map = CourseMap(course, school_class, subject, year, HK1)
        self.store.mappings.set_course(SCHOOL, course_map, actor="admin", now=self.clock())
        for column in columns:
            item_map = ItemMap(course, item_id(course, column), HK1, column)
            self.store.mappings.set_item(SCHOOL, item_map, actor="admin", now=self.clock())

    # --- the LMS

    def put(self, code: str, raw: str | None, column: Column = TX1, *, course: int = 0, **more: object) -> None:
        """A mark in Moodle, in the pupil's TOAN course unless another is named."""
        course = course or (12 if code.startswith("HS1") else 13)
        self.lms.put(course, int(code[2:]), item_id(course, column), raw, **more)  # type: ignore[arg-type]

    def enrol(self, course: int, user: int, idnumber: str, *, active: bool = True) -> None:
        self.lms.put_pupil(course, LmsPupil(user, idnumber, active))

    # --- the city

    def book(self, code: str, column: Column = TX1, subject: str = "TOAN") -> Score | None:
        """What the city's book shows."""
        record = self.city.book.records.get(cell_of(code, column, subject))
        return record.score if record is not None and record.live else None

    def version(self, code: str, column: Column = TX1) -> int:
        return self.city.book.records[cell_of(code, column, "TOAN")].version

    def edit(self, code: str, score: Score | None, column: Column = TX1) -> None:
        """By hand, in the city itself."""
        self.city.edit(cell_of(code, column, "TOAN"), score)


def cell_of(code: str, column: Column = TX1, subject: str = "TOAN") -> Cell:
    return Cell(YEAR, HK1, subject, code, column)


def item_id(course: int, column: Column) -> int:
    return course * 100 + list(Column).index(column) + 1


def item(course: int, column: Column, *, high: str = "10", **more: object) -> LmsItem:
    made = LmsItem(
        item_id(course, column), str(column), f"HK1.{column}", ItemKind.MANUAL, None, Decimal(0), Decimal(high), False
    )
    return replace(made, **more)  # type: ignore[arg-type]


def course(number: int, **more: object) -> LmsCourse:
    made = LmsCourse(number, f"Course {number}", f"c{number}", "", (), True, date(YEAR, 9, 5), None)
    return replace(made, **more)  # type: ignore[arg-type]


def city_pupil(code: str, *, studying: bool = True) -> CityPupil:
    return CityPupil(code, None, f"Người Thử {code[2:]}", "2011-02-03", "NAM", studying)


def codes(school_class: str) -> list[str]:
    return [f"HS{number}" for number in CLASSES[school_class]]


def refused(refusal: object, code: str = "TUCHOI") -> Receipt:
    return Receipt("", Outcome.REFUSED, None, refusal, code)  # type: ignore[arg-type]


FAILED = Receipt("", Outcome.FAILED, code="LOIHETHONG")


def _book() -> Book:
    info = SchoolInfo(SCHOOL, "THPT Thử", "THPT", (TermDates(HK1, date(2026, 9, 7), date(2027, 1, 16)),))
    return Book(
        info=info,
        classes=[SchoolClass(code, code, 10) for code in CLASSES],
        pupils={school_class: [city_pupil(code) for code in codes(school_class)] for school_class in CLASSES},
        assignments=[Assignment(TEACHER, school_class, subject, HK1) for school_class, subject in COURSES.values()],
        comment_subjects={"GDTC"},
    )


def _lms() -> MemoryLms:
    lms = MemoryLms()
    for number, (school_class, _) in COURSES.items():
        users = [LmsPupil(user, f"HS{user}", True) for user in CLASSES[school_class]]
        lms.add_course(course(number), users, [item(number, TX1), item(number, TX2)])
    return lms


def _stores(store: Store) -> Stores:
    return Stores(**{name: getattr(store, name) for name in Stores.__dataclass_fields__})


def open_school(folder: Path, *, receipts: Receipts = Receipts.NOW, policy: Policy = Policy.AUTO) -> School:
    """A school that has been pulled and mapped, with one policy for all columns."""
    url, clock = fresh_sqlite(folder), Clock()
    city = MemoryCity(_book(), receipts, now=clock.at)
    school = School(_lms(), city, Road(city), open_store(url, TEST_KEYS, clock=clock), clock, url)
    school.pull()
    for number, (school_class, subject) in COURSES.items():
        school.feed(number, school_class, subject, TX1, TX2)
    school.policy(policy)
    return school


def outcomes(cells: Sequence[tuple[Unit, PlannedCell]]) -> list[object]:
    return [cell.action for _, cell in cells]
