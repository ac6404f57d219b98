"""Ready HTML pages: a folder with an entry page, taken along as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

from content_packager.archive_name import UnsafeName, clean_name
from content_packager.model import Pages, Part
from content_packager.sources.reading import Reading, title_of

ENTRIES = ("index.html", "index.htm")
_LEFT_OUT = frozenset(("lesson.toml", "Thumbs.db", "desktop.ini", "__MACOSX"))


def entry_of(folder: Path) -> str | None:
    return next((name for name in ENTRIES if (folder / name).is_file()), None)


def read_pages(folder: Path, reading: Reading) -> Part | None:
    """Every visible file keeps its name, since the pages name each other by it."""
    entry = entry_of(folder)
    if entry is None:
        reading.troubles.add("entry-missing", folder, entries=", ".join(ENTRIES))
        return None
    root = folder.resolve()
    for name, path in _walk(folder, ""):
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            reading.troubles.add("link-leaves", name)
            continue
        try:
            reading.files[clean_name(f"{reading.place}/{name}")] = path
        except UnsafeName:
            reading.troubles.add("name-unsafe", name)
    return Part(title_of(folder.resolve()), Pages(f"{reading.place}/{entry}"), reading.files)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith(".") or entry.name in _LEFT_OUT:
            continue
        # Neither links to folders, which could go round in circles, nor devices, which have no bytes to take along.
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield f"{prefix}{entry.name}", Path(entry.path)
