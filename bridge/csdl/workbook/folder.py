"""The folder of downloads: the city as it was last seen. A file in it is looked into once, and again when it changes.

Its name is a person's business, but for one thing: what a person said of a file that does not say it itself stands in
the name (`10A1.TOAN.HK1.2026.xlsx`), so that it is known the next time too.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bridge.csdl.workbook.found import Sheet, find_sheets
from bridge.csdl.workbook.grid import read_grids
from bridge.csdl.workbook.layout import Layout
from bridge.csdl.workbook.package import Unusable, open_package
from bridge.csdl.workbook.roster import Listed, Roster, Teaching, read_assignments, read_pupils, read_staff
from bridge.csdl.workbook.scoresheet import Known, ScoreSheet, read_scores
from bridge.domain.school import Unit
from bridge.domain.subjects import Subjects
from bridge.ports.workbooks import NO_HINTS, Flaw, FlawKind, Hints, SheetKind

SUFFIXES = frozenset({".xlsx", ".xls", ".xlsm"})
Stamp = tuple[Path, int, int, int]

_SAID = re.compile(r"(?P<school_class>[^.]+)\.(?P<subject>[A-Z0-9]+)\.(?P<term>HK[12])\.(?P<year>20\d\d)")


@dataclass(frozen=True, slots=True)
class Opened:
    """One file of the folder: its sheets, or why it can't be used."""

    path: Path
    sheets: tuple[Sheet, ...] = ()
    flaw: Flaw | None = None

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
    staff: dict[str, set[str]] = field(default_factory=dict)  # codes by name

    def units_by_file(self) -> dict[Path, set[Unit]]:
        found: dict[Path, set[Unit]] = {}
        for unit, places in self.places.items():
            for place in places:
                found.setdefault(place.opened.path, set()).add(unit)
        return found


class Folder:
    """`names`: what the school is called. Thread-safe; a view is kept while no file changes."""

    def __init__(
        self, path: Path, *, school: str, names: Sequence[str], subjects: Subjects, layouts: Sequence[Layout]
    ) -> None:
        self.path = path
        self.layouts = layouts
        self._school, self._names, self._subjects = school, tuple(names), subjects
        self._opened: dict[Stamp, Opened] = {}
        self._views: dict[int, tuple[frozenset[Stamp], View]] = {}
        self._lock = threading.RLock()

    def view(self, year: int) -> View:
        with self._lock:
            stamps = frozenset(self._stamps())
            before = self._views.get(year)
            if before is not None and before[0] == stamps:
                return before[1]
            self._opened = {stamp: self._opened.get(stamp) or self._open(stamp[0]) for stamp in stamps}
            view = self._look(sorted(self._opened.values(), key=lambda opened: opened.path), year)
            self._views[year] = (stamps, view)
            return view

    def open(self, path: Path) -> Opened:
        """A file from anywhere."""
        return self._open(path)

    def _stamps(self) -> Iterator[Stamp]:
        if not self.path.is_dir():
            return
        for path in self.path.rglob("*"):
            if path.suffix.lower() in SUFFIXES and path.is_file() and not _is_hidden(path, self.path):
                about = path.stat()
                yield path, about.st_mtime_ns, about.st_size, about.st_ino  # a copy brought up keeps its time

    def _open(self, path: Path) -> Opened:
        try:
            package = open_package(path)
            sheets = find_sheets(read_grids(package), self.layouts)
        except Unusable as error:
            return Opened(path, flaw=error.flaw)
        if not sheets:
            return Opened(path, flaw=Flaw(FlawKind.UNKNOWN_LAYOUT, path.name))
        return Opened(path, tuple(sheets))

    def _look(self, files: Sequence[Opened], year: int) -> View:
        roster, flawed = Roster(), [(opened.path, opened.flaw) for opened in files if opened.flaw is not None]
        view = View(roster, Known(self._school, self._names, year, roster, self._subjects), flawed=flawed)
        self._add_pupils(files, view)
        self._add_assignments(files, view)
        for opened, sheet in _of_kind(files, SheetKind.SCORES):
            scores = read_scores(sheet, view.known, hints_in(opened.path))
            if scores.unit is not None:
                view.places.setdefault(scores.unit, []).append(Place(opened, scores))
            else:
                view.flawed += [(opened.path, flaw) for flaw in scores.flaws[:1]]
        return view

    def _add_pupils(self, files: Sequence[Opened], view: View) -> None:
        """A list with any flaw is left out whole, and said: a list that is half read looks like pupils who left."""
        seen: dict[tuple[str, str], Listed] = {}
        for opened, sheet in _of_kind(files, SheetKind.PUPILS):
            listed, flaws = read_pupils(sheet)
            flaws += _doubled(listed)
            if flaws:
                view.flawed += [(opened.path, flaw) for flaw in flaws]
                continue
            view.lists += 1
            view.lists_by_file[opened.path] = SheetKind.PUPILS
            for each in listed:
                key = (each.school_class.code, each.pupil.code)
                if seen.setdefault(key, each) is each:
                    view.roster.add(each)

    def _add_assignments(self, files: Sequence[Opened], view: View) -> None:
        for opened, sheet in _of_kind(files, SheetKind.STAFF):
            view.lists_by_file[opened.path] = SheetKind.STAFF
            for name, codes in read_staff(sheet).items():
                view.staff.setdefault(name, set()).update(codes)
        for opened, sheet in _of_kind(files, SheetKind.ASSIGNMENTS):
            view.lists_by_file[opened.path] = SheetKind.ASSIGNMENTS
            found, flaws = read_assignments(sheet, Teaching(view.roster, view.staff, self._subjects))
            view.roster.assignments += [each for each in found if each not in view.roster.assignments]
            view.flawed += [(opened.path, flaw) for flaw in flaws]


def _is_hidden(path: Path, folder: Path) -> bool:
    """Drafts, replaced downloads, and what Excel keeps beside an open workbook."""
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _of_kind(files: Sequence[Opened], kind: SheetKind) -> Iterator[tuple[Opened, Sheet]]:
    return ((opened, sheet) for opened in files for sheet in opened.sheets if sheet.layout.kind is kind)


def _doubled(listed: Sequence[Listed]) -> list[Flaw]:
    """The same code twice in one class of one list."""
    seen: set[tuple[str, str]] = set()
    flaws = []
    for each in listed:
        key = (each.school_class.code, each.pupil.code)
        if key in seen:
            flaws.append(Flaw(FlawKind.PUPIL_DOUBLED, each.where))
        seen.add(key)
    return flaws


def hints_in(path: Path) -> Hints:
    """What a person said of this file when it was taken in."""
    found = _SAID.fullmatch(path.stem)
    if found is None:
        return NO_HINTS
    return Hints(int(found["year"]), found["term"], found["school_class"], found["subject"])


def name_of(unit: Unit, suffix: str) -> str:
    """The name under which a unit's own workbook lies in the folder."""
    safe = re.sub(r"[^\w\- ]", "_", unit.school_class)
    return f"{safe}.{unit.subject}.{unit.term}.{unit.year}{suffix}"
