"""The mapping as a sheet, CSV or XLSX: one line per item, or per course without any."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from bridge.domain.errors import BadInput
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.scores import Column, Term
from bridge.spreadsheets import Cell, write_csv, write_xlsx

HEADS = ("course", "class", "subject", "course_term", "item", "term", "column", "origin")

SHOWN = 20  # so many wrong lines are told one by one

Row = dict[str, Any]


def rows_of(courses: Iterable[CourseMap], items: Iterable[ItemMap]) -> list[Row]:
    """The mapping as lines; the items of a course that feeds several classes stand at each."""
    by_course: dict[int, list[ItemMap]] = {}
    for item in items:
        by_course.setdefault(item.course, []).append(item)
    return [line for course in courses for line in _lines(course, by_course.get(course.course, []))]


def _lines(course: CourseMap, items: list[ItemMap]) -> Iterator[Row]:
    head = (course.course, course.school_class, course.subject, course.term or "")
    if not items:
        yield dict(zip(HEADS, (*head, "", "", "", course.origin), strict=True))
    for item in sorted(items, key=lambda each: (each.term, each.column)):
        yield dict(zip(HEADS, (*head, item.item, item.term, item.column, item.origin), strict=True))


def write(file: Path, rows: Iterable[Row]) -> None:
    write_kind = _write_xlsx if check_kind(file) == ".xlsx" else _write_csv
    with _whole(file) as draft:
        write_kind(draft, rows)


def write_rows(file: Path, rows: Sequence[Sequence[Cell]]) -> None:
    """Rows for people, the first one of heads. `BadInput` for a file that is neither CSV nor XLSX."""
    body = write_xlsx(rows) if check_kind(file) == ".xlsx" else write_csv(rows)
    with _whole(file) as draft:
        draft.write_bytes(body)


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """Whole or not at all: a draft beside the file, then renamed."""
    draft = file.with_name(f".{file.name}.draft{file.suffix}")
    try:
        yield draft
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def check_kind(file: Path) -> str:
    """Its ending. `BadInput` for a file that is neither CSV nor XLSX."""
    kind = file.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise BadInput(where=str(file), value=kind, why="SHEET_KIND")
    return kind


def _write_csv(file: Path, rows: Iterable[Row]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark at the start makes Excel read UTF-8
        writer = csv.DictWriter(out, HEADS)
        writer.writeheader()
        writer.writerows(rows)


def _write_xlsx(file: Path, rows: Iterable[Row]) -> None:
    with Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("mapping")
        sheet.write_row(0, 0, HEADS, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [str(row[head]) for head in HEADS])
        sheet.autofilter(0, 0, 0, len(HEADS) - 1)
        sheet.freeze_panes(1, 0)


class Line(NamedTuple):
    """One usable line of a sheet, with its number as a spreadsheet counts."""

    number: int
    course: CourseMap
    item: ItemMap | None


def read(file: Path, *, year: int) -> list[Line]:
    """What a sheet says. `BadInput` with the line of everything that can't be used; nothing is taken then."""
    rows = list(enumerate(_read_rows(file), start=2))
    parsed = [(number, _parse(number, row, year)) for number, row in rows if any(row.values())]
    lines = [line for _, line in parsed if isinstance(line, Line)]
    wrong = [(number, line) for number, line in parsed if isinstance(line, str)]
    wrong += _contradictions(lines)
    if wrong or not lines:
        raise wrong_lines(file, wrong)
    return lines


def wrong_lines(file: Path, wrong: Sequence[tuple[int, str]]) -> BadInput:
    """Line by line: `3: term = “HK9”`, the same in every language."""
    told = [f"{number}: {what}" for number, what in sorted(wrong)]
    more = [f"… (+{len(told) - SHOWN})"] if len(told) > SHOWN else []
    return BadInput(
        where=str(file), value="; ".join([*told[:SHOWN], *more]), why="SHEET_ROWS" if told else "SHEET_EMPTY"
    )


def cell(head: str, value: object) -> str:
    """How a value that can't be used is told."""
    return f"{head} = “{value}”"


def _contradictions(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """One course and class with two meanings; one item in two columns; one column with two items."""
    courses: dict[tuple[int, str], CourseMap] = {}
    columns: dict[tuple[int, int], ItemMap] = {}
    items: dict[tuple[int, Term, Column], ItemMap] = {}
    for number, course, item in lines:
        if courses.setdefault((course.course, course.school_class), course) != course:
            yield number, cell("subject", f"{course.subject} {course.term or ''}".strip())
        if item is not None and columns.setdefault((item.course, item.item), item) != item:
            yield number, cell("column", f"{item.term}.{item.column}")
        elif item is not None and items.setdefault((item.course, item.term, item.column), item) != item:
            yield number, cell("item", item.item)


def _read_rows(file: Path) -> Iterator[dict[str, str]]:
    kind = check_kind(file)
    try:
        table = _xlsx_table(file) if kind == ".xlsx" else _csv_table(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(where=str(file), value=str(error), why="SHEET_UNREADABLE") from error
    heads = [head.strip().lower() for head in table[0]] if table else []
    missing = [head for head in HEADS[:-1] if head not in heads]
    if missing:
        raise BadInput(where=str(file), value=", ".join(missing), why="SHEET_HEADS")
    return (dict(zip(heads, [*row, *[""] * len(heads)], strict=False)) for row in table[1:])


def _csv_table(file: Path) -> list[list[str]]:
    text = file.read_text("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # a Vietnamese Excel writes semicolons
    return [[cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]


def _xlsx_table(file: Path) -> list[list[str]]:
    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError) as error:
        raise OSError(str(error)) from error
    return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _parse(number: int, row: Mapping[str, str], year: int) -> Line | str:
    """The line, or the first of its cells that can't be used."""
    for head, known in _KNOWN.items():
        needed = head in ("course", "class", "subject") or (row["item"] and head in ("item", "term", "column"))
        if (row[head] or needed) and not known(row[head]):
            return cell(head, row[head])
    term = Term(row["course_term"]) if row["course_term"] else None
    course = CourseMap(int(row["course"]), row["class"], row["subject"], year, term, origin="import")
    if not row["item"]:
        return Line(number, course, None)
    item = ItemMap(course.course, int(row["item"]), Term(row["term"]), Column(row["column"]), origin="import")
    return cell("term", row["term"]) if term not in (None, item.term) else Line(number, course, item)


def _is_id(text: str) -> bool:
    return text.isdecimal() and text.isascii() and 0 < int(text) < 2**63


_KNOWN: dict[str, Callable[[str], object]] = {
    "course": _is_id,
    "class": str,
    "subject": str,
    "course_term": set(Term).__contains__,
    "item": _is_id,
    "term": set(Term).__contains__,
    "column": set(Column).__contains__,
}
