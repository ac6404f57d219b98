"""The sheets of a workbook as values, read by calamine: rows of cells, merged ranges, names and who is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bridge.csdl.workbook.package import MOST_CELLS, Format, Package, Unusable, column_letters
from bridge.csdl.workbook.values import Cell, text_of
from bridge.ports.workbooks import Flaw, FlawKind


class Spot(NamedTuple):
    """A cell's place, from 0."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column + 1)}{self.row + 1}"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `merged` maps every cell of a merged range to the one that holds its value."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[Cell]]
    merged: dict[Spot, Spot]
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)  # header keys by row, as they are asked for

    def cell(self, spot: Spot) -> Cell:
        """What stands there, by itself; nothing outside."""
        row = self.rows[spot.row] if spot.row < len(self.rows) else ()
        return row[spot.column] if spot.column < len(row) else ""

    def text(self, spot: Spot) -> str:
        return text_of(self.cell(spot))

    def shown(self, spot: Spot) -> str:
        """What a person sees there: a merged range shows its first cell all over."""
        return self.text(self.merged.get(spot, spot))

    @property
    def width(self) -> int:
        """Of its first row: calamine makes all as wide as the widest."""
        return len(self.rows[0]) if self.rows else 0


def read_grids(package: Package, content: bytes | None = None) -> list[Grid]:
    """All sheets with cells. `content` instead of the file's own bytes. `Unusable` where calamine can't read it."""
    source = content if content is not None else package.path.read_bytes()
    try:
        book = CalamineWorkbook.from_object(BytesIO(source))
        return list(_grids(package, book))
    except CalamineError as err:
        raise Unusable(Flaw(FlawKind.DAMAGED, package.path.name, type(err).__name__)) from err


def _grids(package: Package, book: CalamineWorkbook) -> Iterator[Grid]:
    for place, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(place)
        if package.format is Format.XLS and sheet.total_height * sheet.total_width > MOST_CELLS * 10:
            raise Unusable(Flaw(FlawKind.TOO_MANY_CELLS, package.path.name, about.name))
        rows = sheet.to_python(skip_empty_area=False)
        yield Grid(about.name, about.visible != SheetVisibleEnum.Visible, rows, _merges(sheet.merged_cell_ranges or []))


def _merges(ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> dict[Spot, Spot]:
    """`TOO_MANY_CELLS` can't happen here: what is merged beyond the cells that there are is cut."""
    merged: dict[Spot, Spot] = {}
    for (top, left), (bottom, right) in ranges:
        for row in range(top, min(bottom, top + 200) + 1):
            for column in range(left, min(right, left + 400) + 1):
                merged[Spot(row, column)] = Spot(top, left)
    return merged
