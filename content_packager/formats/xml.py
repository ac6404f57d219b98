"""XML as every manifest here is written."""

import re
from collections.abc import Mapping

from lxml import etree

_ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # all but XML 1.0, 2.2 Char


def root(namespace: str, tag: str, prefixes: Mapping[str, str], **attributes: str) -> etree._Element:
    """`namespace` is the default one; `prefixes` are written literally, for readers that know no namespaces."""
    made = etree.Element(f"{{{namespace}}}{tag}", nsmap=_default(namespace) | dict(prefixes))
    return _with(made, attributes)


def child(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """An element in the namespace of its parent, or in that of a known prefix: `adlcp:masteryscore`."""
    made = etree.SubElement(parent, _name(parent, tag))
    if text is not None:
        made.text = legal(text)
    return _with(made, attributes)


def legal(text: str) -> str:
    """Without what XML cannot hold."""
    return _ILLEGAL.sub("", text)


def as_bytes(element: etree._Element) -> bytes:
    etree.indent(element, "  ")
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8") + b"\n"


def _default(namespace: str) -> dict[str, str]:
    return {None: namespace}  # type: ignore[dict-item]  # lxml takes None for "no prefix"; its stubs do not know


def add_foreign(parent: etree._Element, namespace: str, tag: str) -> etree._Element:
    """An element with a default namespace of its own."""
    return etree.SubElement(parent, f"{{{namespace}}}{tag}", nsmap=_default(namespace))


def _with(element: etree._Element, attributes: Mapping[str, str]) -> etree._Element:
    for name, value in attributes.items():
        element.set(name, legal(value))
    return element


def _name(element: etree._Element, tag: str) -> str:
    prefix, _, local = tag.rpartition(":")
    if prefix:
        return f"{{{element.nsmap[prefix]}}}{local}"
    return f"{{{etree.QName(element).namespace}}}{local}"
