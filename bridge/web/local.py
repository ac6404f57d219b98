"""In without an LMS: the link that the server prints makes the first account; then a staff code and a password."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.actors import Actor
from bridge.domain.errors import BadInput, NotAllowed
from bridge.web import cookies
from bridge.web.doors import public, visitor
from bridge.web.gate import bound, visit
from bridge.web.house import house
from bridge.web.language import language
from bridge.web.rates import Rate
from bridge.web.visiting import begin

bp = Blueprint("local", __name__)

LEAST, MOST = 12, 200  # letters of a password: NIST SP 800-63B asks for length, and for nothing else


@bp.get("/setup")
@public()
def setup() -> str:
    """The token stands behind the `#` of the link: no server and no log sees it before it is used."""
    return render_template("local/setup.html", least=LEAST)


@bp.post("/setup")
@public(rate=Rate.SET_UP)
def set_up() -> Response:
    app, form = house().app, request.form
    actor, password = form.get("actor", "").strip(), form.get("password", "")
    _check(actor, password, form.get("again", ""))
    token = form.get("token", "").strip()
    house().accounts.found(app.school, token, actor=actor, password=password, now=app.sync.world.now())
    return begin(Actor(actor), None, language=language())


@bp.get("/")
@public()
def front() -> Response:
    """Nobody's page: on to the sign-in."""
    return redirect(url_for("local.sign_in"))


@bp.get("/sign-in")
@public()
def sign_in() -> str:
    return render_template("local/sign_in.html")


@bp.post("/sign-in")
@public(rate=Rate.SIGN_IN)
def signed_in() -> Response:
    actor, password = request.form.get("actor", "").strip()[:100], request.form.get("password", "")[:MOST]
    bound(Rate.SIGN_IN, f"account {actor}")
    if not house().accounts.prove(house().app.school, actor, password):
        raise NotAllowed(actor="", action="SIGN_IN", lack="PASSWORD")
    return begin(Actor(actor), None, language=language())


@bp.post("/v/<visit>/end")
@visitor
def sign_out(visit: str) -> Response:
    house().visits.end(house().app.school, visit)
    answer = redirect(url_for("local.ended"), code=303)
    cookies.drop(answer, cookies.SESSION)  # type: ignore[arg-type]
    return answer


@bp.get("/ended")
@public()
def ended() -> str:
    return render_template("local/ended.html")


@bp.post("/v/<visit>/window")
@visitor
def window(visit: str) -> dict[str, str]:  # noqa: ARG001
    """A ticket for a window of its own; see `tickets`."""
    return {"ticket": house().tickets.issue(_here())}


@bp.post("/window")
@public(rate=Rate.LAUNCH)
def windowed() -> Response:
    """The window itself: a visit of the same person, under a cookie of the window's own."""
    found = house().tickets.redeem(request.form.get("ticket", ""))
    if found is None:
        raise NotAllowed(actor="", action="WINDOW", lack="TICKET")
    launch = replace(found.launch, in_frame=False) if found.launch is not None else None
    return begin(found.actor, launch, language=language())


_here = visit


def _check(actor: str, password: str, again: str) -> None:
    if not actor or len(actor) > 100:
        raise BadInput(where="actor", value="", why="NO_ACTOR")
    if not LEAST <= len(password) <= MOST:
        raise BadInput(where="password", value="", why="PASSWORD_LENGTH", least=LEAST)
    if password != again:
        raise BadInput(where="password", value="", why="PASSWORD_AGAIN")
