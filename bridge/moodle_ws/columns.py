"""One column of a gradebook: its range, whether it holds words, and how its cells are read."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import unescape
from itertools import product
from operator import attrgetter

from msgspec import UNSET

from bridge.domain.scale import Flag
from bridge.moodle_ws.report_wire import CellRow, ColumnRow
from bridge.ports.lms import ItemKind, LmsCell, LmsItem

_KINDS = {
    "mod": ItemKind.ACTIVITY,
    "manual": ItemKind.MANUAL,
    "category": ItemKind.CATEGORY,
    "course": ItemKind.COURSE,
}
_NO_ENDS = "&ndash;"
_NUMBERS = re.compile(r"[-\d.,\s\u00a0]+&ndash;[-\d.,\s\u00a0]+")
_TAG = re.compile(r"<[^>]*>")
_LONGEST_TEXT = 40

_Shown = tuple[bool | None, bool | None, bool | None, bool | None]
_SHOWN = ("gradeneedsupdate", "gradeishidden", "gradeislocked", "gradeisoverridden")
_shown: Callable[[CellRow], _Shown] = attrgetter(*_SHOWN)
_range: Callable[[CellRow], tuple[float, float]] = attrgetter("grademin", "grademax")
_telling: Callable[[CellRow], tuple[object, ...]] = attrgetter("graderaw", "grademin", "grademax", *_SHOWN)


def _sum_up(shown: _Shown) -> int:
    flags = (Flag.NEEDS_UPDATE, Flag.HIDDEN, Flag.LOCKED, Flag.OVERRIDDEN)
    missing = int(Flag.FLAGS_MISSING) if None in shown else 0
    return missing | sum(int(flag) for flag, on in zip(flags, shown, strict=True) if on)


# Needs update, hidden, locked, overridden: each true, false or not shown.
_ANY = (True, False, None)
_FLAGS: Mapping[_Shown, int] = {shown: _sum_up(shown) for shown in product(_ANY, _ANY, _ANY, _ANY)}


@lru_cache(maxsize=8192)  # a school shares some thousand values
def as_printed(number: float) -> Decimal:
    """A number by its shortest decimal text, which is what Moodle printed."""
    return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))


class Texts(dict[str, str]):
    """What is shown on a page, with icons (a pass mark puts one before the word) and escapes → the text alone."""

    def __missing__(self, shown: str) -> str:
        made = self[shown] = " ".join(unescape(_TAG.sub(" ", shown)).split())
        return made


@dataclass(frozen=True, slots=True)
class Column:
    """What all cells of a column share. Its range is 0–0, which converts nothing, where the report hides ranges."""

    id: int
    name: str
    idnumber: str
    kind: ItemKind
    module: str | None
    resource_link: str
    low: float
    high: float
    words: bool
    text: bool

    @classmethod
    def of(cls, first: ColumnRow, cells: Sequence[CellRow]) -> "Column":
        low, high = _own_range(cells)
        shown = "0&ndash;0" if first.rangeformatted is UNSET else first.rangeformatted
        text = shown == _NO_ENDS
        return cls(
            id=first.id,
            name=first.itemname or "",
            idnumber=first.idnumber or "",
            kind=_KINDS[first.itemtype],
            module=first.itemmodule,
            resource_link=_resource_link(first),
            low=low,
            high=high,
            words=text or low == 1 or _NUMBERS.fullmatch(shown) is None,
            text=text,
        )

    def to_domain(self, *, category: str = "", name: str | None = None) -> LmsItem:
        return LmsItem(
            id=self.id,
            name=self.name or name or "",
            idnumber=self.idnumber,
            kind=self.kind,
            module=self.module,
            resource_link=self.resource_link,
            low=as_printed(self.low),
            high=as_printed(self.high),
            words=self.words,
            category=category,
        )


def _resource_link(first: ColumnRow) -> str:
    """Moodle launches a tool with the activity's own number as resource link (`lti_build_request`, mod/lti)."""
    return str(first.iteminstance) if first.itemmodule == "lti" and first.iteminstance is not None else ""


def cell_reader(column: Column, texts: Texts) -> Callable[[CellRow], LmsCell]:
    """How the cells of this column are read. Made once per column, called once per pupil."""
    if column.text:
        return lambda cell: _cell(cell, None, texts[cell.feedback or ""][:_LONGEST_TEXT])

    def read(cell: CellRow) -> LmsCell:
        raw = cell.graderaw
        if not isinstance(raw, float):
            return _cell(cell, None, "")
        if _range(cell) != (column.low, column.high):
            return _cell(cell, None, _under_another_range(cell, raw))
        return _cell(cell, as_printed(raw), texts[cell.gradeformatted or ""] if column.words else "")

    return read if column.words else _once(read)


def _once(read: Callable[[CellRow], LmsCell]) -> Callable[[CellRow], LmsCell]:
    """Reads cells of numbers that tell the same only once. Hot: a class has a few dozen different ones in a column."""
    known: dict[tuple[object, ...], LmsCell] = {}

    def look_up(cell: CellRow) -> LmsCell:
        told = _telling(cell)
        found = known.get(told)
        if found is None:
            found = known[told] = read(cell)
        return found

    return look_up


def _cell(cell: CellRow, raw: Decimal | None, word: str) -> LmsCell:
    return LmsCell(raw, _FLAGS[_shown(cell)], word)


def _own_range(cells: Sequence[CellRow]) -> tuple[float, float]:
    """A cell without a value shows the item's own range, one with a value the range under which it was given.

    The two differ in totals of natural weighting (only what is marked counts towards the maximum) and in courses that
    keep a value's old range after the item's maximum was changed.
    """
    first = _range(cells[0])
    if all(_range(cell) == first for cell in cells):
        return first
    blank = next((cell for cell in cells if not isinstance(cell.graderaw, float)), None)
    return _range(blank) if blank is not None else Counter(map(_range, cells)).most_common(1)[0][0]


def _under_another_range(cell: CellRow, raw: float) -> str:
    return f"{raw:g} ({cell.grademin:g}–{cell.grademax:g})"
