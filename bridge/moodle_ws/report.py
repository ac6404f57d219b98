"""The user report of a gradebook, from bytes to cells. The hot path: one pass, no validator in Python per cell.

What Moodle sends for one cell, and what is made of it:

| there | here |
|---|---|
| `graderaw` null, a value never given | raw None: blank |
| `gradeneedsupdate` | NEEDS_UPDATE (the value is withheld until Moodle has recomputed) |
| `gradeishidden`, `gradeislocked`, `gradeisoverridden` | HIDDEN, LOCKED, OVERRIDDEN, of the item or the cell |
| one of these null or absent | FLAGS_MISSING: the account lacks a right, or the course's report has no value column |
| `status` = dropped | EXCLUDED, unless it shows the marks of a drop-lowest rule (`dropped.py`) |
| values without any `weightraw` or `status` | FLAGS_MISSING: the course's report hides weights, so also exclusion |
| range of words, or of anything that starts at 1 | a scale: the word is read from `gradeformatted` |
| range without ends | a text item: raw None, and the text itself as word, so that it is never blank |
| a value given under another range than the item's | raw None and both as word: nobody knows what it means now |

`scaleid` is null even for scales (it is filled from another field in 4.5).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import UNSET

from bridge.domain.scale import Flag
from bridge.moodle_ws.columns import Column, Texts, cell_reader
from bridge.moodle_ws.dropped import Weighed, dropped_by_rule
from bridge.moodle_ws.replies import Why, garbled
from bridge.moodle_ws.report_wire import FUNCTION, FirstRow, UserRow
from bridge.ports.lms import Gradebook, LmsCell, LmsItem

_EXCLUDED = int(Flag.EXCLUDED)
_FLAGS_MISSING = int(Flag.FLAGS_MISSING)
_Cells = dict[int, tuple[LmsCell, ...]]


def to_gradebook(
    course: int, first: FirstRow, rows: Sequence[UserRow], *, items: Collection[int] | None = None
) -> Gradebook:
    """The cells of these pupils, of whom there is at least one; `Garbled` when their columns differ.

    `first` is the row that tells of the columns, perhaps of somebody else; `items` the only columns wanted, if not all.
    """
    _check(first, rows, course)
    told = first.gradeitems
    places = [place for place, cell in enumerate(told) if items is None or cell.id in items]
    columns = [Column.of(told[place], [row.gradeitems[place] for row in rows]) for place in places]
    cells = _read(rows, dict(zip(places, columns, strict=True)))
    _hold_where_weights_are_hidden(cells, rows)
    _mark_excluded(cells, rows, [cell.categoryid for cell in told], {place: at for at, place in enumerate(places)})
    return Gradebook(course, tuple(column.to_domain() for column in columns), cells)


def to_items(course: int, row: FirstRow, categories: Mapping[int, str]) -> tuple[LmsItem, ...]:
    """The columns alone, from the row of somebody who has no values. `categories`: item id → name of its category."""
    _check(row, (), course)
    names = _names_of_totals(row, categories)
    return tuple(
        column.to_domain(category=categories.get(column.id, ""), name=names.get(column.id))
        for column in (Column.of(cell, [cell]) for cell in row.gradeitems)
    )


def _check(first: FirstRow, rows: Sequence[UserRow], course: int) -> None:
    """One course, each pupil once, and the same columns for all: the caller must be able to trust positions."""
    if first.courseid != course or any(row.courseid != course for row in rows):
        raise garbled(Why.OTHER_COURSE, FUNCTION, course=course)
    if len({row.userid for row in rows}) < len(rows):
        raise garbled(Why.COUNT, FUNCTION, course=course, detail="a pupil twice")
    wanted = [cell.id for cell in first.gradeitems]
    for row in rows:
        if [cell.id for cell in row.gradeitems] != wanted:
            raise garbled(Why.COLUMNS, FUNCTION, course=course, user=row.userid)


def _read(rows: Sequence[UserRow], columns: Mapping[int, Column]) -> _Cells:
    """`columns` by their place in a row."""
    texts = Texts()
    readers = [(place, cell_reader(column, texts)) for place, column in columns.items()]
    return {row.userid: tuple([read(row.gradeitems[place]) for place, read in readers]) for row in rows}


def _hold_where_weights_are_hidden(cells: _Cells, rows: Sequence[UserRow]) -> None:
    """Exclusion is seen in the weight column alone. Where a course hides it, no value is known to count."""
    if any(cell.weightraw is not UNSET or cell.status is not UNSET for row in rows for cell in row.gradeitems):
        return
    for user, row in cells.items():
        cells[user] = tuple(cell if cell.raw is None else _with(cell, _FLAGS_MISSING) for cell in row)


def _mark_excluded(
    cells: _Cells, rows: Sequence[UserRow], standing: Sequence[int | None], kept: Mapping[int, int]
) -> None:
    """`standing`: the category of each place; `kept`: where the cells of a place are found. A rule is told by all."""
    dropped = [(row.userid, place) for row in rows for place in _dropped(row)]
    touched = {standing[place] for _, place in dropped}
    ruled = dropped_by_rule(_categories(rows, standing, touched)) if dropped else frozenset()
    for user, place in dropped:
        if place in kept and (user, place) not in ruled:
            row = list(cells[user])
            row[kept[place]] = _with(row[kept[place]], _EXCLUDED)
            cells[user] = tuple(row)


def _dropped(row: UserRow) -> list[int]:
    shown = [cell.status for cell in row.gradeitems]
    return [place for place, status in enumerate(shown) if status == "dropped"] if "dropped" in shown else []


def _with(cell: LmsCell, flag: int) -> LmsCell:
    return cell._replace(flags=cell.flags | flag)


def _categories(
    rows: Sequence[UserRow], standing: Sequence[int | None], touched: Collection[int | None]
) -> list[dict[int, list[Weighed]]]:
    """Values by pupil, of each of the `touched` categories; `standing`: where each column stands. Totals don't say."""
    inside = [[place for place, own in enumerate(standing) if own == category] for category in touched if category]
    return [{row.userid: list(_weighed(row, places)) for row in rows} for places in inside]


def _weighed(row: UserRow, places: Sequence[int]) -> Iterator[Weighed]:
    for place in places:
        cell = row.gradeitems[place]
        raw, low, high = cell.graderaw, cell.grademin, cell.grademax
        if isinstance(raw, float) and high > low:
            yield Weighed(place, (raw - low) / (high - low), cell.status == "dropped")


def _names_of_totals(row: FirstRow, categories: Mapping[int, str]) -> dict[int, str]:
    """A total has no name of its own: it gets the one that the columns inside its category go by."""
    inside = {cell.categoryid: categories.get(cell.id, "") for cell in row.gradeitems}
    totals = [cell for cell in row.gradeitems if cell.itemtype in ("category", "course")]
    return {cell.id: inside.get(cell.iteminstance, "") for cell in totals}
