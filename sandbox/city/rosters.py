"""Changes of class lists and assignments, as a school office makes them. Each raises the record's version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox.city.codes import table
from sandbox.city.state import State, add_row, make_record_id, next_seq


class School(NamedTuple):
    code: str
    year: int


def change_roster(state: State, school: School, change: dict[str, Any]) -> None:
    """`{"action": …}` and what it needs; see `_ACTIONS`. KeyError, LookupError or ValueError when it cannot be done."""
    action = _ACTIONS.get(change["action"])
    if action is None:
        raise ValueError(f"unknown action {change['action']!r}, known: {', '.join(_ACTIONS)}")
    with state.change() as db:
        action(_Roster(db, school, state.clock()), change)


def in_class(db: sqlite3.Connection, school: School, *, school_class: str, pupil: str, today: str) -> bool:
    """`since` is not asked: a list entered before the first day of term is a list."""
    row = db.execute(
        """SELECT 1 FROM places WHERE (school, year, class, pupil) = (?, ?, ?, ?)
           AND event <> 'CANCEL' AND (until IS NULL OR until >= ?)""",
        (*school, school_class, pupil, today),
    )
    return row.fetchone() is not None


class _Roster:
    def __init__(self, db: sqlite3.Connection, school: School, now: float):
        self.db, self.school, self.now = db, school, now

    def members(self, school_class: str) -> list[str]:
        rows = self.db.execute(
            """SELECT pupil FROM places WHERE (school, year, class) = (?, ?, ?) AND event <> 'CANCEL'
               ORDER BY pupil""",
            (*self.school, school_class),
        )
        return [row[0] for row in rows]

    def enter(self, pupil: str, school_class: str) -> None:
        self._known("classes", "class", school_class)
        self._known("pupils", "pupil", pupil)
        place = {"class": school_class, "pupil": pupil}
        revived = self.db.execute(
            """UPDATE places SET event = 'UPDATE', version = version + 1, until = NULL, changed = ?, seq = ?
               WHERE (school, year, class, pupil) = (?, ?, ?, ?)""",
            (self.now, next_seq(self.db), *self.school, school_class, pupil),
        )
        if not revived.rowcount:
            self._add("places", place, "hocsinh")

    def leave(self, pupil: str, school_class: str) -> None:
        if pupil not in self.members(school_class):
            raise LookupError(f"{pupil} is not in {school_class}")
        self.db.execute(
            """UPDATE places SET event = 'CANCEL', version = version + 1, changed = ?, seq = ?
               WHERE (school, year, class, pupil) = (?, ?, ?, ?)""",
            (self.now, next_seq(self.db), *self.school, school_class, pupil),
        )

    def set_person(self, pupil: str, name: str, value: str | None) -> None:
        """A changed person is a changed row in each of the class lists."""
        self._known("pupils", "pupil", pupil)
        self.db.execute(
            f"UPDATE pupils SET {name} = ? WHERE (school, year, pupil) = (?, ?, ?)",  # noqa: S608 - names are ours
            (value, *self.school, pupil),
        )
        self.db.execute(
            """UPDATE places SET event = 'UPDATE', version = version + 1, changed = ?, seq = ?
               WHERE (school, year, pupil) = (?, ?, ?) AND event <> 'CANCEL'""",
            (self.now, next_seq(self.db), *self.school, pupil),
        )

    def admit(self, row: dict[str, Any]) -> None:
        person = {"pupil": row["code"], "name": row["name"], "state": row.get("state", "DANGHOC")}
        stated = {name: row.get(name) for name in ("moet", "birth", "sex")}
        add_row(self.db, "pupils", {**self._key, **person, **stated})

    def assign(self, row: dict[str, Any], event: str) -> None:
        what = {name: row[name] for name in ("teacher", "class", "subject", "term")}
        changed = self.db.execute(
            """UPDATE assignments SET event = ?, version = version + 1, changed = ?, seq = ?
               WHERE (school, year, teacher, class, subject, term) = (?, ?, ?, ?, ?, ?)""",
            (event, self.now, next_seq(self.db), *self.school, *what.values()),
        )
        if not changed.rowcount:
            self._add("assignments", what, "phancong")

    @property
    def _key(self) -> dict[str, Any]:
        return {"school": self.school.code, "year": self.school.year}

    def _add(self, name: str, what: dict[str, str], kind: str) -> None:
        record_id = make_record_id(*self.school, kind, *what.values())
        record = {"record_id": record_id, "event": "NEW", "version": 1, "changed": self.now, "seq": next_seq(self.db)}
        add_row(self.db, name, {**self._key, **what, **record})

    def close_term(self, term: str, *, closed: bool) -> None:
        self._known("terms", "term", term)
        self.db.execute(
            "UPDATE terms SET closed = ? WHERE (school, year, term) = (?, ?, ?)", (int(closed), *self.school, term)
        )

    def _known(self, name: str, column: str, value: str) -> None:
        query = f"SELECT 1 FROM {name} WHERE (school, year, {column}) = (?, ?, ?)"  # noqa: S608 - names are ours
        if not self.db.execute(query, (*self.school, value)).fetchone():
            raise LookupError(f"unknown {column} {value!r}")


def _move(roster: _Roster, change: dict[str, Any]) -> None:
    roster.leave(change["pupil"], change["from"])
    roster.enter(change["pupil"], change["to"])


def _admit(roster: _Roster, change: dict[str, Any]) -> None:
    roster.admit(change["pupil"])
    roster.enter(change["pupil"]["code"], change["class"])


def _shrink(roster: _Roster, change: dict[str, Any]) -> None:
    for pupil in roster.members(change["class"])[int(change.get("keep", 0)) :]:
        roster.leave(pupil, change["class"])


def _set_state(roster: _Roster, change: dict[str, Any]) -> None:
    if change["state"] not in table("pupil_states"):
        raise ValueError(f"unknown state {change['state']!r}")
    roster.set_person(change["pupil"], "state", change["state"])


_ACTIONS: dict[str, Callable[[_Roster, dict[str, Any]], None]] = {
    "move": _move,  # pupil, from, to
    "enter": lambda roster, change: roster.enter(change["pupil"], change["class"]),
    "leave": lambda roster, change: roster.leave(change["pupil"], change["class"]),
    "admit": _admit,  # pupil {code, name, …}, class
    "shrink": _shrink,  # class, keep
    "empty": lambda roster, change: _shrink(roster, {"class": change["class"]}),
    "state": _set_state,  # pupil, state
    "rename": lambda roster, change: roster.set_person(change["pupil"], "name", change["name"]),
    "moet": lambda roster, change: roster.set_person(change["pupil"], "moet", change["moet"]),
    "assign": lambda roster, change: roster.assign(change, "UPDATE"),  # teacher, class, subject, term
    "unassign": lambda roster, change: roster.assign(change, "CANCEL"),
    "close_term": lambda roster, change: roster.close_term(change["term"], closed=True),
    "open_term": lambda roster, change: roster.close_term(change["term"], closed=False),
}
