"""Mark cells of a worksheet part replaced byte for byte; every other byte of the part stays as it was (ADR 0028).

Only expat's byte positions are used, no tree is built and nothing is written anew: widths, validations, conditional
formats, extensions that no library knows keep their place, their order and their spelling.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from bridge.csdl.workbook.grid import Spot
from bridge.csdl.workbook.package import column_letters, column_number

_TYPED = frozenset({"r", "t", "s"})


class Extent(NamedTuple):
    """An element's bytes, from its `<` to after its last `>`."""

    start: int
    end: int


@dataclass(slots=True)
class CellFound:
    extent: Extent
    attributes: dict[str, str]
    formula: bool = False


@dataclass(slots=True)
class RowFound:
    """A row element: where its own tags lie, and the cells asked for."""

    open: Extent  # of its start tag
    close: int = 0  # where its end tag begins; 0 for an empty element
    style: str | None = None
    cells: dict[int, CellFound] = field(default_factory=dict)  # by column, from 0
    starts: list[tuple[int, int]] = field(default_factory=list)  # column and first byte of every cell


@dataclass(slots=True)
class Scan:
    """What there is to know of a worksheet part before its cells are replaced."""

    prefix: str = ""  # of the main namespace, with its colon
    rows: dict[int, RowFound] = field(default_factory=dict)  # from 0; only the rows asked for
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)  # first, last column from 0; style
    protected: bool = False
    formulas: bool = False


class NewCell(NamedTuple):
    """What a cell shall hold. `number` as Excel writes it (`8.5`); else a text; both None: nothing."""

    number: str | None = None
    text: str | None = None


class _Scanner:
    def __init__(self, content: bytes, rows: frozenset[int]) -> None:
        self.scan = Scan()
        self._content, self._wanted = content, rows
        self._row: RowFound | None = None
        self._row_number, self._column = -1, -1
        self._cell: tuple[int, CellFound] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._begin, self._end

    def run(self) -> Scan:
        self._parser.Parse(self._content, True)
        return self.scan

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, colon, name = tag.rpartition(":")
        match name:
            case "worksheet":
                self.scan.prefix = prefix + colon
            case "row":
                self._begin_row(attributes)
            case "c":
                self._begin_cell(attributes)
            case "f":
                self.scan.formulas = True
                if self._cell is not None:
                    self._cell[1].formula = True
            case "col" if "style" in attributes:
                first, last = int(attributes["min"]) - 1, int(attributes["max"]) - 1
                self.scan.column_styles.append((first, last, attributes["style"]))
            case "sheetProtection":
                self.scan.protected = attributes.get("sheet") in ("1", "true")

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row_number = int(attributes["r"]) - 1 if "r" in attributes else self._row_number + 1
        self._column = -1
        self._row = None
        if self._row_number in self._wanted:
            self._row = RowFound(self._tag(), style=attributes.get("s"))
            self.scan.rows[self._row_number] = self._row

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r", "").rstrip("0123456789")
        self._column = column_number(reference) - 1 if reference else self._column + 1
        if self._row is not None:
            found = CellFound(self._tag(), attributes)
            self._row.starts.append((self._column, found.extent.start))
            self._row.cells[self._column] = found
            self._cell = (self._column, found)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c" and self._cell is not None:
            found = self._cell[1]
            found.extent = Extent(found.extent.start, self._after_end(found.extent))
            self._cell = None
        elif name == "row" and self._row is not None:
            self._row.close = 0 if self._is_empty(self._row.open) else self._parser.CurrentByteIndex
            self._row = None

    def _tag(self) -> Extent:
        """The start tag at hand: quoted values may hold a `>`."""
        start = at = self._parser.CurrentByteIndex
        quote = 0
        while True:
            byte = self._content[at]
            if quote:
                quote = 0 if byte == quote else quote
            elif byte in b"\"'":
                quote = byte
            elif byte == ord(">"):
                return Extent(start, at + 1)
            at += 1

    def _after_end(self, opened: Extent) -> int:
        if self._is_empty(opened):
            return opened.end
        return self._content.index(b">", self._parser.CurrentByteIndex) + 1

    def _is_empty(self, opened: Extent) -> bool:
        return self._content[opened.end - 2 : opened.end] == b"/>"


def scan_sheet(content: bytes, rows: frozenset[int]) -> Scan:
    """Where the cells of these rows (from 0) lie. The part was judged before: well-formed, UTF-8, no document type."""
    return _Scanner(content, rows).run()


def put_cells(content: bytes, scan: Scan, cells: Mapping[Spot, NewCell]) -> bytes:
    """The part with these cells; each row must be in the scan. A cell keeps its style; a new one takes its row's."""
    pieces, at = [], 0
    for start, end, new in sorted(_edits(content, scan, cells)):
        pieces += [content[at:start], new]
        at = end
    return b"".join([*pieces, content[at:]])


def _edits(content: bytes, scan: Scan, cells: Mapping[Spot, NewCell]) -> Iterator[tuple[int, int, bytes]]:
    """Bytes to replace, from where to where. New cells of one place go in as one, in the order of their columns."""
    inserted: dict[int, list[tuple[int, bytes]]] = {}
    for spot, new in cells.items():
        row = scan.rows[spot.row]
        found = row.cells.get(spot.column)
        if found is not None:
            yield *found.extent, _element(scan, spot, new, found.attributes)
        else:
            style = row.style or style_of_column(scan, spot.column)
            element = _element(scan, spot, new, {"s": style} if style else {})
            inserted.setdefault(spot.row, []).append((spot.column, element))
    for number, elements in inserted.items():
        yield from _insertions(content, scan, scan.rows[number], sorted(elements))


def _insertions(
    content: bytes, scan: Scan, row: RowFound, elements: list[tuple[int, bytes]]
) -> Iterator[tuple[int, int, bytes]]:
    if not row.close:
        opened = content[row.open.start : row.open.end - 2].rstrip() + b">"
        inside = b"".join(element for _, element in elements)
        yield *row.open, opened + inside + f"</{scan.prefix}row>".encode()
        return
    places: dict[int, list[bytes]] = {}
    for column, element in elements:
        at = next((start for place, start in row.starts if place > column), row.close)
        places.setdefault(at, []).append(element)
    for at, found in places.items():
        yield at, at, b"".join(found)


def style_of_column(scan: Scan, column: int) -> str | None:
    return next((style for first, last, style in scan.column_styles if first <= column <= last), None)


def _element(scan: Scan, spot: Spot, new: NewCell, attributes: Mapping[str, str]) -> bytes:
    """The cell anew: style and foreign attributes as they were, type and content ours."""
    tag = f"{scan.prefix}c"
    kept = {"r": f"{column_letters(spot.column + 1)}{spot.row + 1}"} | {
        name: value for name, value in attributes.items() if name == "s" or name not in _TYPED
    }
    head = tag + "".join(f" {name}={quoteattr(value)}" for name, value in kept.items())
    p = scan.prefix
    if new.number is not None:
        return f"<{head}><{p}v>{new.number}</{p}v></{tag}>".encode()
    if new.text:
        return f'<{head} t="inlineStr"><{p}is><{p}t>{escape(new.text)}</{p}t></{p}is></{tag}>'.encode()
    return f"<{head}/>".encode()
