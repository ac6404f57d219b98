"""Signed statements (Data §2.6): the attachment is a JWS over the statement as it was before the attachment.

RFC 7515 compact serialisation; RS256, RS384 or RS512. A certificate in `x5c` must fit the signature; whether to trust
it is for whoever reads the statement. This is the only place of the room that knows cryptography.
"""

import base64
import binascii
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import load_der_x509_certificate

from bridge.lrs.comparing import same
from bridge.lrs.problems import Malformed
from bridge.lrs.statement import check_statement
from bridge.lrs.values import Json, an_object
from bridge.lrs.wire import decode

USAGE = "http://adlnet.gov/expapi/attachments/signature"
_CONTENT_TYPE = "application/octet-stream"
_ALGORITHMS: dict[str, type[HashAlgorithm]] = {"RS256": SHA256, "RS384": SHA384, "RS512": SHA512}


def check_signature(statement: Json, attachment: Json, content: bytes, where: str) -> None:
    if attachment["contentType"] != _CONTENT_TYPE:
        raise Malformed(f"{where}.contentType", f"of a signature is not {_CONTENT_TYPE}")
    head, payload, signature = _parts(content, where)
    header = an_object(decode(_decoded(head, where), where), where)
    algorithm = _ALGORITHMS.get(str(header.get("alg")))
    if algorithm is None:
        raise Malformed(where, "is signed by an algorithm other than RS256, RS384, RS512")
    signed = check_statement(decode(_decoded(payload, where), where), f"{where}.payload")
    if not _fits(signed, statement):
        raise Malformed(where, "signs another statement")
    if "x5c" in header:
        _verify(header["x5c"], f"{head}.{payload}".encode(), _decoded(signature, where), algorithm(), where)


def _fits(signed: Json, statement: Json) -> bool:
    """The id may be given after signing; attachments came with the signature."""
    if "id" in signed and signed["id"].lower() != str(statement.get("id", signed["id"])).lower():
        return False
    return same(signed, statement, but=("attachments",))


def _parts(content: bytes, where: str) -> list[str]:
    try:
        parts = content.decode("ascii").strip().split(".")
    except UnicodeDecodeError as err:
        raise Malformed(where, "is no JSON web signature") from err
    if len(parts) != 3:
        raise Malformed(where, "is no JSON web signature")
    return parts


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as err:
        raise Malformed(where, "is no JSON web signature") from err


def _verify(chain: Any, signed: bytes, signature: bytes, algorithm: HashAlgorithm, where: str) -> None:
    try:
        key = load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
    except (UnsupportedAlgorithm, ValueError, TypeError, IndexError, KeyError) as err:
        raise Malformed(where, "carries a certificate that is none") from err
    if not isinstance(key, rsa.RSAPublicKey):
        raise Malformed(where, "carries a certificate without an RSA key")
    try:
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    except InvalidSignature as err:
        raise Malformed(where, "does not fit its certificate") from err
