"""The first sheet of an .xlsx as rows of texts. Whoever reads a sheet makes room for all cells up to the farthest, so
its XML is judged first, and calamine is handed what was judged and nothing else.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from content_packager.reading.limits import MIB, SAFE
from content_packager.reading.package import OpenPackage, RefusedPackage, open_package
from content_packager.reading.xml import BadXml, Element, parse_xml

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 64 * MIB, 10_000, 100
"""Of all XML in a workbook, and of cells that hold something."""

_PLACE, _ROW = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})"), re.compile(r"[0-9]{1,7}")


class BadWorkbook(ValueError):
    """Not a workbook that can be read."""


class LargeWorkbook(ValueError):
    """Its cells reach too far."""


def rows_of(path: Path) -> list[list[str]]:
    """From the sheet's first row and column on. Raises BadWorkbook, LargeWorkbook, OSError."""
    try:
        with open_package(path) as package:
            book = CalamineWorkbook.from_object(_judged(package))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (RefusedPackage, BadXml, CalamineError) as error:
        raise BadWorkbook(path.name) from error
    return [[_text(value) for value in row] for row in sheet]


def _judged(package: OpenPackage) -> BytesIO:
    """The workbook again with the XML alone."""
    names = [name for name in package.names() if name.endswith((".xml", ".rels"))]
    if sum(map(package.size, names)) > MOST_BYTES:
        raise LargeWorkbook
    again = BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name in names:
            data = package.read(name)
            for row, column in _filled(parse_xml(data, SAFE)):
                if row > MOST_ROWS or column > MOST_COLUMNS:
                    raise LargeWorkbook
            archive.writestr(name, data)
    again.seek(0)
    return again


def _filled(root: Element) -> Iterator[tuple[int, int]]:
    """Row and column, from 1, of each cell that holds something; what has no place of its own follows the last."""
    row = column = 0
    for element in root.walk():
        if element.local == "row":
            said = element.attributes.get("r", "")
            row, column = int(said) if _ROW.fullmatch(said) else row + 1, 0
        elif element.local == "c":
            place = _PLACE.fullmatch(element.attributes.get("r", ""))
            row, column = (int(place[2]), _number(place[1])) if place else (row, column + 1)
            if element.children:
                yield row, column


def _number(letters: str) -> int:
    """1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _text(value: object) -> str:
    """A number as it was typed: Excel keeps `3` as 3.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
