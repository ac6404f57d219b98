"""The trail: who changed what, when, from what to what, and why."""

from flask import Blueprint, render_template, request

from bridge.domain.rights import Action
from bridge.web.doors import may
from bridge.web.house import house
from bridge.web.numbers import whole

bp = Blueprint("trail", __name__, url_prefix="/v/<visit>/audit")
STEP, MOST = 100, 2000


@bp.get("/")
@may(Action.SEE_AUDIT)
def show(visit: str) -> str:  # noqa: ARG001
    app, asked = house().app, request.args
    limit = min(whole(asked.get("limit", ""), STEP), MOST)
    about = asked.get("subject", "").strip()[:200]
    what = asked.get("what", "").strip()[:100]
    entries = app.store.audit.show(app.school, limit=limit, subject=about or None, what=what or None)
    more = limit + STEP if len(entries) == limit < MOST else 0
    return render_template(
        "school/audit.html", entries=entries, about=about, what=what, kinds=app.store.audit.kinds(app.school), more=more
    )


@bp.post("/verify")
@may(Action.SEE_AUDIT)
def verify(visit: str) -> str:  # noqa: ARG001
    """Walk the whole chain, with the head of every run. A broken one is told as the error that it is."""
    app = house().app
    head = app.store.audit.verify(app.school, head=request.form.get("head", "").strip()[:200])
    return render_template("school/audit_sound.html", head=head)
