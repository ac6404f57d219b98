"""Statements with their attachments in one message: `multipart/mixed` (Communication §1.5.2, RFC 2046 §5.1)."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import pairwise

from bridge.lrs.problems import Malformed, TooLarge
from bridge.ports.statements import Attachment

_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}  # by length in hexadecimal
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_BLANK = re.compile(rb"\r?\n\r?\n")  # between the headers of a part and its content
_PLAIN = re.compile(r"[\t\x20-\x7e]*")  # what a header may hold that is given out again
PARTS, HEAD = 1000, 8 * 1024  # parts of a message, bytes of one part's headers
_headers = BytesHeaderParser()  # the old policy: the newer one looks into values, which costs seconds for hostile ones

Section = tuple[Message, bytes]


def split(body: bytes, boundary: str | None) -> tuple[bytes, Sequence[Attachment]]:
    """The statements' JSON and the attachments."""
    if not boundary or not _BOUNDARY.fullmatch(boundary):
        raise Malformed("Content-Type", "of multipart/mixed has no boundary")
    sections = _sections(body, boundary.encode())
    if not sections or sections[0][0].get_content_type() != "application/json":
        raise Malformed("multipart", "does not begin with a part of application/json")
    return sections[0][1], [_attachment(*section) for section in sections[1:]]


def join(first: bytes, attachments: Iterable[Attachment], boundary: str) -> bytes:
    """The statements' JSON, then each attachment under its hash."""
    mark = boundary.encode()
    pieces = [b"--" + mark + b"\r\nContent-Type: application/json\r\n\r\n" + first + b"\r\n"]
    for one in attachments:
        heads = (
            f"Content-Type: {one.content_type or 'application/octet-stream'}\r\n"
            f"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {one.sha2}\r\n\r\n"
        )
        pieces.append(b"--" + mark + b"\r\n" + heads.encode() + one.content + b"\r\n")
    return b"".join([*pieces, b"--" + mark + b"--\r\n"])


def _sections(body: bytes, boundary: bytes) -> list[Section]:
    """(headers, content) of each part."""
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    marks = list(delimiter.finditer(body))
    if not marks or not marks[-1][1]:
        raise Malformed("multipart", "does not end with its boundary")
    if len(marks) > PARTS + 1:
        raise TooLarge("multipart", f"has more than {PARTS} parts")
    return [_section(body[mark.end() : following.start()]) for mark, following in pairwise(marks) if not mark[1]]


def _section(raw: bytes) -> Section:
    blank = _BLANK.search(raw)
    if blank is None or blank.start() > HEAD:
        raise Malformed("multipart", f"has a part without headers, or with more than {HEAD} bytes of them")
    return _headers.parsebytes(raw[: blank.start()] + b"\r\n\r\n"), raw[blank.end() :]


def _attachment(headers: Message, content: bytes) -> Attachment:
    if str(headers.get("Content-Transfer-Encoding", "")).strip().lower() != "binary":
        raise Malformed("Content-Transfer-Encoding", "of an attachment is not binary")
    sha2 = str(headers.get("X-Experience-API-Hash", "")).strip().lower()
    algorithm = _HASHES.get(len(sha2))
    if algorithm is None or hashlib.new(algorithm, content).hexdigest() != sha2:
        raise Malformed("X-Experience-API-Hash", "is not the hash of its part")
    kind = str(headers.get("Content-Type", ""))
    if not _PLAIN.fullmatch(kind):
        raise Malformed("Content-Type", "of an attachment has letters that no header holds")
    return Attachment(sha2, kind, content, _length(headers))


def _length(headers: Message) -> int | None:
    said = headers.get("Content-Length")
    if said is None:
        return None
    text = str(said).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Malformed("Content-Length", "of an attachment is no number")
    return int(text)
