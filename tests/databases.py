"""Fresh databases for tests, copied from one that was migrated once."""

import atexit
import shutil
import uuid
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa

from bridge.store.engine import make_engine
from bridge.store.keys import Keyring
from bridge.store.schema import migrate
from bridge.store.tables import metadata

TEST_KEYS = Keyring(current="k1", keys={"k1": b"\x01" * 32}, lookup=b"\x02" * 32)


def fresh_sqlite(folder: Path) -> str:
    """The address of a new, migrated database file in `folder`."""
    path = folder / f"bridge-{uuid.uuid4().hex[:8]}.sqlite3"
    shutil.copyfile(_migrated(), path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


def empty_postgres(server: str, *, template: str = "template1") -> str:
    """The address of a new database of this server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"{server}/{name}"


def fresh_postgres(server: str) -> str:
    """The address of a new, migrated database of this server."""
    return empty_postgres(server, template=_template(server))


def emptied_postgres(server: str) -> str:
    """The address of one migrated database of this server, always the same, with nothing in it. Fast."""
    url = _shared(server)
    tables = [table.name for table in metadata.sorted_tables]
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no triggers: the trail too
        connection.exec_driver_sql(";".join(f"DELETE FROM {table}" for table in tables))
    return url


@cache
def _shared(server: str) -> str:
    return fresh_postgres(server)


@cache
def _migrated() -> Path:
    folder = mkdtemp(prefix="bridge-template-")
    atexit.register(shutil.rmtree, folder)
    path = Path(folder) / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@cache
def _template(server: str) -> str:
    url = empty_postgres(server)
    _migrate(url)
    return url.rpartition("/")[2]


def _migrate(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
