"""A small page for people: the courses, a course's gradebook, and a form that marks one pupil by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.lms.journal import Journal
from sandbox.lms.people import pupils
from sandbox.lms.records import Cell, Course, Item
from sandbox.lms.site import FRONT_PAGE, Site


def pages_blueprint(journal: Journal) -> Blueprint:
    pages = Blueprint("pages", __name__)
    site = journal.site

    @pages.get("/")
    def home() -> str:
        with site.lock:
            courses = sorted((c for c in site.courses.values() if c.id != FRONT_PAGE), key=lambda c: c.sortorder)
            admin = next((user for user in site.users.values() if user.siteadmin), None)
            links = Counter(link.course for link in site.links.values())
            return render_template("home.html", site=site.settings, courses=courses, admin=admin, links=links)

    @pages.get("/course/<int:number>")
    def gradebook(number: int) -> str:
        with site.lock:
            return _gradebook(site, number, problem=None)

    @pages.post("/course/<int:number>/score")
    def mark(number: int) -> ResponseReturnValue:
        try:
            journal.change(_change(site, number, request.form))
        except (ValueError, LookupError) as error:
            return _gradebook(site, number, problem=str(error)), 400
        return redirect(url_for("pages.gradebook", number=number))

    return pages


def _change(site: Site, course: int, form: dict[str, str]) -> dict[str, Any]:
    """A decimal comma is fine; an empty box takes the mark away. By hand over an activity's own value: overridden."""
    text = form["value"].strip().replace(",", ".")
    where = {"course": course, "item": int(form["item"]), "user": int(form["user"])}
    if not text:
        return {"op": "clear_score", **where}
    activity = any(item.id == where["item"] and item.type == "mod" for item in site.courses[course].items)
    return {"op": "set_score", "raw": float(text), **({"overridden": True} if activity else {}), **where}


def _gradebook(site: Site, number: int, *, problem: str | None) -> str:
    if number not in site.courses:
        abort(404)
    course = site.courses[number]
    columns = [item for item in course.items if not item.is_total]
    users = sorted((site.users[row.user] for row in pupils(site, course)), key=lambda user: site.by_name(user.id))
    rows = [(user, [_text(course, item, user.id) for item in columns]) for user in users]
    states = {row.user: row.status for row in course.enrolments}
    page = {"course": course, "columns": columns, "rows": rows, "states": states, "problem": problem}
    return render_template("gradebook.html", site=site.settings, **page)


def _text(course: Course, item: Item, user: int) -> str:
    cell = course.cells.get(item.id, {}).get(user, Cell())
    if cell.raw is None:
        shown = ""
    else:
        shown = item.scale[int(cell.raw) - 1] if item.scale else f"{cell.raw:g}".replace(".", ",")
    marks = (("ẩn", cell.hidden), ("khoá", cell.locked), ("sửa tay", cell.overridden), ("loại", cell.excluded))
    return " ".join([shown, *(f"({word})" for word, on in marks if on)]).strip()
