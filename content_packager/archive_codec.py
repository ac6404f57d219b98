"""How the bytes of a file are packed: media as they are, the rest deflated by zlib-ng, small files ahead of time."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from os.path import splitext
from pathlib import Path
from typing import NamedTuple

from zlib_ng import zlib_ng

from content_packager.archive_wire import DEFLATED, STORED

LEVEL = 6
SMALL = 512 * 1024
"""Up to this many bytes a file is read whole; above, it streams."""
_AHEAD = 48
"""Handfuls that may be packed before their turn, of 512 KiB each where nothing shrinks: all the memory that this takes.

So many, because large media are copied meanwhile, and names put them all first or all last.
"""
_PROBE = 64 * 1024
_HARDLY = 0.97

COMPRESSED = frozenset(
    [
        ".7z",
        ".aac",
        ".avif",
        ".br",
        ".docx",
        ".flac",
        ".gif",
        ".gz",
        ".heic",
        ".jpeg",
        ".jpg",
        ".m4a",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp3",
        ".mp4",
        ".oga",
        ".ogg",
        ".ogv",
        ".opus",
        ".png",
        ".pptx",
        ".rar",
        ".webm",
        ".webp",
        ".wma",
        ".wmv",
        ".woff",
        ".woff2",
        ".xlsx",
        ".xz",
        ".zip",
        ".zst",
    ]
)
"""Endings of formats that are compressed already: deflating them costs time and saves nothing."""

Source = tuple[str, bytes | Path]


class Large(NamedTuple):
    """A file that will be streamed."""

    name: str
    path: Path


class Packed(NamedTuple):
    """A small file, ready to be written."""

    name: str
    method: int
    crc: int
    size: int
    data: bytes
    digest: str


def packed_ahead(batches: Iterator[Large | list[Source]], *, store: bool) -> Iterator[Packed | Large]:
    """Small files packed, large ones as they came; in order, small ones some handfuls ahead on other cores."""
    with ThreadPoolExecutor(2, thread_name_prefix="deflate") as pool:
        waiting: deque[Large | Future[list[Packed]]] = deque()
        ahead = 0
        for batch in batches:
            waiting.append(batch if isinstance(batch, Large) else pool.submit(_pack_all, batch, store))
            ahead += not isinstance(batch, Large)
            while ahead == _AHEAD:
                first = waiting.popleft()
                ahead -= not isinstance(first, Large)
                yield from _finished(first)
        while waiting:
            yield from _finished(waiting.popleft())


def _finished(one: "Large | Future[list[Packed]]") -> Iterable[Packed | Large]:
    return (one,) if isinstance(one, Large) else one.result()


def _pack_all(batch: list[Source], store: bool) -> list[Packed]:
    return [pack(name, content, store=store) for name, content in batch]


def pack(name: str, content: bytes | Path, *, store: bool) -> Packed:
    data = content if isinstance(content, bytes) else _read(content)
    crc, digest = zlib_ng.crc32(data), hashlib.sha256(data).hexdigest()
    if not store and not is_compressed(name):
        deflater = new_deflater()
        deflated = deflater.compress(data) + deflater.flush()
        if len(deflated) < len(data):
            return Packed(name, DEFLATED, crc, len(data), deflated, digest)
    return Packed(name, STORED, crc, len(data), data, digest)


def _read(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        return file.read()


def new_deflater() -> "zlib_ng._Compress":
    return zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -15)


def is_compressed(name: str) -> bool:
    return splitext(name)[1].lower() in COMPRESSED  # noqa: PTH122  # much quicker than a Path


def hardly_shrinks(sample: bytes) -> bool:
    """Whether a sample of a large file says that deflating the whole would be for nothing (scans in a PDF)."""
    return bool(sample) and len(zlib_ng.compress(sample, LEVEL)) > _HARDLY * len(sample)


def samples(path: Path, size: int) -> Iterator[bytes]:
    """Three pieces of a large file: near its begin, middle and end."""
    with path.open("rb") as file:
        for place in (size // 8, size // 2, size - size // 8):
            file.seek(place)
            yield file.read(_PROBE)
