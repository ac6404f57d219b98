"""Reads a SOAP answer: a page of rows as plain fields, or the envelope of a small one.

No DTD, no entities, no network. Fields keep their names in Clark notation, `{namespace}name`, so that an element of a
foreign namespace, or of none, is never taken for ours. Values stay text; `rows.py` judges them.

A page (at most 500 rows, and as many bytes as the door lets in) is read whole, by the standard library: where each
field becomes an object and is asked for its name and text, that costs half of lxml (docs/adr/0030-rows-by-expat.md).
lxml reads what zeep is to see.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from xml.etree import ElementTree

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
_Parent = ElementTree.Element | Collection[ElementTree.Element]


class Reply(NamedTuple):
    """The head of an answer (`traloi` without its rows), and the rows, in the order that they came.

    `subjects` are those that it says it is about: only LayDiem may name several.
    """

    head: Fields
    rows: list[Fields]
    subjects: tuple[str | None, ...] = ()


def read_reply(chunks: Iterable[bytes], call: Call, *, row: str, at_most: int, listed: Collection[str] = ()) -> Reply:
    """One answer with rows named `row`; `listed` fields of its head may come more than once.

    Raises what a fault in it means; a broken or foreign answer is `Garbled`.
    """
    answer = _answer(_parse(chunks, call), call)
    found = answer.findall(V1 + row)
    if len(found) > at_most:
        raise call.garbled("TOO_MANY_ROWS", limit=at_most)
    rows = [_fields(element, call) for element in found]
    head = [element for element in answer if element.tag != V1 + row]
    subjects = tuple(element.text for element in head if element.tag == f"{V1}mamonhoc")
    return Reply(_fields(head, call, listed=listed), rows, subjects)


def read_document(chunks: Iterable[bytes], call: Call) -> etree._Element:
    """The envelope of a small answer, for zeep; its outer shape is sure, where zeep would fail in ways of its own."""
    document = b"".join(chunks)
    _answer(_parse([document], call), call)
    try:
        return etree.fromstring(document, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as err:
        raise call.garbled("BROKEN_XML", line=err.lineno or 0) from err


def has_doctype(element: etree._Element) -> bool:
    docinfo: Any = element.getroottree().docinfo  # the stubs take it for a method
    return bool(docinfo.doctype)


def _parse(chunks: Iterable[bytes], call: Call) -> ElementTree.Element:
    """Decoded first, as the contract's UTF-8 and whatever the document declares: so a DOCTYPE can't hide in another
    encoding, and one that is refused unparsed defines no entities. Files and addresses are never opened.

    A zero is no XML, and expat takes a text with zeros for UTF-16, even where it is told otherwise.
    """
    try:
        text = b"".join(chunks).decode("utf-8-sig")
        if "\0" in text:
            raise call.garbled("BROKEN_XML", line=0)
        if "<!DOCTYPE" in text:
            raise call.garbled("DOCTYPE")
        return ElementTree.fromstring(text)  # noqa: S314 - see above
    except UnicodeDecodeError as err:
        raise call.garbled("BROKEN_XML", line=0) from err
    except ElementTree.ParseError as err:
        raise call.garbled("BROKEN_XML", line=err.position[0]) from err


def _answer(root: ElementTree.Element, call: Call) -> ElementTree.Element:
    """The answer to our question, `<GuiDiemResponse>` for `GuiDiem`, or what the fault in its place means."""
    fault = root.find(f"{SOAP}Body/{SOAP}Fault")
    if fault is not None:
        raise error_of(_fault(fault), call)
    answer = root.find(f"{SOAP}Body/{V1}{call.operation}Response/{V1}traloi")
    if answer is not None:
        return answer
    if root.find(f"{SOAP}Body/*/{V1}traloi") is not None:
        raise call.garbled("OTHER_ANSWER", field="operation")
    raise call.garbled("NO_ANSWER")


def _fields(parent: _Parent, call: Call, *, listed: Collection[str] = ()) -> Fields:
    fields = {child.tag: child.text for child in parent}
    if len(fields) < len(parent):
        _refuse_doubled(parent, call, {V1 + name for name in ("morong", *listed)})
    return fields


def _refuse_doubled(parent: _Parent, call: Call, listed: Collection[str]) -> None:
    """Of two marks in a row, neither is the mark."""
    names = [child.tag for child in parent if child.tag not in listed]
    if len(set(names)) < len(names):
        raise call.garbled("DOUBLED_FIELD")


def _fault(element: ElementTree.Element) -> Fault:
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
