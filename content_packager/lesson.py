"""A lesson read from a folder or a file."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from content_packager.errors import Troubles, refuse
from content_packager.lesson_settings import FILE, PartSetting, Settings, read_settings, settings_of_title
from content_packager.model import Completion, Lesson, Part, Picture
from content_packager.sources import BESIDE, READERS, Reading
from content_packager.sources.folder import entry_of, read_pages


def read_lesson(path: Path) -> Lesson:
    """Read what lies at `path`; raises `LessonRefused` with all that is wrong. Nothing is written there."""
    if not path.exists():
        raise refuse("nothing-there", path)
    folder = path if path.is_dir() else path.parent
    settings = _settings(path, folder)
    if path.is_file():
        settings = replace(settings, parts=(PartSetting(path.name),))
    troubles = Troubles()
    wanted = settings.parts or _found_parts(folder, troubles)
    parts = [
        part
        for number, one in enumerate(wanted, 1)
        if (part := _read_part(one, Reading(folder, f"parts/{number:02}", settings.about.language, troubles)))
    ]
    if not settings.parts:
        _report_unused(folder, parts, troubles)
    lesson = Lesson(settings.about, tuple(parts))
    _check_whole(lesson, troubles, folder)
    troubles.refuse_if_any()
    return lesson


def _settings(path: Path, folder: Path) -> Settings:
    if (folder / FILE).is_file():
        return read_settings(folder / FILE)
    return settings_of_title(path.resolve().stem.replace("_", " ").strip() or "lesson")


def _found_parts(folder: Path, troubles: Troubles) -> tuple[PartSetting, ...]:
    """A folder that nobody has listed: one part if it has an entry page, else each readable file by name."""
    if entry_of(folder):
        return (PartSetting("."),)
    files = [path for path in _visible(folder) if path.is_file() and path.name != FILE]
    readable = [path for path in files if path.suffix.lower() in READERS]
    main = [path for path in readable if path.suffix.lower() not in BESIDE]
    chosen = main if any(path.suffix.lower() == ".md" for path in main) else readable
    for path in files:
        if path.suffix.lower() not in READERS and path.suffix.lower() not in BESIDE:
            troubles.add("kind-unknown", path.name, known=" ".join(READERS))
    if not chosen:
        troubles.add("folder-empty", folder, known=" ".join(READERS))
    return tuple(PartSetting(path.name) for path in chosen)


def _report_unused(folder: Path, parts: list[Part], troubles: Troubles) -> None:
    """A film that nobody mentions must not stay behind in silence."""
    if entry_of(folder):
        return
    used = {path for part in parts for path in part.files.values()}
    for path in _visible(folder):
        if path.suffix.lower() in BESIDE and path not in used:
            troubles.add("file-unused", path.name)


def _visible(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        names = sorted((entry.name for entry in entries if not entry.name.startswith((".", "~$"))), key=_natural)
    yield from (folder / name for name in names)


def _natural(name: str) -> list[tuple[int, str]]:
    """`2.md` before `10.md`."""
    return [(int(piece), "") if piece.isdigit() else (0, piece.casefold()) for piece in re.split(r"(\d+)", name)]


def _read_part(wanted: PartSetting, reading: Reading) -> Part | None:
    path = reading.folder / wanted.file
    if not reading.holds(path):
        reading.troubles.add("part-missing", f"{FILE} [parts]", file=wanted.file)
        return None
    if path.is_dir():
        part = read_pages(path, reading)
    elif reader := READERS.get(path.suffix.lower()):
        part = reader(path, reading)
    else:
        reading.troubles.add("kind-unknown", path.name, known=" ".join(READERS))
        return None
    return _as_told(part, wanted) if part else None


def _as_told(part: Part, wanted: PartSetting) -> Part:
    blocks = part.content
    if wanted.alt and isinstance(blocks, tuple):
        blocks = tuple(replace(block, alt=wanted.alt) if isinstance(block, Picture) else block for block in blocks)
    return replace(part, title=wanted.title or part.title, content=blocks)


def _check_whole(lesson: Lesson, troubles: Troubles, folder: Path) -> None:
    wants_marks = lesson.completion is not Completion.VIEWED or lesson.about.pass_mark is not None
    if wants_marks and lesson.parts and not any(lesson.is_scored(part) for part in lesson.parts):
        troubles.add("questions-missing", folder / FILE)
