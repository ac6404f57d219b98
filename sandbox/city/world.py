"""Loads a school from a world file: the shape that `sandbox.school` writes."""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import Any

from sandbox.city.codes import table
from sandbox.city.locks import put_lock
from sandbox.city.state import State, make_record_id, next_seq

_SEXES = {"1": "NAM", "2": "NU", "NAM": "NAM", "NU": "NU"}  # 1, 2: the national schema's codes


def load_world(state: State, world: dict[str, Any]) -> bool:
    """False when the city has this school and year already. ValueError for a world that is not whole."""
    key = (world["school"]["code"], world["year"])
    _check(world)
    with state.change() as db:
        if db.execute("SELECT 1 FROM schools WHERE (school, year) = (?, ?)", key).fetchone():
            return False
        _Loader(db, key, state.clock()).load(world)
    return True


def _check(world: dict[str, Any]) -> None:
    classes = {row["code"] for row in world["classes"]}
    used = {name for row in world["pupils"] for name in (row["class"], *row["groups"]) if name}
    taught = {row["class"] for row in world["assignments"]}
    problems = [f"unknown class {name}" for name in sorted((used | taught) - classes)]
    subjects = {row["subject"] for row in world["assignments"]} - set(table("subjects"))
    problems += [f"unknown subject {name}" for name in sorted(subjects)]
    if problems:
        raise ValueError("; ".join(problems))


class _Loader:
    def __init__(self, db: sqlite3.Connection, key: tuple[str, int], now: float):
        self._db, self._key, self._now = db, key, now

    def load(self, world: dict[str, Any]) -> None:
        self._insert("schools", (world["school"]["name"], world["school"]["level"]), born=("truong",))
        for term in world["terms"]:
            self._insert("terms", (term["code"], term["from"], term["to"], int(term.get("closed", False))))
        for row in world["classes"]:
            self._class(row)
        for row in world["pupils"]:
            self._pupil(row)
        self._staff(world)
        for lock in world.get("locks", []):
            scope = {"school": self._key[0], "year": self._key[1]}
            put_lock(self._db, {**lock, **scope}, now=self._now)

    def _class(self, row: dict[str, Any]) -> None:
        fields = (row["name"], str(row["grade_level"]), row["kind"], row.get("homeroom"), row.get("parent"))
        self._insert("classes", (row["code"], *fields), born=("lop", row["code"]))

    def _pupil(self, row: dict[str, Any]) -> None:
        sex = _SEXES.get(row.get("sex") or "")
        person = (row["code"], row.get("moet"), row["name"], row.get("birth"), sex, row.get("state", "DANGHOC"))
        self._insert("pupils", person)
        for name in (row["class"], *row["groups"]):
            if name:
                place = (name, row["code"], row.get("from"), row.get("to"))
                self._insert("places", place, born=("hocsinh", name, row["code"]))

    def _staff(self, world: dict[str, Any]) -> None:
        for row in world["teachers"]:
            self._db.execute(
                "INSERT OR REPLACE INTO teachers VALUES (?, ?, ?)", (self._key[0], row["code"], row["name"])
            )
        for row in world["assignments"]:
            what = (row["teacher"], row["class"], row["subject"], row["term"])
            self._insert("assignments", (*what, row.get("from"), row.get("to")), born=("phancong", *what))
        for row in world["accounts"]:
            password = unicodedata.normalize("NFC", row["password"])
            for school in row["schools"]:
                self._db.execute("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", (row["user"], password, school))

    def _insert(self, name: str, values: tuple[Any, ...], born: tuple[str, ...] = ()) -> None:
        """`born`: what the row stands for, when it is a record of its own with a version."""
        record: tuple[Any, ...] = ()
        if born:
            record = (make_record_id(*self._key, *born), "NEW", 1, self._now, next_seq(self._db))
        row = (*self._key, *values, *record)
        self._db.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - names are ours
