"""Question lists in a table, CSV or XLSX; the header may be Vietnamese or English (docs/packager.md)."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from content_packager.model import Part
from content_packager.model_question import Question
from content_packager.sources.reading import Reading, read_text, title_of
from content_packager.sources.sheet_row import BadRow, read_row

HEADERS: Mapping[str, str] = {
    "question": "question",
    "câu hỏi": "question",
    "nội dung câu hỏi": "question",
    "type": "type",
    "loại": "type",
    "answer": "answer",
    "đáp án": "answer",
    "đáp án đúng": "answer",
    "tolerance": "tolerance",
    "sai số": "tolerance",
    "feedback": "feedback",
    "phản hồi": "feedback",
    "giải thích": "feedback",
    "lời giải": "feedback",
    "points": "points",
    "điểm": "points",
    **{f"{before}{letter}": letter for before in ("", "phương án ", "lựa chọn ") for letter in "abcdefgh"},
}
"""Header as a teacher writes it → what it means. Letters a-h are the choices."""


def read_csv(path: Path, reading: Reading) -> Part | None:
    text = read_text(path, reading.troubles)
    if not text.strip():
        reading.troubles.add("questions-none", path.name)
        return None
    head = text.split("\n", 1)[0]
    separator = max(";\t,", key=head.count)  # a semicolon where the computer's own lists are Vietnamese
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _part(path, rows, reading)
    except csv.Error:  # a cell without an end: its closing quote is missing
        reading.troubles.add("table-broken", f"{path.name}:{rows.line_num}")
        return None


def read_workbook(path: Path, reading: Reading) -> Part | None:
    """The first sheet."""
    from content_packager.sources import workbook  # here, since it loads a large library and is seldom needed

    try:
        return _part(path, workbook.rows_of(path), reading)
    except workbook.BadWorkbook:
        reading.troubles.add("workbook-broken", path.name)
    except workbook.LargeWorkbook:
        reading.troubles.add("workbook-large", path.name, rows=workbook.MOST_ROWS, columns=workbook.MOST_COLUMNS)
    return None


def _part(path: Path, rows: Iterable[Sequence[str]], reading: Reading) -> Part:
    questions = tuple(_questions(path.name, rows, reading))
    if not questions:
        reading.troubles.add("questions-none", path.name)
    return Part(title_of(path), questions, reading.files)


def _questions(name: str, rows: Iterable[Sequence[str]], reading: Reading) -> Iterator[Question]:
    columns: list[str] = []
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = _columns(f"{name}:{number}", row, reading)
            continue
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        try:
            yield read_row(cells)
        except BadRow as err:
            reading.troubles.add(f"row-{err.why}", f"{name}:{number}", value=err.value)


def _columns(where: str, row: Sequence[str], reading: Reading) -> list[str]:
    known = [HEADERS.get(_folded(cell), "") for cell in row]
    for cell, column in zip(row, known, strict=True):
        if cell.strip() and not column:
            reading.troubles.add("column-unknown", where, column=cell.strip(), known=", ".join(HEADERS))
    for needed in ("question", "answer"):
        if needed not in known:
            reading.troubles.add("column-missing", where, column=needed)
    return known or [""]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
