"""Runs: who did what when. What became of their rows is read from the submissions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.domain.plans import Op, Place
from bridge.domain.school import Unit
from bridge.ports.runs import RunHead, Sent, SentRow
from bridge.store import naming
from bridge.store.chain import head_of
from bridge.store.codec import COLUMNS, TERMS, read_optional, read_score
from bridge.store.engine import Database
from bridge.store.tables.submissions import rows, submissions
from bridge.store.tables.work import runs

_ANSWERED = (submissions.c.school_class, submissions.c.run, submissions.c.sent_at, submissions.c.ended_at)


class RunTable:
    """`bridge.ports.runs.Runs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, head: RunHead) -> None:
        values = {column.name: getattr(head, column.name) for column in runs.c}
        with self._database.write() as connection:
            connection.execute(sa.insert(runs), values)

    def end(self, run: str, *, now: datetime) -> RunHead:
        with self._database.write() as connection:
            seq, last = head_of(connection, _row(connection, run).school)
            stamp = {"ended_at": now, "audit_head": audit_mark(seq, last)}
            connection.execute(sa.update(runs).where(runs.c.id == run).values(stamp))
            return _head(_row(connection, run))

    def head(self, run: str, *, school: str) -> RunHead:
        with self._database.read() as connection:
            return _head(naming.find(connection, runs, run, among=runs.c.school == school))

    def list(self, school: str, *, limit: int) -> Sequence[RunHead]:
        newest = sa.select(runs).where(runs.c.school == school).order_by(runs.c.started_at.desc(), runs.c.id)
        with self._database.read() as connection:
            return [_head(row) for row in connection.execute(newest.limit(limit))]

    def rows(self, run: str) -> Sequence[SentRow]:
        joined = sa.select(submissions.c.school_class, submissions.c.sent_at, rows).join_from(submissions, rows)
        order = (submissions.c.prepared_at, submissions.c.id, rows.c.position)
        with self._database.read() as connection:
            found = connection.execute(joined.where(submissions.c.run == run).order_by(*order))
            return [_sent_row(row) for row in found]

    def states(self, runs: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        state = sa.func.coalesce(
            rows.c.outcome, sa.case((submissions.c.sent_at.is_(None), "prepared"), else_="sent")
        ).label("state")
        query = sa.select(submissions.c.run, state, sa.func.count().label("number")).join_from(submissions, rows)
        counted = query.where(submissions.c.run.in_(runs)).group_by(submissions.c.run, state)
        found: dict[str, dict[str, int]] = {run: {} for run in runs}
        with self._database.read() as connection:
            for row in connection.execute(counted):
                found[row.run][row.state] = row.number
        return found

    def sent(self, unit: Unit, *, limit: int) -> Sequence[Sent]:
        joined = (
            sa.select(*_ANSWERED, rows, runs.c.actor)
            .join_from(submissions, rows)
            .join(runs, runs.c.id == submissions.c.run)
        )
        here = [submissions.c[name] == value for name, value in unit._asdict().items() if name != "term"]
        query = joined.where(*here, submissions.c.term == unit.term.value, submissions.c.sent_at.is_not(None))
        order = (submissions.c.sent_at.desc(), rows.c.position)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(*order).limit(limit)).all()
        return [Sent(_sent_row(row), row.run, row.actor, row.sent_at, row.ended_at) for row in found]


def actor_of(connection: sa.Connection, run: str) -> str:
    """Who a run acts for. `NotFound` when it never began."""
    return str(_row(connection, run).actor)


def audit_mark(seq: int, last: str) -> str:
    """A head of the trail as it is printed: "" of an empty one."""
    return f"{seq}:{last}" if seq else ""


def _row(connection: sa.Connection, run: str) -> sa.Row[Any]:
    row = connection.execute(sa.select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise NotFound(kind="run", name=run, nearest=[])
    return row


def _head(row: sa.Row[Any]) -> RunHead:
    return RunHead(**row._mapping)


def _sent_row(row: sa.Row[Any]) -> SentRow:
    unit = Unit(row.school, row.year, row.school_class, row.subject, TERMS[row.term])
    return SentRow(
        unit=unit,
        place=Place(row.pupil, COLUMNS[row.book_column]),
        op=Op(row.op),
        score=read_score(row.score),
        version=row.version,
        state=row.outcome or ("sent" if row.sent_at else "prepared"),
        before=read_optional(row.before),
        code=row.code,
        submission=row.submission,
    )
