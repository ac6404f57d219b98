"""Statements of the learning record store, and by what they are found.

Writers of a school come one after the other, so `seq` and `stored` rise together and a page never changes under who
turns it. A writer that took longer than `PATIENCE` between stamping and committing gives up: what was stamped before
`now - PATIENCE` is therefore visible, or never will be.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import StoreProblem
from bridge.ports.statements import Attachment, Filed, Kept, Query
from bridge.store.bulk import pieces, taking, upsert
from bridge.store.engine import Database
from bridge.store.statementsearch import bounded, digest, search
from bridge.store.tables.statements import activities, attachments, faces, statements, terms

PATIENCE = timedelta(seconds=2)

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
        definitions: Mapping[str, str] | None = None,
    ) -> Sequence[str]:
        with self._database.write() as connection:
            _alone(connection, school)
            known = _contents(connection, school, [one.id for one in filed])
            if clashes := [one.id for one in filed if known.get(one.id, one.content) != one.content]:
                return clashes
            stamped = self._stamp(connection, school)
            _insert(connection, school, [one for one in filed if one.id not in known], stamped)
            _keep_attachments(connection, school, attachments)
            _keep_definitions(connection, school, definitions or {})
            if self._database.clock() - stamped > PATIENCE:
                raise StoreProblem(why="LOCKED", detail="statements")
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
        columns = (activities.c.id, activities.c.definition)
        keys = [digest(id) for id in activities_]
        with self._database.read() as connection:
            rows = _among(connection, activities.c.school == school, activities.c.key, keys, columns)
            return {row.id: row.definition for row in rows}

    def _stamp(self, connection: sa.Connection, school: str) -> datetime:
        """Now; never before what is stored already, should the clock have been put back."""
        now = self._database.clock()
        return max(now, _newest(connection, school)[1] or now)


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


def _insert(connection: sa.Connection, school: str, filed: Sequence[Filed], stamped: datetime) -> None:
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
    _reflect(connection, school, [*seqs.values()], any(one.target for one in filed) or bool(pointing))


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


def _reflect(connection: sa.Connection, school: str, seqs: Sequence[int], needed: bool) -> None:
    """Let statements show what the ones that they are about show, over any number of steps, also round a circle."""
    touched = seqs if needed else ()
    while touched:
        links = _links(connection, school, touched)
        touched = sorted({link.seq for link in links if _copy_shown(connection, link.seq, link.shown)})


def _links(connection: sa.Connection, school: str, seqs: Sequence[int]) -> Sequence[Any]:
    """(seq, shown): pairs of a statement and the one that it is about, where either is among these."""
    about = statements.alias("about")
    pairs = sa.select(statements.c.seq, about.c.seq.label("shown")).join(
        about, (about.c.school == statements.c.school) & (about.c.id == statements.c.target)
    )
    touched = statements.c.seq.in_(seqs) | about.c.seq.in_(seqs)
    return connection.execute(pairs.where(statements.c.school == school, statements.c.target != "", touched)).all()


def _copy_shown(connection: sa.Connection, seq: int, shown: int) -> bool:
    """Whether anything was new."""
    _copy(connection, terms, seq, shown)
    return _copy(connection, faces, seq, shown)


def _copy(connection: sa.Connection, table: sa.Table, seq: int, shown: int) -> bool:
    """The rows of one statement once more, as rows of another; those that it has already stay."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    columns = [sa.literal(seq).label("seq") if column.name == "seq" else column for column in table.c]
    rows = sa.select(*columns).where(table.c.seq == shown)
    missing = insert(table).from_select(table.c.keys(), rows).on_conflict_do_nothing()
    return connection.execute(missing.execution_options(preserve_rowcount=True)).rowcount > 0


def _keep_attachments(connection: sa.Connection, school: str, found: Sequence[Attachment]) -> None:
    rows = [{"school": school, **one._asdict()} for one in {one.sha2: one for one in found}.values()]
    upsert(connection, attachments, rows, changes=taking("content_type"))


def _keep_definitions(connection: sa.Connection, school: str, found: Mapping[str, str]) -> None:
    rows = [
        {"school": school, "key": digest(id), "id": id, "definition": definition}
        for id, definition in sorted(found.items())
    ]
    upsert(connection, activities, rows, changes=taking("definition"))
