"""Statements read part by part: a part that was read and found in order before is not read again.

Most of what lessons send has been sent before: the learner, the verb, the question, the context. A part is known again
by its text, to the letter. What is refused is left to `check_statement`, which says why and where, so that a statement
is in order here when it is there (`tests/lrs/test_reading.py` compares them).
"""

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from bridge.lrs.definitions import Told, told_by
from bridge.lrs.problems import Malformed, XapiProblem
from bridge.lrs.statement import RULES, check_statement, check_whole
from bridge.lrs.terms import found_by
from bridge.lrs.values import Json
from bridge.lrs.wire import BLANKS, decode
from bridge.ports.statements import Term

KEPT, LONGEST = 2048, 2048  # parts that are remembered, bytes of one: with all they hold some 20 MB at most
_NAMING = frozenset({"actor", "object", "context"})  # parts that name agents and activities
_REPEATED = _NAMING | {"verb", "version"}

_members = msgspec.json.Decoder(list[msgspec.Raw])
_properties = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Part(NamedTuple):
    """A property of a statement, in order. Others may hold the same one: nobody changes its value."""

    value: Any
    colons: int  # in its text
    found: tuple[Term, ...] = ()
    told: tuple[Told, ...] = ()


class Read(NamedTuple):
    """A statement in order, and the text that it was read from. Nobody changes it."""

    statement: Json
    text: bytes
    found: tuple[Term, ...]
    told: tuple[Told, ...]


def read_statements(raw: bytes) -> list[bytes]:
    """The texts of a list's members, or of the one value that there is; `Malformed` where that is no JSON."""
    text = raw.strip(BLANKS)
    try:
        return [bytes(one) for one in _members.decode(text)] if text.startswith(b"[") else [text]
    except (ValueError, RecursionError) as err:
        raise Malformed("statements", "is no JSON") from err


def read_statement(text: bytes, where: str) -> Read:
    """A statement that is in order; the errors of `decode` and `check_statement`."""
    try:
        read = _by_parts(text)
        check_whole(read.statement, where)
    except (XapiProblem, ValueError, RecursionError) as err:
        check_statement(decode(text, where), where)
        raise Malformed(where, "is no statement") from err
    return read


def _by_parts(text: bytes) -> Read:
    """Each part leaves one colon behind its name; of two of one name one is lost, and its colon with it."""
    properties = _properties.decode(text)
    statement, colons = {}, len(properties)
    found: tuple[Term, ...] = ()
    told: tuple[Told, ...] = ()
    for name, raw in properties.items():
        part = _part(name, bytes(raw))
        statement[name] = part.value
        colons += part.colons
        found += part.found
        told += part.told
    if colons != text.count(b":"):
        raise ValueError("a property stands twice")
    return Read(statement, text, found, told)


def _part(name: str, text: bytes) -> Part:
    return _known(name, text) if name in _REPEATED and len(text) <= LONGEST else _read(name, text)


def _read(name: str, text: bytes) -> Part:
    value = decode(text, name)
    check = RULES.get(name)
    if check is None:
        raise Malformed(name, "is no property known here")
    check(value, name)
    if name not in _NAMING:
        return Part(value, text.count(b":"))
    return Part(value, text.count(b":"), found_by(name, value), told_by(name, value))


_known = lru_cache(KEPT)(_read)
