"""Scores on their way into Moodle's gradebook: what is in conflict, what was given up, what waits."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.duties.asks import ask_of
from bridge.passback.rows import decide_row, find_row, open_rows, short_id, written
from bridge.ports.jobs import JobKind
from bridge.ports.passback import ConflictChoice, PassbackState
from bridge.web.doors import may
from bridge.web.house import house
from bridge.web.schoolpages import field, see, who

bp = Blueprint("passbacks", __name__, url_prefix="/v/<visit>/passbacks")
SHOWN = 200


@bp.get("/")
@may(Action.OPERATE)
def show(visit: str) -> str:  # noqa: ARG001
    app = house().app
    names = {one.id: one.name for one in app.store.platforms.registrations(app.school)}
    rows = open_rows(app.store.passbacks, app.school, limit=SHOWN)
    return render_template(
        "school/passbacks.html", rows=[(short_id(row.place), row) for row in rows], names=names, written=written,
        counts=app.store.passbacks.counts(app.school), states=PassbackState, shown=SHOWN,
    )  # fmt: skip


@bp.post("/<row>/settle")
@may(Action.OPERATE)
def settle(visit: str, row: str) -> Response:  # noqa: ARG001
    """Keep what somebody entered, or send ours: bound to what the page showed."""
    app, choice = house().app, request.form.get("choice", "")
    if choice not in ConflictChoice.__members__:
        raise NotFound(kind="passback", name=choice[:20], nearest=[])
    decide_row(
        app.store.passbacks, app.school, row, ConflictChoice(choice), seen=field("seen"), actor=who(),
        now=app.sync.world.now(),
    )  # fmt: skip
    return _sent_off()


@bp.post("/<row>/again")
@may(Action.OPERATE)
def again(visit: str, row: str) -> Response:  # noqa: ARG001
    app = house().app
    found = find_row(app.store.passbacks, app.school, row)
    app.store.passbacks.revive(app.school, found.place, actor=who(), now=app.sync.world.now())
    return _sent_off()


def _sent_off() -> Response:
    """Done by the next job, which is asked for at once; the page shows how it stands."""
    house().ask(ask_of(house().app.school, JobKind.PASSBACK, actor=who()))
    return see("passbacks.show")
