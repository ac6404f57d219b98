"""What every request to the content's host begins with, and how it is answered."""

import json

from flask import Response, request

from bridge.domain.errors import NotAllowed
from bridge.duties.asks import ask_of
from bridge.materials import passes
from bridge.materials.passes import Pass, Player
from bridge.ports.jobs import JobKind
from bridge.web import xapi
from bridge.web.house import house

CROSS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, X-Experience-API-Version,"
    " X-Experience-API-Consistent-Through",
    "Access-Control-Max-Age": "600",
}


def read_pass(token: str, *, late: bool = False, files: bool = False) -> tuple[Pass, Player]:
    """`files`: a token for files alone will do. `NotAllowed`: TOKEN, TOKEN_OLD."""
    player = house().app.player()
    given = passes.read(player, token, host=request.host.partition(".")[0])
    if given.files_only and not files:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN")
    if not late and player.now() > given.until:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN_OLD")
    return given, player


def same_origin() -> None:
    """Whoever learned a path by accident can't post to it from a page of theirs."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowed(actor="", action="COMMIT", lack="ORIGIN")


def let_in(answer: Response) -> Response:
    """A unit at another address asks from there (xAPI, Communication §1.1: browsers). Nothing of a browser's own goes
    with what it asks: no cookie is on this host, and who has the key may speak from anywhere."""
    if request.blueprint == xapi.bp.name or request.endpoint == "fetch":
        answer.headers.update(CROSS)
    return answer


def json_of(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")


def send_scores() -> None:
    """What was handed to the outbox goes on its way at once, beside this request."""
    house().ask(ask_of(house().app.school, JobKind.PASSBACK))
