"""The city's tables.

`seq` counts every change of anything, city-wide: a walk's `moc` is the number reached when it began, a delta is what
has a higher one. `event` CANCEL marks what is no longer there; its row and version stay.
"""

from __future__ import annotations

from typing import Final

_RECORD = """
    record_id TEXT NOT NULL, event TEXT NOT NULL, version INTEGER NOT NULL, changed REAL NOT NULL,
    seq INTEGER NOT NULL"""

SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS accounts (
    user TEXT NOT NULL, password TEXT NOT NULL, school TEXT NOT NULL, PRIMARY KEY (user, school)) STRICT;
CREATE TABLE IF NOT EXISTS schools (
    school TEXT NOT NULL, year INTEGER NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, {_RECORD},
    PRIMARY KEY (school, year)) STRICT;
CREATE TABLE IF NOT EXISTS terms (
    school TEXT NOT NULL, year INTEGER NOT NULL, term TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (school, year, term)) STRICT;
CREATE TABLE IF NOT EXISTS classes (
    school TEXT NOT NULL, year INTEGER NOT NULL, class TEXT NOT NULL, name TEXT NOT NULL, grade_level TEXT NOT NULL,
    kind TEXT NOT NULL, homeroom TEXT, parent TEXT, {_RECORD}, PRIMARY KEY (school, year, class)) STRICT;
CREATE TABLE IF NOT EXISTS pupils (
    school TEXT NOT NULL, year INTEGER NOT NULL, pupil TEXT NOT NULL, moet TEXT, name TEXT NOT NULL, birth TEXT,
    sex TEXT, state TEXT NOT NULL, PRIMARY KEY (school, year, pupil)) STRICT;
CREATE TABLE IF NOT EXISTS places (
    school TEXT NOT NULL, year INTEGER NOT NULL, class TEXT NOT NULL, pupil TEXT NOT NULL, since TEXT, until TEXT,
    {_RECORD}, PRIMARY KEY (school, year, class, pupil)) STRICT;
CREATE TABLE IF NOT EXISTS teachers (
    school TEXT NOT NULL, teacher TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (school, teacher)) STRICT;
CREATE TABLE IF NOT EXISTS assignments (
    school TEXT NOT NULL, year INTEGER NOT NULL, teacher TEXT NOT NULL, class TEXT NOT NULL, subject TEXT NOT NULL,
    term TEXT NOT NULL, since TEXT, until TEXT, {_RECORD},
    PRIMARY KEY (school, year, class, subject, term, teacher)) STRICT;
CREATE TABLE IF NOT EXISTS locks (
    id INTEGER PRIMARY KEY, school TEXT NOT NULL, year INTEGER NOT NULL, class TEXT, subject TEXT, term TEXT NOT NULL,
    col TEXT, state TEXT NOT NULL, since REAL, until REAL, reason TEXT) STRICT;
CREATE TABLE IF NOT EXISTS scores (
    school TEXT NOT NULL, year INTEGER NOT NULL, term TEXT NOT NULL, subject TEXT NOT NULL, pupil TEXT NOT NULL,
    col TEXT NOT NULL, kind TEXT NOT NULL, tenths INTEGER, comment TEXT, source TEXT NOT NULL, magui TEXT, account TEXT,
    {_RECORD}, PRIMARY KEY (school, year, term, subject, pupil, col)) STRICT;
CREATE INDEX IF NOT EXISTS scores_by_record ON scores (school, record_id);
CREATE TABLE IF NOT EXISTS submissions (
    account TEXT NOT NULL, magui TEXT NOT NULL, digest TEXT NOT NULL, school TEXT NOT NULL, year INTEGER NOT NULL,
    class TEXT NOT NULL, subject TEXT NOT NULL, term TEXT NOT NULL, received REAL NOT NULL, polls INTEGER NOT NULL,
    sent TEXT NOT NULL, locks TEXT NOT NULL, receipts TEXT, PRIMARY KEY (account, magui)) STRICT;
CREATE TABLE IF NOT EXISTS applied (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, source TEXT NOT NULL, account TEXT, magui TEXT, record_id TEXT NOT NULL,
    school TEXT NOT NULL, year INTEGER NOT NULL, term TEXT NOT NULL, subject TEXT NOT NULL, pupil TEXT NOT NULL,
    col TEXT NOT NULL, event TEXT NOT NULL, old_value TEXT, old_version INTEGER NOT NULL, new_value TEXT,
    new_version INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS applied_is_never_changed BEFORE UPDATE ON applied
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS applied_is_never_cut BEFORE DELETE ON applied
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""
