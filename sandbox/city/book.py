"""The score book: one record per mark, and the log of every change to it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sandbox.city.state import add_row, make_record_id, next_seq
from sandbox.city.values import Identity, Value


@dataclass(frozen=True)
class Record:
    record_id: str
    event: str
    version: int
    value: Value
    source: str
    changed: float
    magui: str | None = None

    @property
    def live(self) -> bool:
        return self.event != "CANCEL"

    @property
    def text(self) -> str | None:
        return self.value.text() if self.live else None


@dataclass(frozen=True)
class Change:
    """What becomes of a mark, and who made it so."""

    record_id: str
    event: str
    version: int
    value: Value
    source: str
    account: str | None = None
    magui: str | None = None


def read_record(row: sqlite3.Row) -> Record:
    return Record(
        record_id=row["record_id"],
        event=row["event"],
        version=row["version"],
        value=Value(row["kind"], row["tenths"], row["comment"]),
        source=row["source"],
        changed=row["changed"],
        magui=row["magui"],
    )


def find_record(db: sqlite3.Connection, mark: Identity) -> Record | None:
    row = db.execute(
        "SELECT * FROM scores WHERE (school, year, term, subject, pupil, col) = (?, ?, ?, ?, ?, ?)", mark
    ).fetchone()
    return read_record(row) if row else None


def owner_of(db: sqlite3.Connection, school: str, record_id: str) -> Identity | None:
    """The mark that a record id stands for."""
    row = db.execute(
        "SELECT school, year, term, subject, pupil, col FROM scores WHERE (school, record_id) = (?, ?)",
        (school, record_id),
    ).fetchone()
    return Identity(*row) if row else None


def write_record(db: sqlite3.Connection, mark: Identity, *, change: Change, now: float) -> None:
    """The only place where a mark changes: the book and the log, together."""
    old = find_record(db, mark)
    seq = next_seq(db)
    kept = Value(change.value.kind) if change.event == "CANCEL" else change.value
    where = mark._asdict()
    record = {"record_id": change.record_id, "event": change.event, "source": change.source}
    sender = {"account": change.account, "magui": change.magui}
    counted = {"version": change.version, "changed": now, "seq": seq}
    add_row(db, "scores", {**where, **kept._asdict(), **record, **sender, **counted}, verb="INSERT OR REPLACE")
    before = {"old_value": old.text if old else None, "old_version": old.version if old else 0}
    after = {"new_value": None if change.event == "CANCEL" else kept.text(), "new_version": change.version}
    add_row(db, "applied", {"seq": seq, "at": now, **where, **record, **sender, **before, **after})


def edit_by_hand(db: sqlite3.Connection, mark: Identity, *, value: Value | None, now: float) -> Record:
    """Somebody types in the city's own screen; None clears the cell. LookupError when there is nothing to clear."""
    old = find_record(db, mark)
    if value is None and (old is None or not old.live):
        raise LookupError("nothing stands there")
    set_event = "UPDATE" if old and old.live else "NEW"
    change = Change(
        record_id=old.record_id if old else make_record_id(*mark),
        event="CANCEL" if value is None else set_event,
        version=old.version + 1 if old else 1,
        value=value or old.value,
        source="TAY",
    )
    write_record(db, mark, change=change, now=now)
    return find_record(db, mark)
