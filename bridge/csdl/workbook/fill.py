"""Rows of submissions into a downloaded workbook, so that nothing but mark cells differs; read back before it leaves.

Each row is judged by the cell it goes to: a cell that no longer holds what the plan saw has moved, and is left.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from bridge.csdl.workbook.folder import Place, hints_in
from bridge.csdl.workbook.found import Sheet, find_sheets
from bridge.csdl.workbook.grid import Spot, read_grids
from bridge.csdl.workbook.headers import REGULAR
from bridge.csdl.workbook.layout import Layout
from bridge.csdl.workbook.package import Package, Unusable
from bridge.csdl.workbook.parts import Styles, read_styles, recalculating, sheet_parts
from bridge.csdl.workbook.scoresheet import Known, ScoreSheet, read_scores
from bridge.csdl.workbook.splice import NewCell, Scan, put_cells, scan_sheet, style_of_column
from bridge.csdl.workbook.values import number_of, write_text
from bridge.domain.plans import Op
from bridge.domain.school import CityPupil
from bridge.domain.scores import BLANK, Column, Mark, Score, Standing, Verdict
from bridge.ports.byhand import Word
from bridge.ports.city import Outcome, OutRow, Refusal
from bridge.ports.workbooks import Flaw, FlawKind

REGULAR_FIRST = tuple(Column)


class Reader(NamedTuple):
    """What reading a filled workbook back needs."""

    known: Known
    layouts: Sequence[Layout]


class Put(NamedTuple):
    """One mark to write: None clears the cell."""

    pupil: str
    column: Column
    score: Score | None


class Judged(NamedTuple):
    """What becomes of a row: `put` to write, a word of refusal, or neither where the mark stands there already."""

    put: Put | None = None
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A unit's sheet with the parts it needs for filling."""

    place: Place
    scan: Scan
    styles: Styles
    part: str
    text_columns: frozenset[int]  # of the mark columns those that hold text


def aim(package: Package, place: Place) -> Target:
    part = sheet_parts(package.parts)[place.scores.sheet.grid.name]
    scan = scan_sheet(package.parts[part], frozenset(place.scores.rows.values()))
    styles, marks = read_styles(package.parts), set(place.scores.sheet.head.marks.values())
    texts = frozenset(column for column in marks if _holds_text(place, scan, styles, column))
    return Target(place, scan, styles, part, texts)


def _holds_text(place: Place, scan: Scan, styles: Styles, column: int) -> bool:
    """By what stands there; in an empty column by its format."""
    grid, rows = place.scores.sheet.grid, place.scores.rows.values()
    cells = [cell for row in rows if (cell := grid.cell(Spot(row, column))) not in ("", None)]
    if cells:
        return sum(isinstance(cell, str) for cell in cells) * 2 > len(cells)
    return any(_style(scan, Spot(row, column)) in styles.texts for row in rows)


class Bench(NamedTuple):
    """What rows are judged by, beside the sheet."""

    pupils: Mapping[str, Sequence[CityPupil]]
    clears: bool  # whether an emptied cell takes the mark back in this city


def judge_rows(rows: Sequence[OutRow], target: Target, bench: Bench) -> dict[int, Judged]:
    """What becomes of each row, by position. Column by column: a mark may need the one before it in the same cell."""
    taken = set(target.place.scores.scores)
    found: dict[int, Judged] = {}
    for position in sorted(range(len(rows)), key=lambda position: REGULAR_FIRST.index(rows[position].column)):
        row = rows[position]
        found[position] = judged = _judge(row, target, bench, taken)
        if judged.word is None:
            (taken.discard if row.op is Op.CANCEL else taken.add)((row.pupil, row.column))
    return dict(sorted(found.items()))


def _judge(row: OutRow, target: Target, bench: Bench, taken: set[tuple[str, Column]]) -> Judged:
    """The checks in this order: pupil, column, value, state, what the plan saw, cell."""
    sheet = target.place.scores
    refusal = _by_pupil(row, sheet, bench.pupils) or _by_value(row, sheet, clears=bench.clears)
    if refusal is not None:
        return Judged(word=Word(Outcome.REFUSED, refusal, str(refusal)))
    shown = sheet.scores.get((row.pupil, row.column), BLANK)
    if isinstance(shown, Standing) and shown is not BLANK:
        return _refused(Refusal.NOT_ALLOWED, shown)
    score = None if row.op is Op.CANCEL else row.score
    if shown == (score if score is not None else BLANK):
        return Judged()
    if number_of(shown) != (0 if row.op is Op.NEW else row.base_version):
        return _refused(Refusal.MOVED, shown)
    if sheet.shares_cell and row.column.is_regular and _leaves_gap(row, taken):
        return _refused(Refusal.BAD_COLUMN, shown)
    if not _may_write(target, sheet.spot(row.pupil, row.column)):
        return _refused(Refusal.LOCKED, shown)
    return Judged(put=Put(row.pupil, row.column, score))


def _refused(refusal: Refusal, shown: Score) -> Judged:
    code = "WORKBOOK_NEWER" if refusal is Refusal.MOVED else str(refusal)
    return Judged(word=Word(Outcome.REFUSED, refusal, code, shown=None if shown is BLANK else shown))


def _by_pupil(row: OutRow, sheet: ScoreSheet, pupils: Mapping[str, Sequence[CityPupil]]) -> Refusal | None:
    if row.pupil in sheet.rows:
        return None
    known = any(row.pupil == pupil.code for listed in pupils.values() for pupil in listed)
    return Refusal.NOT_IN_CLASS if known else Refusal.UNKNOWN_PUPIL


def _by_value(row: OutRow, sheet: ScoreSheet, *, clears: bool) -> Refusal | None:
    if row.column not in sheet.sheet.head.marks:
        return Refusal.BAD_COLUMN
    if not isinstance(row.score, Verdict if sheet.verdicts else Mark):
        return Refusal.WRONG_KIND
    if row.op is Op.CANCEL and not clears:
        return Refusal.NOT_ALLOWED
    return None


def _leaves_gap(row: OutRow, taken: set[tuple[str, Column]]) -> bool:
    """In a shared cell a mark is known by its place: the one before it must be there, and the last alone can go."""
    place = REGULAR.index(row.column)
    before = place > 0 and (row.pupil, REGULAR[place - 1]) not in taken
    after = place + 1 < len(REGULAR) and (row.pupil, REGULAR[place + 1]) in taken
    return before or (row.op is Op.CANCEL and after)


def _may_write(target: Target, spot: Spot | None) -> bool:
    """No formula, and no locked cell of a protected sheet."""
    if spot is None:
        return False
    found = target.scan.rows[spot.row].cells.get(spot.column)
    if found is not None and found.formula:
        return False
    return not target.scan.protected or _style(target.scan, spot) in target.styles.unlocked


def _style(scan: Scan, spot: Spot) -> int:
    row = scan.rows[spot.row]
    found = row.cells.get(spot.column)
    style = found.attributes.get("s") if found is not None else row.style or style_of_column(scan, spot.column)
    return int(style or 0)


def write(package: Package, puts: Iterable[tuple[Target, Sequence[Put]]]) -> bytes:
    """The whole workbook with these marks. Every other part is the same, byte for byte."""
    parts = dict(package.parts)
    formulas = False
    for target, marks in puts:
        cells = dict(_cells(target, marks))
        before = parts[target.part]
        untouched = before is package.parts[target.part]  # a second submission of the unit finds other positions
        scan = target.scan if untouched else scan_sheet(before, frozenset(spot.row for spot in cells))
        formulas = formulas or scan.formulas
        parts[target.part] = put_cells(before, scan, cells)
    if formulas:
        parts["xl/workbook.xml"] = recalculating(parts["xl/workbook.xml"])
    return _zip(package, parts)


def _cells(target: Target, marks: Sequence[Put]) -> Iterator[tuple[Spot, NewCell]]:
    sheet = target.place.scores
    shared: dict[str, dict[Column, Score | None]] = {}
    for put in marks:
        spot = sheet.spot(put.pupil, put.column)
        assert spot is not None
        if sheet.shares_cell and put.column.is_regular:
            shared.setdefault(put.pupil, {})[put.column] = put.score
        else:
            yield spot, _new_cell(target, spot, put.score)
    for pupil, changed in shared.items():
        kept = {column: sheet.scores.get((pupil, column)) for column in REGULAR} | changed
        texts = [_text(sheet.sheet.layout, score) for score in kept.values() if score is not None]
        spot = sheet.spot(pupil, REGULAR[0])
        assert spot is not None
        yield spot, NewCell(text=" ".join(texts))


def _text(layout: Layout, score: Score | None) -> str:
    return write_text(score, comma=layout.comma, passed=layout.passed, not_passed=layout.not_passed)


def _new_cell(target: Target, spot: Spot, score: Score | None) -> NewCell:
    """A number, but for a column that holds text already or is formatted so; comments are always text."""
    if score is None:
        return NewCell()
    if isinstance(score, Mark) and spot.column not in target.text_columns:
        return NewCell(number=_text(target.place.scores.sheet.layout, score).replace(",", "."))
    return NewCell(text=_text(target.place.scores.sheet.layout, score))


def _zip(package: Package, parts: Mapping[str, bytes]) -> bytes:
    """The same members in the same order with the same times and ways of packing."""
    target = BytesIO()
    with zipfile.ZipFile(package.path) as old, zipfile.ZipFile(target, "w") as new:
        new.comment = old.comment
        for member in old.infolist():
            if member.is_dir():
                continue
            if member.filename not in parts:  # somebody has put another file in its place just now
                raise Unusable(Flaw(FlawKind.DAMAGED, package.path.name, member.filename))
            about = zipfile.ZipInfo(member.filename, member.date_time)
            about.compress_type, about.external_attr = member.compress_type, member.external_attr
            about.create_system, about.comment = member.create_system, member.comment
            new.writestr(about, parts[member.filename])
    return target.getvalue()


def read_back(
    package: Package, content: bytes, wanted: Iterable[tuple[Place, Sequence[Put]]], reader: Reader
) -> list[Flaw]:
    """Whether the filled workbook says exactly what it should, read as the city would; else what does not fit."""
    try:
        sheets = {sheet.grid.name: sheet for sheet in find_sheets(read_grids(package, content), reader.layouts)}
    except Unusable as error:
        return [error.flaw]
    return [
        Flaw(FlawKind.NOT_AS_FILLED, f"{package.path.name}: {place.scores.sheet.grid.name}")
        for place, puts in wanted
        if not _says(sheets.get(place.scores.sheet.grid.name), place, puts, reader)
    ]


def _says(sheet: Sheet | None, place: Place, puts: Sequence[Put], reader: Reader) -> bool:
    expected = {**place.scores.scores, **{(put.pupil, put.column): put.score for put in puts}}
    said = {key: score for key, score in expected.items() if score is not None}
    after = read_scores(sheet, reader.known, hints_in(place.opened.path)) if sheet is not None else None
    return after is not None and not after.flaws and (after.scores, after.rows) == (said, place.scores.rows)
