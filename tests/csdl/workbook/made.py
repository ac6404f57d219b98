"""Workbooks made by script in the shapes that docs/adr/0027 and the layouts describe. Synthetic people only."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

SCHOOL_NAME = "THPT Mẫu"
REGULAR = tuple(f"TX{number}" for number in range(1, 6))
COLUMNS = (*REGULAR[:4], "GK", "CK")


@dataclass(frozen=True)
class Person:
    code: str
    ministry: str
    name: str
    birth: str = "05/03/2011"
    sex: str = "Nam"
    school_class: str = ""  # in a sheet of a group: the pupil's own


PEOPLE = tuple(
    Person(f"HS{number:06}", f"79{number:08}", name, f"{number:02}/03/2011")
    for number, name in enumerate(
        ("Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Phạm Đức Dũng", "Hoàng Thuý Hà"), start=1
    )
)


@dataclass(frozen=True)
class Told:
    """What the title rows say."""

    school: str = "TRƯỜNG THPT MẪU"
    school_class: str = "10A1"
    subject: str = "Toán"
    term: str = "I"
    year: str = "2026-2027"
    label: str = "Lớp"

    def lines(self) -> tuple[str, ...]:
        return (
            "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
            self.school,
            f"BẢNG ĐIỂM HỌC KỲ {self.term} - NĂM HỌC {self.year}",
            f"{self.label}: {self.school_class}     Môn: {self.subject}     Giáo viên bộ môn: Đỗ Thị Văn",
        )


Marks = Mapping[tuple[str, str], object]  # (pupil's code, column) → cell


@dataclass
class Shape:
    """How a score sheet is laid out."""

    heads: str = "grouped"  # grouped | flat | three | repeated | one_cell
    with_codes: bool = True
    with_ministry: bool = True
    hidden_id: bool = False
    numbering: bool = False
    nfd: bool = False
    text_cells: bool = False
    birth: str = "text"  # text | serial | date
    decorated: bool = False
    protected: str = ""  # "" | open | locked
    formula: bool = False
    signature: bool = True
    sheet: str = "Sheet1"
    columns: Sequence[str] = COLUMNS
    titles: bool = True
    class_column: bool = False
    extra_head: str = ""


@dataclass
class Made:
    """A worksheet being written, from the top down."""

    book: Workbook
    sheet: Worksheet
    shape: Shape
    row: int = 0
    formats: dict[str, Format] = field(default_factory=dict)

    def text(self, value: str) -> str:
        return unicodedata.normalize("NFD", value) if self.shape.nfd else value

    def put(self, row: int, column: int, value: object, style: str = "cell") -> None:
        if isinstance(value, str):
            self.sheet.write_string(row, column, self.text(value), self.formats[style])
        elif value is None:
            self.sheet.write_blank(row, column, None, self.formats[style])
        else:
            self.sheet.write(row, column, value, self.formats[style])


def make_scores(
    path: Path,
    people: Sequence[Person] = PEOPLE,
    marks: Marks | None = None,
    *,
    told: Told | None = None,
    shape: Shape | None = None,
    also: Callable[[Workbook], None] | None = None,
) -> Path:
    """One unit's score sheet."""
    shape = shape or Shape()
    with Workbook(str(path), {"in_memory": True}) as book:
        add_scores(book, people, marks or {}, told=told or Told(), shape=shape)
        if also is not None:
            also(book)
    return path


def add_scores(book: Workbook, people: Sequence[Person], marks: Marks, *, told: Told, shape: Shape) -> Worksheet:
    made = Made(book, book.add_worksheet(shape.sheet), shape)
    made.formats = _formats(book, shape)
    if shape.titles:
        for line in told.lines():
            made.sheet.merge_range(made.row, 0, made.row, 9, made.text(line), made.formats["title"])
            made.row += 1
        made.row += 1
    places = _head(made)
    first = made.row
    for number, person in enumerate(people, start=1):
        _person(made, places, number, person, marks, told)
    _tail(made, places, first, made.row - 1)
    return made.sheet


def _formats(book: Workbook, shape: Shape) -> dict[str, Format]:
    mark: dict[str, Any] = {"border": 1, "bg_color": "#FFFDE7", "locked": shape.protected == "locked"}
    if shape.text_cells:
        mark["num_format"] = "@"
    return {
        "title": book.add_format({"bold": True, "align": "center"}),
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"}),
        "cell": book.add_format({"border": 1}),
        "text": book.add_format({"border": 1, "num_format": "@"}),
        "date": book.add_format({"border": 1, "num_format": "dd/mm/yyyy"}),
        "mark": book.add_format(mark),
    }


def _identity(shape: Shape) -> list[tuple[str, str]]:
    found = [("stt", "STT")]
    found += [("hidden", "ID")] if shape.hidden_id else []
    found += [("class", "Tên lớp")] if shape.class_column else []
    found += [("code", "Mã học sinh")] if shape.with_codes else []
    found += [("ministry", "Mã định danh\nBộ GD&ĐT")] if shape.with_ministry else []
    return [*found, ("name", "Họ và tên"), ("birth", "Ngày sinh")]


def _head(made: Made) -> dict[str, int]:
    shape, places = made.shape, dict[str, int]()
    depth = {"grouped": 2, "flat": 1, "three": 3, "repeated": 1, "one_cell": 1}[shape.heads]
    top = made.row
    for column, (role, text) in enumerate(_identity(shape)):
        places[role] = column
        _head_cell(made, top, top + depth - 1, column, text)
    regular = [name for name in shape.columns if name.startswith("TX")]
    column = len(places)
    if shape.heads == "one_cell":
        places |= dict.fromkeys(regular, column)
        _head_cell(made, top, top, column, "ĐĐGtx")
        column += 1
    else:
        _regular_heads(made, regular, column, depth)
        places |= {name: column + number for number, name in enumerate(regular)}
        column += len(regular)
    for name, text in (("GK", "ĐĐGgk\n(HS 2)"), ("CK", "ĐĐGck\n(HS 3)")):
        if name in shape.columns:
            places[name] = column
            _head_cell(made, top + (depth == 3), top + depth - 1, column, text)
            column += 1
    if shape.heads == "three":
        made.sheet.merge_range(
            top, len(_identity(shape)), top, column - 1, made.text("ĐIỂM ĐÁNH GIÁ"), made.formats["head"]
        )
    for name, text in (
        ("average", "ĐTBmhk"),
        ("remark", "Nhận xét"),
        *([("extra", shape.extra_head)] * bool(shape.extra_head)),
    ):
        places[name] = column
        _head_cell(made, top, top + depth - 1, column, text)
        column += 1
    made.row = top + depth
    if shape.numbering:
        for number in range(column):
            made.put(made.row, number, number + 1)
        made.row += 1
    return places


def _regular_heads(made: Made, regular: Sequence[str], column: int, depth: int) -> None:
    bottom = made.row + depth - 1
    if made.shape.heads in ("flat", "repeated"):
        for number, _ in enumerate(regular):
            made.put(bottom, column + number, f"ĐĐGtx{'' if made.shape.heads == 'repeated' else number + 1}", "head")
        return
    if len(regular) > 1:
        text = made.text("ĐĐGtx\n(hệ số 1)")
        made.sheet.merge_range(bottom - 1, column, bottom - 1, column + len(regular) - 1, text, made.formats["head"])
    for number, _ in enumerate(regular):
        made.put(bottom, column + number, number + 1, "head")


def _head_cell(made: Made, top: int, bottom: int, column: int, text: str) -> None:
    if bottom > top:
        made.sheet.merge_range(top, column, bottom, column, made.text(text), made.formats["head"])
    else:
        made.put(top, column, text, "head")


def _person(made: Made, places: Mapping[str, int], number: int, person: Person, marks: Marks, told: Told) -> None:
    shape, row = made.shape, made.row
    known = {
        "stt": number,
        "hidden": f"id-{person.code}",
        "class": person.school_class or told.school_class,
        "code": person.code,
        "ministry": person.ministry,
    }
    for role, value in known.items():
        if role in places:
            made.put(row, places[role], value, "text" if role == "ministry" else "cell")
    made.put(row, places["name"], person.name)
    _birth(made, row, places["birth"], person.birth)
    if shape.heads == "one_cell":
        texts = [str(marks[person.code, name]) for name in REGULAR if (person.code, name) in marks]
        made.put(row, places["TX1"], " ".join(texts) if texts else None, "mark")
    for name in shape.columns:
        if name in places and not (shape.heads == "one_cell" and name in REGULAR):
            made.put(row, places[name], marks.get((person.code, name)), "mark")
    if shape.formula:
        cells = {name: f"{xl_col_to_name(places[name])}{row + 1}" for name in ("TX1", "GK", "CK")}
        made.sheet.write_formula(
            row, places["average"], "=ROUND(({TX1}+2*{GK}+3*{CK})/6,1)".format(**cells), made.formats["cell"], 0
        )
    made.row += 1


def _birth(made: Made, row: int, column: int, text: str) -> None:
    day, month, year = map(int, text.split("/"))
    if made.shape.birth == "text":
        made.put(row, column, text)
        return
    from datetime import date

    serial = (date(year, month, day) - date(1899, 12, 30)).days
    made.sheet.write_number(row, column, serial, made.formats["date" if made.shape.birth == "date" else "cell"])


def _tail(made: Made, places: Mapping[str, int], first: int, last: int) -> None:
    shape, sheet = made.shape, made.sheet
    sheet.set_column(0, 0, 5)
    sheet.set_column(places["name"], places["name"], 28)
    if shape.hidden_id:
        sheet.set_column(places["hidden"], places["hidden"], 8, None, {"hidden": True})
    if shape.signature:
        made.put(made.row + 1, places["name"], "Giáo viên bộ môn", "title")
        made.put(made.row + 5, places["name"], "Đỗ Thị Văn", "title")
    if shape.protected:
        sheet.protect("", {"format_cells": True})
    if shape.decorated:
        _decorate(made, places, first, last)


def _decorate(made: Made, places: Mapping[str, int], first: int, last: int) -> None:
    """Everything that a template may carry and a library may lose."""
    sheet, left, right = made.sheet, places["TX1"], places["CK"]
    whole = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10, "error_message": "0–10"}
    sheet.data_validation(first, left, last, right, whole)
    sheet.data_validation(
        first, places["remark"], last, places["remark"], {"validate": "list", "source": "=DanhMuc!$A$1:$A$3"}
    )
    sheet.conditional_format(
        first,
        left,
        last,
        right,
        {"type": "cell", "criteria": "<", "value": 5, "format": made.book.add_format({"font_color": "red"})},
    )
    sheet.conditional_format(first, left, last, left, {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline(first, places["remark"] + 1, {"range": f"Sheet1!A{first + 1}:D{first + 1}"})
    sheet.write_comment(first, left, "Nhập điểm 0–10")
    sheet.write_rich_string(made.row + 2, places["name"], made.formats["head"], "Ghi", made.formats["title"], " chú")
    sheet.set_landscape()
    sheet.set_header("&CBảng điểm")
    sheet.freeze_panes(first, places["name"] + 1)
    sheet.repeat_rows(first - 1)
    lists = made.book.add_worksheet("DanhMuc")
    lists.write_column(0, 0, ["Tốt", "Khá", "Đạt"])
    lists.hide()
    hidden = made.book.add_worksheet("_id")
    hidden.write_column(0, 0, ["khoa-noi-bo", "79000001"])
    hidden.very_hidden()
    made.book.define_name("DanhMucNX", "=DanhMuc!$A$1:$A$3")
    made.book.set_custom_property("MaTruong", "79000001")


def make_table(
    path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]], *, titles: Sequence[str] = (), sheets: int = 0
) -> Path:
    """A plain list under title rows, with category sheets beside it."""
    with Workbook(str(path), {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, title in enumerate(titles):
            sheet.write(number, 0, title)
        top = len(titles) + bool(titles)
        sheet.write_row(top, 0, heads)
        for number, row in enumerate(rows, start=top + 1):
            sheet.write_row(number, 0, row)
        for number in range(sheets):
            book.add_worksheet(f"DM{number + 1}").write_column(0, 0, ["1", "2"])
    return path


def make_pupils(path: Path, people: Mapping[str, Sequence[Person]], *, hcm: bool = False) -> Path:
    """The pupil list of all these classes, as CSDL (C1-HocSinh) or the city has it."""
    listed = [(name, person) for name, some in people.items() for person in some]
    if hcm:
        heads = (
            "STT",
            "Mã định danh Bộ GD&ĐT",
            "Họ tên",
            "Ngày sinh",
            "Giới tính",
            "Dân tộc",
            "Trạng thái",
            "Lớp học",
            "Khối học",
            "SĐT cha",
        )
        rows = [
            (n, p.ministry, p.name, p.birth, "Nam", "Kinh", "Đang học", name, name[:2], "0900000000")
            for n, (name, p) in enumerate(listed, 1)
        ]
        return make_table(path, heads, rows, titles=("DANH SÁCH HỌC SINH",))
    heads = (
        "STT",
        "Mã lớp",
        "Mã học sinh",
        "Mã định danh Bộ GD&ĐT",
        "Họ tên",
        "Ngày sinh",
        "Giới tính",
        "Trạng thái HS",
        "Ngày nhập trạng thái",
        "Họ tên cha",
        "SĐT cha",
    )
    rows = [
        (
            n,
            name,
            p.code,
            p.ministry,
            p.name,
            p.birth,
            p.sex,
            "Đang học",
            "05/09/2026",
            "Người Bịa",
            "0900000000",
        )
        for n, (name, p) in enumerate(listed, 1)
    ]
    return make_table(path, heads, rows, sheets=16)
