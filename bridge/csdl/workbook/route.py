"""The file route: recognise, take in, fill, read error files, learn. The port is `bridge.ports.workbooks.Workbooks`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bridge.csdl.workbook.city import WorkbookCity
from bridge.csdl.workbook.errorfile import match_errors
from bridge.csdl.workbook.fill import Bench, Put, Reader, Target, aim, judge_rows, read_back, write
from bridge.csdl.workbook.folder import Opened, Place, hints_in
from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.groups import read_groups
from bridge.csdl.workbook.intake import name_for, put, replaced_by
from bridge.csdl.workbook.learn import look_at, write_layout
from bridge.csdl.workbook.lists import doubled
from bridge.csdl.workbook.package import Package, Unusable, open_package
from bridge.csdl.workbook.roster import Teaching, read_assignments, read_pupils
from bridge.csdl.workbook.scoresheet import ScoreSheet, read_scores
from bridge.csdl.workbook.unpack import unpack
from bridge.domain.errors import BadInput, Refused
from bridge.domain.school import Unit
from bridge.ports.byhand import Word
from bridge.ports.city import Submission
from bridge.ports.workbooks import (
    NO_HINTS,
    Draft,
    Errors,
    FileFound,
    Filled,
    Flaw,
    FlawKind,
    Hints,
    RowWord,
    SheetFound,
    SheetKind,
)


class WorkbookRoute:
    """`learnt`: where a school's own layouts lie."""

    def __init__(self, city: WorkbookCity, year: int, *, clock: Callable[[], datetime], learnt: Path) -> None:
        self._city, self._year, self._clock, self._learnt = city, year, clock, learnt
        self._folder = city.folder

    def unpack(self, path: Path, into: Path) -> Sequence[Path]:
        try:
            return unpack(path, into)
        except Unusable as error:
            raise _bad(error.flaw) from error

    def recognise(self, path: Path, hints: Hints = NO_HINTS) -> FileFound:
        return self._recognised(self._folder.open(path), hints)

    def take(self, path: Path, hints: Hints = NO_HINTS) -> FileFound:
        opened = self._folder.open(path)
        found = self._recognised(opened, hints)
        if not found.usable:
            return found
        replaced, overlapping = replaced_by(found, self._folder.view(self._year))
        if overlapping is not None:
            flaw = Flaw(FlawKind.TWO_FILES, f"{path.name}, {overlapping.name}")
            return FileFound(found.name, found.sheets, (flaw,))
        self._folder.adopt(put(path, self._folder.path / name_for(path, found, hints), replaced), opened)
        return found

    def fill(self, submissions: Sequence[Submission], words: Mapping[str, Mapping[int, Word]]) -> Iterator[Filled]:
        with self._folder.still(self._year):
            yield from self._fill(submissions, words)

    def _fill(self, submissions: Sequence[Submission], words: Mapping[str, Mapping[int, Word]]) -> Iterator[Filled]:
        by_file: dict[Path, list[tuple[Place, Submission]]] = defaultdict(list)
        for submission in submissions:
            try:
                place = self._city.fillable(submission.unit)
            except Refused as error:
                yield _unfilled(submission, _flaw_of(error))
                continue
            if self._city.old(place, self._clock()):
                yield _unfilled(submission, Flaw(FlawKind.WORKBOOK_OLD, place.opened.path.name))
            else:
                by_file[place.opened.path].append((place, submission))
        for path, rows in sorted(by_file.items()):
            yield self._filled(path, rows, words)

    def read_errors(self, path: Path, submissions: Sequence[Submission]) -> Errors:
        opened = self._folder.open(path)
        if opened.flaw is not None:
            return Errors({}, (opened.flaw,))
        view = self._folder.view(self._year)
        return match_errors(opened, submissions, view)

    def look(self, path: Path) -> Draft:
        try:
            return look_at(open_package(path), self._folder.layouts)
        except Unusable as error:
            raise _bad(error.flaw) from error

    def learn(self, draft: Draft, *, name: str, system: str, roles: Mapping[str, str]) -> Path:
        return write_layout(self._learnt, draft, name=name, system=system, roles=roles)

    def _recognised(self, opened: Opened, hints: Hints) -> FileFound:
        if opened.flaw is not None:
            return FileFound(opened.path.name, flaws=(opened.flaw,))
        said = hints_in(opened.path)
        merged = Hints(
            hints.year or said.year,
            hints.term or said.term,
            hints.school_class or said.school_class,
            hints.subject or said.subject,
        )
        sheets = tuple(self._sheet(sheet, merged) for sheet in opened.sheets)
        return FileFound(opened.path.name, sheets, old_format=opened.old_format)

    def _sheet(self, sheet: Sheet, hints: Hints) -> SheetFound:
        kind, found = sheet.layout.kind, _found(sheet)
        view = self._folder.view(self._year)
        if kind is SheetKind.SCORES:
            if not view.lists:
                return replace(found, flaws=(Flaw(FlawKind.NO_ROSTER_FILE, str(self._folder.path)),))
            return _with_scores(found, read_scores(sheet, view.known, hints))
        if kind in (SheetKind.PUPILS, SheetKind.GROUPS):
            listed, flaws = read_pupils(sheet) if kind is SheetKind.PUPILS else read_groups(sheet, view.roster)
            classes = frozenset(each.school_class.code for each in listed)
            return replace(found, classes=classes, pupils=len(listed), flaws=(*flaws, *doubled(listed)))
        if kind is SheetKind.ASSIGNMENTS and view.lists:
            _, flaws = read_assignments(sheet, Teaching(view.roster, view.staff, view.known.subjects))
            return replace(found, flaws=tuple(flaws))
        return found

    def _filled(
        self, path: Path, rows: Sequence[tuple[Place, Submission]], words: Mapping[str, Mapping[int, Word]]
    ) -> Filled:
        try:
            package = open_package(path)
            return self._write(package, rows, words)
        except Unusable as error:
            ids = tuple(submission.id for _, submission in rows)
            return Filled(path.name, submissions=ids, flaws=(error.flaw,))

    def _write(
        self, package: Package, rows: Sequence[tuple[Place, Submission]], words: Mapping[str, Mapping[int, Word]]
    ) -> Filled:
        view = self._folder.view(self._year)
        bench = Bench(view.roster.pupils, self._city.school_at_work.clears)
        puts: list[tuple[Target, list[Put]]] = []
        refused: list[RowWord] = []
        for place, submission in rows:
            target = aim(package, place)
            judged = judge_rows(submission.rows, target, bench)
            said = words.get(submission.id, {})
            open_rows = {position: each for position, each in judged.items() if position not in said}
            puts.append((target, [each.put for each in open_rows.values() if each.put is not None]))
            refused += [
                RowWord(submission.id, position, each.word, _where(target.place, submission, position))
                for position, each in open_rows.items()
                if each.word is not None
            ]
        content = write(package, puts)
        wanted = _by_place(puts)
        flaws = read_back(package, content, wanted, Reader(view.known, self._folder.layouts))
        return Filled(
            name=package.path.name,
            content=content if not flaws else b"",
            units=tuple(dict.fromkeys(submission.unit for _, submission in rows)),
            submissions=tuple(submission.id for _, submission in rows),
            cells=sum(len(marks) for _, marks in puts),
            refused=tuple(refused),
            flaws=tuple(flaws),
        )


def _bad(flaw: Flaw) -> BadInput:
    return BadInput(where=flaw.where, value=flaw.value, why=flaw.kind)


def _by_place(puts: Sequence[tuple[Target, Sequence[Put]]]) -> list[tuple[Place, list[Put]]]:
    """Several submissions may go into one sheet."""
    places: dict[Unit | None, Place] = {}
    marks: dict[Unit | None, list[Put]] = defaultdict(list)
    for target, some in puts:
        places[target.place.scores.unit] = target.place
        marks[target.place.scores.unit] += some
    return [(place, marks[unit]) for unit, place in places.items()]


def _where(place: Place, submission: Submission, position: int) -> str:
    row = submission.rows[position]
    spot = place.scores.spot(row.pupil, row.column)
    name = f"{place.opened.path.name}, {place.scores.sheet.grid.name}"
    return f"{name}!{spot}" if spot is not None else name


def _unfilled(submission: Submission, flaw: Flaw) -> Filled:
    return Filled(str(submission.unit), units=(submission.unit,), submissions=(submission.id,), flaws=(flaw,))


def _flaw_of(error: Refused) -> Flaw:
    return Flaw(FlawKind(str(error.facts["reason"])), str(error.facts["where"]))


def _found(sheet: Sheet) -> SheetFound:
    layout = sheet.layout
    return SheetFound(sheet.grid.name, layout.kind, layout.id, layout.name, layout.sure)


def _with_scores(found: SheetFound, scores: ScoreSheet) -> SheetFound:
    return replace(
        found,
        unit=scores.unit,
        columns=tuple(scores.sheet.head.marks),
        pupils=len(scores.rows),
        marks=len(scores.scores),
        flaws=scores.flaws,
    )
