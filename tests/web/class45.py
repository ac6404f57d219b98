"""A class of 45 as a real one looks in November: four regular columns, mid-term by hand. All people are made up."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.school import Assignment, SchoolClass, SchoolInfo, TermDates
from bridge.domain.scores import Column, mark
from bridge.ports.city import Receipts
from bridge.ports.lms import LmsPupil
from bridge.store.facade import open_store
from sandbox.school.names import _FAMILY, _GIVEN, _MIDDLE
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_city import Book, MemoryCity
from tests.sync import harness
from tests.sync.harness import HK1, SCHOOL, TEACHER, YEAR, Clock, Road, School, city_pupil, course, item

PUPILS = range(101, 146)
COURSE, UNIT = 20, harness.UNIT._replace(school_class="11A5")
NAMED = {
    Column.TX1: "Miệng",
    Column.TX2: "15 phút · Hàm số",
    Column.TX3: "15 phút · Lượng giác",
    Column.TX4: "Dự án nhóm",
}


def open_class(folder: Path) -> School:
    """Taught by `TEACHER`; nothing is mapped or sent yet."""
    random = Random(45)
    pupils = [replace(city_pupil(f"HS{number}"), name=_name(random)) for number in PUPILS]
    book = Book(
        info=SchoolInfo(SCHOOL, "THPT Thử", "THPT", (TermDates(HK1, date(2026, 9, 7), date(2027, 1, 16)),)),
        classes=[SchoolClass("11A5", "11A5", 11)],
        pupils={"11A5": pupils},
        assignments=[Assignment(TEACHER, "11A5", "TOAN", HK1)],
        comment_subjects=set(),
    )
    clock, url = Clock(), fresh_sqlite(folder)
    city = MemoryCity(book, Receipts.NOW, now=clock.at)
    lms = harness.MemoryLms()
    items = [item(COURSE, column, name=name) for column, name in NAMED.items()]
    named = course(COURSE, fullname="Toán 11A5 · 2026-2027", shortname="TOAN-11A5")
    lms.add_course(named, [LmsPupil(number, f"HS{number}", True) for number in PUPILS], items)
    school = School(lms, city, Road(city), open_store(url, TEST_KEYS, clock=clock), clock, url)
    school.pull()
    school.policy(Policy.CONFIRM, *(column for column in Column if column.is_regular))
    _mark(school, random)
    return school


def map_class(school: School) -> None:
    now = school.clock()
    school.store.mappings.set_course(SCHOOL, CourseMap(COURSE, "11A5", "TOAN", YEAR, HK1), actor="x", now=now)
    for column in NAMED:
        chosen = ItemMap(COURSE, harness.item_id(COURSE, column), HK1, column)
        school.store.mappings.set_item(SCHOOL, chosen, actor="x", now=now)


def _mark(school: School, random: Random) -> None:
    for number in PUPILS:
        for column in (Column.TX1, Column.TX2, Column.TX3):
            raw = f"{random.randint(16, 40) / 4:g}"
            school.lms.put(COURSE, number, harness.item_id(COURSE, column), raw)
        if number % 9 != 0:
            cell = harness.cell_of(f"HS{number}", Column.GK, "TOAN")
            school.city.edit(cell, mark(random.randint(40, 98)))


def _name(random: Random) -> str:
    kind = random.choice("12")
    return f"{random.choice(_FAMILY)} {random.choice(_MIDDLE[kind])} {random.choice(_GIVEN[kind])}"
