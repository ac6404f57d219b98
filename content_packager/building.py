"""A lesson in, packages out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content_packager.archive import DoubleName, Progress, write_archive
from content_packager.archive_folder import write_folder
from content_packager.errors import refuse
from content_packager.formats import FORMATS, Material
from content_packager.lesson import read_lesson
from content_packager.model import Lesson
from content_packager.sidecar import sidecar
from content_packager.whole_file import written_whole


@dataclass(frozen=True, slots=True)
class Package:
    """One package of a lesson, as it was written."""

    format: str
    """A key of `FORMATS`."""
    path: Path
    """A ZIP file; for `web` a folder."""
    sidecar: Path
    version: str
    """SHA-256 over names and contents, in hex."""
    size: int
    """Bytes on disk."""


@dataclass(frozen=True, slots=True)
class Built:
    lesson: Lesson
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    store: bool = False
    """Compress nothing: the same bytes then come out on every machine."""
    schemas: Path | None = None
    """A folder of XSDs to put into the root of SCORM packages."""
    progress: Progress | None = None


def build(lesson: Path, formats: Sequence[str], out: Path, options: Options = Options()) -> Built:
    """Pack the lesson at `lesson` (a folder or a file) into `out`, once for each of `formats` (keys of `FORMATS`).

    Each package is named `<id>-<format>.zip` (a folder for `web`), with a `.json` beside it; an older one of that name
    is replaced when the new one is whole. Nothing is written where the lesson is. Raises `LessonRefused` with all that
    is wrong before anything is written, and `OSError` where the disk refuses.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise refuse("format-unknown", ", ".join(unknown), known=", ".join(FORMATS))
    read = read_lesson(lesson)
    _stay_out(lesson, out)
    out.mkdir(parents=True, exist_ok=True)
    material = Material(read, _schemas(options.schemas))
    try:
        return Built(read, tuple(_pack(material, name, out, options) for name in dict.fromkeys(formats)))
    except DoubleName as err:
        raise refuse("name-double", err.name, other=err.other) from err


def _pack(material: Material, name: str, out: Path, options: Options) -> Package:
    files = FORMATS[name].make(material)
    stem = f"{material.lesson.about.file_name}-{name}"
    if name == "web":
        written = write_folder(out / stem, files, progress=options.progress)
    else:
        written = write_archive(out / f"{stem}.zip", files, store=options.store, progress=options.progress)
    beside = out / f"{stem}.json"
    with written_whole(beside) as file:
        file.write(sidecar(material.lesson, name, written))
    return Package(name, written.path, beside, written.version, written.size)


def _stay_out(lesson: Path, out: Path) -> None:
    """Packages inside the lesson's folder would be part of the next build."""
    if lesson.is_dir() and out.resolve().is_relative_to(lesson.resolve()):
        raise refuse("out-inside", out)


def _schemas(folder: Path | None) -> Mapping[str, Path]:
    if folder is None:
        return {}
    if not folder.is_dir():
        raise refuse("schemas-missing", folder)
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
