"""All lists of a folder as one roster. A list with any flaw is left out whole, and said.

A list that is half read looks like pupils who left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.groups import read_groups
from bridge.csdl.workbook.roster import Listed, Roster, Teaching, read_assignments, read_pupils, read_staff
from bridge.domain.subjects import Subjects
from bridge.ports.workbooks import Flaw, FlawKind, SheetKind

Stamp = tuple[Path, int, int, int]  # a file as it is: path, time, size, inode
Files = Sequence[tuple[Path, Sequence[Sheet]]]
LISTS = frozenset({SheetKind.PUPILS, SheetKind.GROUPS, SheetKind.STAFF, SheetKind.ASSIGNMENTS})


@dataclass(slots=True)
class Lists:
    """`stamps`: the files that were read."""

    stamps: frozenset[Stamp]
    roster: Roster = field(default_factory=Roster)
    staff: dict[str, set[str]] = field(default_factory=dict)  # codes by name
    by_file: dict[Path, SheetKind] = field(default_factory=dict)
    classes: dict[Path, set[str]] = field(default_factory=dict)  # and groups, of which a file tells the pupils
    pupil_lists: int = 0
    flawed: list[tuple[Path, Flaw]] = field(default_factory=list)


def read_lists(stamps: frozenset[Stamp], files: Files, subjects: Subjects) -> Lists:
    lists = Lists(stamps)
    for path, sheet in _of_kind(files, SheetKind.PUPILS):
        _add(path, sheet.layout.kind, read_pupils(sheet), lists)
        lists.pupil_lists += path in lists.by_file
    for path, sheet in _of_kind(files, SheetKind.GROUPS):
        _add(path, sheet.layout.kind, read_groups(sheet, lists.roster), lists)
    for path, sheet in _of_kind(files, SheetKind.STAFF):
        lists.by_file[path] = SheetKind.STAFF
        for name, codes in read_staff(sheet).items():
            lists.staff.setdefault(name, set()).update(codes)
    for path, sheet in _of_kind(files, SheetKind.ASSIGNMENTS):
        lists.by_file[path] = SheetKind.ASSIGNMENTS
        found, flaws = read_assignments(sheet, Teaching(lists.roster, lists.staff, subjects))
        lists.roster.assignments = list(dict.fromkeys([*lists.roster.assignments, *found]))
        lists.flawed += [(path, flaw) for flaw in flaws]
    return lists


def _add(path: Path, kind: SheetKind, read: tuple[list[Listed], list[Flaw]], lists: Lists) -> None:
    """Several lists (one for each grade level) make one roster."""
    listed, flaws = read
    flaws += doubled(listed)
    if flaws:
        lists.flawed += [(path, flaw) for flaw in flaws]
        return
    lists.by_file[path] = kind
    lists.classes.setdefault(path, set()).update(each.school_class.code for each in listed)
    known = {(code, pupil.code) for code, pupils in lists.roster.pupils.items() for pupil in pupils}
    for each in listed:
        if _key(each) not in known:
            lists.roster.add(each)


def _of_kind(files: Files, kind: SheetKind) -> Iterator[tuple[Path, Sheet]]:
    return ((path, sheet) for path, sheets in files for sheet in sheets if sheet.layout.kind is kind)


def _key(listed: Listed) -> tuple[str, str]:
    return listed.school_class.code, listed.pupil.code


def doubled(listed: Sequence[Listed]) -> list[Flaw]:
    """The same code twice in one class of one list."""
    seen: set[tuple[str, str]] = set()
    flaws = []
    for each in listed:
        if _key(each) in seen:
            flaws.append(Flaw(FlawKind.PUPIL_DOUBLED, each.where))
        seen.add(_key(each))
    return flaws
