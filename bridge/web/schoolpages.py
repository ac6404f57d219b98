"""What the pages of a whole school share: asking for work, and reading forms."""

from datetime import date

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.ports.jobs import Ask
from bridge.web.gate import visit
from bridge.web.house import house
from bridge.web.numbers import whole


def on_its_way(ask: Ask) -> Response:
    """Ask for work in the background; asked for twice it is one job. On to the page that shows how far it is."""
    job = house().ask(ask)
    return redirect(url_for("runs.progress", job=job.id), code=303)


def see(endpoint: str, **values: object) -> Response:
    """After a change: on to a page that shows it."""
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]


def who() -> str:
    return visit().actor.id


def field(name: str, *, most: int = 200) -> str:
    return request.form.get(name, "").strip()[:most]


def day_field(name: str) -> date | None:
    """A day as `<input type=date>` sends it; None where the field is empty. `BadInput` NO_DAY."""
    text = field(name, most=40)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(where=name, value=text, why="NO_DAY") from error


def day_demanded(name: str) -> date:
    found = day_field(name)
    if found is None:
        raise BadInput(where=name, value="", why="NO_DAY")
    return found


def term_field(name: str = "term") -> Term:
    """`NotFound` for a term that there is not."""
    text = field(name)
    if text not in Term.__members__:
        raise NotFound(kind="term", name=text, nearest=[])
    return Term(text)


def unit_field() -> Unit:
    app = house().app
    return Unit(app.school, app.year, field("school_class"), field("subject"), term_field())


def number_asked(name: str) -> int | None:
    """A number that a redirect of ours has put in the address; None for anything else."""
    return whole(request.args.get(name, ""), None, most=99_999_999)


def staff_names() -> dict[str, str]:
    """Code → name, of whoever teaches this year."""
    app = house().app
    return {row.teacher: row.name for row in app.store.rosters.assignments(app.school, app.year) if row.name}
