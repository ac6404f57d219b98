"""Reads a SOAP answer as it arrives: rows leave as plain fields one by one, and are let go.

No DTD, no entities, no network. Fields keep their names in Clark notation, `{namespace}name`, so that an element of a
foreign namespace, or of none, is never taken for ours. Values stay text; `rows.py` judges them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from bridge.csdl.soap.faults import Call, Fault, error_of

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
NS = "urn:csdl-bridge:csdl:v1"
V1 = f"{{{NS}}}"
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

Fields = dict[str, str | None]


class Reply(NamedTuple):
    """The head of an answer (`traloi` without its rows), and the rows, in the order that they came."""

    head: Fields
    rows: list[Fields]


def read_reply(chunks: Iterable[bytes], call: Call, *, row: str, at_most: int) -> Reply:
    """One answer with rows named `row`. Raises what a fault in it means; a broken or foreign answer is `Garbled`."""
    rows: list[Fields] = []
    answer: etree._Element | None = None
    for element in _ends(chunks, call, (f"{V1}{row}", f"{V1}traloi", f"{SOAP}Fault")):
        if element.tag == f"{SOAP}Fault":
            raise error_of(_fault(element), call)
        if element.tag == f"{V1}traloi":
            answer = element
            continue
        if len(rows) == at_most:
            raise call.garbled("TOO_MANY_ROWS", limit=at_most)
        rows.append(_fields(element, call))
        element.clear()
    return Reply(_head(answer, call, rows=V1 + row), rows)


def read_document(chunks: Iterable[bytes], call: Call) -> etree._Element:
    """The envelope of a small answer, for zeep; its outer shape is sure, where zeep would fail in ways of its own."""
    root: etree._Element | None = None
    for root in _ends(chunks, call, (f"{SOAP}Envelope", f"{SOAP}Fault")):
        if root.tag == f"{SOAP}Fault":
            raise error_of(_fault(root), call)
    if root is None or root.find(f"{SOAP}Body/{V1}{call.operation}Response/{V1}traloi") is None:
        raise call.garbled("NO_ANSWER")
    return root


def _ends(chunks: Iterable[bytes], call: Call, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Elements of these names as they end. A DOCTYPE is refused before the first of them is looked at."""
    parser = etree.XMLPullParser(events=("end",), tag=tags, **SAFE)
    checked = False
    for _ in _fed(parser, chunks, call):
        for _, element in parser.read_events():
            if not isinstance(element, etree._Element):
                continue  # only namespace events are anything else, and none are asked for
            if not checked and has_doctype(element):
                raise call.garbled("DOCTYPE")
            checked = True
            yield element


def has_doctype(element: etree._Element) -> bool:
    docinfo: Any = element.getroottree().docinfo  # the stubs take it for a method
    return bool(docinfo.doctype)


def _fed(parser: etree.XMLPullParser, chunks: Iterable[bytes], call: Call) -> Iterator[None]:
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield
        parser.close()
        yield
    except etree.XMLSyntaxError as err:
        raise call.garbled("BROKEN_XML", line=err.lineno or 0) from err


def _fields(element: etree._Element, call: Call) -> Fields:
    fields = {child.tag: child.text for child in element}
    if len(fields) < len(element):
        _refuse_doubled(element, call)
    return fields


def _refuse_doubled(element: etree._Element, call: Call) -> None:
    """Only extensions may come more than once: of two marks in a row, neither is the mark."""
    names = [child.tag for child in element if child.tag != f"{V1}morong"]
    if len(set(names)) < len(names):
        raise call.garbled("DOUBLED_FIELD")


def _head(answer: etree._Element | None, call: Call, *, rows: str) -> Fields:
    """The fields of the answer, if it is one to our question: `<GuiDiemResponse>` for `GuiDiem`."""
    if answer is None:
        raise call.garbled("NO_ANSWER")
    wrapper = answer.getparent()
    if wrapper is None or wrapper.tag != f"{V1}{call.operation}Response":
        raise call.garbled("OTHER_ANSWER", field="operation")
    for row in answer.findall(rows):
        answer.remove(row)
    return _fields(answer, call)


def _fault(element: etree._Element) -> Fault:
    detail = element.find(f"detail/{V1}Loi")
    if detail is None:
        return Fault()
    texts = {child.tag: (child.text or "").strip() for child in detail}
    wait = texts.get(f"{V1}thulai", "")
    return Fault(
        code=texts.get(f"{V1}maloi", ""),
        field=texts.get(f"{V1}truong", ""),
        retry_after=float(wait) if wait.isdecimal() else None,
    )
