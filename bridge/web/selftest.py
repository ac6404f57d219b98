"""The self-test: the whole way of a score with a test pupil, step by step, green and red."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput
from bridge.domain.rights import Action
from bridge.duties.asks import self_test
from bridge.duties.passing import read_trials
from bridge.ports.jobs import JobKind, JobState
from bridge.ports.launches import RegistrationState
from bridge.web.doors import may
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.schoolpages import field, on_its_way, who

bp = Blueprint("selftest", __name__, url_prefix="/v/<visit>/selftest")
LARGEST = 10**12 - 1  # of the numbers that Moodle gives


@bp.get("/")
@may(Action.OPERATE)
def show(visit: str) -> str:  # noqa: ARG001
    """The newest test, and the form for another."""
    app = house().app
    newest = next(iter(house().jobs.list(app.school, limit=1, kind=JobKind.SELF_TEST)), None)
    active = [one for one in app.store.platforms.registrations(app.school) if one.state is RegistrationState.ACTIVE]
    done = newest is not None and newest.state is JobState.DONE
    return render_template(
        "school/selftest.html", job=newest, platforms=active,
        trials=read_trials(str(newest.result.get("trials", ""))) if newest is not None and done else [],
    )  # fmt: skip


@bp.post("/")
@may(Action.OPERATE)
def start(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    found = app.store.platforms.find(field("registration"))
    where = {name: _number(name) for name in ("course", "user")}
    return on_its_way(self_test(app.school, found.id, actor=who(), **where))


def _number(name: str) -> int:
    number = whole(field(name), 0, most=LARGEST)
    if not number:
        raise BadInput(where=name, value=field(name), why="NO_NUMBER")
    return number
