"""The one door into a package: it alone decides name, order, time, mode and compression of each file.

The same files make the same bytes, for one build of zlib-ng on one architecture; stored (`store=True`), everywhere.
Files stream, so that memory does not grow with them. The archive is written beside its place and renamed when whole.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from content_packager.archive_codec import SMALL, Large, Packed, packed_ahead
from content_packager.archive_name import clean_name
from content_packager.archive_stream import stream_entry
from content_packager.archive_wire import Entry, Limits, directory, local_header
from content_packager.whole_file import written_whole

Content = bytes | Path
"""A file of a package: its bytes, or where to read them."""
Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""

_BATCH_FILES, _BATCH_BYTES = 64, SMALL  # a thread's task must outweigh its handing over


class DoubleName(ValueError):
    """Two files want one place in the package, or places that differ only in capitals."""

    def __init__(self, *, name: str, other: str) -> None:
        self.name, self.other = name, other
        super().__init__(f"{name!r} and {other!r} are one file to some systems")


@dataclass(frozen=True, slots=True)
class Archived:
    """What was written."""

    path: Path
    version: str
    """SHA-256, in hex, over the sorted lines `name NUL sha256 LF`; independent of compression."""
    files: Mapping[str, int]
    """Name → size in bytes, unpacked."""
    size: int
    """Bytes of the archive."""


def write_archive(
    out: Path,
    files: Mapping[str, Content],
    *,
    store: bool = False,
    progress: Progress | None = None,
    limits: Limits = Limits(),  # noqa: B008  # immutable
) -> Archived:
    """Write `files` to `out`, replacing it only when whole. Raises `UnsafeName`, `DoubleName` and `OSError`."""
    named = named_files(files)
    with written_whole(out) as draft:
        entries, end = _write_entries(draft, named, store=store, progress=progress, limits=limits)
        draft.write(directory(entries, end, limits))
    sizes = {entry.name: entry.size for entry in entries}
    return Archived(out, version_of((entry.name, entry.digest) for entry in entries), sizes, out.stat().st_size)


def version_of(files: Iterator[tuple[str, str]]) -> str:
    """The version of a package from its (name, SHA-256 in hex) pairs."""
    lines = sorted(f"{name}\0{digest}\n".encode() for name, digest in files)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def named_files(files: Mapping[str, Content]) -> list[tuple[str, Content]]:
    """The files under clean names, in the order of every package: by the bytes of their names."""
    seen: dict[str, str] = {}
    named = sorted(((clean_name(name), content) for name, content in files.items()), key=lambda pair: pair[0].encode())
    for name, _ in named:
        other = seen.setdefault(name.casefold(), name)
        if other is not name:
            raise DoubleName(name=name, other=other)
    return named


def _write_entries(
    out: IO[bytes], named: list[tuple[str, Content]], *, store: bool, progress: Progress | None, limits: Limits
) -> tuple[list[Entry], int]:
    """The entries, and where the last one ends."""
    entries: list[Entry] = []
    offset = 0  # counted here: asking the file is a system call for every entry
    for packed in packed_ahead(_batches(named), store=store):
        if isinstance(packed, Packed):
            entry, length = _write_packed(out, packed, offset, limits)
        else:
            entry, length = stream_entry(out, packed, offset, store=store, limits=limits)
        entries.append(entry)
        offset += length
        if progress is not None:
            progress(len(entries), len(named))
    return entries, offset


def _write_packed(out: IO[bytes], packed: Packed, offset: int, limits: Limits) -> tuple[Entry, int]:
    """The entry and its bytes in the archive, header and all."""
    entry = Entry(
        packed.name, packed.method, packed.crc, packed.size, len(packed.data), offset=offset, digest=packed.digest
    )
    header = local_header(entry, limits)
    out.write(header)
    out.write(packed.data)
    return entry, len(header) + len(packed.data)


def _batches(named: list[tuple[str, Content]]) -> Iterator[Large | list[tuple[str, Content]]]:
    """Small files by the handful, large ones alone."""
    batch: list[tuple[str, Content]] = []
    weight = 0
    for name, content in named:
        size = len(content) if isinstance(content, bytes) else os.stat(content).st_size  # noqa: PTH116  # much quicker
        if batch and (len(batch) == _BATCH_FILES or weight + size > _BATCH_BYTES):
            yield batch
            batch, weight = [], 0
        if isinstance(content, Path) and size > SMALL:
            yield Large(name, content)
        else:
            batch.append((name, content))
            weight += size
    if batch:
        yield batch
