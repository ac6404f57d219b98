"""What databases say, in our words. A support person reads the tables; callers see `StoreProblem(why=…)` alone."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc

from bridge.domain.errors import StoreProblem

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: "LOCKED",
    sqlite3.SQLITE_LOCKED: "LOCKED",
    sqlite3.SQLITE_READONLY: "READ_ONLY",
    sqlite3.SQLITE_IOERR: "IO",
    sqlite3.SQLITE_CORRUPT: "CORRUPT",
    sqlite3.SQLITE_NOTADB: "CORRUPT",
    sqlite3.SQLITE_FULL: "DISK_FULL",
    sqlite3.SQLITE_CANTOPEN: "CANNOT_OPEN",
    sqlite3.SQLITE_PERM: "CANNOT_OPEN",
    sqlite3.SQLITE_AUTH: "CANNOT_OPEN",
    sqlite3.SQLITE_CONSTRAINT: "CONSTRAINT",
}
_BY_ERRNO = {
    errno.ENOSPC: "DISK_FULL",
    errno.EDQUOT: "DISK_FULL",
    errno.EROFS: "READ_ONLY",
    errno.EACCES: "CANNOT_OPEN",
    errno.EPERM: "CANNOT_OPEN",
    errno.ENOENT: "CANNOT_OPEN",
    errno.ENOTDIR: "CANNOT_OPEN",
    errno.EISDIR: "CANNOT_OPEN",
}
_BY_SQLSTATE = {  # a whole code, or its class of two letters
    "53100": "DISK_FULL",
    "55P03": "LOCKED",  # lock_not_available
    "57014": "LOCKED",  # query_canceled: the statement's own time ran out
    "40P01": "LOCKED",  # deadlock_detected
    "40001": "LOCKED",  # serialization_failure
    "25006": "READ_ONLY",
    "42P01": "OLD_SCHEMA",  # undefined_table
    "42703": "OLD_SCHEMA",  # undefined_column
    "XX001": "CORRUPT",
    "XX002": "CORRUPT",
    "08": "UNREACHABLE",
    "57": "UNREACHABLE",  # the server is shutting down or starting up
    "28": "CANNOT_OPEN",
    "3D": "CANNOT_OPEN",  # no such database
    "53": "UNREACHABLE",  # too many connections, out of memory
    "23": "CONSTRAINT",
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreProblem` for whatever the driver raises inside."""
    try:
        yield
    except (sqlalchemy.exc.DBAPIError, sqlite3.Error, psycopg.Error) as err:
        raise _problem(err) from _without_row(err)


@contextmanager
def translated_files() -> Iterator[None]:
    """Raise `StoreProblem` for what the file system says inside."""
    try:
        yield
    except OSError as err:
        raise StoreProblem(why=_BY_ERRNO.get(err.errno or 0, "IO"), detail=err.strerror) from err


def _without_row(err: Exception) -> Exception:
    """The cause as a log may show it: PostgreSQL's second line, DETAIL, quotes the row that failed."""
    cause = err.orig if isinstance(err, sqlalchemy.exc.DBAPIError) else err
    if isinstance(cause, psycopg.Error) and cause.diag.message_primary:
        return type(cause)(cause.diag.message_primary)
    return err


def _problem(err: Exception) -> StoreProblem:
    """Codes only: a driver's own sentence may quote a row."""
    cause = err.orig if isinstance(err, sqlalchemy.exc.DBAPIError) else err
    if isinstance(cause, psycopg.Error):
        return _of_postgres(cause)
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    return StoreProblem(why="UNREACHABLE", detail=type(cause).__name__)


def _of_sqlite(err: sqlite3.Error) -> StoreProblem:
    code = getattr(err, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the low byte; the rest is refinement
    why = _BY_SQLITE_CODE.get(code, "OLD_SCHEMA" if _names_no_table(err) else "OTHER")
    if why == "CONSTRAINT" and "submission_rows.book_column" in str(err):
        why = "CELL_OPEN"
    return StoreProblem(why=why, detail=getattr(err, "sqlite_errorname", type(err).__name__))


def _names_no_table(err: sqlite3.Error) -> bool:
    """SQLite has one code for all errors of a statement, so here its words must do."""
    return str(err).startswith(("no such table", "no such column"))


def _of_postgres(err: psycopg.Error) -> StoreProblem:
    state = err.sqlstate or "08"  # without one the server was never reached
    why = _BY_SQLSTATE.get(state) or _BY_SQLSTATE.get(state[:2], "OTHER")
    if err.diag.constraint_name == "uq_submission_rows_open":
        why = "CELL_OPEN"
    return StoreProblem(why=why, detail=err.diag.constraint_name or state)
