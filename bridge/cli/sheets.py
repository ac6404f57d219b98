"""The mapping as a sheet, CSV or XLSX: one line per item, or per course without any."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from bridge.domain.errors import BadInput
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.scores import Column, Term
from bridge.ports.marks import Mappings

HEADS = ("course", "class", "subject", "course_term", "item", "term", "column", "origin")

Row = dict[str, Any]


def rows_of(mappings: Mappings, school: str, year: int) -> list[Row]:
    """The mapping as lines."""
    items: dict[int, list[ItemMap]] = {}
    for item in mappings.items(school, year):
        items.setdefault(item.course, []).append(item)
    return [line for course in mappings.courses(school, year) for line in _lines(course, items.get(course.course, []))]


def _lines(course: CourseMap, items: list[ItemMap]) -> Iterator[Row]:
    head = (course.course, course.school_class, course.subject, course.term or "")
    if not items:
        yield dict(zip(HEADS, (*head, "", "", "", course.origin), strict=True))
    for item in sorted(items, key=lambda each: (each.term, each.column)):
        yield dict(zip(HEADS, (*head, item.item, item.term, item.column, item.origin), strict=True))


def write(file: Path, rows: Iterable[Row]) -> None:
    """Whole or not at all: a draft beside the file, then renamed."""
    draft = file.with_name(f".{file.name}.draft{file.suffix}")
    if _kind(file) == ".xlsx":
        _write_xlsx(draft, rows)
    else:
        _write_csv(draft, rows)
    draft.replace(file)


def _kind(file: Path) -> str:
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


def read(file: Path, *, year: int) -> tuple[list[CourseMap], list[ItemMap]]:
    """What a sheet says. `BadInput` with the line of every row that can't be used; nothing is taken then."""
    lines = list(enumerate(_read_rows(file), start=2))
    courses: dict[tuple[int, str], CourseMap] = {}
    items: list[ItemMap] = []
    wrong: list[str] = []
    for number, row in lines:
        try:
            course, item = _parse(row, year)
        except (KeyError, ValueError) as error:
            wrong.append(f"{number}: {error}")
            continue
        courses[course.course, course.school_class] = course
        items += [item] if item is not None else []
    if wrong or not lines:
        raise BadInput(where=str(file), value="; ".join(wrong[:20]), why="SHEET_ROWS")
    return list(courses.values()), items


def _read_rows(file: Path) -> Iterator[dict[str, str]]:
    kind = _kind(file)
    try:
        table = _xlsx_table(file) if kind == ".xlsx" else _csv_table(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(where=str(file), value=str(error), why="SHEET_UNREADABLE") from error
    heads = [head.strip().lower() for head in table[0]] if table else []
    missing = [head for head in HEADS[:-1] if head not in heads]
    if missing:
        raise BadInput(where=str(file), value=", ".join(missing), why="SHEET_HEADS")
    return (dict(zip(heads, row, strict=False)) for row in table[1:] if any(row))


def _csv_table(file: Path) -> list[list[str]]:
    text = file.read_text("utf-8-sig")
    dialect = csv.Sniffer().sniff(text[:2000], delimiters=",;\t") if text else csv.excel
    return [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), dialect)]


def _xlsx_table(file: Path) -> list[list[str]]:
    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise OSError(str(error)) from error
    return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _parse(row: dict[str, str], year: int) -> tuple[CourseMap, ItemMap | None]:
    term = Term(row["course_term"]) if row["course_term"] else None
    course = CourseMap(int(row["course"]), row["class"], row["subject"], year, term, origin="import")
    if not row["item"]:
        return course, None
    return course, ItemMap(course.course, int(row["item"]), Term(row["term"]), Column(row["column"]), origin="import")
