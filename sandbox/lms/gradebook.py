"""A pupil's gradebook as `gradereport_user_get_grade_items` shows it: totals, weights, flags and display text.

Rules read off real answers of Moodle 4.5.6; only the row of an item that waits for recalculation (`needsupdate`) is
from Moodle's documented behaviour, as none was recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.lms.records import Cell, Course, Item
from sandbox.lms.wire import Encoded, php_number, to_json

_LETTERS = (
    (93, "A"),
    (90, "A-"),
    (87, "B+"),
    (83, "B"),
    (80, "B-"),
    (77, "C+"),
    (73, "C"),
    (70, "C-"),
    (67, "D+"),
    (60, "D"),
    (0, "F"),
)
_NO_CELL = Cell()


@dataclass(frozen=True)
class View:
    """Whose eyes: only a caller with the right to see hidden grades gets flags and hidden values."""

    sees_hidden: bool
    now: int


@dataclass
class _Row:
    """One item of one pupil while it is being worked out. `max` of a natural total is the pupil's own."""

    item: Item
    cell: Cell
    exists: bool
    value: float | None
    graded: int | None
    max: float
    weight: float = 0

    def fraction(self, value: float) -> float:
        span = self.max - self.item.min
        return (value - self.item.min) / span if span else 0.0


class ReportCache:
    """Rendered gradebooks by course, pupil and view; a new revision of the course makes its old ones worthless.

    A gradebook that holds an item "hidden until" a moment is never kept: it changes by itself.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, dict[tuple[int, bool], Encoded]]] = {}

    def items(self, course: Course, user: int, *, revision: int, view: View) -> Encoded:
        if any(item.hiddenuntil for item in course.items):
            return render_items(course, user, view)
        kept_at, kept = self._kept.get(course.id, (None, {}))
        if kept_at != revision:
            kept = {}
            self._kept[course.id] = (revision, kept)
        key = (user, view.sees_hidden)
        if key not in kept:
            kept[key] = render_items(course, user, view)
        return kept[key]


def render_items(course: Course, user: int, view: View) -> Encoded:
    """The JSON list `gradeitems` of one pupil."""
    rows = _work_out(course, user)
    shown = [row for row in rows if view.sees_hidden or not row.item.hidden]
    return Encoded("[" + ",".join(to_json(_show(row, view)) for row in shown) + "]")


def max_depth(course: Course) -> int:
    parents = {category.id: category.parent for category in course.grade_categories}
    depths = [_depth(parents, category) for category in parents]
    return 1 + max(depths, default=1)


def category_path(course: Course, item: Item) -> int | None:
    """The grade category in which the item counts: for a total, the parent of the category it totals."""
    if not item.is_total:
        return item.category
    return next((part.parent for part in course.grade_categories if part.id == item.instance), None)


def _depth(parents: dict[int, int | None], category: int) -> int:
    parent = parents[category]
    return 1 if parent is None else 1 + _depth(parents, parent)


def _work_out(course: Course, user: int) -> list[_Row]:
    """Items stand in gradebook order, each total after its children: one pass from top to bottom is enough."""
    categories = {category.id: category for category in course.grade_categories}
    waiting: dict[int | None, list[_Row]] = {}
    rows: list[_Row] = []
    for item in course.items:
        row = _own_row(item, course.cells.get(item.id, {}).get(user))
        if item.is_total:
            _total(row, waiting.pop(item.instance, []), categories[item.instance or 0].aggregation)
            waiting.setdefault(categories[item.instance or 0].parent, []).append(row)
        else:
            waiting.setdefault(item.category, []).append(row)
        rows.append(row)
    return rows


def _own_row(item: Item, cell: Cell | None) -> _Row:
    known = cell or _NO_CELL
    return _Row(item=item, cell=known, exists=cell is not None, value=known.raw, graded=known.graded, max=item.max)


def _total(total: _Row, children: list[_Row], aggregation: str) -> None:
    counted = [row for row in children if row.value is not None and not row.cell.excluded and not row.item.text]
    shares = {row.item.id: _share(row, aggregation) for row in counted}
    whole = sum(shares.values())
    for row in children:
        row.weight = shares.get(row.item.id, 0) / whole if whole else 0
        row.exists = row.exists or (bool(counted) and not total.cell.overridden and not row.item.text)
    if aggregation == "natural" and children:
        total.max = sum(row.max for row in counted or children)
    if not total.cell.overridden and whole:
        total.value = _aggregate(total, counted, aggregation)
        dates = [row.graded for row in counted if row.graded is not None]
        total.graded = total.cell.graded or max(dates, default=None)
        total.exists = True


def _share(row: _Row, aggregation: str) -> float:
    if aggregation == "natural":
        return row.max
    return 1 if aggregation == "mean" else row.item.coefficient


def _aggregate(total: _Row, counted: list[_Row], aggregation: str) -> float:
    values = [(row, row.value) for row in counted if row.value is not None]
    if aggregation == "natural":
        return round(sum(value for _, value in values), 5)
    mean = sum(row.weight * row.fraction(value) for row, value in values)
    return _five_decimals(total.item.min + mean * (total.max - total.item.min))


def _five_decimals(value: float) -> float:
    return round(value + 1e-9, 5)


def _show(row: _Row, view: View) -> dict[str, Any]:
    """The keys in Moodle's order. `weightraw` and `status` are missing, not null, where Moodle leaves them out."""
    item, cell = row.item, row.cell
    hidden = item.hidden or cell.hidden or item.hiddenuntil > view.now
    value = None if item.needsupdate or (hidden and not view.sees_hidden) else row.value
    return {
        "id": item.id,
        "itemname": item.name,
        "itemtype": item.type,
        "itemmodule": item.module,
        "iteminstance": item.instance,
        "itemnumber": item.number,
        "idnumber": item.idnumber,
        "categoryid": None if item.is_total else item.category,
        "outcomeid": None,
        "scaleid": None,
        "locked": item.locked if view.sees_hidden else None,
        **({"cmid": item.cmid} if item.cmid is not None else {}),
        **_weight(row),
        "graderaw": None if value is None or item.text else php_number(value),
        "gradedatesubmitted": cell.submitted,
        "gradedategraded": row.graded,
        "gradehiddenbydate": False,
        "gradeneedsupdate": item.needsupdate,
        "gradeishidden": hidden,
        "gradeislocked": (item.locked or cell.locked) if view.sees_hidden else None,
        "gradeisoverridden": cell.overridden if view.sees_hidden else None,
        "gradeformatted": _value_text(row, value),
        "grademin": php_number(item.min),
        "grademax": php_number(row.max),
        "rangeformatted": _range_text(row),
        "percentageformatted": _percent_text(row, value),
        "feedback": cell.feedback,
        "feedbackformat": (cell.feedbackformat if cell.feedback else 2) if row.exists else 0,
    }


def _weight(row: _Row) -> dict[str, Any]:
    if row.item.type == "course" or not row.exists:
        return {}
    weight = round(row.weight, 5)
    shown = {"weightraw": php_number(weight), "weightformatted": f"{weight * 100 + 1e-9:.2f} %"}
    if row.cell.excluded:
        return {**shown, "status": "dropped"}
    return shown if row.value is not None or row.item.text else {**shown, "status": "novalue"}


def _value_text(row: _Row, value: float | None) -> str:
    item = row.item
    if item.text:
        return ""
    if item.needsupdate:
        return "Error"
    if value is None:
        return "-"
    if item.scale:
        return item.scale[int(value) - 1]
    number = f"{value + 1e-9:.{item.decimals}f}"
    return f"{number} ({_letter(row, value)})" if item.letter else number


def _letter(row: _Row, value: float) -> str:
    percent = 100 * row.fraction(value)
    return next(letter for least, letter in _LETTERS if percent >= least)


def _range_text(row: _Row) -> str:
    item = row.item
    if item.text:
        return "&ndash;"
    if item.scale:
        return f"{item.scale[0]}&ndash;{item.scale[-1]}"
    return f"{php_number(item.min)}&ndash;{php_number(row.max)}"


def _percent_text(row: _Row, value: float | None) -> str:
    item = row.item
    if item.text:
        return ""
    if item.needsupdate:
        return "Error"
    if value is None or row.max == item.min:
        return "-"
    return f"{100 * row.fraction(value) + 1e-7:.{item.decimals}f} %"
