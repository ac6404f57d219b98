"""How the bytes of a file are packed: media as they are, the rest deflated by zlib-ng, small files ahead of time."""

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from zlib_ng import zlib_ng

from content_packager.archive_wire import DEFLATED, STORED

LEVEL = 6
SMALL = 512 * 1024
"""Up to this many bytes a file is read whole; above, it streams."""
_AHEAD = 8
"""Handfuls in work at once: 8 of 512 KiB, twice (read and packed), is all the memory that this takes."""
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


def packed_ahead(batches: Iterator[list[Source]], *, store: bool) -> Iterator[Packed | Large]:
    """Small files packed, large ones as they came; in order, a few batches ahead on another core."""
    with ThreadPoolExecutor(2, thread_name_prefix="deflate") as pool:
        waiting: deque[Future[list[Packed | Large]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_pack_batch, batch, store))
            if len(waiting) == _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _pack_batch(batch: list[Source], store: bool) -> list[Packed | Large]:
    return [_pack_or_leave(name, content, store=store) for name, content in batch]


def _pack_or_leave(name: str, content: bytes | Path, *, store: bool) -> Packed | Large:
    if isinstance(content, Path) and content.stat().st_size > SMALL:
        return Large(name, content)
    return pack(name, content, store=store)


def pack(name: str, content: bytes | Path, *, store: bool) -> Packed:
    data = content if isinstance(content, bytes) else content.read_bytes()
    crc, digest = zlib_ng.crc32(data), hashlib.sha256(data).hexdigest()
    if not store and not is_compressed(name):
        deflater = new_deflater()
        deflated = deflater.compress(data) + deflater.flush()
        if len(deflated) < len(data):
            return Packed(name, DEFLATED, crc, len(data), deflated, digest)
    return Packed(name, STORED, crc, len(data), data, digest)


def new_deflater() -> "zlib_ng._Compress":
    return zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -15)


def is_compressed(name: str) -> bool:
    return Path(name).suffix.lower() in COMPRESSED


def hardly_shrinks(sample: bytes) -> bool:
    """Whether a sample of a large file says that deflating the whole would be for nothing (scans in a PDF)."""
    return bool(sample) and len(zlib_ng.compress(sample, LEVEL)) > _HARDLY * len(sample)


def samples(path: Path, size: int) -> Iterator[bytes]:
    """Three pieces of a large file: near its begin, middle and end."""
    with path.open("rb") as file:
        for place in (size // 8, size // 2, size - size // 8):
            file.seek(place)
            yield file.read(_PROBE)
