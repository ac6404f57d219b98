"""Platforms' public keys (JWKS, RFC 7517), kept for an hour; a key that is not known yet is asked for at once.

Keys are parsed when they arrive: parsing one at each launch costs as much as checking its signature.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from bridge.domain.errors import Garbled, RemoteError
from bridge.lti.door import REMOTE, Door

KEPT = timedelta(hours=1)
STILL_GOOD = timedelta(days=1)  # a platform whose key set is away for a while keeps launching
AGAIN = timedelta(seconds=10)  # so long after an answer, or none, nobody can make us ask once more
SMALLEST = 2048  # bits


@dataclass(slots=True)
class _Source:
    """What is known of one address. Its lock is its own: a platform that hangs holds up nobody else's launches."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, JWK] = field(default_factory=dict)
    read_at: datetime | None = None
    asked_at: datetime | None = None
    error: RemoteError | None = None  # of the last asking


class KeySets:
    """Thread-safe; one call at most for a set that several launches want."""

    def __init__(self, door: Door, clock: Callable[[], datetime]) -> None:
        self._door = door
        self._clock = clock
        self._sources: dict[str, _Source] = {}
        self._lock = threading.Lock()

    def key(self, url: str, kid: str) -> JWK | None:
        """None where the platform has no such key. `Unreachable`, `Refused`, `Garbled` where its set can't be had."""
        with self._lock:
            source = self._sources.setdefault(url, _Source())
        with source.lock:
            now = self._clock()
            if _worth_asking(source, kid, now):
                self._ask(source, url, now)
            known = source.keys.get(kid)
            if source.error is not None and (known is None or _older(source.read_at, STILL_GOOD, now)):
                raise source.error
            return known

    def _ask(self, source: _Source, url: str, now: datetime) -> None:
        source.asked_at, source.error = now, None
        try:
            source.keys, source.read_at = _read(self._door.get(url)), now
        except RemoteError as error:
            source.error = error


def _worth_asking(source: _Source, kid: str, now: datetime) -> bool:
    wanted = kid not in source.keys or _older(source.read_at, KEPT, now)
    return wanted and _older(source.asked_at, AGAIN, now)


def _older(moment: datetime | None, than: timedelta, now: datetime) -> bool:
    return moment is None or now - moment >= than


def _read(answer: Any) -> dict[str, JWK]:
    listed = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise Garbled(remote=REMOTE, operation="JWKS", why="NO_KEYS")
    parsed = [(row, _parsed(row)) for row in listed]
    return {str(row.get("kid", "")): key for row, key in parsed if key is not None}


def _parsed(row: Any) -> JWK | None:
    """None for a key of another kind, for another use, or too short: a set may hold what is not meant for us."""
    key = JWK()
    try:
        key.import_key(**row)  # never `JWK(**row)`: that would also make keys, of any size that a stranger asks for
        fits = key["kty"] == "RSA" and key.get_op_key("verify").key_size >= SMALLEST
    except (JWException, ValueError, TypeError, KeyError, NotImplementedError):
        return None
    return key if fits else None
