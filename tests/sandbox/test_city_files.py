"""The page for files of the stand-in city: it hands out what it has, takes back only its own, tells what is wrong."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import requests
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from sandbox.city.made_up import make_world
from sandbox.city.server import Running, running
from sandbox.city.sheets import BODY, COLUMNS, IDENTITY

WORLD = make_world(1)
SCHOOL = WORLD["school"]["code"]


@pytest.fixture
def city() -> Iterator[Running]:
    with running([WORLD]) as served:
        yield served


def page(city: Running, path: str) -> str:
    return f"{city.url}/{SCHOOL}/2026/tep/{path}"


def download(city: Running, subject: str = "TOAN") -> Workbook:
    reply = requests.get(page(city, f"diem/10A1/{subject}/HK1.xlsx"), timeout=10)
    assert reply.status_code == 200
    return load_workbook(BytesIO(reply.content))


def upload(city: Running, book: Workbook) -> dict[str, object]:
    target = BytesIO()
    book.save(target)
    files = [("tep", ("a.xlsx", target.getvalue()))]
    reply = requests.post(page(city, "nop"), files=files, headers={"Accept": "application/json"}, timeout=10)
    assert reply.status_code == 200
    said: dict[str, object] = reply.json()
    return said


def put(book: Workbook, number: int, column: str, value: object) -> None:
    place = len(IDENTITY) + COLUMNS.index(column) + 1
    book.worksheets[0].cell(BODY + number + 1, place).value = value  # type: ignore[union-attr]


def test_marks_that_were_filled_in_are_recorded_and_come_back(city: Running) -> None:
    book = download(city)
    put(book, 0, "TX1", 8.5)
    put(book, 1, "GK", "7,0")
    assert upload(city, book) == {"accepted": 2, "refused": 0, "spoilt": [], "error_file": None}
    again = download(city).worksheets[0]
    assert again.cell(BODY + 1, len(IDENTITY) + 1).value == 8.5
    assert upload(city, download(city))["accepted"] == 0


def test_each_bad_mark_is_told_and_the_others_are_taken(city: Running) -> None:
    locked = {"term": "HK1", "subject": "TOAN", "column": "TX2"}
    requests.post(f"{city.url}/sandbox/locks", json=locked, timeout=10).raise_for_status()
    book = download(city)
    put(book, 0, "TX1", 85)
    put(book, 1, "TX1", 9)
    put(book, 2, "TX2", 9)
    said = upload(city, book)
    assert (said["accepted"], said["refused"]) == (1, 2)
    errors = load_workbook(BytesIO(requests.get(f"{city.url}{said['error_file']}", timeout=10).content)).worksheets[0]
    told = [(row[7], row[8]) for row in errors.iter_rows(min_row=4, values_only=True)]
    assert told == [("ĐĐGtx1", "Giá trị không hợp lệ"), ("ĐĐGtx2", "Cột điểm đã khoá sổ")]


@pytest.mark.parametrize("spoil", ["header", "hidden", "id", "protection", "token", "foreign"])
def test_a_workbook_that_is_not_its_own_any_more_is_not_taken(city: Running, spoil: str) -> None:
    book = download(city)
    sheet = book.worksheets[0]
    put(book, 0, "TX1", 8)
    if spoil == "header":
        sheet["E7"] = "Tên"
    elif spoil == "hidden":
        sheet.column_dimensions["B"].hidden = False
    elif spoil == "id":
        sheet["B9"], sheet["B10"] = sheet["B10"].value, sheet["B9"].value
    elif spoil == "protection":
        sheet.protection.sheet = False
    elif spoil == "token":
        book["_he_thong"]["A1"] = f"{SCHOOL}|2025|10A1|TOAN|HK1"
    else:
        book = Workbook()
    said = upload(city, book)
    assert (said["accepted"], len(said["spoilt"])) == (0, 1)  # type: ignore[arg-type]


def test_the_page_and_the_lists_are_there(city: Running) -> None:
    text = requests.get(page(city, ""), timeout=10).text
    assert "Nộp bảng điểm đã điền" in text
    for name in ("hoc-sinh", "giao-vien", "phan-cong"):
        book = load_workbook(BytesIO(requests.get(page(city, f"{name}.xlsx"), timeout=10).content))
        assert book.worksheets[0].max_row > 4
    zipped = requests.get(page(city, "diem.zip"), params={"term": "HK1", "class": "10A1"}, timeout=10)
    assert zipped.headers["Content-Type"] == "application/zip"
    assert requests.get(page(city, "diem/10A1/VATLI/HK1.xlsx"), timeout=10).status_code == 404
