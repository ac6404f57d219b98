"""Reading: full lists, pages that show one state, deltas, locks."""

from __future__ import annotations

import pytest
from lxml import etree

import city_contract
from sandbox.city.walks import LIFE
from tests.sandbox.city_calls import UNIT, Answer, City, Clock, Fields, open_city, row

PUPILS = [f"HS01{n:04}" for n in range(1, 9)]
SCHEMA = etree.XMLSchema(etree.fromstring(city_contract.XSD.read_bytes()))


@pytest.fixture
def city() -> City:
    return open_city()


def _codes(answer: Answer, name: str = "mahocsinh") -> list[str]:
    return [line[name] for line in answer.rows()]


def _walk(city: City, operation: str, fields: Fields, *, most: int) -> tuple[list[Answer], list[dict[str, str]]]:
    pages = [city.call(operation, {**fields, "sodongtoida": str(most)})]
    while cursor := pages[-1].text("controtiep"):
        pages.append(city.call(operation, {**fields, "contro": cursor, "sodongtoida": str(most)}))
    return pages, [line for page in pages for line in page.rows()]


@pytest.mark.parametrize(
    ("operation", "fields", "rows"),
    [
        ("LayLop", {}, 4),
        ("LayLop", {"makhoi": "11"}, 1),
        ("LayHocSinh", {"malop": "10A1"}, 8),
        ("LayHocSinh", {"malop": "10-LY-N1"}, 8),
        ("LayPhanCong", {}, 32),
        ("LayPhanCong", {"malop": "10A1"}, 10),
        ("LayPhanCong", {"malop": "10A1", "magiaovien": "GV0002"}, 2),
        ("LayKhoaSo", {}, 0),
        ("LayDiem", UNIT, 0),
    ],
)
def test_a_list_has_what_was_asked_for(city: City, operation: str, fields: Fields, rows: int) -> None:
    answer = city.call(operation, fields)
    assert (len(answer.rows()), answer.text("sodong"), answer.text("tongso")) == (rows, str(rows), str(rows))
    SCHEMA.assertValid(answer.root[0][0])


def test_an_answer_says_what_it_is_about(city: City) -> None:
    answer = city.call("LayDiem", UNIT)
    told = {name: answer.text(name) for name in ("matruong", "namhoc", *UNIT)}
    assert told == {"matruong": "79000001", "namhoc": "2026", **UNIT}


def test_only_what_the_contract_names_of_a_pupil_is_handed_out(city: City) -> None:
    [first, *_] = city.call("LayHocSinh", {"malop": "10A1"}).rows()
    assert [*first][4:] == ["mahocsinh", "madinhdanhbo", "hovaten", "ngaysinh", "gioitinh", "matrangthai", "tungay"]


@pytest.mark.parametrize("most", [1, 3, 7, 8])
def test_pages_put_together_are_the_list(city: City, most: int) -> None:
    pages, rows = _walk(city, "LayHocSinh", {"malop": "10A1"}, most=most)
    assert [line["mahocsinh"] for line in rows] == PUPILS
    assert [page.text("tongso") for page in pages] == ["8"] + [None] * (len(pages) - 1)
    assert len({page.text("moc") for page in pages}) == 1


def test_a_walk_shows_the_state_in_which_it_began(city: City) -> None:
    first = city.call("LayHocSinh", {"malop": "10A1", "sodongtoida": "3"})
    city.control("POST", "rosters", [{"action": "leave", "pupil": pupil, "class": "10A1"} for pupil in PUPILS[:6]])
    city.control("POST", "rosters", {"action": "enter", "pupil": "HS010009", "class": "10A1"})
    rest = city.call("LayHocSinh", {"malop": "10A1", "contro": first.text("controtiep")})
    assert _codes(first) + _codes(rest) == PUPILS
    assert _codes(city.call("LayHocSinh", {"malop": "10A1"})) == [*PUPILS[6:], "HS010009"]


def test_a_page_can_be_asked_for_again(city: City) -> None:
    cursor = city.call("LayHocSinh", {"malop": "10A1", "sodongtoida": "3"}).text("controtiep")
    again = {"malop": "10A1", "contro": cursor, "sodongtoida": "3"}
    assert _codes(city.call("LayHocSinh", again)) == _codes(city.call("LayHocSinh", again)) == PUPILS[3:6]


def test_a_cursor_lives_a_quarter_of_an_hour_and_then_ends() -> None:
    clock = Clock()
    city = open_city(clock)
    cursor = city.call("LayHocSinh", {"malop": "10A1", "sodongtoida": "3"}).text("controtiep")
    clock.now += 15 * 60
    assert city.call("LayHocSinh", {"malop": "10A1", "contro": cursor}).fault is None
    clock.now += LIFE
    assert city.call("LayHocSinh", {"malop": "10A1", "contro": cursor}).fault == ("CONTROHETHAN", "contro")


@pytest.mark.parametrize(("operation", "fields"), [("LayHocSinh", {"malop": "10A2"}), ("LayLop", {})])
def test_a_cursor_is_good_for_its_own_question_only(city: City, operation: str, fields: Fields) -> None:
    cursor = city.call("LayHocSinh", {"malop": "10A1", "sodongtoida": "3"}).text("controtiep")
    assert city.call(operation, {**fields, "contro": cursor}).fault == ("CONTROHETHAN", "contro")


def test_the_city_may_make_pages_smaller_than_asked(city: City) -> None:
    city.control("PUT", "settings", {"page_rows": 5})
    pages, rows = _walk(city, "LayHocSinh", {"malop": "10A1"}, most=500)
    assert ([page.text("sodong") for page in pages], len(rows)) == (["5", "3"], 8)


def test_a_delta_has_what_changed_and_what_is_gone(city: City) -> None:
    mark = city.call("LayHocSinh", {"malop": "10A1"}).text("moc")
    assert city.call("LayHocSinh", {"malop": "10A1", "tumoc": mark}).rows() == []
    city.control("POST", "rosters", {"action": "move", "pupil": PUPILS[0], "from": "10A1", "to": "10A2"})
    city.control("POST", "rosters", {"action": "state", "pupil": PUPILS[1], "state": "THOIHOC"})
    delta = city.call("LayHocSinh", {"malop": "10A1", "tumoc": mark}).rows()
    assert [(line["mahocsinh"], line["sukien"], line["phienban"], line["matrangthai"]) for line in delta] == [
        (PUPILS[0], "CANCEL", "2", "DANGHOC"),
        (PUPILS[1], "UPDATE", "2", "THOIHOC"),
    ]
    assert _codes(city.call("LayHocSinh", {"malop": "10A2", "tumoc": mark})) == [PUPILS[0]]


def test_a_full_read_of_marks_is_live_records_a_delta_tells_cancelled_ones(city: City) -> None:
    city.submit("g1", row(1), row(2))
    mark = city.call("LayDiem", UNIT).text("moc")
    city.submit("g2", row(1, None, sukien="CANCEL", phienban="2", phienbangoc="1"))
    assert [line["mahocsinh"] for line in city.scores()] == [PUPILS[1]]
    [gone] = city.scores(tumoc=mark)
    assert (gone["sukien"], gone["phienban"], gone["kieugiatri"], "diem" in gone) == ("CANCEL", "2", "DIEM", False)


def test_a_pupil_who_moves_takes_the_marks_along(city: City) -> None:
    city.submit("g1", row(1))
    mark = city.call("LayDiem", {**UNIT, "malop": "10A2"}).text("moc")
    city.control("POST", "rosters", {"action": "move", "pupil": PUPILS[0], "from": "10A1", "to": "10A2"})
    assert city.scores() == []
    assert city.scores(malop="10A2")[0]["phienban"] == "1"
    assert len(city.scores(malop="10A2", tumoc=mark)) == 1
    update = row(1, "9", sukien="UPDATE", phienban="2", phienbangoc="1")
    assert city.submit("g2", update).codes == ["KHONGTRONGLOP"]
    assert city.submit("g3", update, malop="10A2").codes == ["DAGHI"]


def test_a_mark_of_another_city_is_no_mark_here(city: City) -> None:
    mark = open_city().call("LayLop").text("moc")
    assert city.call("LayLop", {"tumoc": mark}).fault == ("MOCQUACU", "tumoc")


def test_a_city_without_deltas_says_so(city: City) -> None:
    mark = city.call("LayLop").text("moc")
    city.control("PUT", "settings", {"delta": False})
    assert city.call("LayLop", {"tumoc": mark}).fault == ("MOCQUACU", "tumoc")


HK1 = {"term": "HK1"}
# Locks in force, and whether TX1 of 10A1 TOAN HK1 is then locked.
LOCKS = {
    "none": ([], False),
    "the term": ([HK1], True),
    "another term": ([{"term": "HK2"}], False),
    "the class": ([HK1 | {"class": "10A1"}], True),
    "another class": ([HK1 | {"class": "10A2"}], False),
    "another column": ([HK1 | {"column": "GK"}], False),
    "exception for the class": ([HK1, HK1 | {"class": "10A1", "locked": False}], False),
    "exception for another class": ([HK1, HK1 | {"class": "10A2", "locked": False}], True),
    "two fields beat one": (
        [HK1 | {"class": "10A1", "locked": False}, HK1 | {"subject": "TOAN", "column": "TX1"}],
        True,
    ),
    "a tie is locked": ([HK1 | {"class": "10A1", "locked": False}, HK1 | {"column": "TX1"}], True),
    "not yet": ([HK1 | {"since": "2026-11-19T00:00:00+07:00"}], False),
    "no longer": ([HK1 | {"since": "2026-11-01T00:00:00+07:00", "until": "2026-11-02T00:00:00Z"}], False),
    "opened again": ([HK1, HK1 | {"locked": False}], False),
}


@pytest.mark.parametrize(("locks", "locked"), LOCKS.values(), ids=LOCKS)
def test_the_most_specific_lock_wins(city: City, locks: list[Fields], locked: bool) -> None:
    city.control("POST", "locks", locks)
    assert city.submit("g1", row(1)).codes == ["DAKHOA" if locked else "DAGHI"]


def test_locks_are_read_for_a_class_with_those_that_are_for_all(city: City) -> None:
    rows = [HK1, HK1 | {"class": "10A1", "column": "GK"}, HK1 | {"class": "10A2"}, {"term": "HK2"}]
    city.control("POST", "locks", [{**lock, "reason": "khoá sổ"} for lock in rows])
    told = city.call("LayKhoaSo", {"malop": "10A1", "hocky": "HK1"}).rows()
    assert told == [
        {"hocky": "HK1", "trangthai": "KHOA", "khoatu": "2026-11-18T18:06:40+07:00", "lydo": "khoá sổ"},
        {
            "malop": "10A1",
            "hocky": "HK1",
            "cotdiem": "GK",
            "trangthai": "KHOA",
            "khoatu": "2026-11-18T18:06:40+07:00",
            "lydo": "khoá sổ",
        },
    ]
