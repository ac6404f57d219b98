"""Workbooks as a city's system hands them out: merged heads, a hidden identifier column, validations, protection.

Made with xlsxwriter, in shapes of the stand-in's own: nothing is shared with whoever fills them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

TERMS = {"HK1": "I", "HK2": "II"}
REGULAR = ("TX1", "TX2", "TX3", "TX4", "TX5")
COLUMNS = (*REGULAR, "GK", "CK")
IDENTITY = ("STT", "Mã nội bộ", "Mã học sinh", "Mã định danh\nBộ GD&ĐT", "Họ và tên", "Ngày sinh")
HIDDEN = 1  # Mã nội bộ
HEAD, BODY = 6, 8  # rows, from 0
STATES = {"MIEN": "M", "VANG": "v"}
COMMENTS = {"D": "Đ", "CD": "CĐ"}


@dataclass(frozen=True)
class Sheet:
    """One unit as the city has it. `pupils`: code, ministry code, name, birth; `cells` by pupil and column."""

    school: str
    school_name: str
    year: int
    class_name: str
    subject: str
    subject_name: str
    term: str
    pupils: Sequence[Mapping[str, Any]]
    cells: Mapping[tuple[str, str], Any]  # values.Value
    is_group: bool = False

    @property
    def token(self) -> str:
        """What the upload page knows its own workbook by, in the very hidden sheet."""
        return "|".join((self.school, str(self.year), self.class_name, self.subject, self.term))


def score_workbook(sheet: Sheet) -> bytes:
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("Bảng điểm")
        styles = _styles(book)
        _titles(page, sheet, styles)
        _heads(page, styles)
        for number, pupil in enumerate(sheet.pupils):
            _pupil(page, sheet, number, pupil, styles)
        _finish(book, page, sheet, styles)
    return target.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    return {
        "title": book.add_format({"bold": True, "align": "center", "font_size": 13}),
        "head": book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "bg_color": "#DDEBF7"}
        ),
        "cell": book.add_format({"border": 1}),
        "mark": book.add_format({"border": 1, "align": "center", "locked": False, "num_format": "0.0"}),
        "low": book.add_format({"font_color": "#C00000"}),
    }


def _titles(page: Worksheet, sheet: Sheet, styles: Mapping[str, Format]) -> None:
    lines = (
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        sheet.school_name.upper(),
        f"BẢNG ĐIỂM HỌC KỲ {TERMS[sheet.term]} - NĂM HỌC {sheet.year}-{sheet.year + 1}",
        f"{'Nhóm' if sheet.is_group else 'Lớp'}: {sheet.class_name} - Môn: {sheet.subject_name}",
    )
    for row, line in enumerate(lines):
        page.merge_range(row, 0, row, len(IDENTITY) + len(COLUMNS), line, styles["title"])


def _heads(page: Worksheet, styles: Mapping[str, Format]) -> None:
    head = styles["head"]
    for column, text in enumerate(IDENTITY):
        page.merge_range(HEAD, column, HEAD + 1, column, text, head)
    first = len(IDENTITY)
    page.merge_range(HEAD, first, HEAD, first + len(REGULAR) - 1, "ĐĐGtx", head)
    for number in range(len(REGULAR)):
        page.write_number(HEAD + 1, first + number, number + 1, head)
    for column, text in enumerate(("ĐĐGgk", "ĐĐGck", "Nhận xét"), start=first + len(REGULAR)):
        page.merge_range(HEAD, column, HEAD + 1, column, text, head)


def _pupil(page: Worksheet, sheet: Sheet, number: int, pupil: Mapping[str, Any], styles: Mapping[str, Format]) -> None:
    row = BODY + number
    known = (number + 1, internal_id(sheet, pupil["pupil"]), pupil["pupil"], pupil["moet"] or "", pupil["name"])
    for column, value in enumerate((*known, birth(pupil["birth"]))):
        page.write(row, column, value, styles["cell"])
    for column, name in enumerate(COLUMNS, start=len(IDENTITY)):
        cell = _cell(sheet.cells.get((pupil["pupil"], name)))
        if cell is None:
            page.write_blank(row, column, None, styles["mark"])
        else:
            page.write(row, column, cell, styles["mark"])
    page.write_blank(row, len(IDENTITY) + len(COLUMNS), None, styles["mark"])


def _cell(value: Any) -> float | str | None:
    if value is None:
        return None
    if value.kind in STATES:
        return STATES[value.kind]
    return COMMENTS[value.comment] if value.kind == "NHANXET" else value.tenths / 10


def internal_id(sheet: Sheet, pupil: str) -> str:
    """What a rebuilt workbook lacks."""
    return f"{sheet.school}-{sheet.year}-{pupil}"


def birth(text: str | None) -> str:
    return "/".join(reversed((text or "").split("-")))


def _finish(book: Workbook, page: Worksheet, sheet: Sheet, styles: Mapping[str, Format]) -> None:
    first, last = len(IDENTITY), len(IDENTITY) + len(COLUMNS) - 1
    bottom = BODY + max(len(sheet.pupils) - 1, 0)
    page.set_column(HIDDEN, HIDDEN, 6, None, {"hidden": True})
    page.set_column(4, 4, 28)
    page.set_column(2, 3, 14)
    page.freeze_panes(BODY, 5)
    page.conditional_format(
        BODY, first, bottom, last, {"type": "cell", "criteria": "<", "value": 5, "format": styles["low"]}
    )
    remarks = {"validate": "list", "source": "=DanhMuc!$A$1:$A$4", "ignore_blank": True}
    page.data_validation(BODY, last + 1, bottom, last + 1, remarks)
    page.write_string(bottom + 3, 4, "Giáo viên bộ môn", styles["title"])
    page.protect("", {"select_locked_cells": True})
    lists = book.add_worksheet("DanhMuc")
    lists.write_column(0, 0, ["Tiến bộ", "Cần cố gắng", "Hoàn thành tốt", "Khác"])
    lists.hide()
    hidden = book.add_worksheet("_he_thong")
    hidden.write_string(0, 0, sheet.token)
    hidden.very_hidden()


def list_workbook(heads: Sequence[str], rows: Sequence[Sequence[object]], *, title: str) -> bytes:
    """A plain list, with category sheets beside it as the city's own has them."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_numbers": False}) as book:
        page = book.add_worksheet("Sheet1")
        bold = book.add_format({"bold": True, "border": 1})
        page.write_string(0, 0, title, bold)
        page.write_row(2, 0, heads, bold)
        for number, row in enumerate(rows, start=3):
            page.write_row(number, 0, row)
        page.set_column(1, len(heads) - 1, 18)
        book.add_worksheet("DM_TrangThai").write_column(0, 0, ["Đang học", "Chuyển đi", "Thôi học"])
    return target.getvalue()
