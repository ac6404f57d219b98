"""Scores of a lesson that are not in the LMS's gradebook as they should be, for the teacher of its course: which of two
stays, or everything looked at again."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.materials.results import place_of
from bridge.passback.rows import decide_row, short_id
from bridge.ports.passback import ConflictChoice
from bridge.web.columns import in_its_column
from bridge.web.contentcalls import send_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.links import linked

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
    link = in_its_column(player, link)
    house().app.store.passbacks.revive_column(
        player.school, link.registration, link.line_item, actor=permits().actor.id, now=player.now()
    )
    return _sent_off()


def _sent_off() -> Response:
    """Done by the next job, which is asked for at once; the list shows how it stands."""
    send_scores()
    return redirect(url_for("play.attempts"), code=303)
