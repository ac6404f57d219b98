"""Statements of the learning record store, and by what they are found.

Writers of a school come one after the other, so `seq` and `stored` rise together and a page never changes under who
turns it. A writer that took longer than `PATIENCE` between stamping and committing gives up: what was stamped before
`now - PATIENCE` is therefore visible, or never will be; and nobody keeps the others waiting for longer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.ports.statements import PATIENCE, Attachment, Filed, Kept, Learning, Query
from bridge.store.bulk import pieces, taking, upsert
from bridge.store.engine import Database
from bridge.store.statementlinks import reflect
from bridge.store.statementsearch import bounded, digest, search
from bridge.store.tables.statements import activities, attachments, faces, statements, terms

TICK = timedelta(milliseconds=1)  # what xAPI tells moments by

T = TypeVar("T")


class StatementTable:
    """`bridge.ports.statements.Statements`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        school: str,
        filed: Sequence[Filed],
        *,
        attachments: Sequence[Attachment] = (),
        learning: Learning | None = None,
    ) -> Sequence[str]:
        with self._database.write() as connection:
            _alone(connection, school)
            known = _contents(connection, school, [one.id for one in filed])
            if clashes := [one.id for one in filed if known.get(one.id, one.content) != one.content]:
                return clashes
            stamped = self._stamp(connection, school)
            in_time = partial(self._in_time, stamped)
            _insert(connection, school, [one for one in filed if one.id not in known], stamped, in_time)
            _keep_attachments(connection, school, attachments)
            _learn(connection, school, learning)
            in_time()
        return []

    def statement(self, school: str, id: str, *, voided: bool = False) -> Kept | None:
        wanted = (statements.c.school == school) & (statements.c.id == id) & (statements.c.voided == voided)
        with self._database.read() as connection:
            row = connection.execute(_kept().where(wanted)).one_or_none()
        return None if row is None else Kept(*row)

    def find(self, school: str, query: Query) -> Sequence[Kept]:
        with self._database.read() as connection:
            found = search(school, query, bounded(connection, school, query))
            rows = connection.execute(_kept().where(statements.c.seq.in_(found)).order_by(_order(query)))
            return [Kept(*row) for row in rows]

    def newest(self, school: str) -> int:
        with self._database.read() as connection:
            return _newest(connection, school)[0]

    def consistent_through(self, school: str) -> datetime:
        before = self._database.clock() - PATIENCE
        with self._database.read() as connection:
            return max(before, _newest(connection, school)[1] or before)

    def attachments(self, school: str, sha2: Collection[str]) -> Mapping[str, Attachment]:
        columns = (attachments.c.sha2, attachments.c.content_type, attachments.c.content)
        with self._database.read() as connection:
            rows = _among(connection, attachments.c.school == school, attachments.c.sha2, sha2, columns)
            return {row.sha2: Attachment(*row) for row in rows}

    def definitions(self, school: str, activities_: Collection[str]) -> Mapping[str, str]:
        with self._database.read() as connection:
            return _definitions(connection, school, activities_)

    def _stamp(self, connection: sa.Connection, school: str) -> datetime:
        """Now; later than what is stored already, also should the clock have been put back."""
        now = self._database.clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        newest = _newest(connection, school)[1]
        return now if newest is None else max(now, newest + TICK)

    def _in_time(self, stamped: datetime) -> None:
        if self._database.clock() - stamped > PATIENCE:
            raise StoreProblem(why="LOCKED", detail="statements")


def _kept() -> sa.Select[Any]:
    return sa.select(statements.c.seq, statements.c.id, statements.c.body, statements.c.stored)


def _order(query: Query) -> sa.ColumnElement[int]:
    return statements.c.seq.asc() if query.ascending else statements.c.seq.desc()


def _alone(connection: sa.Connection, school: str) -> None:
    """One writer of a school at a time; on SQLite `BEGIN IMMEDIATE` has seen to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"xapi:{school}", 0))))


def _newest(connection: sa.Connection, school: str) -> tuple[int, datetime | None]:
    last = sa.select(statements.c.seq, statements.c.stored).where(statements.c.school == school)
    row = connection.execute(last.order_by(statements.c.stored.desc(), statements.c.seq.desc()).limit(1)).one_or_none()
    return (0, None) if row is None else (row.seq, row.stored)


def _contents(connection: sa.Connection, school: str, ids: Sequence[str]) -> dict[str, bytes]:
    columns = (statements.c.id, statements.c.content)
    rows = _among(connection, statements.c.school == school, statements.c.id, ids, columns)
    return {row.id: row.content for row in rows}


def _among(
    connection: sa.Connection,
    whose: sa.ColumnElement[bool],
    column: sa.Column[T],
    values: Collection[T],
    columns: Sequence[sa.Column[Any]],
) -> list[Any]:
    found: list[Any] = []
    for some in pieces(values):
        found += connection.execute(sa.select(*columns).where(whose, column.in_(some)))
    return found


def _insert(
    connection: sa.Connection, school: str, filed: Sequence[Filed], stamped: datetime, in_time: Callable[[], None]
) -> None:
    if not filed:
        return
    pointing = _pointing(connection, school, filed)
    voided = {row.voids for row in pointing}
    rows = [_row(school, one, stamped, one.id in voided and not one.voids) for one in filed]
    connection.execute(sa.insert(statements), rows)
    seqs = _seqs(connection, school, [one.id for one in filed])
    connection.execute(sa.insert(faces), [_face(school, one, seqs[one.id]) for one in filed])
    if found := [row for one in filed for row in _terms(school, one, seqs[one.id])]:
        connection.execute(sa.insert(terms), found)
    _void(connection, school, [one.voids for one in filed if one.voids])
    if pointing or any(one.target for one in filed):
        reflect(connection, school, [one.id for one in filed], in_time=in_time)


def _row(school: str, one: Filed, stamped: datetime, voided: bool) -> dict[str, Any]:
    return {
        "school": school,
        "id": one.id,
        "body": one.body,
        "content": one.content,
        "stored": stamped,
        "voided": voided,
        "target": one.target,
        "voids": one.voids,
    }


def _face(school: str, one: Filed, seq: int) -> dict[str, Any]:
    return {"seq": seq, "source": seq, "school": school, "verb": one.verb, "registration": one.registration}


def _terms(school: str, one: Filed, seq: int) -> Iterable[dict[str, Any]]:
    for term in one.terms:
        yield {
            "school": school,
            "term": digest(term.kind, term.value),
            "seq": seq,
            "source": seq,
            "related": term.related,
        }


def _seqs(connection: sa.Connection, school: str, ids: Sequence[str]) -> dict[str, int]:
    columns = (statements.c.id, statements.c.seq)
    return {row.id: row.seq for row in _among(connection, statements.c.school == school, statements.c.id, ids, columns)}


def _pointing(connection: sa.Connection, school: str, filed: Sequence[Filed]) -> list[Any]:
    """Statements that came before the ones they are about."""
    columns = (statements.c.seq, statements.c.voids)
    whose = (statements.c.school == school) & (statements.c.target != "")
    return _among(connection, whose, statements.c.target, [one.id for one in filed], columns)


def _void(connection: sa.Connection, school: str, ids: Sequence[str]) -> None:
    """A voiding statement itself can't be voided (Data §2.3.2)."""
    for some in pieces(ids):
        known = (statements.c.school == school) & statements.c.id.in_(some) & (statements.c.voids == "")
        connection.execute(sa.update(statements).where(known).values(voided=True))


def _keep_attachments(connection: sa.Connection, school: str, found: Sequence[Attachment]) -> None:
    rows = [{"school": school, **one._asdict()} for one in {one.sha2: one for one in found}.values()]
    upsert(connection, attachments, rows, changes=taking("sha2"))  # the bytes are the same; whose word came first stays


def _learn(connection: sa.Connection, school: str, learning: Learning | None) -> None:
    if learning is None or not learning.activities:
        return
    changed = learning.change(_definitions(connection, school, learning.activities))
    rows = [
        {"school": school, "key": digest(id), "id": id, "definition": definition}
        for id, definition in sorted(changed.items())
    ]
    upsert(connection, activities, rows, changes=taking("definition"))


def _definitions(connection: sa.Connection, school: str, ids: Collection[str]) -> dict[str, str]:
    columns = (activities.c.id, activities.c.definition)
    rows = _among(connection, activities.c.school == school, activities.c.key, [digest(id) for id in ids], columns)
    return {row.id: row.definition for row in rows}
