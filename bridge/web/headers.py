"""What every answer says about itself to the browser."""

import re

from flask import Flask, Response, request

from bridge.domain.errors import StoreProblem
from bridge.web.gate import origin_of
from bridge.web.house import house

_ORIGIN = re.compile(r"https?://[a-z0-9.:\[\]-]+", re.IGNORECASE)
NO_PAGES = frozenset({"static", "health.health", "health.ready", "metrics.show", "xapi"})  # nobody frames these
# What of a browser content may use, in our frame and in a window of its own alike. It may not turn a page above it.
SANDBOX = (
    "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads"
    " allow-popups allow-popups-to-escape-sandbox"
)
KEPT = "public, max-age=31536000, immutable"  # static files are asked for by their own hash


def dress(app: Flask) -> None:
    app.after_request(_dress)


def _dress(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = policy(platforms(), content=house().content)
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if house().url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    hashed = request.endpoint == "static" and "v" in request.args and response.status_code == 200
    headers["Cache-Control"] = KEPT if hashed else "no-store"
    headers.pop("Server", None)
    return response


def policy(platforms: list[str], *, content: str = "") -> str:
    """Scripts and styles are files of ours alone; frames around us and forms out of us are the platforms' alone.

    `content`: the pattern of the hosts of played packages, the one thing that we frame.
    """
    outside = " ".join(platforms)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"frame-src {content}" if content else "frame-src 'none'",
            f"form-action 'self' {outside}".strip(),
            f"frame-ancestors 'self' {outside}".strip(),
            "base-uri 'none'",
        )
    )


def platforms() -> list[str]:
    """None while the store can't be asked: the page that says so then stands in no frame, but it stands."""
    if request.endpoint in NO_PAGES or request.blueprint in NO_PAGES:
        return []
    try:
        return _origins()
    except StoreProblem:
        return []


def _origins() -> list[str]:
    found = house().registrations.registrations(house().app.school)
    origins = {origin_of(each.issuer) for each in found} | {origin_of(each.auth_url) for each in found}
    return sorted(origin for origin in origins if _ORIGIN.fullmatch(origin))
