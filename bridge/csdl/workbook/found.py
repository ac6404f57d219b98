"""Which layout fits a sheet: every layout is tried, the one that explains most of the head is taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.csdl.workbook.grid import Grid
from bridge.csdl.workbook.headers import Head, find_head
from bridge.csdl.workbook.layout import Layout
from bridge.csdl.workbook.texts import alias_key
from bridge.csdl.workbook.titles import Titles, read_titles


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet under the layout that fits it."""

    grid: Grid
    layout: Layout
    head: Head
    titles: Titles


def find_sheets(grids: Iterable[Grid], layouts: Sequence[Layout]) -> list[Sheet]:
    """The sheets that some layout fits; category sheets, instructions and hidden lists fit none and are passed over."""
    return [sheet for grid in grids if (sheet := fit(grid, layouts)) is not None]


def fit(grid: Grid, layouts: Sequence[Layout]) -> Sheet | None:
    """The best of the layouts that fit; of two that fit alike the first. None where none does."""
    fits = [sheet for layout in layouts if (sheet := _under(grid, layout)) is not None]
    return max(fits, key=_weight, default=None)


def _under(grid: Grid, layout: Layout) -> Sheet | None:
    head = find_head(grid, layout)
    if head is None:
        return None
    titles = read_titles(grid, range(head.top), layout.labels)
    text = alias_key(titles.text)
    if layout.titled and not any(words in text for words in layout.titled):
        return None
    return Sheet(grid, layout, head, titles)


def _weight(sheet: Sheet) -> tuple[int, int, int, int]:
    """Fewest flaws, then most columns explained, then own title words, then most needed roles."""
    layout, head = sheet.layout, sheet.head
    return -len(head.flaws), len(head.roles) + len(head.marks), len(layout.titled) > 0, len(layout.required)
