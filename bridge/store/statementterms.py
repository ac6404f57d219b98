"""By what a statement is found: its verb and registration, its agents and activities, each as a tag of 17 bytes.

A statement has its tags beside it, one after the other.
"""

import hashlib
import re
from functools import lru_cache

from bridge.ports.statements import Filed, Query

DIGEST = 16  # bytes; IRIs may be longer than PostgreSQL takes into an index
KEPT, LONGEST = 4096, 512  # digests that are remembered, letters of what one is of
_DIRECT, _RELATED = b"\0", b"\1"
_TERM = re.compile(rb"(.{%d})." % DIGEST, re.DOTALL)
_VERB, _REGISTRATION = "VERB", "REGISTRATION"


def digest(*parts: str) -> bytes:
    """Short enough for an index however long the IRI, and no reader of it learns an account."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=DIGEST).digest()


_known = lru_cache(KEPT)(digest)


def remembered(*parts: str) -> bytes:
    """The digest, of what comes again and again. Only the last part may be long."""
    return _known(*parts) if len(parts[-1]) <= LONGEST else digest(*parts)


def tags_of(filed: Filed) -> bytes:
    """A tag is the digest of kind and value, and a byte that says whether it is related only."""
    registration = remembered(_REGISTRATION, filed.registration) + _DIRECT if filed.registration else b""
    terms = [remembered(kind, value) + (_RELATED if related else _DIRECT) for kind, value, related in filed.terms]
    return b"".join([registration, remembered(_VERB, filed.verb), _DIRECT, *terms])


def terms_in(tags: bytes) -> list[bytes]:
    """The digests alone: what tables are asked for. Whether one is related only is seen in the tags."""
    found: list[bytes] = _TERM.findall(tags)
    return found


def wanted(query: Query) -> list[bytes]:
    """What stands among the tags of a statement that a query finds, what is rarest by nature first.

    Who asks for related ones takes the direct ones too: the digest alone.
    """
    asked = [(_REGISTRATION, query.registration, False), *query.terms, (_VERB, query.verb, False)]
    return [digest(kind, value) + (b"" if related else _DIRECT) for kind, value, related in asked if value]
