"""The lists that the city hands out. A full read has what is there now; a delta also what is gone, as CANCEL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.city.book import read_record
from sandbox.city.clock import stamp
from sandbox.city.codes import subject_kind
from sandbox.city.envelope import Fields
from sandbox.city.errors import Refusal


@dataclass(frozen=True)
class Ask:
    """`since`: only what changed after this seq; None = everything that is there."""

    school: str
    year: int
    fields: dict[str, str]
    since: int | None = None
    subjects: tuple[str, ...] = ()  # of LayDiem

    def filters(self, **columns: str) -> tuple[str, list[Any]]:
        """SQL for the fields that the request has: column=field."""
        given = {column: self.fields[field] for column, field in columns.items() if field in self.fields}
        return "".join(f" AND {column} = ?" for column in given), list(given.values())

    @property
    def fresh(self) -> tuple[str, list[Any]]:
        return (" AND event <> 'CANCEL'", []) if self.since is None else (" AND seq > ?", [self.since])


def read_school(db: sqlite3.Connection, ask: Ask) -> Fields:
    row = db.execute("SELECT * FROM schools WHERE (school, year) = (?, ?)", (ask.school, ask.year)).fetchone()
    terms = db.execute(
        "SELECT * FROM terms WHERE (school, year) = (?, ?) ORDER BY term = 'CN', term", (ask.school, ask.year)
    )
    return [
        *_envelope(row),
        ("matruong", ask.school),
        ("namhoc", str(ask.year)),
        ("tentruong", row["name"]),
        ("manhomcaphoc", row["level"]),
        *(("kyhoc", [("hocky", term["term"]), ("tungay", term["first"]), ("denngay", term["last"])]) for term in terms),
    ]


def read_classes(db: sqlite3.Connection, ask: Ask) -> list[Fields]:
    return [
        [
            *_envelope(row),
            ("malop", row["class"]),
            ("tenlop", row["name"]),
            ("makhoi", row["grade_level"]),
            ("magiaoviencn", row["homeroom"]),
            ("loai", row["kind"]),
            ("lopgoc", row["parent"]),
        ]
        for row in _select(db, "classes", ask, order="kind, class", grade_level="makhoi")
    ]


def read_pupils(db: sqlite3.Connection, ask: Ask) -> list[Fields]:
    check_class(db, ask)
    rows = _select(db, "places JOIN pupils USING (school, year, pupil)", ask, order="pupil", **{"class": "malop"})
    return [
        [
            *_envelope(row),
            ("mahocsinh", row["pupil"]),
            ("madinhdanhbo", row["moet"]),
            ("hovaten", row["name"]),
            ("ngaysinh", row["birth"]),
            ("gioitinh", row["sex"]),
            ("matrangthai", row["state"]),
            ("tungay", row["since"]),
            ("denngay", row["until"]),
        ]
        for row in rows
    ]


def read_assignments(db: sqlite3.Connection, ask: Ask) -> list[Fields]:
    if "malop" in ask.fields:
        check_class(db, ask)
    rows = _select(
        db,
        "assignments JOIN teachers USING (school, teacher)",
        ask,
        order="class, subject, term, teacher",
        **{"class": "malop", "teacher": "magiaovien"},
    )
    return [
        [
            *_envelope(row),
            ("magiaovien", row["teacher"]),
            ("hovaten", row["name"]),
            ("malop", row["class"]),
            ("mamonhoc", row["subject"]),
            ("hocky", row["term"]),
            ("tungay", row["since"]),
            ("denngay", row["until"]),
        ]
        for row in rows
    ]


def read_locks(db: sqlite3.Connection, ask: Ask) -> list[Fields]:
    """With a class asked for, also the rows that are for all classes."""
    scope, values = ask.filters(term="hocky")
    if "malop" in ask.fields:
        check_class(db, ask)
        scope, values = scope + " AND (class IS NULL OR class = ?)", [*values, ask.fields["malop"]]
    query = f"SELECT * FROM locks WHERE (school, year) = (?, ?){scope} ORDER BY id"  # noqa: S608 - names are ours
    return [
        [
            ("malop", row["class"]),
            ("mamonhoc", row["subject"]),
            ("hocky", row["term"]),
            ("cotdiem", row["col"]),
            ("trangthai", row["state"]),
            ("khoatu", None if row["since"] is None else stamp(row["since"])),
            ("khoaden", None if row["until"] is None else stamp(row["until"])),
            ("lydo", row["reason"]),
        ]
        for row in db.execute(query, (ask.school, ask.year, *values))
    ]


def read_scores(db: sqlite3.Connection, ask: Ask) -> list[Fields]:
    """Marks of the pupils who are in the class now. A delta adds all marks of those who came since."""
    check_class(db, ask)
    if len(set(ask.subjects)) < len(ask.subjects):
        raise Refusal("SAIDINHDANG", field="mamonhoc")
    if not all(map(subject_kind, ask.subjects)):
        raise Refusal("MONLA", field="mamonhoc")
    if ask.fields["hocky"] == "CN":
        raise Refusal("HOCKYLA", field="hocky")
    fresh = "s.event <> 'CANCEL'" if ask.since is None else "(s.seq > ? OR p.seq > ?)"
    marks = ", ".join("?" * len(ask.subjects))
    query = f"""SELECT s.* FROM scores s JOIN places p USING (school, year, pupil)
        WHERE s.school = ? AND s.year = ? AND s.term = ? AND p.class = ? AND p.event <> 'CANCEL'
        AND s.subject IN ({marks}) AND {fresh} ORDER BY s.subject, s.pupil, s.col"""  # noqa: S608 - names are ours
    book = (ask.school, ask.year, ask.fields["hocky"], ask.fields["malop"], *ask.subjects)
    since = () if ask.since is None else (ask.since, ask.since)
    return [_score(row) for row in db.execute(query, book + since)]


def check_class(db: sqlite3.Connection, ask: Ask) -> None:
    found = db.execute(
        "SELECT 1 FROM classes WHERE (school, year, class) = (?, ?, ?)", (ask.school, ask.year, ask.fields["malop"])
    )
    if not found.fetchone():
        raise Refusal("LOPLA", field="malop")


Reader = Callable[[sqlite3.Connection, Ask], list[Fields]]

LISTS: dict[str, Reader] = {
    "LayLop": read_classes,
    "LayHocSinh": read_pupils,
    "LayPhanCong": read_assignments,
    "LayKhoaSo": read_locks,
    "LayDiem": read_scores,
}


def _score(row: sqlite3.Row) -> Fields:
    record = read_record(row)
    return [
        *_envelope(row),
        ("mahocsinh", row["pupil"]),
        ("mamonhoc", row["subject"]),
        ("cotdiem", row["col"]),
        *record.value.fields(),
        ("nguon", record.source),
        ("magui", record.magui),
    ]


def _select(db: sqlite3.Connection, source: str, ask: Ask, *, order: str, **columns: str) -> list[sqlite3.Row]:
    where, values = ask.filters(**columns)
    fresh, since = ask.fresh
    query = f"SELECT * FROM {source} WHERE school = ? AND year = ?{where}{fresh} ORDER BY {order}"  # noqa: S608
    return db.execute(query, (ask.school, ask.year, *values, *since)).fetchall()


def _envelope(row: sqlite3.Row) -> Fields:
    return [
        ("idbanghi", row["record_id"]),
        ("sukien", row["event"]),
        ("phienban", str(row["version"])),
        ("thoigiancapnhat", stamp(row["changed"])),
    ]
