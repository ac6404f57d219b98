"""A pupil's page: the own scores as the city's book has them, and when they arrived."""

from flask import Blueprint, render_template

from bridge.domain.errors import NotAllowed
from bridge.domain.rights import Action, Lack
from bridge.domain.scores import Column
from bridge.sync.own import own_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house

bp = Blueprint("pupil", __name__)


@bp.get("/v/<visit>/own")
@visitor
def scores(visit: str) -> str:  # noqa: ARG001
    code = here().actor.id
    permits().demand(Action.SEE_OWN, pupil=code)
    key = own_key()
    if not key:
        raise NotAllowed(actor=code, action=Action.SEE_OWN, lack=Lack.IDENTITY)
    return render_template("pupil/scores.html", subjects=own_scores(house().app.sync, key), columns=tuple(Column))


def own_key() -> str:
    """The random key of whoever is here, "" of somebody who is no pupil of this school."""
    app, code = house().app, here().actor.id
    if not permits().may(Action.SEE_OWN, pupil=code):
        return ""
    return app.store.rosters.directory(app.school).key_of.get(code, "")
