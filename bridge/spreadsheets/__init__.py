"""Rows for people as CSV and XLSX. Nothing in a file is ever a formula."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

Cell = str | float

WIDE = 28  # letters, of the second column: it holds names


def write_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerows([_tame(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # the mark at the start makes Excel read UTF-8


def _tame(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is quoted (OWASP, CSV Injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r")) else cell


def write_xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The first row holds the heads."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold, tenth = (
        book.add_worksheet(),
        book.add_format({"bold": True, "text_wrap": True}),
        book.add_format({"num_format": "0.0"}),
    )
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(at, place, cell, tenth)
            else:
                sheet.write(at, place, cell, bold if at == 0 else None)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 1, WIDE)
    book.close()
    return out.getvalue()
