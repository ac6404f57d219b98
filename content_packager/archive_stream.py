"""A large file into the archive, piece by piece; its hash is taken on another core while it is written."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from zlib_ng import zlib_ng

from content_packager.archive_codec import Large, hardly_shrinks, is_compressed, new_deflater, samples
from content_packager.archive_wire import DEFLATED, STORED, Entry, Limits, local_header

_PIECE = 1024 * 1024


def stream_entry(out: IO[bytes], large: Large, offset: int, *, store: bool, limits: Limits) -> tuple[Entry, int]:
    """Write one large file at `offset`, the end of `out`; its header is written again once its sizes are known.

    Hands back the entry and its bytes in the archive, header and all.
    """
    size = large.path.stat().st_size
    method = STORED if store or _for_nothing(large, size) else DEFLATED
    # Deflate grows incompressible bytes by less than 0.1 %: with 1 % to spare, room for wide sizes is left in time.
    draft = Entry(large.name, method, 0, 0, 0, offset, "", wide=size * 1.01 >= limits.bytes32)
    head = len(local_header(draft, limits))
    out.write(local_header(draft, limits))
    crc, read, digest = _copy(large.path, out, method)
    end = out.tell()
    entry = draft._replace(crc=crc, size=read, packed_size=end - offset - head, digest=digest)
    out.seek(offset)
    out.write(local_header(entry, limits))
    out.seek(end)
    return entry, end - offset


def _for_nothing(large: Large, size: int) -> bool:
    return is_compressed(large.name) or all(hardly_shrinks(sample) for sample in samples(large.path, size))


def _packers(method: int) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """What a piece becomes in the archive, and what is left to write after the last."""
    if method == STORED:
        return (lambda piece: piece), (lambda: b"")
    deflater = new_deflater()
    return deflater.compress, deflater.flush


def _copy(source: Path, out: IO[bytes], method: int) -> tuple[int, int, str]:
    crc, size, digest = 0, 0, hashlib.sha256()
    packed, rest = _packers(method)
    hashed: Future[None] | None = None
    with source.open("rb", buffering=0) as file, ThreadPoolExecutor(1, thread_name_prefix="hash") as pool:
        while piece := file.read(_PIECE):
            if hashed is not None:
                hashed.result()
            hashed = pool.submit(digest.update, piece)
            crc = zlib_ng.crc32(piece, crc)
            size += len(piece)
            out.write(packed(piece))
    out.write(rest())
    return crc, size, digest.hexdigest()
