"""The hosts of played packages: an application of its own, on another site than the pages, without a cookie.

Whatever a package does, it does here: the SCORM runtime and the package's own pages share this origin, and nothing of
ours is on it but the endpoint that takes commits of the one attempt that the path's token names. Each version of a
package has a host of its own, so that no package meets another's storage.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, render_template, request, send_file
from werkzeug.exceptions import HTTPException

from bridge.domain.errors import BadInput, BridgeError, NotAllowed, NotFound
from bridge.domain.sites import STAR
from bridge.materials import playing
from bridge.materials.changes import Commit
from bridge.materials.order import ways
from bridge.materials.passes import Pass, Player
from bridge.materials.showing import opened, part_of, version_of
from bridge.ports.materials import SCORM, Standard
from bridge.web import lessons
from bridge.web.contentcalls import json_of, read_pass, same_origin, send_scores
from bridge.web.headers import SANDBOX, platforms
from bridge.web.house import KEY, House, house
from bridge.web.troubles import status_of
from bridge.words import Words

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
BODY = 1 << 20  # of a commit: all that SCORM lets a package keep is far below
OWN = Path(__file__).with_name("static") / "content"

# What a browser is told a file is; anything else is bytes, and never guessed (nosniff).
TYPES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".js": "text/javascript",
    ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".xml": "text/xml",
    ".txt": "text/plain",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".avif": "image/avif", ".svg": "image/svg+xml", ".ico": "image/x-icon", ".bmp": "image/bmp", ".mp4": "video/mp4",
    ".m4v": "video/mp4", ".webm": "video/webm", ".ogv": "video/ogg", ".mp3": "audio/mpeg", ".m4a": "audio/mp4",
    ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".vtt": "text/vtt",
    ".pdf": "application/pdf", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
    ".wasm": "application/wasm", ".swf": "application/x-shockwave-flash",
}  # fmt: skip
TOLD = (
    "offline", "other_sitting", "closed", "refused", "opening", "no_answer",
    "window_asks", "window_open", "window_is_open", "window_front", "window_again", "window_closed", "window_ended",
    "window_blocked", "window_link",
)  # fmt: skip
KEPT = frozenset({"file", "own"})  # endpoints whose answers a browser may have again; never what a lesson has said
# But not those that run scripts: one that came into a frame without a sandbox of its own would stand alone without it.
DOCUMENTS = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"})
UNAUTHORIZED = {"TOKEN", "TOKEN_OLD"}
CONFLICTS = {"OTHER_SITTING", "ATTEMPT_CLOSED"}


def beside(pages: Flask, inner: Wsgi) -> Wsgi:
    """Requests for a package's host go to the content, all others to the pages."""
    content = _application(pages)

    def choose(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        found = pages.extensions[KEY]
        return content(environ, start) if is_content(found, environ.get("HTTP_HOST", "")) else inner(environ, start)

    return choose


def is_content(found: House, host: str) -> bool:
    below = found.content.partition(STAR)[2]
    return bool(below) and host.lower().endswith(below.lower())


def _application(pages: Flask) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.extensions = pages.extensions  # one house
    app.config.update(MAX_CONTENT_LENGTH=BODY)
    app.add_url_rule("/p/<token>/", view_func=player_page)
    app.add_url_rule("/p/<token>/window", view_func=own_window)
    app.add_url_rule("/p/<token>/own/<name>", view_func=own)
    app.add_url_rule("/p/<token>/files/<path:name>", view_func=file)
    app.add_url_rule("/p/<token>/sit", view_func=sit, methods=["POST"])
    app.add_url_rule("/p/<token>/commit", view_func=commit, methods=["POST"])
    lessons.join(app)
    app.before_request(_refuse_workers)
    app.after_request(_dress)
    app.register_error_handler(BridgeError, _known)
    app.register_error_handler(HTTPException, _http)
    return app


def player_page(token: str) -> Response:
    """The content in a frame, or, of a unit that may stand in none, what keeps the window that it is in."""
    given, player = read_pass(token)
    return _page(given, player, "window.js")


def own_window(token: str) -> Response:
    """First in a window of a lesson's own: it launches, and goes to the lesson."""
    return _page(*read_pass(token), "opening.js")


def _page(given: Pass, player: Player, of_window: str) -> Response:
    """`of_window`: the script where the content may stand in no frame."""
    version = version_of(player.library, given.package)
    part = part_of(player.library, version, given.part)
    assert version.standard is not None
    scorm = version.standard in SCORM
    script = of_window if part.own_window or part.host else "player.js" if scorm else "lesson.js"
    config = {
        "standard": version.standard,
        "page": f"files/{part.page}",
        "runtime": f"own/{player.library.packages.runtime(version.standard).name}" if scorm else "",
        "pages": house().url,
        "completes": part.completes,
        "words": {name: _words().page(f"content.{name}") for name in TOLD},
    }
    text = json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")
    outside = _words().page("content.window_outside", where=part.host) if part.host else ""
    said = {
        "outside": outside,
        "config": text,
        "script": script,
        "title": part.title or version.name,
        "words": config["words"],
    }
    return Response(render_template("content/player.html", lang=_words().language, **said))


def own(token: str, name: str) -> Response:
    """The runtime, and the player's script and style."""
    _, player = read_pass(token)
    packages = player.library.packages
    known = {packages.runtime(each).name: packages.runtime(each) for each in (Standard.SCORM_12, Standard.SCORM_2004)}
    known |= {each.name: each for each in OWN.iterdir()}
    if name not in known:
        raise NotFound(kind="file", name=name[:40], nearest=[])
    return send_file(known[name], TYPES[Path(name).suffix], conditional=True)


def file(token: str, name: str) -> Response:
    """A file of the package, whole or in ranges."""
    given, player = read_pass(token, files=True)
    folder = opened(player.library, version_of(player.library, given.package))
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise NotFound(kind="file", name=name[:80], nearest=[])
    answer = send_file(path, conditional=True)
    answer.headers["Content-Type"] = TYPES.get(path.suffix.lower(), "application/octet-stream")
    return answer


def sit(token: str) -> Response:
    given, player = read_pass(token)
    same_origin()
    begun = playing.sit(player, given)
    if begun.scored:
        send_scores()
    return json_of({"sitting": begun.sitting, "elements": dict(begun.elements), **_ways(player, given)})


def commit(token: str) -> Response:
    """JSON in `application/json`, or in `text/plain` as a beacon brings it (Beacon §3.1)."""
    given, player = read_pass(token, late=True)
    same_origin()
    attempt = playing.commit(player, given, _sent(request.get_data()))
    if attempt is not None and attempt.revision > attempt.reported:
        send_scores()
    return json_of({"ok": True, **_ways(player, given)})


def _ways(player: Player, given: Pass) -> dict[str, object]:
    """Where content may ask to be led from here, after what it has just said."""
    if given.is_preview or given.parts == 1:
        return {}
    elements = player.attempts.find(player.school, given.attempt).elements
    return {"ways": dict(ways(player.library, version_of(player.library, given.package), elements))}


def _sent(body: bytes) -> Commit:
    """`BadInput(why="COMMIT")` for anything that is no commit."""
    try:
        said = json.loads(body)
        sitting, sequence, final, elements = (said[name] for name in ("sitting", "sequence", "final", "elements"))
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        raise BadInput(where="commit", value="", why="COMMIT") from err
    numbers = type(sitting) is int and type(sequence) is int and 0 <= sequence < 1 << 31 and 0 <= sitting < 1 << 31
    texts = isinstance(elements, dict) and all(isinstance(value, str) for value in elements.values())
    if not (numbers and texts and isinstance(final, bool)):
        raise BadInput(where="commit", value="", why="COMMIT")
    return Commit(sitting, sequence, elements, final)


def _refuse_workers() -> None:
    """A service worker would stay in the browser after the lesson, and answer for us the next time."""
    if request.headers.get("Service-Worker"):
        raise NotAllowed(actor="", action="PLAY", lack="ORIGIN")


def _dress(answer: Response) -> Response:
    outside = " ".join(["'self'", house().url, *house().framers.known(platforms)])
    answer.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
            "form-action 'self'",
            "base-uri 'self'",
            f"frame-ancestors {outside}",
        )
    )
    if _stands_alone(answer):
        answer.headers["Content-Security-Policy"] += f"; sandbox {SANDBOX}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    kept = request.endpoint in KEPT and answer.status_code < 400 and answer.mimetype not in DOCUMENTS
    answer.headers["Cache-Control"] = "private, max-age=600" if kept else "no-store"
    answer.headers.pop("Set-Cookie", None)
    return answer


def _stands_alone(answer: Response) -> bool:
    """In no frame of ours, which has the same sandbox. A browser shows no PDF in one, and a PDF reaches no page."""
    return request.headers.get("Sec-Fetch-Dest") not in ("iframe", "frame") and answer.mimetype != "application/pdf"


def _known(error: BridgeError) -> Response:
    lack = str(error.facts.get("lack", ""))
    status = 401 if lack in UNAUTHORIZED else 409 if lack in CONFLICTS else status_of(error)
    return _told(status, lack or str(error.facts.get("why", error.code)), _words().page_error(error).what)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    return _told(status, str(status), _words().page_http(status).what)


def _told(status: int, code: str, says: str) -> Response:
    if request.method == "POST":
        answer = json_of({"ok": False, "code": code, "says": says})
    else:
        answer = Response(render_template("content/trouble.html", says=says, lang=_words().language))
    answer.status_code = status
    return answer


def _words() -> Words:
    """In the school's language: this host knows nobody."""
    return Words(current_app.extensions[KEY].app.settings.language)
