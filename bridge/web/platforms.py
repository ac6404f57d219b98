"""The LTI connection as an admin sees it: registrations, invitations, and why a launch failed."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.rights import Action
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.platforms import Step
from bridge.web.doors import may
from bridge.web.house import house
from bridge.web.schoolpages import field, see, who

bp = Blueprint("platforms", __name__, url_prefix="/v/<visit>/platforms")


@bp.get("/")
@may(Action.OPERATE)
def show(visit: str) -> str:  # noqa: ARG001
    store, school = house().app.store, house().app.school
    return render_template(
        "school/platforms.html", rows=store.platforms.registrations(school), invitation="",
        cases=store.cases.list(school, limit=20), keys=store.lti_keys.all(school), url=house().url,
    )  # fmt: skip


@bp.post("/invite")
@may(Action.OPERATE)
def invite(visit: str) -> str:  # noqa: ARG001
    """The address is shown once, on the answer itself: it stands in no address and no log of ours."""
    app = house().app
    word = app.store.invitations.offer(app.school, actor=who(), now=app.sync.world.now())
    return render_template("school/invited.html", url=f"{house().url}/lti/register/{word}")


@bp.post("/")
@may(Action.OPERATE)
def add(visit: str) -> Response:  # noqa: ARG001
    """By hand, for a platform without dynamic registration. It waits for its first launch."""
    app = house().app
    made = Registration(
        app.sync.world.new_id(), app.school, field("name") or field("issuer"), field("issuer", most=500),
        field("client_id"), field("auth_url", most=500), field("token_url", most=500), field("jwks_url", most=500),
        RegistrationState.PENDING,
    )  # fmt: skip
    app.register_by_hand(made, actor=who())
    return see("platforms.show")


@bp.post("/<registration>/state")
@may(Action.OPERATE)
def set_state(visit: str, registration: str) -> Response:  # noqa: ARG001
    """Shut one out, or let it in again."""
    app = house().app
    app.store.platforms.find(registration)
    chosen = RegistrationState.ACTIVE if "on" in request.form else RegistrationState.DISABLED
    app.store.platforms.set_state(registration, chosen, actor=who(), now=app.sync.world.now())
    return see("platforms.show")


@bp.get("/doctor")
@may(Action.OPERATE)
def doctor(visit: str) -> str:  # noqa: ARG001
    """A failed launch by the code on its page, step by step."""
    code = "".join(request.args.get("case", "").split()).upper()[:20]
    found = house().app.store.cases.find(house().app.school, code)
    steps = list(Step)
    return render_template("school/doctor.html", found=found, steps=steps, place=steps.index(found.step))
