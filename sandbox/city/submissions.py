"""Submissions and their receipts, by the sender's own id: the same id and content gives the same receipts, for ever."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sandbox.city.codes import subject_kind
from sandbox.city.envelope import Fields
from sandbox.city.errors import Refusal
from sandbox.city.faults import Faults
from sandbox.city.judge import Court, Ruling, Shell, find_locks
from sandbox.city.rows import SentRow
from sandbox.city.state import State, add_row

Receipts = list[Fields]
_WAIT_SECONDS = 1


@dataclass(frozen=True)
class Ticket:
    """`status` KHONGBIET | DANGXULY | XONG; only XONG has receipts. `shell` None: not received so far."""

    status: str
    shell: Shell | None = None
    receipts: Receipts | None = None
    retry_after: int | None = None


class Submissions:
    def __init__(self, state: State, faults: Faults):
        self._state, self._faults = state, faults

    def receive(self, shell: Shell, rows: list[SentRow], *, polls: int, compare: bool) -> Ticket:
        """Records the submission and, with `polls` 0, its rows, in one transaction. MAGUITRUNG for another content."""
        digest = content_digest(shell, rows)
        with self._state.change() as db:
            known = _find(db, shell.account, shell.magui)
            if known is not None:
                if known["digest"] != digest:
                    raise Refusal("MAGUITRUNG", field="magui")
                return _ticket(known)
            check_shell(db, shell)
            now = self._state.clock()
            locked = find_locks(db, shell, rows, now=now)
            self._keep(db, shell, rows, digest=digest, now=now, polls=polls, locked=locked)
            if polls == 0:
                self._do(db, shell, rows, locked=locked, compare=compare)
            return _ticket(_find(db, shell.account, shell.magui))

    def rehearse(self, shell: Shell, rows: list[SentRow], *, compare: bool) -> Ticket:
        """The receipts that `receive` would give; nothing is kept, and the id is not used up."""
        with self._state.trial() as db:
            check_shell(db, shell)
            locked = find_locks(db, shell, rows, now=self._state.clock())
            return Ticket("XONG", shell, self._judge(db, shell, rows, locked=locked, compare=compare))

    def ask(self, account: str, magui: str, *, school: str, year: int, compare: bool) -> Ticket:
        """Each question brings a delayed submission nearer its end. MAGUITRUNG: it was for another school or year."""
        with self._state.change() as db:
            known = _find(db, account, magui)
            if known is None:
                return Ticket("KHONGBIET")
            if (known["school"], known["year"]) != (school, year):
                raise Refusal("MAGUITRUNG", field="magui")
            if known["receipts"] is None:
                self._advance(db, known, compare=compare)
            return _ticket(_find(db, account, magui))

    def finish_all(self, *, compare: bool) -> int:
        """Does every delayed submission now, in the order received; how many there were."""
        with self._state.change() as db:
            waiting = db.execute("SELECT * FROM submissions WHERE receipts IS NULL ORDER BY rowid").fetchall()
            for row in waiting:
                self._do_kept(db, row, compare=compare)
        return len(waiting)

    def _advance(self, db: sqlite3.Connection, known: sqlite3.Row, *, compare: bool) -> None:
        if known["polls"] > 1:
            key = (known["account"], known["magui"])
            db.execute("UPDATE submissions SET polls = polls - 1 WHERE (account, magui) = (?, ?)", key)
        else:
            self._do_kept(db, known, compare=compare)

    def _do_kept(self, db: sqlite3.Connection, known: sqlite3.Row, *, compare: bool) -> None:
        rows = [SentRow(**row) for row in json.loads(known["sent"])]
        self._do(db, _shell(known), rows, locked=json.loads(known["locks"]), compare=compare)

    def _do(
        self, db: sqlite3.Connection, shell: Shell, rows: list[SentRow], *, locked: dict[str, Any], compare: bool
    ) -> None:
        receipts = self._judge(db, shell, rows, locked=locked, compare=compare)
        db.execute(
            "UPDATE submissions SET receipts = ? WHERE (account, magui) = (?, ?)",
            (json.dumps(receipts, ensure_ascii=False), shell.account, shell.magui),
        )

    def _judge(
        self, db: sqlite3.Connection, shell: Shell, rows: list[SentRow], *, locked: dict[str, Any], compare: bool
    ) -> Receipts:
        court = Court(db, shell, now=self._state.clock(), locked=locked, compare=compare)
        doubled = {record for record, times in Counter(row.record_id for row in rows).items() if times > 1}
        return [court.settle(row, self._imposed(shell, row, doubled)) for row in rows]

    def _imposed(self, shell: Shell, row: SentRow, doubled: set[str]) -> Ruling | None:
        if row.record_id in doubled:
            return Ruling("TRUNGTRONGGUI", "idbanghi")
        fault = self._faults.take("refuse_row", fault_call(shell, row))
        return Ruling(fault.code) if fault else None

    def _keep(
        self,
        db: sqlite3.Connection,
        shell: Shell,
        rows: list[SentRow],
        *,
        digest: str,
        now: float,
        polls: int,
        locked: dict[str, float | None],
    ) -> None:
        row = {
            "account": shell.account,
            "magui": shell.magui,
            "digest": digest,
            "school": shell.school,
            "year": shell.year,
            "class": shell.school_class,
            "subject": shell.subject,
            "term": shell.term,
            "received": now,
            "polls": polls,
            "locks": json.dumps(locked),
            "sent": json.dumps([row.to_json() for row in rows], ensure_ascii=False),
        }
        add_row(db, "submissions", row)


def content_digest(shell: Shell, rows: list[SentRow]) -> str:
    """Over the understood values, not the bytes: no request id, no time of change, 8 equals 8.0."""
    content = [(shell.school, shell.year, shell.school_class, shell.subject, shell.term), *map(SentRow.content, rows)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check_shell(db: sqlite3.Connection, shell: Shell) -> None:
    """LOPLA, MONLA, HOCKYLA: the unit of a submission or of a read of marks."""
    from_class = db.execute(
        "SELECT 1 FROM classes WHERE (school, year, class) = (?, ?, ?) AND event <> 'CANCEL'",
        (shell.school, shell.year, shell.school_class),
    )
    if not from_class.fetchone():
        raise Refusal("LOPLA", field="malop")
    if subject_kind(shell.subject) is None:
        raise Refusal("MONLA", field="mamonhoc")
    from_term = db.execute(
        "SELECT 1 FROM terms WHERE (school, year, term) = (?, ?, ?)", (shell.school, shell.year, shell.term)
    )
    if shell.term == "CN" or not from_term.fetchone():
        raise Refusal("HOCKYLA", field="hocky")


def fault_call(shell: Shell, row: SentRow) -> dict[str, str]:
    return {
        "operation": "GuiDiem",
        "school": shell.school,
        "school_class": shell.school_class,
        "subject": shell.subject,
        "pupil": row.pupil,
        "column": row.col,
    }


def _find(db: sqlite3.Connection, account: str, magui: str) -> sqlite3.Row | None:
    return db.execute("SELECT * FROM submissions WHERE (account, magui) = (?, ?)", (account, magui)).fetchone()


def _ticket(known: sqlite3.Row) -> Ticket:
    if known["receipts"] is None:
        return Ticket("DANGXULY", _shell(known), retry_after=_WAIT_SECONDS)
    return Ticket("XONG", _shell(known), json.loads(known["receipts"]))


def _shell(known: sqlite3.Row) -> Shell:
    unit = (known["school"], known["year"], known["class"], known["subject"], known["term"])
    return Shell(known["account"], known["magui"], *unit)
