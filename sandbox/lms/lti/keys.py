"""The site's own RSA key, made when it is first needed, and what is signed with it; also what a thief would sign."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


class Key:
    """One RSA key of 2048 bits. Its `kid` is worked out of the public half: a new key never has an old name."""

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def kid(self) -> str:
        return hashlib.sha256(self.public_pem).hexdigest()[:20]

    @cached_property
    def public_pem(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form)

    def jwk(self) -> dict[str, str]:
        """As certs.php writes it."""
        numbers = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": "RSA", "alg": "RS256", "kid": self.kid, "e": numbers["e"], "n": numbers["n"], "use": "sig"}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.kid})


class Keys:
    """The key that signs now, and old ones that are still published."""

    def __init__(self) -> None:
        self.now, self.old, self.stolen = Key(), list[Key](), Key()

    def rotate(self, *, keep_old: bool) -> None:
        self.old = [*self.old, self.now] if keep_old else []
        self.now = Key()

    def published(self) -> list[dict[str, str]]:
        return [key.jwk() for key in (self.now, *self.old)]

    def sign(self, claims: dict[str, Any], *, badly: str | None = None) -> str:
        """`badly`: wrong_key | unknown_kid | alg_none | hs256 | unsigned, as a fault asks."""
        if badly is None:
            return self.now.sign(claims)
        return _FORGERIES[badly](self, claims)

    def read(self, token: str) -> dict[str, Any]:
        """The claims of what this site signed itself; jwt.InvalidTokenError when it did not. Times are not judged."""
        options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        claims: dict[str, Any] = jwt.decode(
            token, self.now.private.public_key(), algorithms=["RS256"], options={**options, "verify_sub": False}
        )
        return claims


def _wrong_key(keys: Keys, claims: dict[str, Any]) -> str:
    return jwt.encode(claims, keys.stolen.private, algorithm="RS256", headers={"kid": keys.now.kid})


def _unknown_kid(keys: Keys, claims: dict[str, Any]) -> str:
    return keys.stolen.sign(claims)


def _alg_none(_keys: Keys, claims: dict[str, Any]) -> str:
    return f"{_part({'typ': 'JWT', 'alg': 'none'})}.{_part(claims)}."


def _hs256(keys: Keys, claims: dict[str, Any]) -> str:
    """The public key, which everybody has, taken as the secret of a symmetric signature."""
    text = f"{_part({'typ': 'JWT', 'alg': 'HS256', 'kid': keys.now.kid})}.{_part(claims)}"
    return f"{text}.{_base64(hmac.new(keys.now.public_pem, text.encode(), hashlib.sha256).digest())}"


def _unsigned(keys: Keys, claims: dict[str, Any]) -> str:
    return keys.now.sign(claims).rpartition(".")[0] + "."


_FORGERIES = {
    "wrong_key": _wrong_key,
    "unknown_kid": _unknown_kid,
    "alg_none": _alg_none,
    "hs256": _hs256,
    "unsigned": _unsigned,
}
FORGERIES = tuple(_FORGERIES)


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
