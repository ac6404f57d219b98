"""Zips written by hand, so that every field can lie."""

import struct
import zlib
from dataclasses import dataclass


@dataclass(kw_only=True)
class Row:
    """One entry; what is None is told truthfully."""

    name: bytes = b"a.txt"
    data: bytes = b"hello"
    method: int = 8
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    packed: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    made_on: int = 3
    attributes: int = 0
    raw: bytes | None = None
    """The bytes in the archive instead of the packed data."""


def deflated(data: bytes) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    return press.compress(data) + press.flush()


def raw_zip(
    *rows: Row,
    count: int | None = None,
    directory_size: int | None = None,
    disk: int = 0,
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
) -> bytes:
    body, directory = bytearray(), bytearray()
    for row in rows:
        body, entry = _add(row, body)
        directory += entry
    told = len(rows) if count is None else count
    size = len(directory) if directory_size is None else directory_size
    end = struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, told, told, size, len(body), len(comment))
    return before + bytes(body) + bytes(directory) + end + comment + after


def _add(row: Row, body: bytearray) -> tuple[bytearray, bytes]:
    inside = row.raw if row.raw is not None else deflated(row.data) if row.method == 8 else row.data
    crc = zlib.crc32(row.data) if row.crc is None else row.crc
    size = len(row.data) if row.size is None else row.size
    packed = len(inside) if row.packed is None else row.packed
    offset = len(body) if row.offset is None else row.offset
    local = row.name if row.local_name is None else row.local_name
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, row.flags, row.method, 0, 33, crc, packed, size, len(local), 0)
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", row.made_on << 8 | 20, 20, row.flags, row.method, 0, 33, crc, packed, size,
        len(row.name), 0, 0, 0, 0, row.attributes, offset,
    )  # fmt: skip
    return body + head + local + inside, central + row.name
