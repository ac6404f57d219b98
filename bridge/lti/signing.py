"""Our own keys: made here, sealed in the store, changed on schedule; retired ones stay known for a while."""

import json
from collections.abc import Mapping
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


def signed(key: SigningKey, claims: Mapping[str, Any]) -> str:
    return jwt.encode(dict(claims), key.private, algorithm=ALGORITHM, headers={"kid": key.kid})
