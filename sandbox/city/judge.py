"""What becomes of one row. The order of the checks is the contract's: every other order loses or overwrites a mark."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.city.book import Change, Record, find_record, owner_of, write_record
from sandbox.city.clock import epoch_of, stamp
from sandbox.city.codes import result_group, result_sentence, subject_kind, table
from sandbox.city.envelope import Fields
from sandbox.city.locks import Place, decisive_lock
from sandbox.city.rosters import School, in_class
from sandbox.city.rows import SentRow
from sandbox.city.values import Identity

_NO_CHANGE = ("MIEN", "VANG")
_CLOCK_LEEWAY = 300  # seconds
_FAST_CLOCK: Fields = [("ten", "dongho"), ("giatri", "thoigiancapnhat ở tương lai so với giờ máy chủ")]


@dataclass(frozen=True)
class Shell:
    """What all rows of a submission have in common."""

    account: str
    magui: str
    school: str
    year: int
    school_class: str
    subject: str
    term: str

    def mark(self, row: SentRow) -> Identity:
        return Identity(self.school, self.year, self.term, self.subject, row.pupil, row.col)

    def place(self, col: str) -> Place:
        return Place(self.school, self.year, self.school_class, self.subject, self.term, col)


class Ruling(NamedTuple):
    code: str
    field: str | None = None
    locked_since: float | None = None


class Court:
    """Rules over the rows of one submission. `locked`: column → since, as it was when the submission arrived."""

    def __init__(
        self, db: sqlite3.Connection, shell: Shell, *, now: float, locked: dict[str, float | None], compare: bool = True
    ):
        self._db, self._shell, self._now = db, shell, now
        self._locked, self._compare = locked, compare

    def settle(self, row: SentRow, ruling: Ruling | None = None) -> Fields:
        """Rules, records where the ruling says so, and writes the receipt. `ruling` given: it was decided elsewhere."""
        if ruling is None:
            ruling = self._rule(row)
        if ruling.code == "DAGHI":
            shell = self._shell
            change = Change(row.record_id, row.event, row.version, row.value, "AI", shell.account, shell.magui)
            write_record(self._db, shell.mark(row), change=change, now=self._now)
        return self._receipt(row, ruling)

    def _rule(self, row: SentRow) -> Ruling:
        if row.problem:
            return Ruling(row.problem, row.field)
        current = find_record(self._db, self._shell.mark(row))
        return self._by_version(row, current) or self._by_rule(row, current) or Ruling("DAGHI")

    def _by_version(self, row: SentRow, current: Record | None) -> Ruling | None:
        """Steps 1 to 3. An older city that cannot compare (`compare` False) has only the last."""
        version = current.version if current else 0
        if current and _is_same(row, current):
            return Ruling("DACO")
        if current and current.live and current.record_id != row.record_id:
            return Ruling("OCOCHU", "idbanghi")
        if owner_of(self._db, self._shell.school, row.record_id) not in (None, self._shell.mark(row)):
            return Ruling("XUNGDOT", "idbanghi")
        if self._compare and row.base != version:
            return Ruling("DADOI", "phienbangoc")
        if row.version < version:
            return Ruling("CU", "phienban")
        if row.version == version:
            return Ruling("XUNGDOT", "phienban")
        nothing_there = current is None or not current.live
        return Ruling("DADOI", "sukien") if row.event == "CANCEL" and nothing_there else None

    def _by_rule(self, row: SentRow, current: Record | None) -> Ruling | None:
        """Step 4: locked, right, pupil, column, value."""
        if row.col in self._locked:
            return Ruling("DAKHOA", "cotdiem", self._locked[row.col])
        if not self._may_write() or (current and current.live and current.value.kind in _NO_CHANGE):
            return Ruling("KHONGDUOCSUA")
        return self._by_pupil(row) or self._by_value(row)

    def _may_write(self) -> bool:
        shell = self._shell
        closed = self._db.execute(
            "SELECT closed FROM terms WHERE (school, year, term) = (?, ?, ?)", (shell.school, shell.year, shell.term)
        ).fetchone()
        taught = self._db.execute(
            """SELECT 1 FROM assignments WHERE (school, year, class, subject, term) = (?, ?, ?, ?, ?)
               AND event <> 'CANCEL' AND (until IS NULL OR until >= ?)""",
            (shell.school, shell.year, shell.school_class, shell.subject, shell.term, self._today),
        ).fetchone()
        return closed is not None and not closed[0] and taught is not None

    def _by_pupil(self, row: SentRow) -> Ruling | None:
        school = School(self._shell.school, self._shell.year)
        known = self._db.execute(
            "SELECT 1 FROM pupils WHERE (school, year, pupil) = (?, ?, ?)", (*school, row.pupil)
        ).fetchone()
        if known is None:
            return Ruling("HOCSINHLA", "mahocsinh")
        here = in_class(self._db, school, school_class=self._shell.school_class, pupil=row.pupil, today=self._today)
        return None if here else Ruling("KHONGTRONGLOP", "mahocsinh")

    def _by_value(self, row: SentRow) -> Ruling | None:
        if row.col not in table("columns"):
            return Ruling("COTSAI", "cotdiem")
        if row.kind != subject_kind(self._shell.subject):
            return Ruling("KIEUSAI", "kieugiatri")
        given = {"diem": row.tenths is not None, "nhanxet": row.comment is not None}
        wanted, other = ("diem", "nhanxet") if row.kind == "DIEM" else ("nhanxet", "diem")
        if row.event == "CANCEL":
            return Ruling("DONGSAI", wanted if given[wanted] else other) if any(given.values()) else None
        if given[other]:
            return Ruling("KIEUSAI", other)
        return None if given[wanted] else Ruling("GIATRITHIEU", wanted)

    @property
    def _today(self) -> str:
        return stamp(self._now)[:10]

    def _receipt(self, row: SentRow, ruling: Ruling) -> Fields:
        since = None if ruling.locked_since is None else stamp(ruling.locked_since)
        current = find_record(self._db, self._shell.mark(row))
        accepted = ruling.code in ("DAGHI", "DACO") and current is not None
        return [
            ("idbanghi", row.record_id),
            ("phienban", str(row.version)),
            ("maketqua", ruling.code),
            ("nhom", result_group(ruling.code)),
            ("thongbao", result_sentence(ruling.code)),
            ("truong", ruling.field),
            *_standing(current, known=bool(row.pupil)),
            ("khoatu", since),
            ("thoigianghi", stamp(current.changed) if accepted else None),
            ("morong", _FAST_CLOCK if self._is_ahead(row) else None),
        ]

    def _is_ahead(self, row: SentRow) -> bool:
        """The sender's clock is fast. Said, never refused: order comes from versions only."""
        return bool(row.updated) and epoch_of(row.updated) > self._now + _CLOCK_LEEWAY


def find_locks(db: sqlite3.Connection, shell: Shell, rows: list[SentRow], *, now: float) -> dict[str, float | None]:
    """Locked columns among those sent, with the time since when. Judged once, when the submission arrives."""
    found = {col: decisive_lock(db, shell.place(col), now=now) for col in {row.col for row in rows}}
    return {col: lock["since"] for col, lock in found.items() if lock is not None}


def _is_same(row: SentRow, current: Record) -> bool:
    """Same id, version and content. The time of change is no content."""
    known = (current.record_id, current.version, current.event)
    if known != (row.record_id, row.version, row.event):
        return False
    return row.kind == current.value.kind if row.event == "CANCEL" else row.value == current.value


def _standing(current: Record | None, *, known: bool) -> Fields:
    """What stands in the book now. Version 0: never anything. Nothing at all for a row that could not be read."""
    if current is None:
        return [("phienbanhientai", "0")] if known else []
    value = current.value.fields() if current.live else []
    source = [("nguon", current.source)] if current.live else []
    version = ("phienbanhientai", str(current.version))
    return [version, *value, *source, ("idbanghihientai", current.record_id)]
