"""Back from a backup: proved first, then all at once."""

from contextlib import closing
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.archive import KEYS, Manifest, read_part, verify_archive
from bridge.store.backup import SQLITE_PART, prove_sqlite, sqlite_copy
from bridge.store.engine import make_engine
from bridge.store.keys import Keyring, load_keys, parse_keys, save_keys
from bridge.store.problems import translated, translated_files
from bridge.store.schema import create_file, database_file, migrate, rebuild, require_known
from bridge.store.tables import metadata

_NO_CONTENT = ("vault_keys", "ticks", "buckets")  # a store that was only opened, or served, has these rows


class Onto(Enum):
    """What may be overwritten."""

    EMPTY = "empty"
    ANYTHING = "anything"


def restore(archive: Path, url: str, keys_path: Path, *, onto: Onto = Onto.EMPTY) -> Manifest:
    """Prove the archive, then put database and keys in place and bring the schema up to date.

    `StoreProblem`: BACKUP_BROKEN, BACKUP_OTHER_ENGINE, NEW_SCHEMA, NOT_EMPTY, KEYS_DIFFER and what else fails; the
    database is then what it was.
    """
    manifest = verify_archive(archive)
    keyring = parse_keys(b"".join(read_part(archive, KEYS)))
    engine = make_engine(url)
    try:
        if engine.dialect.name != manifest.engine:
            raise StoreProblem(why="BACKUP_OTHER_ENGINE", detail=manifest.engine)
        require_known(manifest.schema)
        if onto is Onto.EMPTY:
            _require_empty(engine)
            _require_same_keys(keys_path, keyring)
        put = _put_sqlite if manifest.engine == "sqlite" else _put_postgres
        put(engine, archive, manifest, keyring)
        migrate(engine)
        save_keys(keys_path, keyring)
    finally:
        engine.dispose()
    return manifest


def _require_empty(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite" and not database_file(engine).exists():
        return
    with translated(), engine.begin() as connection:
        there = set(sa.inspect(connection).get_table_names()).difference(_NO_CONTENT)
        for table in metadata.sorted_tables:
            any_row = sa.select(sa.literal(1)).select_from(table).limit(1)
            if table.name in there and connection.scalar(any_row):
                raise StoreProblem(why="NOT_EMPTY", detail=table.name)


def _require_same_keys(path: Path, keyring: Keyring) -> None:
    """Other keys there may be all that opens some other database."""
    if path.exists() and load_keys(path) != keyring:
        raise StoreProblem(why="KEYS_DIFFER", detail=path.name)


def _put_sqlite(engine: sa.Engine, archive: Path, _manifest: Manifest, keyring: Keyring) -> None:
    """Copied into the file in one transaction of its own, so that who has it open sees the old or the new."""
    target = database_file(engine)
    with translated_files(), TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / SQLITE_PART
        with copy.open("wb") as file:
            for piece in read_part(archive, SQLITE_PART):
                file.write(piece)
        prove_sqlite(copy, keyring)
        create_file(engine)
        sqlite_copy(copy, target)


def _put_postgres(engine: sa.Engine, archive: Path, manifest: Manifest, _keyring: Keyring) -> None:
    with translated(), engine.begin() as connection:
        rebuild(connection, manifest.schema)
        for table, columns in manifest.tables.items():
            _load(connection, archive, table, columns)
        connection.exec_driver_sql("ANALYZE")  # until it has counted, the planner takes each table for empty


def _load(connection: sa.Connection, archive: Path, table: str, columns: list[str]) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = ", ".join(quote(column) for column in columns)
    cursor: Any = connection.connection.cursor()
    with closing(cursor), cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
        for piece in read_part(archive, f"tables/{table}"):
            copy.write(piece)
