"""A workbook file judged before anything else looks into it: what it is, and that opening it is safe.

.xlsx is a zip of XML parts (ECMA-376 part 2): read through `content_packager.reading`, the house's one bounded zip
reader (ADR 0029). Macros, links to other files, document types and more than a school's workbook needs are refused.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from xml.parsers import expat

from bridge.ports.workbooks import Flaw, FlawKind
from content_packager.reading.archive import Archive, Damaged
from content_packager.reading.directory import NotAZip, Rejected
from content_packager.reading.limits import MIB, Limits

BOUNDS = Limits(
    entries=1_000,
    directory_bytes=1 * MIB,
    name_bytes=512,
    entry_bytes=32 * MIB,
    total_bytes=64 * MIB,
    ratio=150,
    ratio_from_bytes=2 * MIB,
)
MOST_BYTES = 20 * MIB  # of the file as it lies on the disk
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 5_000, 400, 400_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_HTML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|table|meta|\?xml[^>]*>\s*<(?:html|\?mso))", re.I)
_MACRO = re.compile(r"vbaproject|activex|xl/macrosheets/|xl/dialogsheets/", re.I)
_LINK = re.compile(r"xl/(?:externallinks|connections\.xml|querytables|embeddings|model|webextensions)", re.I)
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Unusable(Exception):
    """This file can't be used. Never leaves the room: the adapter tells it as its callers need it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.kind)
        self.flaw = flaw


class Format(Enum):
    XLSX = auto()
    XLS = auto()


@dataclass(frozen=True, slots=True)
class Package:
    """A file that may be opened. `parts` of an .xlsx by name, in their order; the whole is some MB at most."""

    path: Path
    format: Format
    parts: dict[str, bytes]


def open_package(path: Path) -> Package:
    """`Unusable` with the reason; `OSError` where the disk refuses."""
    name = path.name
    with path.open("rb") as file:
        head = file.read(4096)
    if path.stat().st_size > MOST_BYTES:
        raise Unusable(Flaw(FlawKind.BOMB, name, f"{path.stat().st_size // MIB} MB"))
    if head.startswith(_OLE):
        return _old(path)
    if _HTML.match(head):
        raise Unusable(Flaw(FlawKind.HTML_AS_XLS, name))
    parts = _parts(path)
    _judge(name, parts)
    return Package(path, Format.XLSX, parts)


def _old(path: Path) -> Package:
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise Unusable(Flaw(FlawKind.ENCRYPTED, path.name))
    if _VBA in content:
        raise Unusable(Flaw(FlawKind.MACROS, path.name, "VBA"))
    return Package(path, Format.XLS, {})


def _parts(path: Path) -> dict[str, bytes]:
    try:
        with Archive(path, BOUNDS) as archive:
            sizes = [member.entry for member in archive.members]
            _judge_sizes(path.name, sum(entry.size for entry in sizes), sum(entry.packed for entry in sizes))
            if len(archive.files) != sum(not member.entry.is_folder for member in archive.members):
                raise Unusable(Flaw(FlawKind.DAMAGED, path.name, "zip.doubled-name"))
            for entry in sizes:
                _judge_sizes(path.name, entry.size, entry.packed)
            return {name: archive.read(member) for name, member in archive.files.items()}
    except NotAZip as err:
        raise Unusable(Flaw(FlawKind.NOT_A_WORKBOOK, path.name)) from err
    except (Rejected, Damaged) as err:
        bomb = err.code in ("zip.too-many-entries", "zip.directory-too-large", "zip.lying-header", "zip.overlap")
        raise Unusable(Flaw(FlawKind.BOMB if bomb else FlawKind.DAMAGED, path.name, err.code)) from err


def _judge_sizes(name: str, size: int, packed: int) -> None:
    """What is declared; each stream is then held to it by the reader."""
    too_dense = size > BOUNDS.ratio_from_bytes and size > BOUNDS.ratio * max(packed, 1)
    if size > BOUNDS.total_bytes or too_dense:
        raise Unusable(Flaw(FlawKind.BOMB, name, f"{size // MIB} MB"))


def _judge(name: str, parts: dict[str, bytes]) -> None:
    if "xl/workbook.xml" not in parts or "[Content_Types].xml" not in parts:
        raise Unusable(Flaw(FlawKind.NOT_A_WORKBOOK, name))
    for part in parts:
        if _MACRO.search(part):
            raise Unusable(Flaw(FlawKind.MACROS, name, part))
        if _LINK.match(part):
            raise Unusable(Flaw(FlawKind.EXTERNAL_LINKS, name, part))
    if b"macroEnabled" in parts["[Content_Types].xml"]:
        raise Unusable(Flaw(FlawKind.MACROS, name, "[Content_Types].xml"))
    for part, content in parts.items():
        if part.endswith((".xml", ".rels", ".vml")):
            _judge_xml(name, part, content)


def _judge_xml(name: str, part: str, content: bytes) -> None:
    """No document type, no other encoding than UTF-8 (a second one could hide things from the check)."""
    if b"\x00" in content[:200] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unusable(Flaw(FlawKind.DOCTYPE, name, part))
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        _judge_sheet(name, part, content)


def _judge_sheet(name: str, part: str, content: bytes) -> None:
    """How far its cells reach: whoever reads a sheet makes room for all between the first and the last."""
    count = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if tag.rpartition(":")[2] not in ("c", "row"):
            return
        count += 1
        row, column = _reach(attributes.get("r", ""))
        if count > MOST_CELLS or row > MOST_ROWS or column > MOST_COLUMNS:
            raise Unusable(Flaw(FlawKind.TOO_MANY_CELLS, name, attributes.get("r", part)))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    try:
        parser.Parse(content, True)
    except expat.ExpatError as err:
        raise Unusable(Flaw(FlawKind.DAMAGED, name, part)) from err


def _reach(reference: str) -> tuple[int, int]:
    """Row and column of `H12` (12, 8) or of a row's `12`; a cell without one stands beside its neighbour."""
    if reference.isdecimal():
        return int(reference[:8]), 0
    found = _REF.fullmatch(reference)
    return (int(found[2]), column_number(found[1])) if found else (0, 0)


def column_number(letters: str) -> int:
    """1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
