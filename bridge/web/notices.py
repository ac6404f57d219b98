"""Letters about what waits: each person's own switch, and for an admin who gets them."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.actors import Identity
from bridge.domain.errors import BadInput, NotAllowed
from bridge.domain.rights import Action, Lack
from bridge.duties.letters import checked_address
from bridge.ports.notices import Recipient
from bridge.web.doors import may, visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.schoolpages import field, see, who
from bridge.words import LANGUAGES

bp = Blueprint("notices", __name__, url_prefix="/v/<visit>/notices")


def is_staff() -> bool:
    """Whether whoever is here may have letters: known, and not come as a learner."""
    came = here().actor
    return came.identity is Identity.KNOWN and bool(came.id) and (came.launch is None or came.launch.teaching)


@bp.get("/")
@visitor
def show(visit: str) -> str:  # noqa: ARG001
    """The own switch. The addresses of others are for whoever sets them."""
    app, me = house().app, _me()
    found = app.store.addresses.recipients(app.school)
    sets = permits().may(Action.SET_SCHEDULE)
    return render_template(
        "notices.html", mine=next((row for row in found if row.person == me), None), hidden=hidden,
        rows=found if sets else [], sets=sets, mail=app.settings.mail is not None, languages=LANGUAGES,
    )  # fmt: skip


@bp.post("/")
@visitor
def choose(visit: str) -> Response:  # noqa: ARG001
    """On or off, for oneself alone. `NotFound` where no address is kept."""
    app, me = house().app, _me()
    app.store.addresses.want(app.school, me, wanted="on" in request.form, by=me, now=app.sync.world.now())
    return see("notices.show")


@bp.post("/addresses")
@may(Action.SET_SCHEDULE)
def set_address(visit: str) -> Response:  # noqa: ARG001
    """Who has switched letters off gets none at a new address either."""
    app, person, language = house().app, field("person"), field("language")
    if not person or language not in LANGUAGES:
        raise BadInput(where="person", value=person, why="NO_CHOICE")
    address = checked_address(field("address"))
    app.store.addresses.set_address(app.school, person, address, language=language, by=who(), now=app.sync.world.now())
    return see("notices.show")


@bp.post("/addresses/drop")
@may(Action.SET_SCHEDULE)
def drop_address(visit: str) -> Response:  # noqa: ARG001
    app = house().app
    app.store.addresses.drop_address(app.school, field("person"), by=who(), now=app.sync.world.now())
    return see("notices.show")


def hidden(row: Recipient) -> str:
    """Enough to know one's own address by, on a screen that others may see: `n…@truong.example`."""
    name, _, host = row.address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _me() -> str:
    """`NotAllowed` for a pupil, and for somebody who is not known."""
    if not is_staff():
        raise NotAllowed(actor=here().actor.id, action=Action.SEE_CITY, lack=Lack.TOKEN_ROLE)
    return here().actor.id
