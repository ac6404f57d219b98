"""A backup as a file: a ZIP whose manifest names each part with its length and SHA-256. Proved, or not there."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bridge.domain.errors import StoreProblem
from bridge.store.problems import translated_files

FORMAT = 1
KEYS = "keys.json"
_MANIFEST = "manifest.json"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `parts`: name → (length in bytes, SHA-256 in hex). `tables` names columns (PostgreSQL)."""

    made_at: str  # ISO 8601, UTC
    engine: str
    schema: str  # the revision of the tables
    parts: Mapping[str, tuple[int, str]]
    tables: Mapping[str, list[str]]
    format: int = FORMAT


Parts = Iterable[tuple[str, Iterable[bytes]]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into an archive. `parts` may be long: they are read once, piece by piece."""

    engine: str
    schema: str
    parts: Parts
    tables: Mapping[str, list[str]]


def write_archive(target: Path, contents: Contents, *, now: datetime) -> Manifest:
    """Write, read back, prove, and only then give it its name. `StoreProblem(why="BACKUP_EXISTS")`."""
    draft = target.with_name(target.name + ".part")
    with translated_files():
        if target.exists():
            raise StoreProblem(why="BACKUP_EXISTS", detail=target.name)
        draft.unlink(missing_ok=True)
        try:
            _write(draft, contents, now)
            manifest = verify_archive(draft)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def verify_archive(archive: Path) -> Manifest:
    """Read all of it. `StoreProblem`: BACKUP_BROKEN (what is wrong), or that the file cannot be read."""
    with translated_files(), _opened(archive) as pack:
        manifest = _manifest(pack)
        if set(pack.namelist()) != {_MANIFEST, *manifest.parts}:
            raise StoreProblem(why="BACKUP_BROKEN", detail="other parts than the manifest's")
        for name, expected in manifest.parts.items():
            if _measured(pack, name) != tuple(expected):
                raise StoreProblem(why="BACKUP_BROKEN", detail=name)
    return manifest


def read_part(archive: Path, name: str) -> Iterator[bytes]:
    """A part, piece by piece. Verify the archive first."""
    with translated_files(), _opened(archive) as pack, pack.open(name) as part:
        while piece := part.read(_PIECE):
            yield piece


def pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _write(draft: Path, contents: Contents, now: datetime) -> None:
    """Readable by its owner alone: the keys are in it."""
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
            parts = {name: _add(pack, name, pieces) for name, pieces in contents.parts}
            made_at = now.isoformat()
            manifest = Manifest(made_at, contents.engine, contents.schema, parts, contents.tables)
            pack.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())


def _add(pack: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    length, digest = 0, hashlib.sha256()
    with pack.open(name, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece)
            digest.update(piece)
            length += len(piece)
    return length, digest.hexdigest()


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except zipfile.BadZipFile as err:
        raise StoreProblem(why="BACKUP_BROKEN", detail="no archive, or cut off") from err


def _manifest(pack: zipfile.ZipFile) -> Manifest:
    try:
        raw: dict[str, Any] = json.loads(pack.read(_MANIFEST))
        parts = {name: (int(length), str(digest)) for name, (length, digest) in raw.pop("parts").items()}
        manifest = Manifest(**raw, parts=parts)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as err:
        raise StoreProblem(why="BACKUP_BROKEN", detail=_MANIFEST) from err
    if manifest.format != FORMAT:
        raise StoreProblem(why="BACKUP_BROKEN", detail=f"format {manifest.format}")
    return manifest


def _measured(pack: zipfile.ZipFile, name: str) -> tuple[int, str]:
    length, digest = 0, hashlib.sha256()
    try:
        with pack.open(name) as part:
            while piece := part.read(_PIECE):
                digest.update(piece)
                length += len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError) as err:
        raise StoreProblem(why="BACKUP_BROKEN", detail=name) from err
    return length, digest.hexdigest()
