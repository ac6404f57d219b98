"""Which class and subject a course is, and which of its items feed which column."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.rights import Action
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import (
    Desk,
    choices,
    choose_item,
    classes_of,
    is_computed,
    suggest,
    take_course,
)
from bridge.mapping.reach import demand_map, may_map, units_of
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.visiting import mapped_course

bp = Blueprint("mapping", __name__, url_prefix="/v/<visit>/courses/<int:course>")
RANKED = 3  # so many candidates of a course are shown


@bp.get("/")
@visitor
def course(visit: str, course: int) -> str:  # noqa: ARG001
    """What the course feeds and its items; of an unmapped one the ranked suggestions."""
    desk = _desk(course)
    rows = classes_of(desk, course)
    if not rows:
        return _suggestions(desk, course)
    found = choices(desk, rows[0])
    first = next((unit for row in rows for unit in units_of(desk, row) if permits().may(Action.SEE_CITY, unit)), None)
    return render_template(
        "mapping/items.html", course=course, rows=rows, found=found, places=_places(rows[0]), computed=is_computed,
        first=first, can=any(may_map(permits(), desk, row) for row in rows), subjects=desk.subjects.by_code,
    )  # fmt: skip


@bp.post("/take")
@visitor
def take(visit: str, course: int) -> Response:  # noqa: ARG001
    """Say what an unmapped course is; tagged items follow. `Overtaken` when another was first."""
    desk, form = _desk(course), request.form
    term = Term(form["term"]) if form.get("term") in Term.__members__ else None
    row = CourseMap(course, form.get("school_class", ""), form.get("subject", ""), desk.year, term, origin="person")
    _check(desk, row)
    demand_map(permits(), desk, row)
    if classes_of(desk, course) != [row]:  # pressed twice it is one
        take_course(desk, row, actor=here().actor.id, now=house().app.sync.world.now(), seen=())
    return _back(course)


@bp.post("/items/<int:item>")
@visitor
def item(visit: str, course: int, item: int) -> Response:  # noqa: ARG001
    """Let an item feed a column, or none."""
    desk, form = _demand(course), request.form
    actor, now = here().actor.id, house().app.sync.world.now()
    term, _, column = form.get("place", "").partition(".")
    if not column:
        desk.mappings.drop_item(desk.school, course, item, actor=actor, now=now)
    elif term in Term.__members__ and column in Column.__members__:
        chosen = ItemMap(course, item, Term(term), Column(column), origin="person")
        choose_item(desk, chosen, computed="computed" in form, actor=actor, now=now)
    return _back(course)


@bp.post("/drop")
@visitor
def drop(visit: str, course: int) -> Response:  # noqa: ARG001
    """The course feeds nothing any more; scores that were sent stay in the city."""
    desk = _demand(course)
    desk.mappings.drop_course(desk.school, course, actor=here().actor.id, now=house().app.sync.world.now())
    return _back(course)


def _desk(course: int) -> Desk:
    """For whoever may see this course: come from it, or with a right over what it feeds."""
    desk = house().app.desk()
    if not any(may_map(permits(), desk, row) for row in classes_of(desk, course)):
        about = {"course": course} if course == mapped_course() else {}
        permits().demand(Action.SEE_LMS, None, **about)
    return desk


def _demand(course: int) -> Desk:
    """With the right over all that the course feeds."""
    desk = _desk(course)
    for row in classes_of(desk, course):
        demand_map(permits(), desk, row)
    return desk


def _suggestions(desk: Desk, course: int) -> str:
    found = suggest(desk, only=frozenset({course}), watch=lambda _: None)[0]
    ranked = [
        (each, may_map(permits(), desk, CourseMap(course, each.school_class, each.subject, desk.year, each.term)))
        for each in found.verdict.candidates[:RANKED]
    ]
    return render_template(
        "mapping/course.html", course=course, found=found, ranked=ranked, against=getattr(found.verdict, "why", ()),
        missing=sorted(getattr(found.verdict, "missing", ())), subjects=desk.subjects.by_code, own=_own(desk),
    )  # fmt: skip


def _own(desk: Desk) -> list[tuple[str, str]]:
    """The class × subject pairs that this person may map, to choose from by hand."""
    pairs = {(row.school_class, row.subject) for row in desk.rosters.assignments(desk.school, desk.year)}
    return sorted(pair for pair in pairs if may_map(permits(), desk, CourseMap(0, *pair, desk.year)))


def _places(row: CourseMap) -> list[str]:
    terms = [row.term] if row.term else list(Term)
    return [f"{term}.{column}" for term in terms for column in Column]


def _check(desk: Desk, row: CourseMap) -> None:
    known = {each.code for each in desk.rosters.classes(desk.school, desk.year)}
    if row.school_class not in known or row.subject not in desk.subjects.by_code:
        raise BadInput(where="mapping", value=f"{row.school_class} {row.subject}", why="NO_UNIT")


def _back(course: int) -> Response:
    return redirect(url_for("mapping.course", course=course), code=303)
