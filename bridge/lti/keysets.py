"""Platforms' public keys (JWKS, RFC 7517), kept for an hour; a key that is not known yet is asked for at once.

Keys are parsed when they arrive: parsing one at each launch costs as much as checking its signature.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bridge.domain.errors import Garbled
from bridge.lti.door import REMOTE, Door

KEPT = timedelta(hours=1)
AGAIN = timedelta(seconds=10)  # so long after an answer nobody can make us ask once more
SMALLEST = 2048  # bits


class _Set(NamedTuple):
    keys: Mapping[str, RSAPublicKey]
    at: datetime


class KeySets:
    """Thread-safe; one call at most for a set that several launches want."""

    def __init__(self, door: Door, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._clock = clock
        self._sets: dict[str, _Set] = {}
        self._lock = threading.Lock()

    def key(self, url: str, kid: str) -> RSAPublicKey | None:
        """None where the platform has no such key. `Unreachable`, `Refused`, `Garbled` where its set can't be had."""
        with self._lock:
            known = self._sets.get(url)
            age = self._clock() - known.at if known is not None else KEPT
            if known is None or age >= KEPT or (kid not in known.keys and age >= AGAIN):
                known = self._sets[url] = _Set(_read(self._door.get(url)), self._clock())
            return known.keys.get(kid)


def _read(answer: Any) -> dict[str, RSAPublicKey]:
    listed = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise Garbled(remote=REMOTE, operation="JWKS", why="NO_KEYS")
    found = {}
    for jwk in listed:
        key = _parsed(jwk)
        if key is not None and key.key_size >= SMALLEST:
            found[str(jwk.get("kid", ""))] = key
    return found


def _parsed(jwk: Any) -> RSAPublicKey | None:
    """None for a key of another kind: a set may hold what is not meant for us."""
    try:
        key = jwt.PyJWK(jwk, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
        return None
    return key if isinstance(key, RSAPublicKey) else None
