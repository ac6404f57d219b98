"""The browser's side of Moodle: its session cookie, signing in by choosing a person, the session key."""

from __future__ import annotations

from flask import Response, request

from sandbox.lms.lti.answers import Unable, page
from sandbox.lms.lti.platform import Platform, Session
from sandbox.lms.records import User

COOKIE = "MoodleSession"


def known_session(platform: Platform) -> Session | None:
    """The session of this browser's cookie; a cookie that was lost on the way is no session."""
    return platform.sessions.get(request.cookies.get(COOKIE, ""))


def signed_in(platform: Platform) -> tuple[Session, User] | None:
    session = known_session(platform)
    if session is None or session.user not in platform.site.users:
        return None
    return session, platform.site.users[session.user]


def enter(platform: Platform) -> tuple[Session, User]:
    """Whoever has signed in; else the way to the door."""
    found = signed_in(platform)
    if found is None:
        raise Unable("nopermission")
    return found


def administrator(platform: Platform) -> Session:
    session, user = enter(platform)
    if not user.siteadmin:
        raise Unable("nopermission")
    return session


def put_cookie(platform: Platform, response: Response, session: Session) -> Response:
    """Without SameSite on http; on https as Moodle does it for Chrome."""
    secure = platform.url.startswith("https:")
    kind = "None" if secure else None
    response.set_cookie(COOKIE, session.key, path="/", httponly=True, secure=secure, samesite=kind)
    return response


def need_session_key(session: Session) -> None:
    if request.values.get("sesskey") != session.sesskey:
        raise Unable("invalidsesskey")


def repost_page(platform: Platform) -> Response:
    """The cookie did not come along (a cross-site POST): a page of this site that sends the same again."""
    fields = {**request.form.to_dict(), "repost": "true"}
    response = page(platform.site, "lti/repost.html", action=platform.url + _here(), fields=fields)
    response.headers.pop("Set-Cookie", None)
    return response


def _here() -> str:
    query = request.query_string.decode()
    return f"{request.path}?{query}" if query else request.path
