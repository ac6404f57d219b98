"""Scores of a lesson that are not in the LMS's gradebook as they should be, for the teacher of its course: which of two
stays, or everything looked at again."""

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.materials.passes import Player
from bridge.materials.results import place_of
from bridge.passback.columns import column_of
from bridge.passback.rows import decide_row, short_id
from bridge.ports.passback import ConflictChoice
from bridge.ports.playing import Link
from bridge.web.contentcalls import send_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.play import linked

bp = Blueprint("arrivals", __name__, url_prefix="/v/<visit>/play/arrivals")


@bp.post("/settle")
@visitor
def settle(visit: str) -> Response:  # noqa: ARG001
    """Keep what somebody entered, or send ours: bound to what the page showed."""
    player, link, _ = linked(Action.PLACE_MATERIAL)
    learner, choice = (request.form.get(name, "") for name in ("learner", "choice"))
    place = place_of(link, learner)
    if place is None or choice not in ConflictChoice.__members__:
        raise NotFound(kind="passback", name=learner[:20], nearest=[])
    decide_row(
        house().app.store.passbacks, player.school, short_id(place), ConflictChoice(choice),
        seen=request.form.get("seen", ""), actor=permits().actor.id, now=player.now(),
    )  # fmt: skip
    return _sent_off()


@bp.post("/again")
@visitor
def again(visit: str) -> Response:  # noqa: ARG001
    """Every score of this activity is looked at once more, in the column that it has now."""
    player, link, _ = linked(Action.PLACE_MATERIAL)
    link = _in_its_column(player, link)
    house().app.store.passbacks.revive_column(
        player.school, link.registration, link.line_item, actor=permits().actor.id, now=player.now()
    )
    return _sent_off()


def _in_its_column(player: Player, link: Link) -> Link:
    """A launch names no column while Moodle 4.5 keeps the trace of an earlier one (an activity whose grading was
    switched off and on): then its list of columns knows the one that belongs to this activity."""
    launch = here().launch
    assert launch is not None, "`linked` has looked"
    if launch.scores is None or launch.scores.line_item == link.line_item != "":
        return link
    books = house().app.gradebooks()
    url = column_of(books, link.registration, launch.scores.line_items, resource_link=link.resource_link)
    return player.attempts.ensure_link(player.school, replace(link, line_item=url or link.line_item))


def _sent_off() -> Response:
    """Done by the next job, which is asked for at once; the list shows how it stands."""
    send_scores()
    return redirect(url_for("play.attempts"), code=303)
