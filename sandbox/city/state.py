"""The city's file: one SQLite database, one connection, one lock. What is committed survives a killed process."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sandbox.city.tables import SCHEMA

_RECORD_NAMES: Final = uuid.UUID("6d0f0c9e-3f0e-5a39-9c2f-0d6f6c2b7a51")


class State:
    """`clock` gives seconds since 1970. `path` None keeps everything in memory."""

    def __init__(self, path: Path | None, clock: Callable[[], float]):
        self.clock = clock
        self.lock = threading.RLock()
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=30)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")  # on disk before the answer leaves
        self.db.executescript(SCHEMA)
        self.db.execute("INSERT OR IGNORE INTO meta VALUES ('seq', '0'), ('city', ?)", (uuid.uuid4().hex[:12],))

    def close(self) -> None:
        with self.lock:
            self.db.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One state, however many queries."""
        with self.lock:
            yield self.db

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; on disk when the block ends."""
        with self._transaction() as db:
            yield db
            db.execute("COMMIT")

    @contextmanager
    def trial(self) -> Iterator[sqlite3.Connection]:
        """Everything done in it is forgotten."""
        with self._transaction() as db:
            yield db
            db.execute("ROLLBACK")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            finally:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")

    def get(self, name: str) -> str:
        with self.lock:
            return self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0]

    def settings(self) -> dict[str, Any]:
        with self.lock:
            row = self.db.execute("SELECT value FROM meta WHERE name = 'settings'").fetchone()
        return json.loads(row[0]) if row else {}

    def keep_settings(self, settings: dict[str, Any]) -> None:
        with self.change() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES ('settings', ?)", (json.dumps(settings),))


def add_row(db: sqlite3.Connection, name: str, row: dict[str, Any], *, verb: str = "INSERT") -> None:
    """`row`: column → value; table and column names are ours, never a caller's."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"{verb} INTO {name} ({columns}) VALUES ({marks})", tuple(row.values()))


def next_seq(db: sqlite3.Connection) -> int:
    row = db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'seq' RETURNING value")
    return int(row.fetchone()[0])


def last_seq(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT value FROM meta WHERE name = 'seq'").fetchone()[0])


def make_record_id(*key: object) -> str:
    """The city's own record ids: derived from what they stand for, opaque to everybody else."""
    return str(uuid.uuid5(_RECORD_NAMES, "\x1f".join(map(str, key))))
