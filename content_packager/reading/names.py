"""The name of a file in an archive: decoded, and judged before anybody builds a path from it."""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from content_packager.reading.directory import UTF8

_DRIVE = re.compile(r"^[A-Za-z]:")
# Over the whole path at once: a hostile directory can hold millions of parts.
_NOT_FOR_WINDOWS = re.compile(
    r"[<>:\"|?*]| (?:/|$)|[^/.]\.+(?:/|$)|(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|$)", re.IGNORECASE
)
_MOODLE_DROPS = re.compile(r"[&<>\"`|':]")  # clean_param(…, PARAM_PATH), applied to each name on unzipping


class Encoding(Enum):
    """How the bytes of a name became text."""

    MARKED = "marked"
    """ASCII, or UTF-8 with the flag that says so: every tool reads the same name."""
    UNMARKED = "unmarked"
    """UTF-8 in fact, but the flag is missing."""
    CP437 = "cp437"
    """Some old code page; read as CP437, which keeps each byte apart."""


class Name(NamedTuple):
    text: str
    encoding: Encoding

    @property
    def is_unmarked(self) -> bool:
        return self.encoding is Encoding.UNMARKED


def read_name(raw: bytes, flags: int) -> Name:
    if raw.isascii():
        return Name(raw.decode("ascii"), Encoding.MARKED)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Name(raw.decode("cp437"), Encoding.CP437)
    return Name(text, Encoding.MARKED if flags & UTF8 else Encoding.UNMARKED)


def flaws(name: Name) -> Iterator[str]:
    """Codes of what is wrong with a name: the dangerous ones first, then those that break a lesson somewhere."""
    text = name.text
    yield from _dangers(text)
    if name.encoding is Encoding.CP437:
        yield "name.not-utf8"
    elif name.encoding is Encoding.UNMARKED:
        yield "name.utf8-unmarked"
    if not text.isascii() and unicodedata.normalize("NFC", text) != text:
        yield "name.not-nfc"
    yield from _snags(text)


def _dangers(text: str) -> Iterator[str]:
    if not text.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        yield "name.control"
    if "\\" in text:
        yield "name.backslash"
    slashed = text.replace("\\", "/")
    if _DRIVE.match(slashed):
        yield "name.drive"
    elif slashed.startswith("/"):
        yield "name.absolute"
    parts = slashed.removesuffix("/").split("/")
    if ".." in parts:
        yield "name.traversal"
    if "." in parts or "" in parts[1:] or not slashed:
        yield "name.empty-part"


def _snags(text: str) -> Iterator[str]:
    if _NOT_FOR_WINDOWS.search(text):
        yield "name.not-for-windows"
    if _MOODLE_DROPS.search(text):
        yield "name.dropped-by-moodle"
    raw = text.encode()
    if len(raw) > 255 and max(map(len, raw.split(b"/"))) > 255:
        yield "name.too-long"
    elif len(text) > 255:
        yield "name.path-too-long"
