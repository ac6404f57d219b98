"""One door to the database: how it is opened, and what a transaction is.

SQLite runs with `synchronous=FULL`. In WAL mode the faster `NORMAL` keeps the file whole after a power cut but may lose
the last commits (sqlite.org/pragma.html#pragma_synchronous). We say "this submission may leave" by a commit, and then
send; a commit that vanishes afterwards would make us forget what the city was told. So each commit is synced.

Writers begin with `BEGIN IMMEDIATE`: a transaction that reads first and then writes can otherwise fail half-way, where
no waiting helps, because another wrote in between (sqlite.org/lang_transaction.html §2.2).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.problems import translated

Clock = Callable[[], datetime]

PATIENCE = 10  # seconds to wait for another's lock; `?timeout=` in a SQLite address sets another


class Database:
    """Reads see one moment; writes are all or nothing. Both raise `StoreProblem`, never a driver's own error."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        isolated = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reading = engine.execution_options(**isolated)
        self._writing = engine.execution_options(bridge_writes=True)
        self._lightly = engine.execution_options(bridge_writes=True, bridge_lightly=True)
        self._whole = threading.local()  # this thread's `together`, while there is one

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        if (whole := self._joined()) is not None:
            yield whole
            return
        with translated(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        if (whole := self._joined()) is not None:
            yield whole
            return
        with translated(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def write_lightly(self) -> Iterator[sa.Connection]:
        """As `write`, and safe from a kill, but not waited for until it is on the disk: only for what may be as before
        after a power cut (docs/adr/0035-signatures-by-jwcrypto.md)."""
        if (whole := self._joined()) is not None:
            yield whole
            return
        with translated(), self._lightly.begin() as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread reads and writes meanwhile is one transaction: what fails leaves nothing behind."""
        with self.write() as connection:
            self._whole.connection = connection
            try:
                yield
            finally:
                self._whole.connection = None

    def _joined(self) -> sa.Connection | None:
        whole: sa.Connection | None = getattr(self._whole, "connection", None)
        return whole


def make_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`. Nothing is opened yet."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    return _postgres(parsed)


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as err:
        raise StoreProblem(why="BAD_ADDRESS", detail="not an address") from err
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    on_disk = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    if not on_disk and parsed.drivername != "postgresql+psycopg":
        raise StoreProblem(why="BAD_ADDRESS", detail=parsed.drivername)
    return parsed


def _sqlite(url: sa.URL) -> sa.Engine:
    patience = {} if "timeout" in url.query else {"timeout": PATIENCE}
    # `isolation_level=None`: the driver begins nothing by itself, so that BEGIN is ours to word
    engine = sa.create_engine(url, connect_args={**patience, "isolation_level": None}, hide_parameters=True)
    sa.event.listen(engine, "connect", _set_pragmas)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "checkin", _wait_for_the_disk)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    _wait_for_the_disk(connection, _record)
    connection.execute("PRAGMA foreign_keys=ON")


def _wait_for_the_disk(connection: Any, _record: object) -> None:
    """Before each use of a connection by somebody else, too."""
    if connection is not None:
        connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("bridge_writes", False)
    cursor = connection.connection.cursor()  # of the driver: done before everything, with nothing to translate
    if connection.get_execution_options().get("bridge_lightly", False):
        cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(url: sa.URL) -> sa.Engine:
    settings = f"-c lock_timeout={PATIENCE}s -c timezone=UTC"
    return sa.create_engine(
        url, connect_args={"options": settings, "connect_timeout": PATIENCE}, hide_parameters=True, pool_pre_ping=True
    )
