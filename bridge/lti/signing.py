"""Our own keys: made here, sealed in the store, changed on schedule; retired ones stay known for a while."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bridge.ports.platforms import Keys, SigningKey

OVERLAP = timedelta(days=7)  # a platform may keep our key set that long
BITS = 2048
ALGORITHM = "RS256"
SYSTEM = "lti"  # who made a key that nobody asked for, in the trail


def make_key(kid: str, *, now: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    jwk = {"kty": public["kty"], "n": public["n"], "e": public["e"], "alg": ALGORITHM, "use": "sig", "kid": kid}
    return SigningKey(kid, pem.decode(), jwk, now, None)


def rotate(keys: Keys, school: str, *, kid: str, actor: str, now: datetime) -> SigningKey:
    """A new key signs from now on."""
    made = make_key(kid, now=now)
    keys.rotate(school, made, drop_before=now - OVERLAP, actor=actor, now=now)
    return made


def key_set(keys: Keys, school: str) -> Mapping[str, object]:
    return {"keys": [dict(key.public) for key in keys.all(school)]}


class Signer:
    """Signs with the school's newest key; the first is made when it is first needed."""

    def __init__(self, keys: Keys, school: str, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._school = school
        self._clock = clock

    def sign(self, claims: Mapping[str, Any]) -> str:
        key = self.key()
        return jwt.encode(dict(claims), key.private, algorithm=ALGORITHM, headers={"kid": key.kid})

    def key(self) -> SigningKey:
        known = self._keys.all(self._school)
        if known and known[0].retired_at is None:
            return known[0]
        return rotate(self._keys, self._school, kid=new_kid(), actor=SYSTEM, now=self._clock())


def new_kid() -> str:
    return secrets.token_urlsafe(12)
