"""The folder of downloads: the city as it was last seen. A file in it is looked into once, and again when it changes.

Its name is a person's business, but for one thing: what a person said of a file that does not say it itself stands at
the name's end (`10A1.TOAN.HK1.2026.xlsx`, `khoi10.-.TOAN.HK1.-.xlsx`), so that it is known the next time too.
"""

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bridge.csdl.workbook.found import Sheet, find_sheets
from bridge.csdl.workbook.grid import read_grids
from bridge.csdl.workbook.layout import Layout
from bridge.csdl.workbook.lists import LISTS, Lists, Stamp, read_lists
from bridge.csdl.workbook.package import Format, Unusable, open_package
from bridge.csdl.workbook.roster import Roster
from bridge.csdl.workbook.scoresheet import Known, ScoreSheet, read_scores
from bridge.domain.school import Unit
from bridge.domain.subjects import Subjects
from bridge.ports.workbooks import NO_HINTS, Flaw, FlawKind, Hints, SheetKind

SUFFIXES = (".xlsx", ".xls", ".xlsm")
MOST_ELSEWHERE = 2_000
_UNSAID = "-"
_SAID = re.compile(
    r"(?:.*\.)?(?P<school_class>[^.]+)\.(?P<subject>[A-Z0-9]+|-)\.(?P<term>HK[12]|-)\.(?P<year>20\d\d|-)"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One file of the folder: its sheets, or why it can't be used."""

    path: Path
    sheets: tuple[Sheet, ...] = ()
    flaw: Flaw | None = None
    old_format: bool = False  # .xls

    @property
    def seen_at(self) -> datetime:
        """When it was downloaded, as far as the file system knows."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit's sheet lies."""

    opened: Opened
    scores: ScoreSheet


@dataclass(slots=True)
class View:
    """Everything in the folder, at one moment."""

    roster: Roster
    known: Known
    places: dict[Unit, list[Place]] = field(default_factory=dict)
    flawed: list[tuple[Path, Flaw]] = field(default_factory=list)
    lists: int = 0  # pupil lists found
    lists_by_file: dict[Path, SheetKind] = field(default_factory=dict)
    classes_by_list: dict[Path, set[str]] = field(default_factory=dict)
    staff: dict[str, set[str]] = field(default_factory=dict)  # codes by name

    def units_in(self, path: Path) -> set[Unit]:
        """Of one file."""
        return {unit for unit, places in self.places.items() if any(place.opened.path == path for place in places)}


class Folder:
    """`names`: what the school is called. Thread-safe; a view is kept while no file changes."""

    def __init__(
        self, path: Path, *, school: str, names: Sequence[str], subjects: Subjects, layouts: Sequence[Layout]
    ) -> None:
        self.path = path
        self.layouts = layouts
        self._school, self._names, self._subjects = school, tuple(names), subjects
        self._opened: dict[Stamp, Opened] = {}  # of the folder
        self._elsewhere: dict[Stamp, Opened] = {}  # of other places, about to be taken in
        self._read: dict[tuple[Stamp, int, frozenset[Stamp]], ScoreSheet] = {}  # by file, sheet, and the lists of then
        self._lists: Lists | None = None
        self._still: dict[int, View] = {}
        self._views: dict[int, tuple[frozenset[Stamp], View]] = {}
        self._lock = threading.RLock()

    @contextmanager
    def still(self, year: int) -> Iterator[View]:
        """The folder looked at once for all that is done inside: a school's has some hundred files."""
        with self._lock:
            view = self._still.setdefault(year, self.view(year))
        try:
            yield view
        finally:
            self._still.pop(year, None)

    def view(self, year: int) -> View:
        with self._lock:
            if year in self._still:
                return self._still[year]
            stamps = frozenset(_stamps(self.path))
            before = self._views.get(year)
            if before is not None and before[0] == stamps:
                return before[1]
            self._opened = {stamp: self._opened.get(stamp) or self._open(stamp[0]) for stamp in stamps}
            view = self._look(sorted(self._opened.items()), year)
            self._views[year] = (stamps, view)
            return view

    def files(self) -> list[Opened]:
        """Every workbook in it, whatever the year."""
        with self._lock:
            self._opened = {stamp: self._opened.get(stamp) or self._open(stamp[0]) for stamp in _stamps(self.path)}
            return list(self._opened.values())

    def open(self, path: Path) -> Opened:
        """A file from anywhere; looked into once while it stays as it is."""
        stamp = _stamp(path)
        with self._lock:
            if len(self._elsewhere) > MOST_ELSEWHERE:
                self._elsewhere.clear()
            return self._elsewhere.setdefault(stamp, self._elsewhere.get(stamp) or self._open(path))

    def adopt(self, path: Path, opened: Opened) -> None:
        """This file of the folder is a copy of what was opened elsewhere."""
        with self._lock:
            self._opened[_stamp(path)] = replace(opened, path=path)

    def _open(self, path: Path) -> Opened:
        try:
            package = open_package(path)
            sheets = find_sheets(read_grids(package), self.layouts)
        except Unusable as error:
            return Opened(path, flaw=error.flaw)
        if not sheets:
            return Opened(path, flaw=Flaw(FlawKind.UNKNOWN_LAYOUT, path.name))
        return Opened(path, tuple(sheets), old_format=package.format is Format.XLS)

    def _look(self, opened: Sequence[tuple[Stamp, Opened]], year: int) -> View:
        lists = self._lists_of([(stamp, each) for stamp, each in opened if _kinds(each) & LISTS])
        known = Known(self._school, self._names, year, lists.roster, self._subjects)
        flawed = [(each.path, each.flaw) for _, each in opened if each.flaw is not None]
        view = View(lists.roster, known, {}, [*flawed, *lists.flawed], lists.pupil_lists)
        view.lists_by_file, view.classes_by_list, view.staff = lists.by_file, lists.classes, lists.staff
        for stamp, each in opened:
            for place, sheet in enumerate(each.sheets):
                if sheet.layout.kind is SheetKind.SCORES:
                    _add_scores(view, each, self._scores((stamp, place, lists.stamps), sheet, view.known))
        self._read = {key: scores for key, scores in self._read.items() if key[2] == lists.stamps}
        return view

    def _lists_of(self, opened: Sequence[tuple[Stamp, Opened]]) -> Lists:
        """Read once, as long as none of the lists changes."""
        stamps = frozenset(stamp for stamp, _ in opened)
        if self._lists is None or self._lists.stamps != stamps:
            self._lists = read_lists(stamps, [(each.path, each.sheets) for _, each in opened], self._subjects)
        return self._lists

    def _scores(self, key: tuple[Stamp, int, frozenset[Stamp]], sheet: Sheet, known: Known) -> ScoreSheet:
        """Read once, as long as neither the file nor the lists it is measured against change."""
        if key not in self._read or self._read[key].year != known.year:
            self._read[key] = read_scores(sheet, known, hints_in(key[0][0]))
        return self._read[key]


def _add_scores(view: View, opened: Opened, scores: ScoreSheet) -> None:
    if scores.unit is not None:
        view.places.setdefault(scores.unit, []).append(Place(opened, scores))
    else:
        view.flawed += [(opened.path, flaw) for flaw in scores.flaws[:1]]


def _kinds(opened: Opened) -> set[SheetKind]:
    return {sheet.layout.kind for sheet in opened.sheets}


def _stamps(folder: Path) -> Iterator[Stamp]:
    """All workbooks; not drafts, replaced downloads, and what Excel keeps beside an open one."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _stamps(Path(entry.path))
            elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                yield _stamp(Path(entry.path))


def _stamp(path: Path) -> Stamp:
    about = path.stat()
    return path, about.st_mtime_ns, about.st_size, about.st_ino  # a copy that is brought up keeps its time


def hints_in(path: Path) -> Hints:
    """What a person said of this file when it was taken in."""
    found = _SAID.fullmatch(path.stem)
    if found is None:
        return NO_HINTS
    said = {name: "" if text == _UNSAID else text for name, text in found.groupdict().items()}
    year = int(said["year"]) if said["year"] else None
    return Hints(year, said["term"], said["school_class"], said["subject"])


def name_of(unit: Unit, suffix: str) -> str:
    """The name under which a unit's own workbook lies in the folder."""
    return f"{_of_hints(Hints(unit.year, unit.term, unit.school_class, unit.subject))}{suffix}"


def name_with(hints: Hints, path: Path) -> str:
    """The name under which a file of several units lies there, of which a person had to say something."""
    suffix = path.suffix.lower()
    return f"{path.stem}.{_of_hints(hints)}{suffix}" if hints_in(path) != hints else f"{path.stem}{suffix}"


def _of_hints(hints: Hints) -> str:
    safe = re.sub(r"[^\w\- ]", "_", hints.school_class)
    return ".".join(str(each or _UNSAID) for each in (safe, hints.subject, hints.term, hints.year))
