"""What the other parts of a workbook say about a sheet: where it lies, which styles are text, which are locked."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MAINS = (MAIN, "{http://purl.oclc.org/ooxml/spreadsheetml/main}")  # transitional and strict (ECMA-376 parts 4 and 1)
TEXT_FORMAT = "49"  # "@" built in; writers may also name it themselves (ECMA-376 part 1, 18.8.30)
_CALC = re.compile(rb"<(\w+:)?calcPr\b[^>]*>")
_AFTER = ("definedNames", "externalReferences", "functionGroups", "sheets")


@dataclass(frozen=True, slots=True)
class Styles:
    """By index of a cell's format."""

    texts: frozenset[int]
    unlocked: frozenset[int]


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _local(element: etree._Element, name: str) -> list[etree._Element]:
    return [each for main in MAINS for each in element.iter(f"{main}{name}")]


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each sheet by the sheet's name."""
    book = _parse(parts["xl/workbook.xml"])
    links = _parse(parts["xl/_rels/workbook.xml.rels"])
    targets = {str(link.get("Id")): str(link.get("Target", "")) for link in links}
    found: dict[str, str] = {}
    for sheet in _local(book, "sheet"):
        link = next(str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))
        target = targets[link]
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found[str(sheet.get("name", ""))] = path
    return found


def read_styles(parts: Mapping[str, bytes]) -> Styles:
    if "xl/styles.xml" not in parts:
        return Styles(frozenset(), frozenset())
    root = _parse(parts["xl/styles.xml"])
    formats = [each for xfs in _local(root, "cellXfs") for each in xfs]
    named = {str(each.get("numFmtId")) for each in _local(root, "numFmt") if each.get("formatCode") == "@"}
    texts = {place for place, each in enumerate(formats) if each.get("numFmtId") in {TEXT_FORMAT, *named}}
    unlocked = {place for place, each in enumerate(formats) if _is_unlocked(each)}
    return Styles(frozenset(texts), frozenset(unlocked))


def _is_unlocked(style: etree._Element) -> bool:
    """Locked unless the format says otherwise (ECMA-376 part 1, 18.8.33)."""
    return any(each.get("locked") in ("0", "false") for each in style if str(each.tag).endswith("}protection"))


def recalculating(workbook: bytes) -> bytes:
    """The workbook part that has Excel compute every formula on opening: their kept values are of before."""
    found = _CALC.search(workbook)
    if found is not None:
        tag = re.sub(rb'\s+fullCalcOnLoad\s*=\s*("[^"]*"|\'[^\']*\')', b"", found[0])
        mended = re.sub(rb"\s*(/?)>$", rb' fullCalcOnLoad="1"\1>', tag)
        return workbook[: found.start()] + mended + workbook[found.end() :]
    for name in _AFTER:
        end = re.search(rb"<(\w+:)?" + name.encode() + rb"\b[^>]*/>|</(\w+:)?" + name.encode() + rb"\s*>", workbook)
        if end is not None:
            prefix = end[1] or end[2] or b""
            return workbook[: end.end()] + b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>' + workbook[end.end() :]
    return workbook
