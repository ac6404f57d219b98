"""An opened zip: its files by name, and one bounded stream for each.

A stream gives no more than its entry declared, and the sum of what is declared was judged before: so memory and work
are bounded even where headers lie. Nothing is ever written; see `unpack` for that.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from zlib_ng import zlib_ng

from content_packager.reading.directory import DEFLATED, DESCRIPTOR, STORED, Directory, Entry, read_directory
from content_packager.reading.limits import SAFE, Limits
from content_packager.reading.names import Name, read_name

CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")


class Damaged(Exception):
    """A file of the archive cannot be read as its entry declares. `code` is a code of the table of problems."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Member(NamedTuple):
    """One file (or folder) of the archive."""

    name: Name
    entry: Entry
    room: int
    """Where the next thing in the archive begins: this file's bytes may not reach over it."""


class Archive:
    """Use as a context manager. Raises NotAZip and Rejected on opening, OSError where the disk does."""

    def __init__(self, path: Path, limits: Limits = SAFE) -> None:
        self.path = path
        self._file: BinaryIO = path.open("rb")
        try:
            self.directory = read_directory(self._file, limits)
        except BaseException:
            self._file.close()
            raise
        self.members = _members(self.directory)
        self.files: dict[str, Member] = {}
        for member in self.members:
            if not member.entry.is_folder:
                self.files.setdefault(member.name.text, member)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def read(self, member: Member) -> bytes:
        """The whole file in memory: ask `member.entry.size` first. Raises Damaged."""
        return b"".join(self.chunks(member))

    def verify(self, member: Member) -> None:
        """Unpack the file and forget it. Raises Damaged."""
        for _ in self.chunks(member):
            pass  # the bytes are judged by the stream itself

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The file's bytes, at most 256 KiB at a time; ends with the check of length and CRC-32. Raises Damaged."""
        entry = member.entry
        self._file.seek(self._data_start(member))
        packed = self._packed(entry.packed)
        made = packed if entry.method == STORED else _inflated(packed)
        size, crc = 0, 0
        for chunk in made:
            size += len(chunk)
            if size > entry.size:
                raise Damaged("zip.lying-header", detail="it unpacks to more than it declares")
            crc = zlib_ng.crc32(chunk, crc)
            yield chunk
        if size != entry.size:
            raise Damaged("zip.lying-header", detail="it unpacks to less than it declares")
        if crc != entry.crc:
            raise Damaged("zip.damaged-file", detail="its checksum is wrong")

    def _data_start(self, member: Member) -> int:
        entry = member.entry
        if entry.method not in (STORED, DEFLATED):
            raise Damaged("zip.method", method=entry.method)
        self._file.seek(entry.offset)
        header = self._file.read(_LOCAL.size + len(entry.raw_name))
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise Damaged("zip.damaged-file", detail="no header where the directory points")
        _, _, flags, method, _, _, crc, packed, size, named, extra = _LOCAL.unpack_from(header)
        if named != len(entry.raw_name) or header[_LOCAL.size :] != entry.raw_name:
            raise Damaged("zip.lying-header", detail="another name in its own header")
        if method != entry.method or not _sizes_agree((crc, packed, size), flags=flags, entry=entry):
            raise Damaged("zip.lying-header", detail="method, size or checksum differ between header and directory")
        start: int = entry.offset + _LOCAL.size + named + extra
        if start + entry.packed > member.room:
            raise Damaged("zip.overlap")
        return start

    def _packed(self, left: int) -> Iterator[bytes]:
        while left:
            chunk = self._file.read(min(CHUNK, left))
            if not chunk:
                raise Damaged("zip.damaged-file", detail="it is cut off")
            left -= len(chunk)
            yield chunk


def _sizes_agree(local: tuple[int, int, int], *, flags: int, entry: Entry) -> bool:
    """Whether the header's CRC and sizes are the directory's. A streamed entry may leave 0, zip64 sets all ones."""
    if local == (entry.crc, entry.packed, entry.size) or (flags & DESCRIPTOR and not any(local)):
        return True
    crc, *sizes = local
    told = zip(sizes, (entry.packed, entry.size), strict=True)
    ones = 0xFFFFFFFF
    sizes_agree = all(own in (said, ones) or (flags & DESCRIPTOR and own == 0) for own, said in told)
    return sizes_agree and (crc == entry.crc or bool(flags & DESCRIPTOR and crc == 0))


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    stream = zlib_ng.decompressobj(-zlib_ng.MAX_WBITS)
    try:
        for chunk in packed:
            rest = chunk
            while rest and not stream.eof:
                yield stream.decompress(rest, CHUNK)
                rest = stream.unconsumed_tail
        while not stream.eof and (held := stream.decompress(b"", CHUNK)):
            yield held  # all input was taken, but the last call had no room for the whole output
    except zlib_ng.error as error:  # type: ignore[misc]  # its stub calls the class a variable
        raise Damaged("zip.damaged-file", detail="its compressed data is broken") from error
    if not stream.eof or stream.unused_data:
        raise Damaged("zip.damaged-file", detail="its compressed data does not end where it should")


def _members(directory: Directory) -> Sequence[Member]:
    """In the directory's order, each with the place where its neighbour begins."""
    following = dict(pairwise([*sorted({entry.offset for entry in directory.entries}), directory.start]))
    return [
        Member(read_name(entry.raw_name, entry.flags), entry, following.get(entry.offset, directory.start))
        for entry in directory.entries
    ]
