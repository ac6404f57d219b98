"""Where the columns of a sheet lie: by the words of its header rows, however many there are and however merged.

The header row is the one with a pupil's (or teacher's) name and most other known words. What stands above or below a
header in a merged or grouped head belongs to it: `ĐĐGtx` over `1 2 3 4` are TX1 to TX4.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from bridge.csdl.workbook.grid import Grid, Spot
from bridge.csdl.workbook.layout import SCORE_ROLES, Layout
from bridge.csdl.workbook.texts import alias_key
from bridge.domain.scores import Column
from bridge.ports.workbooks import Flaw, FlawKind

LOOKED = 40  # rows from the top within which a head begins
MOST_HEADS = 4
_BRACKETS = re.compile(r"\((?!\s*\d\s*\))[^()]*\)|\[[^\[\]]*\]")
_BETWEEN = ("lan", "cot", "bai", "diem", "so", "thu")  # may stand between a regular mark's name and its number
REGULAR = tuple(column for column in Column if column.is_regular)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sheet: rows from `top` to before `body`, and the column of each role."""

    top: int
    body: int
    roles: dict[str, int]  # but marks: one column each
    marks: dict[Column, int]  # mark columns; several in one where the regular marks share a cell
    flaws: tuple[Flaw, ...] = ()


class _Column(NamedTuple):
    place: int
    path: tuple[str, ...]  # texts from the top down, without repeats


def find_head(grid: Grid, layout: Layout) -> Head | None:
    """The head by this layout's words; None where the sheet has none of the roles that the layout needs."""
    row = _header_row(grid, layout)
    if row is None:
        return None
    top, bottom = _extent(grid, layout, row)
    columns = [_Column(place, _path(grid, top, bottom, place)) for place in range(grid.width)]
    named = _Roles(grid, layout, top)
    for column in columns:
        named.take(column)
    if not layout.required <= named.roles():
        return None
    body = _skip_numbering(grid, bottom + 1)
    return Head(top, body, named.single, named.marks, tuple(named.flaws) if layout.strict else ())


def column_named(layout: Layout, text: str) -> Column | None:
    """The mark column that a text names (`ĐĐGtx 2`); None for none."""
    role, key = _role(layout, text), alias_key(_BRACKETS.sub(" ", text))
    if role in ("GK", "CK"):
        return Column(role)
    number = _number_of(layout, key)
    return REGULAR[number - 1] if role == "TX" and number is not None and number <= len(REGULAR) else None


def best_head(grid: Grid, layouts: Sequence[Layout]) -> tuple[int, int] | None:
    """First and last row of what looks most like a head to any layout; None where nothing does."""
    for layout in layouts:
        row = _header_row(grid, layout)
        if row is not None:
            return _extent(grid, layout, row)
    return None


def guess_role(path: Sequence[str], layouts: Sequence[Layout]) -> str:
    """The role that the first layout to know these words gives them; "" for none."""
    roles = (_role(layout, " ".join(texts)) for layout in layouts for texts in _tries(tuple(path)))
    return next((role for role in roles if role is not None), "")


def _header_row(grid: Grid, layout: Layout) -> int | None:
    """The row with the most words that the layout knows, a name or an error among them."""
    best, most = None, 1
    for row in range(min(LOOKED, len(grid.rows))):
        roles = {role for key in _keys(grid, row) if (role := _role_of_key(layout, key))}
        if roles & {"name", "family_name", "error"} and len(roles) > most:
            best, most = row, len(roles)
    return best


def _keys(grid: Grid, row: int) -> tuple[str, ...]:
    """What the cells of a row are compared by: made once, whatever the number of layouts."""
    if row not in grid.keys:
        texts = (grid.text(Spot(row, column)) for column in range(grid.width))
        keys = (alias_key(_BRACKETS.sub(" ", text)) for text in texts if text)
        grid.keys[row] = tuple(key for key in keys if not key.isdecimal())
    return grid.keys[row]


def _role(layout: Layout, text: str) -> str | None:
    return _role_of_key(layout, alias_key(_BRACKETS.sub(" ", text)))


def _role_of_key(layout: Layout, key: str) -> str | None:
    role = layout.headers.get(key)
    return role if role is not None else ("TX" if _number_of(layout, key) else None)


def _number_of(layout: Layout, key: str) -> int | None:
    """Of a regular mark's header, as 2 of `ddgtx2` and `ddgtxlan2`; None for any other key."""
    if key[-1:] not in "123456789" or not key:
        return None
    name = key[:-1]
    bare = next((name.removesuffix(word) for word in _BETWEEN if name.endswith(word)), name)
    return int(key[-1]) if "TX" in (layout.headers.get(name), layout.headers.get(bare)) else None


def _extent(grid: Grid, layout: Layout, row: int) -> tuple[int, int]:
    """First and last row of the head: group heads above, numbers and halves below, until the first body row."""
    top = min(grid.merged.get(Spot(row, column), Spot(row, column)).row for column in range(grid.width or 1))
    while top > 0 and row - top < MOST_HEADS - 1 and _heads_above(grid, layout, top - 1):
        top -= 1
    bottom = row
    while bottom + 1 < len(grid.rows) and bottom - top < MOST_HEADS - 1 and _is_sub_head(grid, layout, bottom + 1):
        bottom += 1
    return top, bottom


def _heads_above(grid: Grid, layout: Layout, row: int) -> bool:
    """A row over the header row that only groups columns: wide merged words, one of which the layout knows."""
    texts = [grid.text(Spot(row, column)) for column in range(grid.width)]
    return sum(map(bool, texts)) > 1 and any(_role(layout, text) in (*SCORE_ROLES, "ignore") for text in texts if text)


def _is_sub_head(grid: Grid, layout: Layout, row: int) -> bool:
    """A row below whose identity columns belong to cells merged from above, or are empty, and which says something."""
    texts = {place: grid.text(Spot(row, place)) for place in range(grid.width)}
    said = {place: text for place, text in texts.items() if text}
    if not said:
        return any(grid.merged.get(Spot(row, place), Spot(row, place)).row < row for place in texts)
    people = [place for place in said if _says_identity(grid, layout, row, place)]
    return not people


def _says_identity(grid: Grid, layout: Layout, row: int, place: int) -> bool:
    """Whether this cell stands in a column whose head is no mark's: then it is a body row."""
    above = next(
        (grid.text(Spot(up, place)) for up in range(row - 1, max(-1, row - 4), -1) if grid.text(Spot(up, place))), ""
    )
    role = _role(layout, above)
    return role is not None and role not in (*SCORE_ROLES, "ignore")


def _path(grid: Grid, top: int, bottom: int, place: int) -> tuple[str, ...]:
    texts = [grid.shown(Spot(row, place)) for row in range(top, bottom + 1)]
    stripped = [" ".join(_BRACKETS.sub(" ", text).split()) or text for text in texts]
    return tuple(text for number, text in enumerate(stripped) if text and text not in stripped[:number])


def _skip_numbering(grid: Grid, row: int) -> int:
    """The row of (1), (2), (3) … under a head is no pupil."""
    if row >= len(grid.rows):
        return row
    numbers = [text.strip("()") for column in range(grid.width) if (text := grid.text(Spot(row, column)))]
    if len(numbers) > 3 and all(number.isdecimal() for number in numbers):
        counted = list(map(int, numbers))
        if all(0 < after - before <= 2 for before, after in pairwise(counted)):
            return row + 1
    return row


class _Roles:
    """Columns given their roles, one after the other; what is unknown or doubled is a flaw."""

    def __init__(self, grid: Grid, layout: Layout, top: int) -> None:
        self.single: dict[str, int] = {}
        self.marks: dict[Column, int] = {}
        self.flaws: list[Flaw] = []
        self._layout, self._grid, self._top = layout, grid, top
        self._in_order = iter(REGULAR)

    def roles(self) -> set[str]:
        marks = {"TX" if column.is_regular else column.value for column in self.marks}
        return {*self.single, *marks}

    def take(self, column: _Column) -> None:
        if not column.path:
            return
        role, number = self._role_of(column)
        if role is None and self.marks:  # before the marks stand people's own data, hidden or not: it is not touched
            self._flaw(FlawKind.UNKNOWN_HEADER, column)
        elif role is None:
            return
        elif role in SCORE_ROLES:
            self._take_marks(role, number, column)
        elif role != "ignore" and self.single.setdefault(role, column.place) != column.place:
            self._flaw(FlawKind.DOUBLED_HEADER, column)

    def _role_of(self, column: _Column) -> tuple[str | None, int | None]:
        """By the whole path, then ever shorter ends of it, then its parts from the bottom up."""
        for texts in _tries(column.path):
            key = alias_key(" ".join(texts))
            if key in self._layout.headers:
                return self._layout.headers[key], None
            if (number := _number_of(self._layout, key)) is not None:
                return "TX", number
        return None, None

    def _take_marks(self, role: str, number: int | None, column: _Column) -> None:
        for mark in self._columns(role, number):
            if mark is None:
                self._flaw(FlawKind.DOUBLED_HEADER if number is None else FlawKind.UNKNOWN_HEADER, column)
            elif self.marks.setdefault(mark, column.place) != column.place:
                self._flaw(FlawKind.DOUBLED_HEADER, column)

    def _columns(self, role: str, number: int | None) -> Iterator[Column | None]:
        if role != "TX":
            yield Column(role)
        elif number is not None:
            yield REGULAR[number - 1] if number <= len(REGULAR) else None
        elif self._layout.regular == "one_cell":
            yield from REGULAR
        elif self._layout.regular == "in_order":
            yield next(self._in_order, None)
        else:
            yield None  # which of them nobody knows; a layout with the marks in one cell, or in order, explains it

    def _flaw(self, kind: FlawKind, column: _Column) -> None:
        spot = Spot(self._top, column.place)
        self.flaws.append(Flaw(kind, f"{self._grid.name}!{spot}", " / ".join(column.path)[:60]))


def _tries(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield from (path[start:] for start in range(len(path)))
    yield from ((text,) for text in reversed(path[:-1]))
