"""A small LTI tool for tests of the platform: it signs, serves its key set, and can say what a browser posts to it."""

from __future__ import annotations

import html
import json
import re
import time
from functools import cache
from typing import Any

import jwt
import responses
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

TOOL = "https://tool.example.test"
KID = "OX09ncS2PIMY9LoaDYcVAdKYsYCUtnSQn5XfTQ-1ndc"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def tool_key(name: str) -> rsa.RSAPrivateKey:
    """One key for all tests; another `name` is another key."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_set() -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(tool_key("own").public_key(), as_dict=True)
    return {"keys": [{**numbers, "kid": KID, "alg": "RS256", "use": "sig"}]}


def serve_keys(line: responses.RequestsMock, url: str = f"{TOOL}/lti/jwks") -> None:
    line.get(url, json=key_set())


def sign(claims: dict[str, Any], *, key: str = "own") -> str:
    return jwt.encode(claims, tool_key(key), algorithm="RS256", headers={"kid": KID})


def assertion(client: str, *, now: float | None = None, key: str = "own", **claims: Any) -> str:
    """What a client signs to get an access token; a claim given as None is left out."""
    moment = int(time.time() if now is None else now)
    known = {"iss": client, "sub": client, "aud": "any", "iat": moment, "exp": moment + 60, "jti": "1"}
    given = {name: value for name, value in {**known, **claims}.items() if value is not None}
    return sign(given, key=key)


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Action and hidden fields of the first form."""
    action = re.search(r'<form[^>]*action="([^"]*)"', page)
    assert action is not None, page[:300]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return html.unescape(action.group(1)), {name: html.unescape(value) for name, value in fields}


def unread(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def returned_data(page: str) -> Any:
    found = re.search(r'id="returndata">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1)) if found else None
