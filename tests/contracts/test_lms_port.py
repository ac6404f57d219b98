"""What every LMS behind the port must do, sat by the memory LMS and by Moodle over the stand-in server.

One small world, written once as rows and carried into both.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from bridge.domain.errors import Garbled, Refused
from bridge.domain.scale import Flag
from bridge.moodle_ws import Client, Limits, Moodle
from bridge.ports.lms import ItemKind, Lms, LmsCell, LmsCourse, LmsItem, LmsPupil
from tests.fakes_lms import MemoryLms
from tests.moodle_ws.stand_in import StandIn, standing_in

SHARED, HIDDEN = 10, 11
TX1, GK, NX, NOTE, TOTAL, PLAYED = 1, 2, 3, 4, 5, 6
ACTIVE = (101, 102, 103, 106)
NO_FLAGS = Flag(0)


class CellRow(NamedTuple):
    user: int
    item: int
    raw: str | None
    flags: Flag = NO_FLAGS
    word: str = ""


COURSES = (
    LmsCourse(
        id=SHARED,
        fullname="Toán & Tin 10A1, 10A2",
        shortname="TOAN-K10",
        idnumber=" K10|TOAN ",
        category_path=("Trường", "Khối 10"),
        visible=True,
        starts=date(2026, 9, 5),
        ends=date(2027, 5, 31),
    ),
    LmsCourse(HIDDEN, "Nháp", "NHAP", "", ("Trường",), visible=False),
)
PUPILS = (
    LmsPupil(101, "HS101", active=True),
    LmsPupil(102, "HS102 ", active=True),
    LmsPupil(103, "", active=True),
    LmsPupil(104, "HS104", active=False),  # enrolment suspended
    LmsPupil(105, "HS105", active=False),  # account suspended
    LmsPupil(106, "HS101", active=True),
)
TEACHERS = ("GV0001", " GV0002")  # and one without an idnumber, of whom nothing can be said
GROUPS = {"10A1": (101, 104, 106), "10A2": (102,), "DOITUYEN": (102,)}
_TEN, _HUNDRED = (Decimal(0), Decimal(10)), (Decimal(0), Decimal(100))
ITEMS = (
    LmsItem(TX1, "Miệng", "HK1.TX1", ItemKind.MANUAL, None, *_TEN, words=False, category="Thường xuyên"),
    LmsItem(GK, "Giữa kì", "HK1.GK", ItemKind.ACTIVITY, "assign", *_HUNDRED, words=False, category="Toán & Tin"),
    LmsItem(NX, "Nhận xét", "", ItemKind.ACTIVITY, "assign", Decimal(1), Decimal(2), words=True, category="Toán & Tin"),
    LmsItem(NOTE, "Ghi chú", "", ItemKind.MANUAL, None, *_HUNDRED, words=True, category="Toán & Tin"),
    LmsItem(
        PLAYED, "Luyện tập", "", ItemKind.ACTIVITY, "lti", *_TEN, words=False, category="Toán & Tin", resource_link="77"
    ),
)
CELLS = (
    CellRow(101, TX1, "8.25"),
    CellRow(102, TX1, "0"),
    CellRow(106, TX1, "9.9", Flag.OVERRIDDEN),
    CellRow(101, GK, "82.5", Flag.HIDDEN),
    CellRow(102, GK, None, Flag.HIDDEN),
    CellRow(103, GK, "33.33333", Flag.EXCLUDED),
    CellRow(106, GK, "100", Flag.LOCKED),
    CellRow(101, NX, "2", word="Đạt"),
    CellRow(102, NX, "1", word="Chưa đạt"),
    CellRow(101, NOTE, None, word="Em tiến bộ"),
)


def memory() -> MemoryLms:
    lms = MemoryLms()
    lms.add_course(COURSES[0], PUPILS, ITEMS)
    lms.held[SHARED].teachers = TEACHERS
    lms.add_course(COURSES[1])
    for row in CELLS:
        lms.put(SHARED, row.user, row.item, row.raw, flags=int(row.flags), word=row.word)
    return lms


def site() -> dict[str, Any]:
    return {
        "settings": {"sitename": "Trường"},
        "tokens": [{"token": "TOKEN", "user": 2}],
        "categories": [{"id": 1, "name": "Trường"}, {"id": 2, "name": "Khối 10", "parent": 1}],
        "users": [
            {"id": 2, "username": "ws", "firstname": "W", "lastname": "S", "manager": True},
            *(_user(pupil) for pupil in PUPILS),
            *(_teacher(201 + n, idnumber) for n, idnumber in enumerate((*TEACHERS, ""))),
        ],
        "courses": [
            {"id": 1, "shortname": "S", "fullname": "Trường", "category": 0},
            _course(COURSES[0]) | _gradebook() | {"groups": _groups(), "enrolments": _enrolments()},
            _course(COURSES[1]) | {"items": [_total()], "grade_categories": [{"id": 1, "name": "Nháp"}]},
        ],
    }


def _user(pupil: LmsPupil) -> dict[str, Any]:
    person = {"username": f"u{pupil.user_id}", "firstname": "An", "lastname": f"Nguyễn {pupil.user_id}"}
    return {"id": pupil.user_id, "idnumber": pupil.idnumber, "suspended": pupil.user_id == 105, **person}


def _teacher(user: int, idnumber: str) -> dict[str, Any]:
    return {"id": user, "idnumber": idnumber, "username": f"u{user}", "firstname": "Bình", "lastname": f"Lê {user}"}


def _enrolments() -> list[dict[str, Any]]:
    pupils = [{"user": p.user_id, "status": "suspended" if p.user_id == 104 else "active"} for p in PUPILS]
    roles = {201: "editingteacher", 202: "teacher", 203: "teacher"}
    return [*pupils, *({"user": user, "role": role} for user, role in roles.items())]


def _groups() -> list[dict[str, Any]]:
    rows = [{"id": 50 + n, "name": name, "members": list(GROUPS[name])} for n, name in enumerate(GROUPS)]
    return [*rows, {"id": 99, "name": "Không mã", "members": list(ACTIVE)}]


def _course(course: LmsCourse) -> dict[str, Any]:
    return {
        "id": course.id,
        "shortname": course.shortname,
        "fullname": course.fullname,
        "idnumber": course.idnumber,
        "category": len(course.category_path),
        "visible": course.visible,
        "startdate": _moment(course.starts),
        "enddate": _moment(course.ends),
    }


def _moment(day: date | None) -> int:
    """Midnight in Vietnam."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) - 7 * 3600 if day else 0


def _gradebook() -> dict[str, Any]:
    cells: dict[str, dict[str, Any]] = {}
    for row in CELLS:
        cells.setdefault(str(row.item), {})[str(row.user)] = _cell(row)
    categories = [{"id": 1, "name": "Toán & Tin"}, {"id": 2, "name": "Thường xuyên", "parent": 1}]
    return {"items": [*map(_item, ITEMS), _total()], "grade_categories": categories, "cells": cells}


def _cell(row: CellRow) -> dict[str, Any]:
    flags = {flag.name.lower(): flag in row.flags for flag in (Flag.HIDDEN, Flag.LOCKED, Flag.OVERRIDDEN)}
    feedback = row.word if row.item == NOTE else ""
    raw = None if row.raw is None else float(row.raw)
    return {"raw": raw, "excluded": Flag.EXCLUDED in row.flags, "feedback": feedback, "graded": 1790000000, **flags}


def _item(item: LmsItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": "mod" if item.module else "manual",
        "name": item.name,
        "module": item.module,
        "instance": int(item.resource_link or item.id) if item.module else None,
        "idnumber": item.idnumber,
        "category": 2 if item.id == TX1 else 1,
        "min": float(item.low),
        "max": float(item.high),
        "scale": ["Chưa đạt", "Đạt"] if item.id == NX else None,
        "text": item.id == NOTE,
    }


def _total() -> dict[str, Any]:
    return {"id": TOTAL, "type": "course", "instance": 1}


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with standing_in(site()) as server:
        yield server


# Cells that one call may have: all pupils in one, one by one, group by group.
MOST_CELLS = {"moodle": 4000, "moodle, one pupil a call": 1, "moodle, in groups": 12}


@pytest.fixture(params=["memory", *MOST_CELLS])
def lms(request: pytest.FixtureRequest, server: StandIn) -> Lms:
    if request.param == "memory":
        return memory()
    client = Client(server.url, server.token, limits=Limits(pause=0))
    return Moodle(client, most_cells=MOST_CELLS[request.param])


def cell(lms: Lms, user: int, item: int) -> LmsCell:
    book = lms.gradebook(SHARED, users=ACTIVE)
    return book.cells[user][[found.id for found in book.items].index(item)]


def test_teachers_are_told_by_their_idnumbers(lms: Lms) -> None:
    assert sorted(lms.teachers(SHARED)) == sorted(TEACHERS)
    assert list(lms.teachers(HIDDEN)) == []


def test_all_courses_come_but_the_front_page(lms: Lms) -> None:
    assert {course.id: course for course in lms.courses()} == {course.id: course for course in COURSES}
    assert list(lms.catalogue()) == list(lms.courses())  # this account's list hides nothing


def test_every_active_user_comes_with_the_idnumber_as_it_stands(lms: Lms) -> None:
    found = {pupil.user_id: pupil for pupil in lms.pupils(SHARED)}
    assert {user: found[user] for user in ACTIVE} == {pupil.user_id: pupil for pupil in PUPILS if pupil.active}
    assert not any(found[user].active for user in found.keys() - set(ACTIVE))


def test_a_course_without_pupils_is_empty_and_no_error(lms: Lms) -> None:
    assert list(lms.pupils(HIDDEN)) == []


def test_items_come_in_order_with_their_categories(lms: Lms) -> None:
    assert tuple(item for item in lms.items(SHARED) if item.kind is not ItemKind.COURSE) == ITEMS


def test_a_column_means_the_same_with_and_without_cells(lms: Lms) -> None:
    book = lms.gradebook(SHARED, users=ACTIVE)
    assert [item.fingerprint for item in lms.items(SHARED)] == [item.fingerprint for item in book.items]


@pytest.mark.parametrize("row", CELLS, ids=lambda row: f"{row.user}/{row.item}")
def test_a_cell_comes_exactly_with_its_flags_and_word(lms: Lms, row: CellRow) -> None:
    found = cell(lms, row.user, row.item)
    assert (found.raw, found.flags, found.word) == (
        None if row.raw is None else Decimal(row.raw),
        int(row.flags),
        row.word,
    )


def test_no_value_is_none_and_never_zero(lms: Lms) -> None:
    assert cell(lms, 103, TX1).raw is None
    assert cell(lms, 102, TX1).raw == Decimal(0)


@pytest.mark.parametrize("users", [ACTIVE, (103,), (101, 106), ()], ids=str)
def test_exactly_the_wanted_users_have_a_row(lms: Lms, users: tuple[int, ...]) -> None:
    book = lms.gradebook(SHARED, users=users)
    assert set(book.cells) == set(users)
    assert [item.id for item in book.items][:4] == [TX1, GK, NX, NOTE]
    assert all(len(row) == len(book.items) for row in book.cells.values())


def test_a_column_read_alone_has_the_cells_that_it_has_among_all(lms: Lms) -> None:
    whole = lms.gradebook(SHARED, users=ACTIVE)
    for place, item in enumerate(whole.items):
        alone = lms.gradebook(SHARED, users=ACTIVE, items=(item.id, 999_999))
        assert alone.items == (item,)
        assert alone.cells == {user: (row[place],) for user, row in whole.cells.items()}
    assert lms.gradebook(SHARED, users=(), items=(NX,)).items == tuple(one for one in whole.items if one.id == NX)


@pytest.mark.parametrize("stranger", [104, 999])
def test_who_is_not_active_here_is_never_answered_for(lms: Lms, stranger: int) -> None:
    with pytest.raises(Garbled):
        lms.gradebook(SHARED, users=(101, stranger))


@pytest.mark.parametrize("ask", ["pupils", "items", "gradebook"])
def test_an_unknown_course_is_refused(lms: Lms, ask: str) -> None:
    with pytest.raises(Refused) as caught:
        lms.gradebook(12345, users=(101,)) if ask == "gradebook" else getattr(lms, ask)(12345)
    assert caught.value.facts["reason"] == "NOT_FOUND"


def test_courses_are_read_side_by_side(lms: Lms) -> None:
    with ThreadPoolExecutor(4) as pool:
        books = list(pool.map(lambda user: lms.gradebook(SHARED, users=(user,)), ACTIVE * 3))
    assert [set(book.cells) for book in books] == [{user} for user in ACTIVE * 3]


def test_a_sound_site_has_no_serious_finding(lms: Lms) -> None:
    assert [finding for finding in lms.examine() if finding.serious] == []
