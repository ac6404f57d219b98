"""The city's book for people's eyes: the classes, and what stands in each score book. Read-only."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, abort, render_template

from sandbox.city.book import read_record
from sandbox.city.clock import stamp
from sandbox.city.codes import table
from sandbox.city.desk import Desk
from sandbox.city.judge import Shell, find_locks
from sandbox.city.rows import SentRow

_RECENT = 200


def pages_blueprint(desk: Desk) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> str:
        with desk.state.read() as db:
            schools = db.execute("SELECT * FROM schools ORDER BY school, year").fetchall()
            filled = db.execute("SELECT count(*) FROM scores WHERE event <> 'CANCEL'").fetchone()[0]
        return render_template("city/home.html", schools=schools, filled=filled, settings=desk.settings)

    @pages.get("/<school>/<int:year>")
    def classes(school: str, year: int) -> str:
        return render_template("city/classes.html", **_classes(desk, school, year))

    @pages.get("/<school>/<int:year>/<school_class>/<subject>/<term>")
    def book(school: str, year: int, school_class: str, subject: str, term: str) -> str:
        shell = Shell("", "", school, year, school_class, subject, term)
        return render_template("city/book.html", **_book(desk, shell))

    @pages.get("/log")
    def log() -> str:
        with desk.state.read() as db:
            rows = db.execute("SELECT * FROM applied ORDER BY seq DESC LIMIT ?", (_RECENT,)).fetchall()
        return render_template("city/log.html", rows=[{**dict(row), "at": _time(row["at"])} for row in rows])

    return pages


def _classes(desk: Desk, school: str, year: int) -> dict[str, Any]:
    with desk.state.read() as db:
        here = db.execute("SELECT * FROM schools WHERE (school, year) = (?, ?)", (school, year)).fetchone()
        rows = db.execute(
            """SELECT c.*, (SELECT count(*) FROM places p WHERE p.event <> 'CANCEL' AND
               (p.school, p.year, p.class) = (c.school, c.year, c.class)) AS pupils FROM classes c
               WHERE (c.school, c.year) = (?, ?) ORDER BY c.kind, c.class""",
            (school, year),
        ).fetchall()
        taught = db.execute(
            """SELECT DISTINCT class, subject, term FROM assignments
               WHERE (school, year) = (?, ?) AND event <> 'CANCEL' ORDER BY term, subject""",
            (school, year),
        ).fetchall()
    if here is None:
        abort(404)
    books: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in taught:
        books[row["class"]][row["term"]].append(row["subject"])
    return {"school": here, "classes": rows, "books": books, "subjects": table("subjects")}


def _book(desk: Desk, shell: Shell) -> dict[str, Any]:
    unit = (shell.school, shell.year, shell.school_class)
    columns = list(table("columns"))
    with desk.state.read() as db:
        here = db.execute("SELECT * FROM schools WHERE (school, year) = (?, ?)", unit[:2]).fetchone()
        pupils = db.execute(
            """SELECT pupil, name, state FROM places JOIN pupils USING (school, year, pupil)
               WHERE (school, year, class) = (?, ?, ?) AND event <> 'CANCEL' ORDER BY pupil""",
            unit,
        ).fetchall()
        scores = db.execute(
            "SELECT * FROM scores WHERE (school, year, term, subject) = (?, ?, ?, ?)",
            (shell.school, shell.year, shell.term, shell.subject),
        ).fetchall()
        locked = find_locks(db, shell, [SentRow("", 1, col=col) for col in columns], now=desk.state.clock())
    if here is None or shell.subject not in table("subjects"):
        abort(404)
    cells = {(row["pupil"], row["col"]): read_record(row) for row in scores}
    return {
        "school": here,
        "unit": shell,
        "subject": table("subjects")[shell.subject],
        "columns": table("columns"),
        "pupils": pupils,
        "cells": cells,
        "locked": locked,
        "time": _time,
    }


def _time(epoch: float) -> str:
    """`2026-11-20 08:30:05` in Vietnam."""
    return stamp(epoch)[:19].replace("T", " ")
