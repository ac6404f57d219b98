"""Statements with attachments in one message (Communication §1.5.2)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.lrs.parts import join, split
from bridge.lrs.problems import Malformed
from bridge.ports.statements import Attachment


def attachment(content: bytes) -> Attachment:
    return Attachment(hashlib.sha256(content).hexdigest(), "application/octet-stream", content)


@given(st.lists(st.binary(max_size=200), max_size=3), st.binary(max_size=100).filter(lambda raw: b"--mark" not in raw))
def test_what_is_joined_is_split_again_to_the_byte(contents, first):
    attachments = [attachment(content) for content in contents if b"--mark" not in content]
    assert split(join(first, attachments, "mark"), "mark") == (first, attachments)


PART = b"--m\r\nContent-Type: application/json\r\n\r\n{}\r\n"
HASH = hashlib.sha256(b"abc").hexdigest().encode()
GOOD = b"--m\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + HASH + b"\r\n\r\nabc\r\n"


@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (PART + b"--m--\r\n", None),
        (PART + b"--m--\r\n", "wrong"),
        (PART, "m"),
        (b"--m--\r\n", "m"),
        (b"--m\r\nContent-Type: text/plain\r\n\r\n{}\r\n--m--\r\n", "m"),
        (b"--m\r\nno headers\r\n--m--\r\n", "m"),
        (PART + GOOD.replace(b"binary", b"base64") + b"--m--\r\n", "m"),
        (PART + GOOD.replace(b"abc\r\n", b"abd\r\n") + b"--m--\r\n", "m"),
        (PART + GOOD.replace(HASH, b"abc") + b"--m--\r\n", "m"),
        (b"", "m"),
    ],
)
def test_a_message_that_is_none_is_refused(body, boundary):
    with pytest.raises(Malformed):
        split(body, boundary)


def test_a_good_one_is_taken():
    first, [found] = split(PART + GOOD + b"--m--\r\n", "m")
    assert (first, found.content, found.sha2) == (b"{}", b"abc", HASH.decode())


def test_line_ends_of_unix_are_understood():
    assert split(PART.replace(b"\r\n", b"\n") + b"--m--\n", "m") == (b"{}", [])
