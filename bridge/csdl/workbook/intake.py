"""A download put into the folder, in the place of what it is newer than."""

import os
from collections.abc import Sequence
from pathlib import Path

from bridge.csdl.workbook.folder import View, name_of, name_with
from bridge.ports.workbooks import FileFound, Hints, SheetKind

ONE_OF_A_KIND = frozenset({SheetKind.STAFF, SheetKind.ASSIGNMENTS})
OLD = ".old"  # what a newer download has replaced, the last of each name
Replaced = tuple[list[Path], Path | None]


def replaced_by(found: FileFound, view: View) -> Replaced:
    """Files of the folder that this one replaces; or one with which it shares a part of its units or classes only."""
    units = {sheet.unit for sheet in found.sheets if sheet.unit is not None}
    replaced: list[Path] = []
    for path in {place.opened.path for unit in units for place in view.places.get(unit, [])}:
        if not view.units_in(path) <= units:
            return [], path
        replaced.append(path)
    kinds = {sheet.kind for sheet in found.sheets} & ONE_OF_A_KIND
    replaced += [path for path, kind in view.lists_by_file.items() if kind in kinds]
    return _with_lists(found, view, replaced)


def _with_lists(found: FileFound, view: View, replaced: list[Path]) -> Replaced:
    """A newer pupil list, under whatever name a browser gave it, takes the place of one of the same classes."""
    mine = {name for sheet in found.sheets for name in sheet.classes}
    for path, classes in view.classes_by_list.items():
        if classes & mine and path.name != found.name:
            if not classes <= mine:
                return [], path
            replaced.append(path)
    return replaced, None


def name_for(path: Path, found: FileFound, hints: Hints) -> str:
    """A file of one unit gets the unit's name; others keep their own, with what a person said of them."""
    units = [sheet.unit for sheet in found.sheets if sheet.unit is not None]
    if len(units) == 1 and len(found.sheets) == 1:
        return name_of(units[0], path.suffix.lower())
    return name_with(hints, path) if any(hints) else path.name


def put(path: Path, target: Path, replaced: Sequence[Path]) -> Path:
    """A draft beside its place, then renamed; what it replaces is kept once. Where it lies now."""
    folder = target.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and marks lie in it
    (folder / OLD).mkdir(mode=0o700, exist_ok=True)
    draft = folder / f".{target.name}.draft"
    about = path.stat()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(path.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    os.utime(draft, ns=(about.st_atime_ns, about.st_mtime_ns))  # when it was downloaded
    for old in {*replaced, *([target] if target.exists() else [])}:
        if old.resolve() != path.resolve():
            old.replace(folder / OLD / old.name)
    draft.replace(target)
    if path.resolve().is_relative_to(folder.resolve()) and path.resolve() != target.resolve():
        path.unlink()
    return target
