"""`/sandbox/…`: plain JSON over loopback, for tests, an oracle and demos. No part of the contract, no login.

    POST   worlds          a world or a list → {"loaded": n}
    GET    schools         what is loaded
    GET    roster          ?class= → who is in it
    GET    scores          the whole book; ?school= year= class= subject= term=
    GET    applied         every change of a mark, ever; ?after=SEQ
    GET    submissions     what came through GuiDiem, with receipts
    POST   edits           {term, subject, pupil, column, value}: by hand; value null clears, MIEN, VANG
    GET POST DELETE locks  {term, class?, subject?, column?, locked?, since?, until?, reason?}
    POST   rosters         {action, …}, see rosters.py
    GET PUT POST DELETE faults    see faults.py; PUT replaces, POST adds
    GET PUT settings       see settings.py; PUT changes the fields given
    POST   tickets/finish  does all delayed submissions now
    GET DELETE calls       how often each operation was called

`school` and `year` may be left out where the city has one school. Several changes may be sent as a list.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.city.book import edit_by_hand, read_record
from sandbox.city.clock import stamp
from sandbox.city.desk import Desk
from sandbox.city.locks import put_lock
from sandbox.city.rosters import School, change_roster
from sandbox.city.settings import change_settings
from sandbox.city.soap import Counts
from sandbox.city.values import Identity, parse_value
from sandbox.city.world import load_world


def control_blueprint(desk: Desk, counts: Counts) -> Blueprint:
    control = Blueprint("control", __name__, url_prefix="/sandbox")
    _add_reads(control, desk)
    _add_changes(control, desk)
    _add_switches(control, desk, counts)

    @control.errorhandler(LookupError)
    @control.errorhandler(ValueError)
    @control.errorhandler(TypeError)
    @control.errorhandler(sqlite3.IntegrityError)
    def refuse(error: Exception) -> tuple[Response, int]:
        return jsonify({"error": f"{type(error).__name__}: {error}"}), 400

    return control


def _add_reads(control: Blueprint, desk: Desk) -> None:
    state = desk.state

    @control.get("/schools")
    def schools() -> Response:
        return jsonify(_rows(desk, "SELECT school, year, name, level FROM schools ORDER BY school, year"))

    @control.get("/roster")
    def roster() -> Response:
        query = """SELECT pupil, moet, name, birth, sex, state, since, until FROM places
            JOIN pupils USING (school, year, pupil) WHERE school = ? AND year = ? AND class = ?
            AND event <> 'CANCEL' ORDER BY pupil"""
        return jsonify(_rows(desk, query, *_school(desk, request.args), request.args["class"]))

    @control.get("/scores")
    def scores() -> Response:
        where, values = _filter(("school", "year", "subject", "term"))
        if "class" in request.args:
            where += """ AND EXISTS (SELECT 1 FROM places p WHERE p.event <> 'CANCEL' AND
                (p.school, p.year, p.pupil) = (s.school, s.year, s.pupil) AND p.class = ?)"""
            values.append(request.args["class"])
        query = f"""SELECT * FROM scores s WHERE TRUE{where}
            ORDER BY school, year, term, subject, pupil, col"""  # noqa: S608 - names are ours
        with state.read() as db:
            return jsonify([_score(row) for row in db.execute(query, values)])

    @control.get("/applied")
    def applied() -> Response:
        after = request.args.get("after", 0, type=int)
        rows = _rows(desk, "SELECT * FROM applied WHERE seq > ? ORDER BY seq", after)
        return jsonify([{"column": row.pop("col"), **row, "at": stamp(row["at"])} for row in rows])

    @control.get("/submissions")
    def submissions() -> Response:
        rows = _rows(desk, "SELECT * FROM submissions ORDER BY rowid")
        return jsonify([_submission(row) for row in rows])


def _add_changes(control: Blueprint, desk: Desk) -> None:
    state = desk.state

    @control.post("/worlds")
    def worlds() -> Response:
        return jsonify({"loaded": sum(load_world(state, world) for world in _each(request.get_json()))})

    @control.post("/edits")
    def edit() -> Response:
        edits = [(_mark(desk, row), row["value"]) for row in _each(request.get_json())]
        with state.change() as db:
            for mark, text in edits:
                edit_by_hand(db, mark, value=None if text is None else parse_value(text), now=state.clock())
        return jsonify({"done": len(edits)})

    @control.get("/locks")
    def show_locks() -> Response:
        return jsonify(_rows(desk, "SELECT * FROM locks ORDER BY id"))

    @control.post("/locks")
    def lock() -> Response:
        rows = [_lock(desk, row) for row in _each(request.get_json())]
        with state.change() as db:
            for row in rows:
                put_lock(db, row, now=state.clock())
        return jsonify({"done": len(rows)})

    @control.delete("/locks")
    def open_all() -> Response:
        with state.change() as db:
            return jsonify({"done": db.execute("DELETE FROM locks").rowcount})

    @control.post("/rosters")
    def change_rosters() -> Response:
        changes = _each(request.get_json())
        for row in changes:
            change_roster(state, School(*_school(desk, row)), row)
        return jsonify({"done": len(changes)})


def _add_switches(control: Blueprint, desk: Desk, counts: Counts) -> None:
    @control.route("/faults", methods=["GET", "PUT", "POST", "DELETE"])
    def faults() -> Response:
        if request.method in ("PUT", "DELETE"):
            desk.faults.switch(_each(request.get_json()) if request.method == "PUT" else [])
        elif request.method == "POST":
            desk.faults.add(_each(request.get_json()))
        return jsonify(desk.faults.rows())

    @control.route("/settings", methods=["GET", "PUT"])
    def settings() -> Response:
        if request.method == "PUT":
            change_settings(desk.state, request.get_json())
        return jsonify(asdict(desk.settings))

    @control.post("/tickets/finish")
    def finish() -> Response:
        return jsonify({"done": desk.submissions.finish_all()})

    @control.route("/calls", methods=["GET", "DELETE"])
    def calls() -> Response:
        if request.method == "DELETE":
            counts.clear()
        return jsonify({"total": counts.calls.total(), "calls": counts.calls, "bytes": counts.bytes})


def _each(body: Any) -> list[dict[str, Any]]:
    return body if isinstance(body, list) else [body]


def _rows(desk: Desk, query: str, *values: object) -> list[dict[str, Any]]:
    with desk.state.read() as db:
        return [dict(row) for row in db.execute(query, values)]


def _school(desk: Desk, given: Any) -> tuple[str, int]:
    """LookupError when it is left out and there is not exactly one."""
    if "school" in given and "year" in given:
        return given["school"], int(given["year"])
    rows = _rows(desk, "SELECT school, year FROM schools")
    if len(rows) != 1:
        raise LookupError("say which school and year: there is not exactly one")
    return rows[0]["school"], rows[0]["year"]


def _mark(desk: Desk, row: dict[str, Any]) -> Identity:
    school, year = _school(desk, row)
    known = _rows(desk, "SELECT 1 FROM pupils WHERE (school, year, pupil) = (?, ?, ?)", school, year, row["pupil"])
    if not known:
        raise LookupError(f"unknown pupil {row['pupil']!r}")
    return Identity(school, year, row["term"], row["subject"], row["pupil"], row["column"])


def _lock(desk: Desk, row: dict[str, Any]) -> dict[str, Any]:
    school, year = _school(desk, row)
    return {**row, "school": school, "year": year}


def _filter(names: tuple[str, ...]) -> tuple[str, list[Any]]:
    given = {name: request.args[name] for name in names if name in request.args}
    return "".join(f" AND {name} = ?" for name in given), list(given.values())


def _score(row: sqlite3.Row) -> dict[str, Any]:
    record = read_record(row)
    where = {name: row[name] for name in ("school", "year", "term", "subject", "pupil")}
    return {
        **where,
        "column": row["col"],
        "value": record.text,
        "live": record.live,
        "version": record.version,
        "record_id": record.record_id,
        "source": record.source,
        "magui": record.magui,
        "account": row["account"],
        "changed": stamp(record.changed),
    }


def _submission(row: dict[str, Any]) -> dict[str, Any]:
    receipts = None if row["receipts"] is None else [dict(receipt) for receipt in json.loads(row["receipts"])]
    names = ("account", "magui", "school", "year", "class", "subject", "term")
    return {
        **{name: row[name] for name in names},
        "received": stamp(row["received"]),
        "state": "DANGXULY" if receipts is None else "XONG",
        "sent": json.loads(row["sent"]),
        "receipts": receipts,
    }
