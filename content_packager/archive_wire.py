"""The records of a ZIP file as bytes (PKWARE APPNOTE 6.3.x, sections 4.3.7, 4.3.12, 4.3.14–16, 4.5.3)."""

import struct
from typing import NamedTuple

STORED, DEFLATED = 0, 8
_UTF8 = 0x800
_UNIX = 3
_MODE = 0o100644 << 16
_DATE = 0x0021  # 1980-01-01, the first day the format knows: no clock goes into a package
_PLAIN, _ZIP64 = 20, 45  # "version needed"
_MAX32, _MAX16 = 0xFFFFFFFF, 0xFFFF


class Limits(NamedTuple):
    """From where on the 64-bit records are used; lower in tests only."""

    bytes32: int = _MAX32
    count16: int = _MAX16


class Entry(NamedTuple):
    name: str
    method: int
    crc: int
    size: int
    packed_size: int
    offset: int
    digest: str
    wide: bool = False
    """Whether room for 64-bit sizes was left in the local header."""


def local_header(entry: Entry, limits: Limits) -> bytes:
    name = entry.name.encode()
    wide = entry.wide or max(entry.size, entry.packed_size) >= limits.bytes32
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed_size) if wide else b""
    sizes = (_MAX32, _MAX32) if wide else (entry.packed_size, entry.size)
    fixed = struct.pack(
        "<4sHHHHHLLLHH",
        b"PK\3\4",
        _ZIP64 if wide else _PLAIN,
        _flags(entry),
        entry.method,
        0,
        _DATE,
        entry.crc,
        *sizes,
        len(name),
        len(extra),
    )
    return fixed + name + extra


def directory(entries: list[Entry], start: int, limits: Limits) -> bytes:
    """The central directory and the end records, for an archive whose entries end at `start`."""
    records = b"".join(_central(entry, limits) for entry in entries)
    end = struct.pack(
        "<4sHHHHLLH",
        b"PK\5\6",
        0,
        0,
        min(len(entries), _MAX16),
        min(len(entries), _MAX16),
        min(len(records), _MAX32),
        min(start, _MAX32),
        0,
    )
    if len(entries) < limits.count16 and start < limits.bytes32 and len(records) < limits.bytes32:
        return records + end
    return records + _end64(len(entries), len(records), start) + end


def _central(entry: Entry, limits: Limits) -> bytes:
    name = entry.name.encode()
    fields = [entry.size, entry.packed_size, entry.offset]
    wide = [value for value in fields if value >= limits.bytes32]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size, packed_size, offset = (_MAX32 if value >= limits.bytes32 else value for value in fields)
    needed = _ZIP64 if wide or entry.wide else _PLAIN
    fixed = struct.pack(
        "<4sBBHHHHHLLLHHHHHLL",
        b"PK\1\2",
        needed,
        _UNIX,
        needed,
        _flags(entry),
        entry.method,
        0,
        _DATE,
        entry.crc,
        packed_size,
        size,
        len(name),
        len(extra),
        0,
        0,
        0,
        _MODE,
        offset,
    )
    return fixed + name + extra


def _end64(count: int, size: int, start: int) -> bytes:
    record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, _ZIP64, _ZIP64, 0, 0, count, count, size, start)
    return record + struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)


def _flags(entry: Entry) -> int:
    return 0 if entry.name.isascii() else _UTF8
