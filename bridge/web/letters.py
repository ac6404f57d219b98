"""Ending the letters by the link in each of them. A mail reader may post it by itself (RFC 8058): no visit, no cookie.

Looking at the page changes nothing, for programs follow links. The token is unguessable and of one person alone.
"""

from flask import Blueprint, render_template

from bridge.web.doors import public
from bridge.web.house import house
from bridge.web.rates import Rate

bp = Blueprint("letters", __name__)


@bp.get("/letters/stop/<token>")
@public()
def ask(token: str) -> str:
    house().app.store.addresses.person_of(house().app.school, token)
    return render_template("letters/stop.html", stopped=False)


@bp.post("/letters/stop/<token>")
@public(rate=Rate.SIGN_IN, foreign_forms=True)
def stop(token: str) -> str:
    app = house().app
    person = app.store.addresses.person_of(app.school, token)
    app.store.addresses.want(app.school, person, wanted=False, by=person, now=app.sync.world.now())
    return render_template("letters/stop.html", stopped=True)
