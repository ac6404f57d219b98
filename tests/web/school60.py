"""A big school in the middle of a term: 60 classes × 14 subjects, most mapped, some held, much sent. All made up."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from bridge.domain.actors import Delegation, Grant
from bridge.domain.mapping import Policy
from bridge.domain.plans import (
    Gate,
    Hold,
    Op,
    PersonHold,
    Place,
    PlanHead,
    PlannedCell,
    Problem,
    Reason,
    Send,
    UnitPlan,
    Wait,
)  # fmt: skip
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass, SchoolInfo, TermDates, Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.city import Receipts
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.lms import LmsPupil
from bridge.ports.notices import Deadline
from bridge.ports.platforms import Case, Step
from bridge.ports.runs import RunHead
from bridge.store.facade import open_store
from bridge.store.tables.mappings import course_maps, item_maps
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_city import Book, MemoryCity
from tests.sync import harness
from tests.sync.harness import HK1, SCHOOL, SUBJECTS, YEAR, Clock, Road, School

CODES = ("TOAN", "NGUVAN", "NN1", "LICHSU", "DIALI", "GDKTPL", "VATLI", "HOAHOC", "SINHHOC", "CONGNGHE", "TINHOC",
         "GDQPAN", "GDTC", "HDTNHN")  # fmt: skip
HK2 = Term.HK2
RELEASED = (("10A2", "TOAN"), ("10A10", "TOAN"), ("11A4", "TINHOC"), ("12A6", "NGUVAN"))


def class_codes(count: int = 60) -> list[str]:
    return [f"{level}A{number}" for level in (10, 11, 12) for number in range(1, count // 3 + 1)]


def open_whole_school(folder: Path, *, count: int = 60, plans: bool = True) -> School:
    classes = class_codes(count)
    places = [(code, subject) for code in classes for subject in CODES if _is_taught(code, subject)]
    book = Book(
        info=SchoolInfo(SCHOOL, "THPT Nguyễn Văn Thử", "THPT", (
            TermDates(HK1, date(2026, 9, 7), date(2027, 1, 16)), TermDates(HK2, date(2027, 1, 18), date(2027, 5, 29)),
        )),
        classes=[SchoolClass(code, code, int(code[:2]), ClassKind.CLASS) for code in classes],
        pupils={code: _pupils(number) for number, code in enumerate(classes, 100)},
        assignments=[
            Assignment(f"GV{number % 90:02}", *place, term, name=f"Người Dạy {number % 90}")
            for number, place in enumerate(places) for term in Term
        ],
        comment_subjects={"GDTC", "HDTNHN"},
    )  # fmt: skip
    clock, url = Clock(), fresh_sqlite(folder)
    city = MemoryCity(book, Receipts.NOW, now=clock.at)
    school = School(harness.MemoryLms(), city, Road(city), open_store(url, TEST_KEYS, clock=clock), clock, url)
    school.pull()
    school.policy(Policy.CONFIRM, *(column for column in Column if column.is_regular))
    _map(school, [place for place in places if not _is_unmapped(place)])
    for number, place in enumerate(each for each in places if _is_unmapped(each)):
        _open_course(school, 9000 + number, *place)
    if plans:
        save_plan(school, [_plan(place) for place in places if not _is_unmapped(place)])
    return school


def _pupils(number: int) -> list[CityPupil]:
    return [harness.city_pupil(f"HS{number}{at:02}") for at in range(1, 4)]


def save_plan(school: School, units: list[UnitPlan], name: str = "plan-whole") -> None:
    now = school.clock()
    head = PlanHead(name, SCHOOL, YEAR, "schedule", now, now + timedelta(hours=24), "TT22/2021", "HK1 HK2")
    school.store.plans.begin(head)
    school.store.plans.add(name, units)
    school.store.plans.finish(name)


def _is_taught(code: str, subject: str) -> bool:
    """Electives: even classes have the sciences, odd ones the humanities."""
    even = int(code.partition("A")[2]) % 2 == 0
    return subject not in (("GDKTPL", "DIALI") if even else ("HOAHOC", "SINHHOC"))


def _is_unmapped(place: tuple[str, str]) -> bool:
    return place[1] in ("GDTC", "HDTNHN") or Random(f"map {place}").random() < 0.06


def _map(school: School, places: list[tuple[str, str]]) -> None:
    courses = [
        {"school": SCHOOL, "course": 1000 + number, "school_class": code, "subject": subject, "year": YEAR,
         "term": None, "origin": "auto"} for number, (code, subject) in enumerate(places)
    ]  # fmt: skip
    items = [
        {"school": SCHOOL, "course": row["course"], "item": row["course"] * 100 + at, "term": term.value,
         "book_column": column, "origin": "tag"}
        for row in courses for at, (term, column) in enumerate((t, c) for t in Term for c in ("TX1", "TX2"))
    ]  # fmt: skip
    with school.store.database.write() as connection:
        connection.execute(sa.insert(course_maps), courses)
        connection.execute(sa.insert(item_maps), items)


def _open_course(school: School, number: int, code: str, subject: str) -> None:
    name = SUBJECTS.by_code[subject].name
    course = harness.course(number, fullname=f"{name} {code} · 2026-2027", shortname=f"{subject}-{code}")
    rows = [LmsPupil(int(row.code[2:]), row.code, True) for row in school.city.book.pupils[code]]
    school.lms.add_course(course, rows, [harness.item(number, Column.TX1)])


def _plan(place: tuple[str, str]) -> UnitPlan:
    unit, random = Unit(SCHOOL, YEAR, *place, HK1), Random(f"plan {place}")
    chance = random.random()
    if chance < 0.08:
        return _held(unit, random)
    if chance < 0.3:
        return UnitPlan(unit, tuple(_waiting(random.randint(20, 45))), ((Reason.SAME, random.choice((0, 45, 90))),))
    if chance < 0.4:
        return UnitPlan(unit)
    return UnitPlan(unit, skipped=((Reason.SAME, random.choice((45, 90, 135))),))


def _held(unit: Unit, random: Random) -> UnitPlan:
    kinds = (Problem.HAND_ENTERED, Problem.CITY_CHANGED, Problem.HIDDEN, Problem.REMOVED, Problem.LOCKED)
    places = [Place(f"p{number}", Column.TX1) for number in range(random.randint(1, 4))]
    cells = tuple(PlannedCell(place, Hold(random.choice(kinds))) for place in places)
    if unit.school_class == "11A3":
        return UnitPlan(unit, cells, hold=Hold(Problem.ROSTER_SHRUNK, "45 31", "f1"))
    if unit.school_class == "10A7":
        person = PersonHold(1042, 77, Problem.IDENTITY_CHANGED)
        return UnitPlan(unit, cells, people=(person,))
    return UnitPlan(unit, cells, ((Reason.SAME, 40),))


def _waiting(count: int) -> Iterator[PlannedCell]:
    for number in range(count):
        yield PlannedCell(Place(f"w{number}", Column.TX2), Wait(Gate.CONFIRM, Send(Op.NEW, mark(80), 0)))


def _to_release(school: School, place: tuple[str, str]) -> UnitPlan:
    """All of a class's mid-term column, confirmed by its teacher."""
    unit = Unit(SCHOOL, YEAR, *place, HK1)
    keys = [school.key(row.code) for row in school.city.book.pupils[unit.school_class]]
    waits = (PlannedCell(Place(key, Column.GK), Wait(Gate.RELEASE, Send(Op.NEW, mark(75), 0))) for key in keys)
    return UnitPlan(unit, tuple(waits), ((Reason.SAME, 45),))


def furnish(school: School) -> None:
    """What an admin's pages show: roles, a stand-in, deadlines, runs, a registration, a launch that failed."""
    store, now, today = school.store, school.clock(), school.clock().date()
    for given in (Grant("HT01", "principal"), Grant("TT01", "department_head", ("TOAN", "TINHOC"), today)):
        store.grants.grant(SCHOOL, given, by="QT01", now=now)
    stand_in = Delegation("GV07", "10A1", "TOAN", HK1, today, today + timedelta(days=14))
    store.grants.delegate(SCHOOL, stand_in, by="QT01", now=now)
    store.deadlines.set_deadline(SCHOOL, YEAR, Deadline(HK1, None, today + timedelta(days=3)), actor="QT01", now=now)
    for number, kind in enumerate(("sync", "sync", "apply")):
        store.runs.begin(RunHead(f"run-{number}", SCHOOL, YEAR, "schedule", kind, "plan-whole", school.clock()))
        store.runs.end(f"run-{number}", now=school.clock())
    made = Registration(
        "r60", SCHOOL, "Moodle của trường", "https://moodle.example.test", "WxYz12", "https://moodle.example.test/auth",
        "https://moodle.example.test/token", "https://moodle.example.test/jwks", RegistrationState.PENDING,
    )  # fmt: skip
    school.policy(Policy.RELEASE, Column.GK)
    save_plan(school, [_to_release(school, place) for place in RELEASED], "plan-release")
    store.addresses.set_address(SCHOOL, "GV07", "gv07@truong.example", language="vi", by="QT01", now=now)
    store.platforms.add(made, actor="QT01", now=now)
    store.cases.note(SCHOOL, Case("K7Q2MN", now, Step.CLOCK, "EXPIRED", "r60", {"seconds": 75}))
