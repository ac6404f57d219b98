"""Signed statements (Data §2.6): the signature is over this very statement, by an algorithm that is allowed."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from bridge.lrs.problems import Malformed
from bridge.lrs.signatures import check_signature
from tests.lrs.samples import simple

ATTACHMENT = {"contentType": "application/octet-stream"}


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trường thử")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=365))
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def signed(statement, key, certificate=None, alg="RS256"):
    header = {"alg": alg, **({"x5c": [base64.b64encode(certificate).decode()]} if certificate else {})}
    head = f"{part(json.dumps(header).encode())}.{part(json.dumps(statement).encode())}"
    return f"{head}.{part(key.sign(head.encode(), padding.PKCS1v15(), hashes.SHA256()))}".encode()


def test_a_signature_over_the_statement_is_taken(key, certificate):
    statement = {**simple(), "id": "later", "attachments": [ATTACHMENT]}
    check_signature(statement, ATTACHMENT, signed(simple(), key), "x")
    check_signature(statement, ATTACHMENT, signed(simple(), key, certificate), "x")


def test_a_signature_over_another_statement_is_refused(key):
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, signed(simple(result={"success": True}), key), "x")


def test_a_signature_that_does_not_fit_its_certificate_is_refused(certificate):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, signed(simple(), other, certificate), "x")


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "RS1"])
def test_other_algorithms_are_refused(key, alg):
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, signed(simple(), key, alg=alg), "x")


@pytest.mark.parametrize("content", [b"", b"a.b", b"\xff\xfe", b"!.!.!", b"e30.e30.e30"])
def test_what_is_no_jws_is_refused(content):
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, content, "x")


def test_a_signature_of_another_type_of_content_is_refused(key):
    with pytest.raises(Malformed):
        check_signature(simple(), {"contentType": "text/plain"}, signed(simple(), key), "x")


def test_a_certificate_that_is_none_is_refused(key):
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, signed(simple(), key, b"no certificate"), "x")


ID = {"id": "0d9a3a0e-6d63-4e8a-8b1e-2f6f8f1c0001"}


def test_what_an_lrs_may_write_in_another_way_is_signed_as_well(key):
    statement = simple(context={"contextActivities": {"parent": [{"id": "x:y", "definition": {}}]}})
    before = simple(context={"contextActivities": {"parent": {"id": "x:y"}}})
    statement["verb"]["display"] = {"vi": "xem"}
    check_signature({**statement, "timestamp": "2026-11-20T01:00:00Z"}, ATTACHMENT, signed(before, key), "x")


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        (ID, {"id": "0d9a3a0e-6d63-4e8a-8b1e-2f6f8f1c0002"}),
        ({"timestamp": "2026-11-20T01:00:00Z"}, {"timestamp": "2026-11-20T01:00:01Z"}),
    ],
    ids=["id", "timestamp"],
)
def test_a_signature_serves_no_second_statement(key, signs, said):
    with pytest.raises(Malformed):
        check_signature({**simple(), **said}, ATTACHMENT, signed({**simple(), **signs}, key), "x")


def test_what_is_signed_is_a_statement(key):
    with pytest.raises(Malformed):
        check_signature(simple(), ATTACHMENT, signed({**simple(), "extra": 1}, key), "x")
