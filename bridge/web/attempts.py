"""One attempt for its teacher: when what happened, what was answered, what the package said; let on, or set aside."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.rights import Action
from bridge.materials import teaching
from bridge.materials.passes import Player
from bridge.materials.rescoring import answers_in, discounts_of, instead_of
from bridge.ports.materials import Material, Standard
from bridge.ports.playing import Attempt, Event, Link
from bridge.web import lessons
from bridge.web.contentcalls import send_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.links import linked, names_of
from bridge.web.numbers import whole

bp = Blueprint("attempts", __name__, url_prefix="/v/<visit>/play/attempts")
_TURNS = {"reopen": teaching.reopen, "reset": teaching.reset, "waive": lessons.waive}


@bp.get("/<attempt>")
@visitor
def show(visit: str, attempt: str) -> str:  # noqa: ARG001
    player, link, material, found = _found(attempt, Action.SEE_LMS)
    version = material.begun_with(found.version)
    discounts = discounts_of(player, link)
    return render_template(
        "play/attempt.html",
        link=link,
        material=material,
        attempt=found,
        name=names_of(link, [found.learner])[found.learner],
        events=[_numbered(each) for each in player.attempts.events(player.school, found.id)],
        answers=answers_in(player, material, found),
        out=discounts[found.version].questions if found.version in discounts else (),
        instead=instead_of(player, link, [found], discounts).get(found.id),
        raw=sorted(found.elements.items()),
        may_turn=permits().may(Action.PLACE_MATERIAL, course=int(link.course)),
        may_reopen=found.state in DONE,
        may_waive=version.standard is Standard.CMI5 and found.state is AttemptState.OPEN and found.sitting > 0,
        may_reset=found.state is not AttemptState.RESET,
    )


@bp.post("/<attempt>")
@visitor
def turn(visit: str, attempt: str) -> Response:  # noqa: ARG001
    player, _, _, found = _found(attempt, Action.PLACE_MATERIAL)
    act = _TURNS.get(request.form.get("turn", ""))
    if act is None:
        raise BadInput(where="turn", value="", why="NO_CHOICE")
    act(player, found, actor=permits().actor.id, why=request.form.get("why", ""))
    send_scores()
    return redirect(url_for("attempts.show", attempt=attempt), code=303)


def _numbered(event: Event) -> Event:
    """SCORM counts interactions from 0, a class counts questions from 1."""
    if event.kind != "answered":
        return event
    numbers = sorted(whole(each, -1) + 1 for each in event.detail.split(","))
    return event._replace(detail=", ".join(str(number) for number in numbers if number))


def _found(attempt: str, action: Action) -> tuple[Player, Link, Material, Attempt]:
    """`NotFound` for an attempt of another link."""
    player, link, material = linked(action)
    found = player.attempts.find(player.school, attempt)
    if found.link != link.id:
        raise NotFound(kind="attempt", name=attempt[:40], nearest=[])
    return player, link, material, found
