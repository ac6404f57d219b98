"""What is wrong with an archive as an archive, before one byte of it is unpacked."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from content_packager.reading.archive import Archive, Member
from content_packager.reading.directory import DEFLATED, ENCRYPTED, STORED, Entry
from content_packager.reading.limits import Limits
from content_packager.reading.names import flaws

_UNIX = 3
_KIND_MASK, _REGULAR, _FOLDER, _LINK = 0xF000, 0x8000, 0x4000, 0xA000
_ARCHIVE_NAME = re.compile(r"\.(?:zip|jar|7z|rar|tar|gz|tgz|bz2|xz)$", re.IGNORECASE)
_LOCAL_HEADER = 30


class Flaw(NamedTuple):
    code: str
    file: str
    facts: dict[str, object]


def judge(archive: Archive, limits: Limits) -> Iterator[Flaw]:
    """Every flaw of the directory; content is judged as it is read."""
    yield from _ends(archive)
    yield from _sums(archive, limits)
    for member in archive.members:
        yield from _entry_flaws(member, limits)
    yield from _overlaps(archive)
    yield from _clashes(archive)


def _ends(archive: Archive) -> Iterator[Flaw]:
    if not archive.files:
        yield Flaw("zip.empty", "", {})
    if archive.directory.leading:
        yield Flaw("zip.leading-bytes", "", {"count": archive.directory.leading})
    if archive.directory.trailing:
        yield Flaw("zip.trailing-bytes", "", {"count": archive.directory.trailing})


def _sums(archive: Archive, limits: Limits) -> Iterator[Flaw]:
    size = sum(entry.size for entry in archive.directory.entries)
    packed = sum(entry.packed for entry in archive.directory.entries)
    if size > limits.total_bytes:
        yield Flaw("zip.too-large", "", {"size": size, "limit": limits.total_bytes})
    if size > limits.ratio_from_bytes and size > packed * limits.ratio:
        yield Flaw("zip.ratio", "", {"ratio": size // max(packed, 1), "limit": limits.ratio})


def _entry_flaws(member: Member, limits: Limits) -> Iterator[Flaw]:
    name, entry = member.name.text, member.entry
    if len(entry.raw_name) > limits.name_bytes:
        yield Flaw("name.too-long", name, {})  # and not looked at further: 64 KiB of slashes are many parts
    else:
        yield from (Flaw(code, name, {}) for code in flaws(member.name))
    if entry.size > limits.entry_bytes:
        yield Flaw("zip.file-too-large", name, {"size": entry.size, "limit": limits.entry_bytes})
    if entry.size > limits.ratio_from_bytes and entry.size > entry.packed * limits.ratio:
        yield Flaw("zip.ratio", name, {"ratio": entry.size // max(entry.packed, 1), "limit": limits.ratio})
    if entry.flags & ENCRYPTED:
        yield Flaw("zip.encrypted", name, {})
    if entry.method not in (STORED, DEFLATED):
        yield Flaw("zip.method", name, {"method": entry.method})
    yield from _kind_flaws(name, entry)


def _kind_flaws(name: str, entry: Entry) -> Iterator[Flaw]:
    kind = entry.attributes >> 16 & _KIND_MASK if entry.made_on == _UNIX else 0
    if kind == _LINK:
        yield Flaw("zip.symlink", name, {})
    elif kind not in (0, _REGULAR, _FOLDER):
        yield Flaw("zip.special-file", name, {})
    if _ARCHIVE_NAME.search(name):
        yield Flaw("zip.nested", name, {})


def _overlaps(archive: Archive) -> Iterator[Flaw]:
    """Entries that share bytes: the trick of the bombs that unpack to petabytes without any ratio of their own."""
    if not archive.members:
        return
    placed = sorted(archive.members, key=lambda member: member.entry.offset)
    for one, other in pairwise(placed):
        if _least_end(one.entry) > other.entry.offset:
            yield Flaw("zip.overlap", other.name.text, {})
    if _least_end(placed[-1].entry) > archive.directory.start:
        yield Flaw("zip.overlap", placed[-1].name.text, {})


def _least_end(entry: Entry) -> int:
    return entry.offset + _LOCAL_HEADER + len(entry.raw_name) + entry.packed


def _clashes(archive: Archive) -> Iterator[Flaw]:
    counts = Counter(member.name.text for member in archive.members)
    yield from (Flaw("zip.duplicate", name, {"count": count}) for name, count in counts.items() if count > 1)
    yield from _case_clashes(counts)
    ordered = sorted(counts)
    for name in ordered:
        following = bisect_left(ordered, f"{name}/")
        if following < len(ordered) and ordered[following].startswith(f"{name}/"):
            yield Flaw("zip.file-and-folder", name, {})


def _case_clashes(names: Counter[str]) -> Iterator[Flaw]:
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(name.casefold(), name)
        if first != name:
            yield Flaw("zip.case-collision", name, {"other": first})
