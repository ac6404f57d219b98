"""What is held on the sheet, why, and a person's decision over it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.plans import Choice, Place, Problem
from bridge.domain.rights import Action
from bridge.domain.scores import Column
from bridge.domain.sheets import Sheet
from bridge.duties.asks import read_unit
from bridge.sync import words as said
from bridge.web.doors import may
from bridge.web.gate import unit, visit
from bridge.web.house import house
from bridge.web.unitpages import PATH, about, sheet_of, under_way

bp = Blueprint("holds", __name__, url_prefix=PATH)


@bp.get("/holds")
@may(Action.SEE_CITY)
def show(**_: str) -> str:
    """Everything that is held, by why; who decides may tick several of one kind."""
    found = sheet_of()
    return render_template("sheet/holds.html", sheet=found, groups=found.held, **about())


@bp.get("/cells/<column>/<pupil>")
@may(Action.SEE_CITY)
def cell(column: str, pupil: str, **_: str) -> str:
    """One cell with all three sides."""
    found = sheet_of()
    row, cell = _cell(found, column, pupil)
    return render_template("sheet/cell.html", sheet=found, row=row, cell=cell, **about())


@bp.post("/holds/settle")
@may(Action.SETTLE)
def settle(**_: str) -> Response:
    """One decision over the cells that were ticked, as the plan of the form showed them."""
    form, sync = request.form, house().app.sync
    places = [_place(text) for text in form.getlist("cell")]
    if not places:
        raise BadInput(where="cell", value="", why="NOTHING_TICKED")
    cells = said.held_cells(sync, form.get("plan", ""), unit(), places)
    said.settle_all(sync, cells, _choice(form.get("choice", "")), actor=visit().actor.id, why=form.get("why", ""))
    return redirect(url_for("sheet.show"), code=303)


@bp.post("/columns/<column>/clear")
@may(Action.CLEAR_COLUMN)
def clear(column: str, **_: str) -> Response:  # noqa: ARG001 the hold is named by its problem and plan
    """Wave a column's hold through as it stands, then look again: what it hid is planned now."""
    form, sync = request.form, house().app.sync
    problem = _problem(form.get("problem", ""))
    for unit_plan in said.held(sync, form.get("plan", "")):
        if unit_plan.unit == unit():
            said.wave_through(sync, unit_plan, problem, actor=visit().actor.id, why=form.get("why", ""))
    return under_way(read_unit(unit(), actor=visit().actor.id))


def _cell(sheet: Sheet, column: str, pupil: str):  # type: ignore[no-untyped-def]
    found = sheet.cell(_place(f"{column}|{pupil}"))
    if found is None:
        raise NotFound(kind="cell", name=column, nearest=[])
    return found


def _place(text: str) -> Place:
    column, _, pupil = text.partition("|")
    if column not in Column.__members__:
        raise NotFound(kind="column", name=column, nearest=[])
    return Place(pupil, Column(column))


def _choice(text: str) -> Choice:
    if text not in Choice.__members__:
        raise BadInput(where="choice", value=text, why="NO_CHOICE")
    return Choice(text)


def _problem(text: str) -> Problem:
    if text not in Problem.__members__:
        raise NotFound(kind="hold", name=text, nearest=[])
    return Problem(text)
