"""An uploaded workbook judged as the city's page does it: is it ours, is it unspoilt, and then mark by mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from sandbox.city.book import edit_by_hand, find_record
from sandbox.city.codes import subject_kind
from sandbox.city.locks import Place, decisive_lock
from sandbox.city.sheets import (
    BODY,
    COLUMNS,
    COMMENTS,
    HEAD,
    HIDDEN,
    IDENTITY,
    STATES,
    Sheet,
    internal_id,
    list_workbook,
)
from sandbox.city.state import State
from sandbox.city.values import Identity, Value

ERROR_HEADS = ("STT", "Dòng", "Mã học sinh", "Họ và tên", "Lớp", "Môn", "Học kỳ", "Cột điểm", "Nội dung lỗi")
NAMES = {**{f"TX{number}": f"ĐĐGtx{number}" for number in range(1, 6)}, "GK": "ĐĐGgk", "CK": "ĐĐGck"}
_WORDS = {text: code for code, text in COMMENTS.items()} | {"Đạt": "D", "Chưa đạt": "CD"}


class Spoilt(Exception):
    """Not the city's own workbook, or no longer: nothing of it is taken."""


@dataclass(frozen=True)
class Taken:
    """What came of an upload. `errors`: rows of the error file."""

    accepted: int
    errors: list[tuple[object, ...]] = field(default_factory=list)

    def error_file(self) -> bytes:
        return list_workbook(ERROR_HEADS, self.errors, title="DANH SÁCH LỖI NHẬP ĐIỂM")


def read_token(content: bytes) -> str:
    """Which unit the workbook is of, by its very hidden sheet."""
    try:
        book = load_workbook(BytesIO(content), data_only=True)
        return str(book["_he_thong"]["A1"].value)
    except (KeyError, BadZipFile, OSError, ValueError) as err:
        raise Spoilt("Tệp không đúng mẫu của hệ thống") from err


def take_upload(state: State, sheet: Sheet, content: bytes) -> Taken:
    """Every changed mark on its own; an empty cell changes nothing."""
    page = load_workbook(BytesIO(content), data_only=True).worksheets[0]
    _refuse_spoilt(page, sheet)
    accepted, errors = 0, list[tuple[object, ...]]()
    with state.change() as db:
        for row, pupil, column, value in _cells(page, sheet):
            why = _take(state, db, sheet, pupil["pupil"], column, value)
            if why is None:
                accepted += 1
            elif why:
                name = (pupil["pupil"], pupil["name"], sheet.class_name, sheet.subject_name, sheet.term, NAMES[column])
                errors.append((len(errors) + 1, row, *name, why))
    return Taken(accepted, errors)


def _refuse_spoilt(page: Any, sheet: Sheet) -> None:
    heads = [page.cell(HEAD + 1, column + 1).value for column in range(len(IDENTITY))]
    if heads != list(IDENTITY) or not page.protection.sheet:
        raise Spoilt("Tiêu đề cột hoặc phần bảo vệ của tệp đã bị sửa")
    if not page.column_dimensions[get_column_letter(HIDDEN + 1)].hidden or not page.data_validations.dataValidation:
        raise Spoilt("Cột mã nội bộ hoặc danh mục của tệp đã bị mất")
    for number, pupil in enumerate(sheet.pupils):
        if page.cell(BODY + number + 1, HIDDEN + 1).value != internal_id(sheet, pupil["pupil"]):
            raise Spoilt(f"Mã nội bộ ở dòng {BODY + number + 1} không khớp")


def _cells(page: Any, sheet: Sheet) -> Iterator[tuple[int, Any, str, object]]:
    for number, pupil in enumerate(sheet.pupils):
        for place, column in enumerate(COLUMNS):
            value = page.cell(BODY + number + 1, len(IDENTITY) + place + 1).value
            if value not in (None, ""):
                yield BODY + number + 1, pupil, column, value


def _take(state: State, db: Any, sheet: Sheet, pupil: str, column: str, cell: object) -> str | None:
    """None: taken. "": nothing new. Else why not."""
    mark = Identity(sheet.school, sheet.year, sheet.term, sheet.subject, pupil, column)
    old = find_record(db, mark)
    if isinstance(cell, str) and cell in STATES.values():
        same = old is not None and old.live and STATES.get(old.value.kind) == cell
        return "" if same else "Miễn và vắng không nhập bằng tệp"
    value = _value(cell, subject_kind(sheet.subject))
    if value is None:
        return "Giá trị không hợp lệ"
    if old is not None and old.live and old.value == value:
        return ""
    if old is not None and old.live and old.value.kind in STATES:
        return "Học sinh được miễn hoặc vắng ở cột này"
    place = Place(sheet.school, sheet.year, sheet.class_name, sheet.subject, sheet.term, column)
    if decisive_lock(db, place, now=state.clock()):
        return "Cột điểm đã khoá sổ"
    edit_by_hand(db, mark, value=value, now=state.clock())
    return None


def _value(cell: object, kind: str | None) -> Value | None:
    if kind == "NHANXET":
        word = _WORDS.get(str(cell).strip())
        return Value("NHANXET", comment=word) if word else None
    try:
        tenths = round(float(str(cell).replace(",", ".")) * 10, 6)
    except ValueError:
        return None
    return Value("DIEM", tenths=int(tenths)) if tenths == int(tenths) and 0 <= tenths <= 100 else None
