"""Reading the trail and proving it. How it grows: `chain.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import AuditBroken, NotFound
from bridge.domain.school import Unit
from bridge.ports.people import AuditEntry
from bridge.store.chain import START, Entry, Trail, hash_of, head_of, reason_digest
from bridge.store.engine import Database
from bridge.store.runs import audit_mark
from bridge.store.tables.audit import audit, audit_reasons
from bridge.store.tables.work import runs

_WITH_REASONS = sa.select(audit, audit_reasons.c.salt, audit_reasons.c.reason).join_from(
    audit, audit_reasons, isouter=True
)


class AuditTable:
    """`bridge.ports.people.Audit`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def ask_revert(self, school: str, run: str, *, actor: str, why: str, now: datetime) -> None:
        with self._database.write() as connection:
            self._trail.append(connection, school, [Entry("run.revert_asked", run, reason=why)], actor=actor, at=now)

    def sheet_exported(self, unit: Unit, *, actor: str, now: datetime) -> None:
        place = f"{unit.year}/{unit.subject}/{unit.term}/{unit.school_class}"
        with self._database.write() as connection:
            self._trail.append(connection, unit.school, [Entry("sheet.exported", place)], actor=actor, at=now)

    def participation_exported(self, school: str, about: str, *, count: int, actor: str, now: datetime) -> None:
        with self._database.write() as connection:
            entry = Entry("participation.exported", about, new=str(count))
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def show(
        self, school: str, *, limit: int, subject: str | None = None, what: str | None = None
    ) -> Sequence[AuditEntry]:
        """The newest first."""
        query = _WITH_REASONS.where(audit.c.school == school).order_by(audit.c.seq.desc()).limit(limit)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        if what is not None:
            query = query.where(audit.c.what == what)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def kinds(self, school: str) -> list[str]:
        """Everything that has happened here, each once."""
        with self._database.read() as connection:
            found = connection.scalars(sa.select(audit.c.what).where(audit.c.school == school).distinct())
            return sorted(found)

    def verify(self, school: str, *, head: str = "") -> AuditEntry | None:
        """Besides `head`, every head that a run of this school was stamped with must lie on the chain."""
        with self._database.read() as connection:
            printed = _printed_heads(connection, school) | ({head} if head else set())
            last = None
            for row in _walk(connection, school):
                printed.discard(audit_mark(row.seq, row.hash))
                last = row
            kept = head_of(connection, school)
        _check_end(school, last, kept=kept, printed=printed)
        return None if last is None else _entry(last)

    def erase_reason(self, school: str, seq: int) -> None:
        """Take away a reason's words and salt; the entry and the chain stay whole."""
        mine = (audit_reasons.c.school == school) & (audit_reasons.c.seq == seq)
        with self._database.write() as connection:
            if connection.execute(sa.delete(audit_reasons).where(mine)).rowcount == 0:
                raise NotFound(kind="reason", name=str(seq), nearest=[])


def _printed_heads(connection: sa.Connection, school: str) -> set[str]:
    stamped = sa.select(runs.c.audit_head).where(runs.c.school == school, runs.c.audit_head != "")
    return set(connection.scalars(stamped))


def _walk(connection: sa.Connection, school: str) -> Iterator[sa.Row[Any]]:
    """Entry by entry, each proved by the one before it."""
    before, expected = START, 1
    query = _WITH_REASONS.where(audit.c.school == school).order_by(audit.c.seq)
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for row in rows:
            _check_entry(school, row, expected=expected, before=before)
            before, expected = row.hash, expected + 1
            yield row


def _check_entry(school: str, row: sa.Row[Any], *, expected: int, before: str) -> None:
    if row.seq != expected:
        raise AuditBroken(school=school, seq=expected, why="MISSING")
    if row.hash != hash_of(dict(row._mapping), before):
        raise AuditBroken(school=school, seq=row.seq, why="CHANGED")
    if row.reason is not None and row.reason_digest != reason_digest(row.salt, row.reason):
        raise AuditBroken(school=school, seq=row.seq, why="REASON_CHANGED")


def _check_end(school: str, last: sa.Row[Any] | None, *, kept: tuple[int, str], printed: set[str]) -> None:
    seq = last.seq if last is not None else 0
    if kept != (seq, last.hash if last is not None else START):
        raise AuditBroken(school=school, seq=seq + 1, why="TAIL_CUT")
    if printed:
        first = min(int(mark.partition(":")[0]) if mark.partition(":")[0].isdecimal() else 0 for mark in printed)
        raise AuditBroken(school=school, seq=first, why="HEAD_MISSING")


def _entry(row: sa.Row[Any]) -> AuditEntry:
    return AuditEntry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        what=row.what,
        subject=row.subject,
        old=row.old,
        new=row.new,
        reason=row.reason,
        hash=row.hash,
    )
