"""Scores on their way into Moodle's gradebook: what is in conflict, what was given up, what waits."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.duties.asks import ask_of
from bridge.passback.rows import dead_like, decide_row, open_rows, short_id, together, written
from bridge.people.learners import learner_names
from bridge.ports.jobs import JobKind
from bridge.ports.launches import Registration
from bridge.ports.passback import ConflictChoice, Passback, PassbackState, Place
from bridge.web.doors import may
from bridge.web.house import house
from bridge.web.language import words
from bridge.web.schoolpages import field, see, who

bp = Blueprint("passbacks", __name__, url_prefix="/v/<visit>/passbacks")
SHOWN = 200


@bp.get("/")
@may(Action.OPERATE)
def show(visit: str) -> str:  # noqa: ARG001
    app = house().app
    known = {one.id: one for one in app.store.platforms.registrations(app.school)}
    rows = open_rows(app.store.passbacks, app.school, limit=SHOWN)
    return render_template(
        "school/passbacks.html",
        groups=[(short_id(found[0].place), found) for found in together(rows)],
        platforms=known,
        names=_names(known, rows),
        links={link.id: link for link in app.store.attempts.links(app.school)} if rows else {},
        written=written,
        counts=app.store.passbacks.counts(app.school),
        states=PassbackState,
        shown=SHOWN,
        full=len(rows) == SHOWN,
    )


def _names(known: Mapping[str, Registration], rows: Sequence[Passback]) -> dict[Place, str]:
    """Whose scores they are; the account of whom the city does not know."""
    app, found = house().app, dict[Place, str]()
    for registration in {row.place.registration for row in rows}:
        places = [row.place for row in rows if row.place.registration == registration]
        platform = known[registration].issuer if registration in known else ""
        users = {place.user for place in places}
        names = learner_names(app.store.faces, app.store.rosters, app.school, platform, users)
        found |= {each: names.get(each.user) or words().page("passbacks.account", user=each.user) for each in places}
    return found


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
    """This one, and all that were given up with it."""
    app = house().app
    for place in dead_like(app.store.passbacks, app.school, row):
        app.store.passbacks.revive(app.school, place, actor=who(), now=app.sync.world.now())
    return _sent_off()


@bp.post("/<row>/leave")
@may(Action.OPERATE)
def leave(visit: str, row: str) -> Response:  # noqa: ARG001
    """Likewise: they go from this list, and stay where they were reached."""
    app = house().app
    places = dead_like(app.store.passbacks, app.school, row)
    app.store.passbacks.leave(app.school, places, actor=who(), now=app.sync.world.now())
    return see("passbacks.show")


def _sent_off() -> Response:
    """Done by the next job, which is asked for at once; the page shows how it stands."""
    house().ask(ask_of(house().app.school, JobKind.PASSBACK, actor=who()))
    return see("passbacks.show")
