"""What each column of the book needs before it is sent."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.mapping import DEFAULT_POLICIES, Policy
from bridge.domain.rights import Action
from bridge.domain.scores import Column
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.schoolpages import field, see, who

bp = Blueprint("policies", __name__, url_prefix="/v/<visit>/policies")


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    app = house().app
    return render_template(
        "school/policies.html", policies=app.store.mappings.policies(app.school), choices=list(Policy),
        columns=list(Column), usual=DEFAULT_POLICIES, sets=permits().may(Action.SET_POLICY),
    )  # fmt: skip


@bp.post("/<column>")
@may(Action.SET_POLICY)
def choose(visit: str, column: str) -> Response:  # noqa: ARG001
    """Over what the form has shown: `Overtaken` when somebody else has chosen since."""
    if column not in Column.__members__:
        raise NotFound(kind="column", name=column, nearest=list(Column))
    app = house().app
    app.store.mappings.set_policy(
        app.school, Column(column), _policy("policy"), actor=who(), now=app.sync.world.now(), seen=_policy("seen")
    )
    return see("policies.show")


def _policy(name: str) -> Policy:
    text = field(name)
    if text not in set(Policy):
        raise BadInput(where=name, value=text, why="NO_CHOICE")
    return Policy(text)
