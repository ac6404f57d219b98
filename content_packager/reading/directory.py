"""A zip's directory, read by APPNOTE 6.3.10 without believing it.

Python's `zipfile` reads the whole directory whatever its size, cuts names at NUL and does not see overlapping entries;
so the directory is read here, entry by entry, and left as soon as a limit is passed.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from content_packager.reading.limits import Limits

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LONGEST_TAIL = _END.size + 0xFFFF  # the end record and the longest comment
_UNKNOWN = 0xFFFFFFFF  # the real number stands in the zip64 field
_ZIP64_FIELD = 0x0001
ENCRYPTED, DESCRIPTOR, UTF8 = 0x0001, 0x0008, 0x0800
STORED, DEFLATED = 0, 8


class Entry(NamedTuple):
    """One row of the directory, as written there; sizes in bytes."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    """Of the local header, from the start of the file."""
    made_on: int
    """The system that made it (3 = Unix); says how to read `attributes`."""
    attributes: int
    stamp: tuple[int, int]
    """DOS time and date."""

    @property
    def is_folder(self) -> bool:
        return self.raw_name.endswith(b"/")


class Directory(NamedTuple):
    entries: list[Entry]
    start: int
    """Where the directory begins: file data lies before it."""
    leading: int
    """Foreign bytes before the first entry, as in a self-extracting archive."""
    trailing: int


class NotAZip(Exception):
    """The file has no zip directory."""


class Rejected(Exception):
    """The directory cannot be used. `code` is a code of the table of problems."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class _End(NamedTuple):
    """What the end record says, zip64 resolved; offsets as written (without leading bytes)."""

    entries: int
    size: int
    offset: int
    position: int
    trailing: int


def read_directory(file: BinaryIO, limits: Limits) -> Directory:
    """The directory of the zip in `file`. Raises NotAZip, Rejected."""
    end = _read_end(file)
    _judge_end(end, limits)
    start = end.position - end.size
    leading = start - end.offset
    if start < 0 or leading < 0:
        raise Rejected("zip.damaged", detail="the directory lies outside the file")
    file.seek(start)
    entries = list(_entries(file.read(end.size), leading, limits))
    if len(entries) != end.entries:
        raise Rejected("zip.damaged", detail="it does not hold as many entries as it announces")
    return Directory(entries, start, leading, end.trailing)


def _judge_end(end: _End, limits: Limits) -> None:
    if end.entries > limits.entries:
        raise Rejected("zip.too-many-entries", count=end.entries, limit=limits.entries)
    if end.size > limits.directory_bytes:
        raise Rejected("zip.directory-too-large", size=end.size, limit=limits.directory_bytes)


def _read_end(file: BinaryIO) -> _End:
    length = file.seek(0, 2)
    tail_start = max(0, length - _LONGEST_TAIL)
    file.seek(tail_start)
    tail = file.read(_LONGEST_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        file.seek(0)
        if file.read(4) == b"PK\x03\x04":
            raise Rejected("zip.damaged", detail="its end is missing")
        raise NotAZip
    _, disk, directory_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
    position = tail_start + at
    trailing = length - position - _END.size - comment
    if trailing < 0:
        raise Rejected("zip.damaged", detail="the archive's comment is cut off")
    if 0xFFFF in (count, here) or _UNKNOWN in (size, offset):
        return _read_end64(file, position, trailing)
    if disk or directory_disk or here != count:
        raise Rejected("zip.split")
    return _End(count, size, offset, position, trailing)


def _read_end64(file: BinaryIO, end_position: int, trailing: int) -> _End:
    if end_position < _LOCATOR64.size + _END64.size:
        raise Rejected("zip.damaged", detail="the zip64 record is missing")
    file.seek(end_position - _LOCATOR64.size)
    signature, disk, written_at, disks = _LOCATOR64.unpack(file.read(_LOCATOR64.size))
    if signature != b"PK\x06\x07":
        raise Rejected("zip.damaged", detail="the zip64 record is missing")
    if disk or disks > 1:
        raise Rejected("zip.split")
    # Leading bytes shift the record away from where it says it is; without them both places are one.
    for position in (written_at, end_position - _LOCATOR64.size - _END64.size):
        if position <= end_position - _LOCATOR64.size - _END64.size:
            file.seek(position)
            signature, _, _, _, disk, directory_disk, here, count, size, offset = _END64.unpack(file.read(_END64.size))
            if signature == b"PK\x06\x06":
                if disk or directory_disk or here != count:
                    raise Rejected("zip.split")
                return _End(count, size, offset, position, trailing)
    raise Rejected("zip.damaged", detail="the zip64 record is missing")


def _entries(directory: bytes, leading: int, limits: Limits) -> Iterator[Entry]:
    position, count = 0, 0
    while position < len(directory):
        count += 1
        if count > limits.entries:  # the announced count was a lie
            raise Rejected("zip.too-many-entries", count=count, limit=limits.entries)
        entry, position = _entry(directory, position, leading)
        yield entry


def _entry(directory: bytes, position: int, leading: int) -> tuple[Entry, int]:
    if len(directory) - position < _CENTRAL.size or directory[position : position + 4] != b"PK\x01\x02":
        raise Rejected("zip.damaged", detail="the directory is broken")
    row = _CENTRAL.unpack_from(directory, position)
    _, made_by, _, flags, method, time, date, crc, packed, size, named, extra, comment, disk, _, outside, offset = row
    names = position + _CENTRAL.size
    end = names + named + extra + comment
    if end > len(directory):
        raise Rejected("zip.damaged", detail="the directory is broken")
    if _UNKNOWN in (packed, size, offset):
        field = directory[names + named : names + named + extra]
        size, packed, offset = _wide(field, size=size, packed=packed, offset=offset)
    if disk not in (0, 0xFFFF):
        raise Rejected("zip.split")
    name = directory[names : names + named]
    entry = Entry(name, flags, method, crc, packed, size, offset + leading, made_by >> 8, outside, (time, date))
    return entry, end


def _wide(field: bytes, *, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three numbers, those that did not fit taken from the zip64 extra field in this order."""
    numbers = _zip64_numbers(field)
    try:
        return (
            next(numbers) if size == _UNKNOWN else size,
            next(numbers) if packed == _UNKNOWN else packed,
            next(numbers) if offset == _UNKNOWN else offset,
        )
    except StopIteration:
        raise Rejected("zip.damaged", detail="a zip64 size is missing") from None


def _zip64_numbers(extra: bytes) -> Iterator[int]:
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, position)
        if tag == _ZIP64_FIELD:
            field = extra[position + 4 : position + 4 + length]
            yield from (number for (number,) in struct.iter_unpack("<Q", field[: len(field) // 8 * 8]))
            return
        position += 4 + length
