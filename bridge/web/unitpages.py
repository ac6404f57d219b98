"""What the pages of one unit share: its path, its sheet, what stands on each of them, and the way to the next."""

from typing import NamedTuple

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.domain.scores import Term
from bridge.domain.sheets import Sheet, SheetColumn
from bridge.duties.asks import read_unit
from bridge.ports.jobs import Ask, Job
from bridge.sync.sheet import open_sheet
from bridge.web.gate import class_name, permits, unit
from bridge.web.house import house

PATH = "/v/<visit>/units/<school_class>/<subject>/<term>"


class Can(NamedTuple):
    """What this visitor may do with the unit of the page."""

    confirm: bool
    release: bool
    settle: bool
    clear: bool
    run: bool
    map: bool


def sheet_of() -> Sheet:
    """`NotFound` before the first look."""
    found = open_sheet(house().app.sync, unit())
    if found is None:
        raise NotFound(kind="sheet", name=str(unit()), nearest=[])
    return found


def head_of(sheet: Sheet, name: str) -> SheetColumn:
    found = next((each for each in sheet.columns if each.column == name), None)
    if found is None:
        raise NotFound(kind="column", name=name, nearest=[each.column for each in sheet.columns])
    return found


def about() -> dict[str, object]:
    """What every page of a unit shows beside its own."""
    app, here, mine = house().app, unit(), permits()
    return {
        "unit": here,
        "class_name": class_name(),
        "subject_name": app.sync.subjects.by_code[here.subject].name,
        "other_terms": [
            term for term in Term if term is not here.term and mine.may(Action.SEE_CITY, here._replace(term=term))
        ],
        "courses": sorted(
            row.course
            for row in app.store.mappings.courses(app.school, app.year)
            if (row.school_class, row.subject) == (here.school_class, here.subject)
        ),
        "can": Can(
            confirm=mine.may(Action.CONFIRM, here),
            release=mine.may(Action.RELEASE, here),
            settle=mine.may(Action.SETTLE, here),
            clear=mine.may(Action.CLEAR_COLUMN, here),
            run=mine.may(Action.RUN, here),
            map=mine.may(Action.MAP, here),
        ),
    }


def job_here(id: str) -> Job:
    """`NotFound` for one that is not of this page's unit, or long since tidied away."""
    found = house().jobs.find(id, school=house().app.school)
    if found.key != read_unit(unit(), actor="").key:
        raise NotFound(kind="job", name=id, nearest=[])
    return found


def under_way(ask: Ask) -> AnyResponse:
    """Ask for work in the background, and on to the page that shows how far it is."""
    job = house().ask(ask)
    return on_to(url_for("sheet.progress", job=job.id))


def on_to(address: str) -> AnyResponse:
    """To another page; htmx is told by its own header, for it would follow a redirect into the part it asked for."""
    if not is_part():
        return redirect(address, code=303)
    return Response(status=200, headers={"HX-Redirect": address})


def is_part() -> bool:
    """Whether htmx asks, for a box of the page that stands already."""
    return "HX-Request" in request.headers
