"""SOAP 1.1 envelopes: read with suspicion, written as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from sandbox.city.codes import NS, Q, fault_sentence
from sandbox.city.errors import Refusal

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_S: Final = f"{{{SOAP}}}"
WSSE: Final = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_NEXT: Final = "http://schemas.xmlsoap.org/soap/actor/next"
Fields = list[tuple[str, Any]]  # name → text, None = absent, or Fields within


@dataclass(frozen=True)
class Message:
    """`wrapper` is the operation's element; `magoi` "" when the message has none that can be read."""

    wrapper: etree._Element
    security: etree._Element | None
    magoi: str

    @property
    def operation(self) -> str:
        return etree.QName(self.wrapper).localname


def parse(body: bytes) -> etree._Element:
    """No DTD, no entities, no network. SAIDINHDANG for what is not XML or has a DOCTYPE."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as err:
        raise Refusal("SAIDINHDANG", field="xml") from err
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("SAIDINHDANG", field="DOCTYPE")
    return root


def find_magoi(root: etree._Element) -> str:
    found = root.find(f"{_S}Body/*/{Q}yeucau/{Q}magoi")
    text = "" if found is None else (found.text or "").strip()
    return text if len(text) <= 64 else ""


def open_envelope(root: etree._Element) -> Message:
    """SAIDINHDANG when it is no SOAP 1.1 message with one request, or a header block that we do not know must be."""
    body = root.find(f"{_S}Body")
    if root.tag != f"{_S}Envelope" or body is None or len(body) != 1:
        raise Refusal("SAIDINHDANG", field="Envelope")
    security = None
    for block in root.iterfind(f"{_S}Header/*"):
        if block.tag == f"{WSSE}Security":
            security = block
        elif block.get(f"{_S}mustUnderstand") in ("1", "true") and block.get(f"{_S}actor") in (None, "", _NEXT):
            raise Refusal("SAIDINHDANG", field=etree.QName(block).localname[:120])
    return Message(body[0], security, find_magoi(root))


def write_fields(fields: Fields) -> str:
    return "".join(
        f"<{name}>{escape(text) if isinstance(text, str) else write_fields(text)}</{name}>"
        for name, text in fields
        if text is not None
    )


def write_answer(operation: str, content: str) -> bytes:
    inner = f'<{operation}Response xmlns="{NS}"><traloi>{content}</traloi></{operation}Response>'
    return _wrap(inner)


def write_fault(refusal: Refusal, magoi: str) -> bytes:
    sentence = fault_sentence(refusal.code)
    wait = None if refusal.retry_after is None else str(refusal.retry_after)
    loi = write_fields(
        [
            ("maloi", refusal.code),
            ("thongbao", sentence),
            ("truong", refusal.field),
            ("thulai", wait),
            ("magoi", magoi),
        ]
    )
    return _wrap(
        f"<soap:Fault><faultcode>{refusal.faultcode}</faultcode><faultstring>{escape(sentence)}</faultstring>"
        f'<detail><Loi xmlns="{NS}">{loi}</Loi></detail></soap:Fault>'
    )


def _wrap(inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{inner}</soap:Body></soap:Envelope>'
    ).encode()
