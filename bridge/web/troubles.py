"""Every error becomes a page that says what is wrong and what to do next. The only broad `except` of the pages."""

import secrets
import traceback
from pathlib import Path

from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from bridge.domain.errors import (
    BadInput,
    BridgeError,
    Busy,
    LeaseLost,
    NotAllowed,
    NotFound,
    Overtaken,
    PlanUnusable,
    RemoteError,
    StoreProblem,
)
from bridge.web import cookies
from bridge.web.language import words
from bridge.web.logs import tell
from bridge.words import Sentence

STATUS: tuple[tuple[type[BridgeError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (BadInput, 422),
    (PlanUnusable, 409),
    (Busy, 409),
    (Overtaken, 409),
    (LeaseLost, 409),
    (RemoteError, 502),
    (StoreProblem, 503),
    (BridgeError, 400),
)
TOO_MANY = 429

Page = tuple[str, int]


def explain(app: Flask) -> None:
    app.register_error_handler(BridgeError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def _known(error: BridgeError) -> Page:
    """A 403 without a visit is told as the end of a session: whoever meets it has nothing else to do."""
    g.case = str(error.facts.get("case") or "")
    status = status_of(error)
    if error.facts.get("lack") == "TOO_OFTEN":
        status = TOO_MANY
    return _page(words().page_error(error), status)


def status_of(error: BridgeError) -> int:
    """Of HTTP."""
    return next(code for kind, code in STATUS if isinstance(error, kind))


def _http(error: HTTPException) -> Page:
    """Flask's own: no such page, not this way, too large."""
    status = error.code or 500
    said = words().page_http(status)
    return _page(said, status)


def _unknown(error: Exception) -> Page:
    """A defect. Where it happened, never what with: a message may quote a pupil's name."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    g.case = secrets.token_hex(4)
    tell("defect", case=g.case, kind=type(error).__name__, where=f"{Path(last.filename).name}:{last.lineno}")
    return _page(words().page_http(500), 500)


def _page(said: Sentence, status: int) -> Page:
    """A whole page, or the box alone where htmx asked for a part."""
    part = "HX-Request" in request.headers
    template = "trouble_box.html" if part else "trouble.html"
    gone = status == 404 and not cookies.session()
    return render_template(template, said=said, status=status, case=g.get("case", ""), gone=gone), status
