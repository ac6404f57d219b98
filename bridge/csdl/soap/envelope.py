"""SOAP 1.1 envelopes: who is asking, and what."""

from io import BytesIO
from typing import Any
from unicodedata import normalize

from lxml import etree
from zeep.wsse.username import UsernameToken

from bridge.csdl.soap.dialect import Password
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.reader import SOAP

ENVELOPE_NS = SOAP[1:-1]


class Signer:
    """Puts one UsernameToken on a message (WS-Security UsernameToken Profile 1.1). Text is the rule, over TLS.

    User and password go out in NFC: a password with Vietnamese letters can be typed in two ways.
    """

    def __init__(self, endpoint: Endpoint, password: Password) -> None:
        self._user = normalize("NFC", endpoint.user)
        self._password = normalize("NFC", endpoint.password)
        self._digest = password is Password.DIGEST
        self._plain: etree._Element | None = None if self._digest else self._header()

    def envelope(self, body: etree._Element) -> bytes:
        """The whole message. Only a digest token makes it differ from one call to the next."""
        out = BytesIO()
        with etree.xmlfile(out, encoding="utf-8") as xml:
            xml.write_declaration()
            with xml.element(f"{SOAP}Envelope", nsmap={"soap": ENVELOPE_NS}):
                xml.write(self._header() if self._plain is None else self._plain)
                with xml.element(f"{SOAP}Body"):
                    xml.write(body)
        return out.getvalue()

    def _header(self) -> etree._Element:
        empty = etree.Element(f"{SOAP}Envelope", nsmap={"soap": ENVELOPE_NS})
        token: Any = UsernameToken(self._user, self._password, use_digest=self._digest)  # type: ignore[no-untyped-call]
        token.apply(empty, {})
        return empty[0]
