"""A very small school on both sides, and the bridge between them, which may die and be opened again.

Classes 10A1 (HS1–HS6) and 10A2 (HS7, HS8), an elective group N1 (HS1, HS2, HS7). Pupil HSn is user n. TOAN of 10A1 is
fed by two courses in TX2; GDTC is assessed by comment; TX1 of VATLI is a SCORM item. All people are made up.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass, SchoolInfo, TermDates, Unit
from bridge.domain.scores import Column, Term
from bridge.domain.subjects import load_subjects
from bridge.people.pull import pull
from bridge.ports.city import Receipts
from bridge.ports.leases import Lease, Leases
from bridge.ports.lms import ItemKind, LmsCourse, LmsItem, LmsPupil
from bridge.store.facade import Store, open_store
from bridge.sync.context import Choices, Scope, Stores, Sync, World
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_city import Book, Cell, MemoryCity
from tests.fakes_lms import MemoryLms
from tests.machine.weather import Journal, Killed, LmsWeather, Weather

SCHOOL, YEAR, HK1, PLATFORM = "79000001", 2026, Term.HK1, "https://moodle.test"
TX1, TX2, GK = Column.TX1, Column.TX2, Column.GK
COLUMNS = (TX1, TX2, GK)
CLASSES = {"10A1": range(1, 7), "10A2": range(7, 9), "N1": (1, 2, 7)}
GROUPS = ("N1",)
COMMENT = "GDTC"
COURSES: dict[int, tuple[str, str, tuple[Column, ...]]] = {
    1: ("10A1", "TOAN", COLUMNS),
    2: ("10A2", "TOAN", COLUMNS),
    3: ("10A1", COMMENT, (TX1, TX2)),
    4: ("N1", "VATLI", (TX1, GK)),
    5: ("10A1", "TOAN", (TX2,)),
}
PLAYED = {(4, TX1)}  # items whose marks come from played content
ALL = Scope(terms=(HK1,))
SUBJECTS = load_subjects(files("bridge.domain").joinpath("data/subjects.toml").read_text("utf-8"))
PUPILS = [f"HS{number}" for number in range(1, 9)]
LEASE = 120.0


@dataclass
class Clock:
    """Moves a little at each look, so that no two moments are one."""

    at: datetime = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class MortalLeases:
    """The dead release nothing: what `finally` does after a kill must not reach the store."""

    leases: Leases
    dead: bool = False

    def take(self, name: str, *, holder: str, seconds: float, now: datetime) -> Lease:
        return self.leases.take(name, holder=holder, seconds=seconds, now=now)

    def renew(self, lease: Lease, *, seconds: float, now: datetime) -> Lease:
        return self.leases.renew(lease, seconds=seconds, now=now)

    def release(self, lease: Lease) -> None:
        if not self.dead:
            self.leases.release(lease)


@dataclass
class School:
    """Both sides, the store's file, and one process of the bridge at a time."""

    folder: Path
    lms: MemoryLms
    city: MemoryCity
    journal: Journal
    road: Weather
    wire: LmsWeather
    clock: Clock
    path: Path
    store: Store
    ids: Iterator[str]
    at_point: Callable[[str], None] = field(default=lambda _: None)
    leases: list[MortalLeases] = field(default_factory=list)

    def sync(self, *, at_point: Callable[[str], None] | None = None, holder: str = "here") -> Sync:
        """A process of the bridge."""
        leases = MortalLeases(self.store.leases)
        self.leases.append(leases)
        rooms = {name: getattr(self.store, name) for name in Stores.__dataclass_fields__}
        point = at_point or self._pass
        return Sync(
            school=SCHOOL,
            year=YEAR,
            platform=PLATFORM,
            lms=self.wire,  # type: ignore[arg-type]
            city=self.road,  # type: ignore[arg-type]
            stores=Stores(**rooms | {"leases": leases}),
            subjects=SUBJECTS,
            ruleset="TT22/2021",
            world=World(self.clock, lambda: next(self.ids), self.clock.pass_, point),
            holder=holder,
            choices=Choices(lease_seconds=LEASE, parallel_reads=1),
        )

    def _pass(self, point: str) -> None:
        self.at_point(point)

    @contextmanager
    def mortal(self) -> Iterator[list[str]]:
        """Within, the process may die; then its objects are dropped and the store is opened anew."""
        deaths: list[str] = []
        first = len(self.leases)
        try:
            yield deaths
        except Killed as error:
            deaths.append(str(error))
            self.reopen()
        finally:
            del self.leases[first:]

    def kill(self, point: str) -> None:
        for leases in self.leases:
            leases.dead = True
        raise Killed(point)

    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(f"sqlite:///{self.path}", TEST_KEYS, clock=self.clock)

    def back_up(self) -> Path:
        target = self.folder / "yesterday.sqlite3"
        target.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.path)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
        return target

    def restore(self, source: Path) -> None:
        self.store.close()
        for part in ("", "-wal", "-shm"):
            Path(f"{self.path}{part}").unlink(missing_ok=True)
        shutil.copyfile(source, self.path)
        self.path.chmod(0o600)
        self.store = open_store(f"sqlite:///{self.path}", TEST_KEYS, clock=self.clock)

    def tables(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        """Straight from the file, as of one moment, with nothing of the bridge in between."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            return {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}

    def policy(self, column: Column, policy: Policy) -> None:
        self.store.mappings.set_policy(SCHOOL, column, policy, actor="admin", now=self.clock())


def cell_of(pupil: str, subject: str, column: str) -> Cell:
    return Cell(YEAR, HK1, subject, pupil, Column(column))


def item_id(course: int, column: str) -> int:
    return course * 10 + COLUMNS.index(Column(column))


def unit_of(course: int) -> Unit:
    school_class, subject, _ = COURSES[course]
    return Unit(SCHOOL, YEAR, school_class, subject, HK1)


def city_pupil(code: str, *, studying: bool = True) -> CityPupil:
    return CityPupil(code, None, f"Người Thử {code[2:]}", "2011-02-03", "NAM", studying)


def seat(city: MemoryCity, code: str, school_class: str | None, *, left: bool) -> None:
    """Put a pupil into this class of the city's lists, out of all others; groups stay. Who `left` stays in the list."""
    for name, pupils in city.book.pupils.items():
        if name in GROUPS:
            continue
        if left:
            pupils[:] = [replace(row, studying=row.studying and row.code != code) for row in pupils]
        else:
            pupils[:] = [row for row in pupils if row.code != code]
    if school_class is not None:
        city.book.pupils[school_class].append(city_pupil(code))


def new_item(course: int, column: str) -> LmsItem:
    words = COURSES[course][1] == COMMENT
    module = "scorm" if (course, column) in PLAYED else None
    kind = ItemKind.ACTIVITY if module else ItemKind.MANUAL
    high = Decimal(2) if words else Decimal(10)
    low = Decimal(1) if words else Decimal(0)
    return LmsItem(item_id(course, column), str(column), f"HK1.{column}", kind, module, low, high, words)


def _lms() -> MemoryLms:
    lms = MemoryLms()
    for number, (school_class, _, columns) in COURSES.items():
        course = LmsCourse(number, f"Course {number}", f"c{number}", "", (), True, date(YEAR, 9, 5), None)
        users = [LmsPupil(user, f"HS{user}", True) for user in CLASSES[school_class]]
        lms.add_course(course, users, [new_item(number, column) for column in columns])
    return lms


def _book(journal: Journal) -> Book:
    info = SchoolInfo(SCHOOL, "THPT Thử", "THPT", (TermDates(HK1, date(2026, 9, 7), date(2027, 1, 16)),))
    kinds = {code: ClassKind.GROUP if code in GROUPS else ClassKind.CLASS for code in CLASSES}
    taught = {(school_class, subject) for school_class, subject, _ in COURSES.values()}
    return Book(
        info=info,
        classes=[SchoolClass(code, code, 10, kind) for code, kind in kinds.items()],
        pupils={code: [city_pupil(f"HS{number}") for number in numbers] for code, numbers in CLASSES.items()},
        assignments=[Assignment("GV1", school_class, subject, HK1) for school_class, subject in sorted(taught)],
        comment_subjects={COMMENT},
        records=journal,
    )


def open_school(folder: Path, *, receipts: Receipts) -> School:
    """A school that has been pulled and mapped."""
    clock, journal, lms = Clock(), Journal(), _lms()
    city = MemoryCity(_book(journal), receipts, now=clock.at)
    url = fresh_sqlite(folder)
    path = Path(url.removeprefix("sqlite:///"))
    store = open_store(url, TEST_KEYS, clock=clock)
    ids = (f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 10**9))
    road = Weather(city, journal, now=clock)
    school = School(folder, lms, city, journal, road, LmsWeather(lms), clock, path, store, ids)
    road.die = school.kill
    pull(city, store.rosters, school=SCHOOL, year=YEAR, now=clock())
    for number in COURSES:
        _map(school, number)
    for column, policy in ((TX1, Policy.AUTO), (TX2, Policy.CONFIRM), (GK, Policy.RELEASE)):
        school.policy(column, policy)
    return school


def _map(school: School, number: int) -> None:
    school_class, subject, columns = COURSES[number]
    course = CourseMap(number, school_class, subject, YEAR, HK1)
    school.store.mappings.set_course(SCHOOL, course, actor="admin", now=school.clock())
    for column in columns:
        item = ItemMap(number, item_id(number, column), HK1, column)
        school.store.mappings.set_item(SCHOOL, item, actor="admin", now=school.clock())
