"""Locks of the book (khoá sổ). An absent field stands for all; the most specific row wins; on a tie, locked."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from sandbox.city.clock import epoch_of
from sandbox.city.state import add_row

_SCOPE = ("class", "subject", "col")


class Place(NamedTuple):
    """Where a submission wants to write."""

    school: str
    year: int
    school_class: str
    subject: str
    term: str
    col: str


def decisive_lock(db: sqlite3.Connection, place: Place, *, now: float) -> sqlite3.Row | None:
    """The row that locks this place now; None = open."""
    rows = db.execute(
        """SELECT * FROM locks WHERE school = ? AND year = ? AND term = ?
           AND (class IS NULL OR class = ?) AND (subject IS NULL OR subject = ?) AND (col IS NULL OR col = ?)
           AND (since IS NULL OR since <= ?) AND (until IS NULL OR ? < until)""",
        (place.school, place.year, place.term, place.school_class, place.subject, place.col, now, now),
    ).fetchall()
    winner = max(rows, key=lambda row: (_specificity(row), row["state"] == "KHOA"), default=None)
    return winner if winner and winner["state"] == "KHOA" else None


def put_lock(db: sqlite3.Connection, lock: dict[str, Any], *, now: float) -> None:
    """One row for a scope; `locked` False makes an exception that opens it. `since` (else now), `until`: with zone."""
    scope = {
        **{name: lock[name] for name in ("school", "year", "term")},
        "class": lock.get("class"),
        "subject": lock.get("subject"),
        "col": lock.get("column"),
    }
    db.execute(
        "DELETE FROM locks WHERE school = ? AND year = ? AND term = ? AND class IS ? AND subject IS ? AND col IS ?",
        tuple(scope.values()),
    )
    state = "KHOA" if lock.get("locked", True) else "MO"
    since = epoch_of(lock["since"]) if lock.get("since") else now
    until = epoch_of(lock["until"]) if lock.get("until") else None
    add_row(db, "locks", {**scope, "state": state, "since": since, "until": until, "reason": lock.get("reason")})


def _specificity(row: sqlite3.Row) -> int:
    return sum(row[name] is not None for name in _SCOPE)
