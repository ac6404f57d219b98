"""Who may do what at this school: roles, stand-ins, homeroom teachers."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.actors import Delegation, Grant, Role
from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.domain.scores import Term
from bridge.overview.units import natural
from bridge.people.granting import demand_known, give_role, give_stand_in, take_role
from bridge.web.doors import may
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.schoolpages import day_demanded, day_field, field, see, staff_names, term_field, who

bp = Blueprint("staff", __name__, url_prefix="/v/<visit>/people")


@bp.get("/")
@may(Action.SEE_STATUS)
def show(visit: str) -> str:  # noqa: ARG001
    app, mine = house().app, permits()
    classes = sorted(app.store.rosters.classes(app.school, app.year), key=lambda row: natural(row.code))
    return render_template(
        "school/people.html", grants=app.store.grants.grants(app.school), names=staff_names(), classes=classes,
        delegations=app.store.grants.delegations(app.school), roles=list(Role), terms=list(Term), today=app.today,
        subjects=app.sync.subjects.by_code, gives=mine.may(Action.GRANT), delegates=mine.may(Action.DELEGATE),
    )  # fmt: skip


@bp.post("/roles")
@may(Action.GRANT)
def give(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    subjects = tuple(request.form.getlist("subject"))[:50]
    for subject in subjects:
        demand_known("subject", subject, app.sync.subjects.by_code)
    given = Grant(field("actor"), _role(), subjects, day_field("since"), day_field("until"))
    give_role(app.store.grants, app.school, given, by=who(), now=app.sync.world.now())
    return see("staff.show")


@bp.post("/roles/drop")
@may(Action.GRANT)
def take(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    take_role(
        app.store.grants, app.school, field("actor"), _role(), by=who(), today=app.today, now=app.sync.world.now()
    )
    return see("staff.show")


@bp.post("/stand-ins")
@may(Action.DELEGATE)
def stand_in(visit: str) -> Response:  # noqa: ARG001
    """Also to end one: given again with its first day, it takes the new last one."""
    app = house().app
    demand_known("class", field("school_class"), [row.code for row in app.store.rosters.classes(app.school, app.year)])
    demand_known("subject", field("subject"), app.sync.subjects.by_code)
    given = Delegation(
        field("actor"), field("school_class"), field("subject"), term_field(),
        day_demanded("since"), day_demanded("until"),
    )  # fmt: skip
    give_stand_in(app.store.grants, app.school, given, by=who(), now=app.sync.world.now())
    return see("staff.show")


def _role() -> str:
    if field("role") not in set(Role):
        raise BadInput(where="role", value=field("role"), why="NO_CHOICE")
    return field("role")
