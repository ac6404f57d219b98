"""Whether the process lives, and whether it can work: for whoever watches it. Says nothing about the school."""

from flask import Blueprint

from bridge.web.doors import public
from bridge.web.house import house

bp = Blueprint("health", __name__)

Reply = tuple[dict[str, str], int]


@bp.get("/health")
@public()
def health() -> Reply:
    return {"status": "ok"}, 200


@bp.get("/ready")
@public()
def ready() -> Reply:
    """503 by the error page when the database can't be asked."""
    app = house().app
    app.store.grants.grants(app.school)
    return {"status": "ok"}, 200
