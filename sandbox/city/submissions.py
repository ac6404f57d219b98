"""Submissions and their receipts, by the sender's own id: the same id and content gives the same receipts, for ever."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

from sandbox.city.codes import subject_kind
from sandbox.city.envelope import Fields
from sandbox.city.errors import Refusal
from sandbox.city.faults import Faults
from sandbox.city.judge import Court, Ruling, Shell, find_locks
from sandbox.city.rows import SentRow
from sandbox.city.settings import read_settings
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


@dataclass(frozen=True)
class Case:
    """A submission with what was true when it arrived. `locked`: column → since when, None = not said."""

    shell: Shell
    rows: list[SentRow]
    locked: dict[str, float | None]


class Submissions:
    def __init__(self, state: State, faults: Faults):
        self._state, self._faults = state, faults

    def receive(self, shell: Shell, rows: list[SentRow], *, polls: int) -> Ticket:
        """Records the submission and, with `polls` 0, its rows, in one transaction. MAGUITRUNG for another content."""
        digest = content_digest(shell, rows)
        with self._state.change() as db:
            known = _find(db, shell.account, shell.magui)
            if known is not None:
                if known["digest"] != digest:
                    raise Refusal("MAGUITRUNG", field="magui")
                return _ticket(known)
            case = self._open(db, shell, rows)
            self._keep(db, case, digest=digest, polls=polls)
            if polls == 0:
                self._do(db, case)
            return _ticket(_find(db, shell.account, shell.magui))

    def rehearse(self, shell: Shell, rows: list[SentRow]) -> Ticket:
        """The receipts that `receive` would give; nothing is kept, and the id is not used up."""
        with self._state.trial() as db:
            return Ticket("XONG", shell, self._judge(db, self._open(db, shell, rows)))

    def ask(self, account: str, magui: str, *, school: str, year: int) -> Ticket:
        """Each question brings a delayed submission nearer its end. MAGUITRUNG: it was for another school or year."""
        with self._state.change() as db:
            known = _find(db, account, magui)
            if known is None:
                return Ticket("KHONGBIET")
            if (known["school"], known["year"]) != (school, year):
                raise Refusal("MAGUITRUNG", field="magui")
            if known["receipts"] is None:
                self._advance(db, known)
            return _ticket(_find(db, account, magui))

    def finish_all(self) -> int:
        """Does every delayed submission now, in the order received; how many there were."""
        with self._state.change() as db:
            waiting = db.execute("SELECT * FROM submissions WHERE receipts IS NULL ORDER BY rowid").fetchall()
            for row in waiting:
                self._do(db, _case(row))
        return len(waiting)

    def _open(self, db: sqlite3.Connection, shell: Shell, rows: list[SentRow]) -> Case:
        check_shell(db, shell)
        return Case(shell, rows, find_locks(db, shell, rows, now=self._state.clock()))

    def _advance(self, db: sqlite3.Connection, known: sqlite3.Row) -> None:
        if known["polls"] > 1:
            key = (known["account"], known["magui"])
            db.execute("UPDATE submissions SET polls = polls - 1 WHERE (account, magui) = (?, ?)", key)
        else:
            self._do(db, _case(known))

    def _do(self, db: sqlite3.Connection, case: Case) -> None:
        receipts = json.dumps(self._judge(db, case), ensure_ascii=False)
        key = (case.shell.account, case.shell.magui)
        db.execute("UPDATE submissions SET receipts = ? WHERE (account, magui) = (?, ?)", (receipts, *key))

    def _judge(self, db: sqlite3.Connection, case: Case) -> Receipts:
        compare = read_settings(self._state).compare_and_set
        court = Court(db, case.shell, now=self._state.clock(), locked=case.locked, compare=compare)
        times = Counter(row.record_id for row in case.rows)
        doubled = {record_id for record_id, count in times.items() if count > 1}
        return [court.settle(row, self._imposed(case.shell, row, doubled)) for row in case.rows]

    def _imposed(self, shell: Shell, row: SentRow, doubled: set[str]) -> Ruling | None:
        if row.record_id in doubled:
            return Ruling("TRUNGTRONGGUI", "idbanghi")
        fault = self._faults.take("refuse_row", fault_call(shell, row))
        return Ruling(fault.code) if fault else None

    def _keep(self, db: sqlite3.Connection, case: Case, *, digest: str, polls: int) -> None:
        shell = case.shell
        row = {
            "account": shell.account,
            "magui": shell.magui,
            "digest": digest,
            "school": shell.school,
            "year": shell.year,
            "class": shell.school_class,
            "subject": shell.subject,
            "term": shell.term,
            "received": self._state.clock(),
            "polls": polls,
            "locks": json.dumps(case.locked),
            "sent": json.dumps([row.to_json() for row in case.rows], ensure_ascii=False),
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


def _case(known: sqlite3.Row) -> Case:
    return Case(_shell(known), [SentRow(**row) for row in json.loads(known["sent"])], json.loads(known["locks"]))
