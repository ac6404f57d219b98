"""The shipped contract: WSDL and schema from package data, never from the network.

zeep reads the WSDL once per process, on first need, and builds and reads the two control messages whose answers are
nested (KiemTraKetNoi, LayTruong), and the WS-Security header of every message. It does not read rows: it makes None of
a number it can't read, and is nine times slower. Every message, whoever built it, is validated against the schema
before it leaves, because few servers do.
"""

import threading
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from lxml import etree
from zeep import Client, Settings
from zeep.helpers import serialize_object

from bridge.csdl.soap.faults import Call
from bridge.csdl.soap.reader import NS, SAFE, SOAP, V1, has_doctype
from bridge.domain.errors import BadInput

VERSION = "1.0"
WSDL = "csdl-v1.wsdl"
SCHEMA = "csdl-v1.xsd"

_turn = threading.Lock()  # libxml2 keeps a schema's error log on the schema, and zeep its settings on the client


def shipped(name: str) -> bytes:
    """A file of the contract, as it was shipped."""
    return files("city_contract").joinpath(name).read_bytes()


def parse(document: bytes, call: Call) -> etree._Element:
    """A WSDL or schema, without entities, network or DTD."""
    try:
        root = etree.fromstring(document, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as err:
        raise call.garbled("BROKEN_XML", line=err.lineno or 0) from err
    if has_doctype(root):
        raise call.garbled("DOCTYPE")
    return root


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(shipped(SCHEMA), etree.XMLParser(**SAFE)))


@cache
def _client() -> Client:
    settings = Settings(strict=False, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    return Client(BytesIO(shipped(WSDL)), settings=settings)  # type: ignore[no-untyped-call]


def validate(body: etree._Element) -> None:
    """`BadInput` with the place of the first fault. Its text is left out: libxml2 quotes the value."""
    with _turn:
        schema: Any = _schema()  # the stubs can't look into an error log
        if not schema.validate(body):
            fault = schema.error_log[0]
            raise BadInput(where=_place(body, fault.path), value="", why=fault.type_name)


def build(operation: str, request: dict[str, Any]) -> etree._Element:
    """The body of a control message, built by zeep from the WSDL's own types."""
    with _turn:
        client = _client()
        envelope: Any = client.create_message(client.service, operation, yeucau=request)  # type: ignore[no-untyped-call]
    body: etree._Element = envelope.find(f"{SOAP}Body")[0]
    return body


def unpack(operation: str, envelope: etree._Element) -> dict[str, Any]:
    """The answer of a control message as plain values. zeep leaves None where it could not read: judge afterwards."""
    with _turn:
        client = _client()
        answer = client.service._binding.get(operation).process_reply(envelope)
    plain = serialize_object(answer, dict)  # type: ignore[no-untyped-call]
    return plain if isinstance(plain, dict) else {}


def action(operation: str) -> str:
    return f"{NS}/{operation}"


def _place(body: etree._Element, path: str) -> str:
    """`GuiDiem/yeucau/dong/phienban of <idbanghi>`: the fields by name, and the row by its record id."""
    steps = path.split("/")[2:] if path else []  # the first step is the body itself
    prefixes = {prefix: uri for prefix, uri in body.nsmap.items() if prefix}
    found: Any = body.xpath("/".join([".", *steps]), namespaces=prefixes)
    nodes: list[etree._Element] = [found[0], *found[0].iterancestors()] if found else []
    names = "/".join(node.tag.removeprefix(V1) for node in reversed(nodes))
    record = next((node.findtext(f"{V1}idbanghi") for node in nodes if node.tag == f"{V1}dong"), None)
    return f"{names} of {record}" if record else names
