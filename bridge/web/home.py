"""Where a visit begins: the score sheet of the course, the own scores, or a choice."""

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bridge.domain.actors import Role
from bridge.domain.rights import Action
from bridge.domain.school import ClassKind, SchoolClass, Unit
from bridge.mapping.desk import classes_of
from bridge.mapping.reach import units_of, visible_units
from bridge.overview.units import natural
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.links import is_material
from bridge.web.school import term_of_today
from bridge.web.visiting import mapped_course

bp = Blueprint("home", __name__)


@bp.get("/v/<visit>/")
@visitor
def show(visit: str) -> Response:  # noqa: ARG001
    """On to the page that this visit was begun for."""
    launch = here().actor.launch
    if is_material(here()):
        return redirect(url_for("play.show"))
    if launch is None:
        return redirect(url_for("school.coverage" if permits().roles else "home.units"))
    if not launch.teaching:
        return redirect(url_for("pupil.scores"))
    course = mapped_course()
    if course is None:
        return redirect(url_for("home.units"))
    found = _units_of_course(course)
    if not found:
        return redirect(_unmapped(course))
    return redirect(_address(found[0]) if len({unit[2:4] for unit in found}) == 1 else url_for("home.units"))


@bp.get("/v/<visit>/units")
@visitor
def units(visit: str) -> str:  # noqa: ARG001
    """Every sheet that this person may see."""
    app = house().app
    found = list(visible_units(app.desk(), permits()))
    return render_template(
        "home.html",
        classes=_by_class(found),
        term=term_of_today(),
        subjects=app.sync.subjects.by_code,
    )


def _by_class(units: Iterable[Unit]) -> list[tuple[SchoolClass | None, list[Unit]]]:
    """Classes as people count them, then the groups of electives."""
    app = house().app
    known = {row.code: row for row in app.store.rosters.classes(app.school, app.year)}
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.school_class, []).append(unit)
    codes = sorted(found, key=lambda code: (code in known and known[code].kind is not ClassKind.CLASS, natural(code)))
    return [(known.get(code), found[code]) for code in codes]


def _units_of_course(course: int) -> list[Unit]:
    """What the course feeds and this person may see; the units of today's term first.

    `NotAllowed`, with what is missing, where the course feeds something and nothing of it may be seen.
    """
    desk, term = house().app.desk(), term_of_today()
    units = [unit for row in classes_of(desk, course) for unit in units_of(desk, row)]
    mine = [unit for unit in units if permits().may(Action.SEE_CITY, unit)]
    if units and not mine:
        permits().demand(Action.SEE_CITY, units[0])
    return sorted(mine, key=lambda unit: (unit.term is not term, unit))


def _unmapped(course: int) -> str:
    """A course that feeds nothing: to be mapped by whoever may; a leader's way leads to the whole school."""
    leads = permits().roles and Role.ADMIN not in permits().roles
    return url_for("school.coverage") if leads else url_for("mapping.course", course=course)


def _address(unit: Unit) -> str:
    return url_for("sheet.show", school_class=unit.school_class, subject=unit.subject, term=unit.term)
