"""By what a statement is found: its verb and registration, its agents and activities, each as a mark of 17 bytes.

A statement has its marks beside it, one after the other.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from bridge.ports.statements import Filed, Query

DIGEST = 16  # bytes; IRIs may be longer than PostgreSQL takes into an index
_DIRECT, _RELATED = b"\0", b"\1"
_MARK = re.compile(rb".{%d}" % (DIGEST + 1), re.DOTALL)
_VERB, _REGISTRATION = "VERB", "REGISTRATION"


def digest(*parts: str) -> bytes:
    """Short enough for an index however long the IRI, and no reader of it learns an account."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=DIGEST).digest()


def marks_of(filed: Iterable[Filed]) -> list[bytes]:
    """Of each statement. A mark is the digest of kind and value, and a byte that says whether it is related only."""
    known: dict[tuple[str, str, bool], bytes] = {}
    return [b"".join([_mark(term, known) for term in _terms(one)]) for one in filed]


def _terms(filed: Filed) -> list[tuple[str, str, bool]]:
    registration = [(_REGISTRATION, filed.registration, False)] if filed.registration else []
    return [*registration, (_VERB, filed.verb, False), *filed.terms]


def _mark(term: tuple[str, str, bool], known: dict[tuple[str, str, bool], bytes]) -> bytes:
    found = known.get(term)
    if found is None:
        kind, value, related = term
        found = known[term] = digest(kind, value) + (_RELATED if related else _DIRECT)
    return found


class Mark(NamedTuple):
    digest: bytes
    related: bool  # in a query: found there, too


def apart(marks: bytes) -> list[bytes]:
    """One by one."""
    found: list[bytes] = _MARK.findall(marks)
    return found


def read(mark: bytes) -> Mark:
    return Mark(mark[:DIGEST], mark[DIGEST:] == _RELATED)


def wanted(query: Query) -> list[Mark]:
    """What a query asks for, what is rarest by nature first."""
    asked = [(_REGISTRATION, query.registration, False), *query.terms, (_VERB, query.verb, False)]
    return [Mark(digest(kind, value), related) for kind, value, related in asked if value]


def sought(mark: Mark) -> bytes:
    """What stands among the marks of a statement that has it. Who asks for related ones takes the direct ones too."""
    return mark.digest if mark.related else mark.digest + _DIRECT
