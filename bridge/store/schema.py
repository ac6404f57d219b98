"""The shape of the database: bring it up to this code's, or say that it is another's."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bridge.domain.errors import StoreProblem
from bridge.store.problems import translated, translated_files

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x6272_6964  # "brid": any number, the same in every process


def migrate(engine: sa.Engine) -> None:
    """Bring a database, new or old, to this code's schema, in one transaction. `StoreProblem`: NEW_SCHEMA …"""
    with translated():
        if engine.dialect.name == "sqlite":
            create_file(engine)
        with engine.execution_options(bridge_writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            if _state(connection) == "NEW_SCHEMA":
                raise StoreProblem(why="NEW_SCHEMA", detail=",".join(_heads(connection)))
            command.upgrade(alembic_config(connection), "head")


def check_schema(engine: sa.Engine) -> None:
    """`StoreProblem`: NO_SCHEMA, OLD_SCHEMA (both: migrate) or NEW_SCHEMA (this program is too old)."""
    _require_file(engine)
    with translated(), engine.begin() as connection:
        state = _state(connection)
        if state is not None:
            raise StoreProblem(why=state, detail=",".join(_heads(connection)))


def current_revision(connection: sa.Connection) -> str:
    return ",".join(_heads(connection))


def require_known(revision: str) -> None:
    """`StoreProblem(why="NEW_SCHEMA")` for a revision that this code does not have."""
    if revision not in {known.revision for known in _script().walk_revisions()}:
        raise StoreProblem(why="NEW_SCHEMA", detail=revision)


def rebuild(connection: sa.Connection, revision: str) -> None:
    """Drop all tables and make those of `revision`, empty."""
    if _state(connection) == "NEW_SCHEMA":
        raise StoreProblem(why="NEW_SCHEMA", detail=current_revision(connection))
    command.downgrade(alembic_config(connection), "base")
    command.upgrade(alembic_config(connection), revision)


def _state(connection: sa.Connection) -> str | None:
    heads = _heads(connection)
    script = _script()
    if not heads:
        return "NO_SCHEMA"
    if heads == tuple(script.get_heads()):
        return None
    known = {revision.revision for revision in script.walk_revisions()}
    return "OLD_SCHEMA" if known.issuperset(heads) else "NEW_SCHEMA"


def _heads(connection: sa.Connection) -> tuple[str, ...]:
    return tuple(MigrationContext.configure(connection).get_current_heads())


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))


def alembic_config(connection: sa.Connection) -> Config:
    """What alembic needs to work in this transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def database_file(engine: sa.Engine) -> Path:
    return Path(str(engine.url.database))


def _require_file(engine: sa.Engine) -> None:
    """SQLite would make an empty file of a mistyped name, and call it a database."""
    if engine.dialect.name == "sqlite" and not database_file(engine).exists():
        raise StoreProblem(why="NO_SCHEMA", detail="no such file")


def create_file(engine: sa.Engine) -> None:
    """Readable by its owner alone; SQLite gives its side files the same mode. WAL is kept in the file itself."""
    with translated_files():
        os.close(os.open(database_file(engine), os.O_CREAT | os.O_RDWR, 0o600))
    raw: Any = engine.raw_connection()
    try:
        raw.execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()
