"""Where a visit begins: the score sheet of the course, the own scores, or a choice."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from bridge.web.doors import visitor
from bridge.web.gate import visit as here

bp = Blueprint("home", __name__)


@bp.get("/v/<visit>/")
@visitor
def show(visit: str) -> str | Response:  # noqa: ARG001
    return render_template("home.html", visit=here())
