"""Database and keys as one unit: either alone is worth nothing after a fire.

SQLite: its online backup, one consistent copy while others write. PostgreSQL: each table by COPY, all in one
REPEATABLE READ transaction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.archive import KEYS, Contents, Manifest, pieces_of, write_archive
from bridge.store.engine import Database, make_engine
from bridge.store.keys import Keyring, dump_keys, load_keys
from bridge.store.problems import translated, translated_files
from bridge.store.schema import check_schema, current_revision
from bridge.store.tables import metadata
from bridge.store.tables.people import vault_keys
from bridge.store.vault import check_proofs

SQLITE_PART = "database.sqlite3"


def backup(url: str, keys_path: Path, target: Path, *, now: datetime) -> Manifest:
    """Write a proved backup. `StoreProblem`: BACKUP_EXISTS, WRONG_KEY (not the keys of this database), DISK_FULL …"""
    keyring = load_keys(keys_path)
    engine = make_engine(url)
    try:
        check_schema(engine)
        write = _back_up_sqlite if engine.dialect.name == "sqlite" else _back_up_postgres
        return write(engine, keyring, target, now=now)
    finally:
        engine.dispose()


def sqlite_copy(source: Path, target: Path) -> None:
    """All pages, as of one moment, in one transaction of the target."""
    with translated(), closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _back_up_sqlite(engine: sa.Engine, keyring: Keyring, target: Path, *, now: datetime) -> Manifest:
    with translated_files(), TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / SQLITE_PART
        sqlite_copy(Path(str(engine.url.database)), copy)
        schema = prove_sqlite(copy, keyring)
        parts = [(SQLITE_PART, pieces_of(copy)), (KEYS, [dump_keys(keyring).encode()])]
        return write_archive(target, Contents("sqlite", schema, parts, {}), now=now)


def prove_sqlite(path: Path, keyring: Keyring) -> str:
    """The copy is sound and these are its keys. Returns its schema's revision."""
    engine = make_engine(f"sqlite:///{path}")
    try:
        with translated(), engine.begin() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise StoreProblem(why="CORRUPT", detail="integrity_check")
            check_proofs(keyring, _proofs(connection))
            return current_revision(connection)
    finally:
        engine.dispose()


def _back_up_postgres(engine: sa.Engine, keyring: Keyring, target: Path, *, now: datetime) -> Manifest:
    tables = {table.name: [column.name for column in table.c] for table in metadata.sorted_tables}
    with Database(engine, lambda: now).read() as connection:
        check_proofs(keyring, _proofs(connection))
        parts = [(f"tables/{name}", _copied(connection, name, columns)) for name, columns in tables.items()]
        parts.append((KEYS, iter([dump_keys(keyring).encode()])))
        contents = Contents("postgresql", current_revision(connection), parts, tables)
        return write_archive(target, contents, now=now)


def _copied(connection: sa.Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    cursor: Any = connection.connection.cursor()
    names = ", ".join(f'"{column}"' for column in columns)
    with closing(cursor), cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as copy:
        for piece in copy:
            yield bytes(piece)


def _proofs(connection: sa.Connection) -> dict[str, bytes]:
    return {row.id: row.proof for row in connection.execute(sa.select(vault_keys))}
