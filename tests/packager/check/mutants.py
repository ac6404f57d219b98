"""Ways to spoil one thing of an XML document: elements taken away, doubled, moved and renamed, texts, attributes."""

import copy
from collections.abc import Callable, Iterator

from lxml import etree

_TEXTS = ("", "x", "-7", "99999", "1 2", "0.5")
_VALUES = ("", "x", "-7", "99999", "1 2", "P1Y", "true", "0.5")
Spoil = Callable[[etree._Element], object]


def mutants(document: str) -> Iterator[tuple[str, bytes]]:
    """(what was done, the document); each differs from the given one in one thing."""
    root = etree.fromstring(document.encode())
    for place, element in enumerate(root.iter(etree.Element)):
        name = etree.QName(element).localname
        for what, spoil in _ways(element):
            spoilt = copy.deepcopy(root)
            spoil(list(spoilt.iter(etree.Element))[place])
            yield f"{what} {name}", etree.tostring(spoilt, encoding="UTF-8")


def _ways(element: etree._Element) -> Iterator[tuple[str, Spoil]]:
    namespace = etree.QName(element).namespace
    if element.getparent() is not None:
        yield from _moves()
        yield "rename", lambda one: _rename(one, f"{{{namespace}}}{etree.QName(one).localname}X")
        yield "foreign", lambda one: _rename(one, f"{{urn:x}}{etree.QName(one).localname}")
    if not len(element):
        for text in _TEXTS:
            yield f"text {text!r}", lambda one, text=text: setattr(one, "text", text)
    yield "words in", lambda one: setattr(one, "text", f"{one.text or ''}words")
    yield "attribute of", lambda one: one.set("colour", "red")
    yield "foreign attribute of", lambda one: one.set("{urn:x}colour", "red")
    yield "foreign child of", lambda one: etree.SubElement(one, "{urn:x}colour")
    yield "child without namespace of", lambda one: etree.SubElement(one, "colour")
    yield "unknown child of", lambda one: etree.SubElement(one, f"{{{namespace}}}colour")
    for attribute in map(str, element.attrib):
        yield f"without {attribute} of", lambda one, attribute=attribute: one.attrib.pop(attribute)
        for value in _VALUES:
            yield f"{attribute}={value!r} of", lambda one, a=attribute, value=value: one.set(a, value)


def _moves() -> Iterator[tuple[str, Spoil]]:
    yield "without", lambda one: one.getparent().remove(one)
    yield "double", lambda one: one.addnext(copy.deepcopy(one))
    yield "last", lambda one: one.getparent().append(one)
    yield "first", lambda one: one.getparent().insert(0, one)


def _rename(element: etree._Element, name: str) -> None:
    element.tag = name
