"""One attempt for its teacher: when what happened, what was answered, what the package said; let on, or set aside."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.answers import answers_of, statistics
from bridge.domain.attempts import DONE, Answer, AttemptState
from bridge.domain.errors import BadInput, NotFound
from bridge.domain.rights import Action
from bridge.lrs import answers as spoken
from bridge.materials import teaching
from bridge.materials.passes import Player
from bridge.ports.materials import SCORM, Material, Standard, Version
from bridge.ports.playing import Attempt, Link
from bridge.web import lessons
from bridge.web.contentcalls import send_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.play import linked, names_of

bp = Blueprint("attempts", __name__, url_prefix="/v/<visit>/play/attempts")
_TURNS = {"reopen": teaching.reopen, "reset": teaching.reset, "waive": lessons.waive}
MOST = 500  # attempts of which the questions are counted


@bp.get("/<attempt>")
@visitor
def show(visit: str, attempt: str) -> str:  # noqa: ARG001
    player, link, material, found = _found(attempt, Action.SEE_LMS)
    version = _version(material, found)
    return render_template(
        "play/attempt.html",
        link=link,
        material=material,
        attempt=found,
        name=names_of(link, [found.learner])[found.learner],
        events=player.attempts.events(player.school, found.id),
        answers=_answers(found, version),
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


@bp.get("/questions")
@visitor
def questions(visit: str) -> str:  # noqa: ARG001
    """What the answers of the class say about each question."""
    player, link, material = linked(Action.SEE_LMS)
    done = [row for row in player.attempts.of_link(player.school, link.id) if row.state in DONE][:MOST]
    whole = [player.attempts.find(player.school, row.id) for row in done]
    items = statistics(_answers(row, _version(material, row)) for row in whole)
    return render_template("play/questions.html", link=link, material=material, items=items, count=len(whole))


def _found(attempt: str, action: Action) -> tuple[Player, Link, Material, Attempt]:
    """`NotFound` for an attempt of another link."""
    player, link, material = linked(action)
    found = player.attempts.find(player.school, attempt)
    if found.link != link.id:
        raise NotFound(kind="attempt", name=attempt[:40], nearest=[])
    return player, link, material, found


def _version(material: Material, attempt: Attempt) -> Version:
    found = material.version(attempt.version)
    assert found is not None, "a version is never taken away"
    return found


def _answers(attempt: Attempt, version: Version) -> Sequence[Answer]:
    if version.standard in SCORM:
        return answers_of(attempt.elements)
    door = house()
    return spoken.answers(door.app.lrs(f"{door.url}/xapi/"), attempt.id)
