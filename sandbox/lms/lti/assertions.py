"""What a tool signed, checked as Moodle does (firebase/php-jwt): key set, signature, nbf, iat, exp; no audience."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.lms.lti.records import Tool
from sandbox.lms.site import Site

ZONE = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh, the site's time zone; it has no summer time."""
_TIMEOUT = (5, 10)
_UNJUDGED = {f"verify_{claim}": False for claim in ("exp", "iat", "nbf", "aud", "sub", "jti", "iss")}


class Rejected(Exception):
    """In the words of the PHP library."""


class ToolKeys:
    """Key sets by client id, fetched when first needed and again when a key is missing in them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: dict[str, dict[str, Any]] = {}

    def verify(self, tool: Tool, token: str, *, now: int, issuer_of_client: bool = False) -> dict[str, Any]:
        """The claims of `token`. Call it without holding the site: the key set comes over HTTP.

        `issuer_of_client`: `iss` must be the client id, which is asked before anything else ("consumerkey").
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as wrong:
            raise Rejected("Wrong number of segments") from wrong
        if issuer_of_client and unread(token).get("iss") != tool.clientid:
            raise Rejected("consumerkey")
        if header.get("alg") != "RS256":
            raise Rejected(
                "Algorithm not supported" if header.get("alg") == "none" else "Incorrect key for this algorithm"
            )
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._key(tool, header.get("kid")), algorithms=["RS256"], options=_UNJUDGED
            )
        except jwt.InvalidSignatureError as wrong:
            raise Rejected("Signature verification failed") from wrong
        except jwt.InvalidTokenError as wrong:
            raise Rejected("Malformed token") from wrong
        return _timely(claims, now)

    def _key(self, tool: Tool, kid: Any) -> Any:
        if tool.publickey:
            return load_pem_public_key(tool.publickey.encode())
        if tool.clientid not in self._kept or kid not in self._kept[tool.clientid]:
            self._kept[tool.clientid] = _fetch(tool.keyset, asker=self._site.settings.url)
        try:
            return self._kept[tool.clientid][kid]
        except KeyError as missing:
            raise Rejected('"kid" invalid, unable to lookup correct key') from missing


def unread(token: str) -> dict[str, Any]:
    """What the token says, nothing of it checked; a malformed one says nothing."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return claims


def _fetch(url: str, *, asker: str) -> dict[str, Any]:
    headers = {"User-Agent": f"MoodleBot/4.5 (+{asker})", "Accept": "*/*"}
    try:
        rows = requests.get(url, headers=headers, timeout=_TIMEOUT).json()["keys"]
        return {row.get("kid"): jwt.PyJWK(row, "RS256").key for row in rows}
    except (requests.RequestException, json.JSONDecodeError, KeyError, TypeError, jwt.PyJWTError) as wrong:
        raise Rejected("No valid keyset was found") from wrong


def _timely(claims: dict[str, Any], now: int) -> dict[str, Any]:
    for name in ("nbf", "iat"):
        if claims.get(name, now) > now:
            moment = datetime.fromtimestamp(claims[name], ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")
            raise Rejected(f"Cannot handle token with {name} prior to {moment}")
    if "exp" in claims and now >= claims["exp"]:
        raise Rejected("Expired token")
    return claims
