"""The two cookies: one binds a login to its launch, one a browser to its visits.

Both are `__Host-…; Secure; HttpOnly; SameSite=None; Partitioned`: they come back inside another site's frame, there
and nowhere else, and no other host can set them (RFC 6265bis §4.1.3; CHIPS). Browsers count `http://localhost` and
`http://127.0.0.1` as trustworthy, so they hold on loopback too; over plain http elsewhere no browser takes them, and
`create_app` refuses such an address.
"""

import hashlib
import secrets

from flask import Response, request

BINDING, SESSION, LANGUAGE = "__Host-bridge-login", "__Host-bridge-session", "__Host-bridge-language"
LOGIN_SECONDS, DAY, YEAR = 10 * 60, 24 * 3600, 365 * 24 * 3600


def put(response: Response, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )


def drop(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="None", partitioned=True)


def binding() -> str | None:
    return request.cookies.get(BINDING)


def session() -> str:
    """Of this browser, "" without one."""
    return request.cookies.get(SESSION, "")


def session_for(who: str) -> str:
    """The session to begin a visit with: this browser's own when the same person came before, else a new one.

    On a shared computer the next person's launch so ends every visit of the one before.
    """
    token, _, tag = session().partition(".")
    if token and secrets.compare_digest(tag.encode(), _tag(token, who).encode()):
        return session()
    fresh = secrets.token_urlsafe(32)
    return f"{fresh}.{_tag(fresh, who)}"


def _tag(token: str, who: str) -> str:
    return hashlib.sha256(f"{token}|{who}".encode()).hexdigest()[:16]
