"""Access tokens for a platform's services (LTI Security Framework 1.0 §4.1; RFC 7523 client assertions).

One token for each registration and set of scopes, kept in the database, so that workers share it and no call asks for
one of its own. Cut off a minute before it ends.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bridge.domain.errors import Garbled, Refused
from bridge.lti.door import REMOTE, Door
from bridge.lti.signing import Signer
from bridge.ports.launches import Registration
from bridge.ports.platforms import Tokens

MARGIN = timedelta(seconds=60)
LONGEST = timedelta(hours=24)  # whatever a platform says
ASSERTED = 300  # seconds that an assertion is good for
BEHIND = 30  # seconds: a platform whose clock is behind ours refuses what was issued in its future
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Scopes = tuple[str, ...]

# What platforms answer instead of a token → what it means (OAuth 2, RFC 6749 §5.2; Moodle: firebase/php-jwt's words).
SAID: Mapping[str, str] = {
    "Signature verification failed": "TOKEN_KEY",
    "No valid keyset": "TOKEN_KEY",
    "kid": "TOKEN_KEY",
    "Expired token": "TOKEN_CLOCK",
    "prior to": "TOKEN_CLOCK",
    "invalid_client": "TOKEN_CLIENT",
    "unauthorized_client": "TOKEN_CLIENT",
    "invalid_scope": "SCOPE",
}


class Access:
    """Tokens as they are needed."""

    def __init__(self, tokens: Tokens, signer: Signer, door: Door, clock: Callable[[], datetime]) -> None:
        self._tokens = tokens
        self._signer = signer
        self._door = door
        self._clock = clock

    def token(self, registration: Registration, scopes: Scopes) -> str:
        """`Refused`: TOKEN, TOKEN_KEY, TOKEN_CLOCK, TOKEN_CLIENT when there is none for us, SCOPE for one with less."""
        now, name = self._clock(), " ".join(sorted(scopes))
        known = self._tokens.find(registration.id, name, now=now)
        if known is not None:
            return known
        answer = self._ask(registration, name)
        token, seconds = _read(answer, name, registration)
        self._tokens.keep(registration.id, name, token, until=now + min(timedelta(seconds=seconds), LONGEST) - MARGIN)
        return token

    def forget(self, registration: Registration, scopes: Scopes) -> None:
        """The platform does not take it any more."""
        self._tokens.forget(registration.id, " ".join(sorted(scopes)))

    def _ask(self, registration: Registration, scopes: str) -> Any:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._signer.sign(self._claims(registration)),
            "scope": scopes,
        }
        reply = self._door.send("POST", registration.token_url, _FORM, urlencode(form).encode())
        if reply.status in (400, 401, 403):
            reason, theirs = _meaning(reply.body)
            raise Refused(remote=REMOTE, operation=reply.told, reason=reason, theirs=theirs, value=registration.name)
        return reply.read()  # Moodle calls its JSON text/html

    def _claims(self, registration: Registration) -> Mapping[str, Any]:
        issued = int(self._clock().timestamp()) - BEHIND
        return {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.token_url,
            "iat": issued,
            "exp": issued + ASSERTED,
            "jti": secrets.token_urlsafe(16),
        }


def _read(answer: Any, asked: str, registration: Registration) -> tuple[str, int]:
    """Token and lifetime. A platform drops scopes that it does not grant, and says so only here."""
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise Garbled(remote=REMOTE, operation="TOKEN", why="NO_ACCESS_TOKEN")
    granted, seconds = answer.get("scope"), answer.get("expires_in")
    missing = set(asked.split()) - set(granted.split()) if isinstance(granted, str) else set()
    if missing:
        names = ", ".join(sorted(scope.rpartition("/")[2] for scope in missing))
        raise Refused(remote=REMOTE, operation="TOKEN", reason="SCOPE", theirs=names, value=registration.name)
    usable = isinstance(seconds, int) and not isinstance(seconds, bool) and seconds > 0
    return token, seconds if usable else 3600


def _meaning(body: bytes) -> tuple[str, str]:
    """Reason and the words that it was known by; never all that was said, which may quote our request."""
    found = next(((reason, words) for words, reason in SAID.items() if words.encode() in body), None)
    return found or ("TOKEN", "")
