"""Statements of the learning record store, and by what they are found.

Writers of a school come one after the other, so `seq` and `stored` rise together and a page never changes under who
turns it. A writer that took longer than `PATIENCE` between stamping and committing gives up: what was stamped before
`now - PATIENCE` is therefore visible, or never will be; and nobody keeps the others waiting for longer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.ports.statements import PAGE, PATIENCE, Attachment, Filed, Kept, Learning, Query
from bridge.store.bulk import among, as_read, as_sent, ask, insert, pieces, taking, upsert
from bridge.store.engine import Database
from bridge.store.statementindex import BEHIND, keep_up
from bridge.store.statementlinks import reflect
from bridge.store.statementsearch import search
from bridge.store.statementterms import remembered, tags_of
from bridge.store.tables.statements import activities, attachments, statements

TICK = timedelta(milliseconds=1)  # what xAPI tells moments by


class StatementTable:
    """`bridge.ports.statements.Statements`."""

    def __init__(self, database: Database, *, behind: int = BEHIND) -> None:
        self._database, self._behind = database, behind

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
            known = dict(_BODIES.rows(connection, school, [one.id for one in filed]))
            if clashes := [one.id for one in filed if one.id in known and not one.same(known[one.id])]:
                return clashes
            newest, stored = _newest(connection, school)
            stamped = self._stamp(stored)
            in_time = partial(self._in_time, stamped)
            _insert(connection, school, [one for one in filed if one.id not in known], stamped, in_time)
            keep_up(connection, school, newest, behind=self._behind)
            _keep_attachments(connection, school, attachments)
            _learn(connection, school, learning)
            in_time()
        return []

    def statement(self, school: str, id: str, *, voided: bool = False) -> Kept | None:
        wanted = (statements.c.school == school) & (statements.c.id == id) & (statements.c.voided == voided)
        with self._database.read() as connection:
            row = connection.execute(_kept.where(wanted)).one_or_none()
        return None if row is None else Kept(*row)

    def find(self, school: str, query: Query) -> Sequence[Kept]:
        with self._database.read() as connection:
            return _page(search(connection, school, query))

    def newest(self, school: str) -> int:
        with self._database.read() as connection:
            return _newest(connection, school)[0]

    def consistent_through(self, school: str) -> datetime:
        before = self._database.clock() - PATIENCE
        with self._database.read() as connection:
            return max(before, _newest(connection, school)[1] or before)

    def attachments(self, school: str, sha2: Collection[str]) -> Mapping[str, Attachment]:
        with self._database.read() as connection:
            rows = _ATTACHMENTS.rows(connection, school, sha2)
            return {row[0]: Attachment(*row) for row in rows}

    def sizes(self, school: str, sha2: Collection[str]) -> Mapping[str, int]:
        with self._database.read() as connection:
            return dict(_SIZES.rows(connection, school, sha2))

    def definitions(self, school: str, activities_: Collection[str]) -> Mapping[str, str]:
        with self._database.read() as connection:
            return _definitions(connection, school, activities_)

    def _stamp(self, newest: datetime | None) -> datetime:
        """Now; later than what is stored already, also should the clock have been put back."""
        now = self._database.clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return now if newest is None else max(now, newest + TICK)

    def _in_time(self, stamped: datetime) -> None:
        if self._database.clock() - stamped > PATIENCE:
            raise StoreProblem(why="LOCKED", detail="statements")


_kept = sa.select(statements.c.seq, statements.c.id, statements.c.body, statements.c.stored)
_BODIES = among(statements.c.id, statements.c.id, statements.c.body)
_POINTING = among(statements.c.target, statements.c.seq, statements.c.voids, filled=True)
_DEFINITIONS = among(activities.c.key, activities.c.id, activities.c.definition)
_ATTACHMENTS = among(attachments.c.sha2, attachments.c.sha2, attachments.c.content_type, attachments.c.content)
_SIZES = among(attachments.c.sha2, attachments.c.sha2, sa.func.length(attachments.c.content))
_NEWEST = "SELECT seq, stored FROM xapi_statements WHERE school = ? ORDER BY stored DESC, seq DESC LIMIT 1"
_STATEMENT = ("school", "id", "body", "stored", "voided", "target", "voids", "terms")


def _page(rows: Iterable[Any]) -> list[Kept]:
    found, taken = [], 0
    for row in rows:
        found.append(Kept(*row))
        if taken > PAGE:
            break  # this one only tells that there is more
        taken += len(row.body)
    return found


def _alone(connection: sa.Connection, school: str) -> None:
    """One writer of a school at a time; on SQLite `BEGIN IMMEDIATE` has seen to it."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"xapi:{school}", 0))))


def _newest(connection: sa.Connection, school: str) -> tuple[int, datetime | None]:
    for seq, stored in ask(connection, _NEWEST, (school,)):
        return seq, as_read(connection, statements.c.stored, stored)
    return 0, None


def _insert(
    connection: sa.Connection, school: str, filed: Sequence[Filed], stamped: datetime, in_time: Callable[[], None]
) -> None:
    if not filed:
        return
    ids = [one.id for one in filed]
    pointing = _POINTING.rows(connection, school, ids)  # statements that came before the ones they are about
    voided = {voids for _, voids in pointing}
    moment = as_sent(connection, statements.c.stored, stamped)
    rows = [_row(school, one, moment, one.id in voided and not one.voids) for one in filed]
    insert(connection, statements, _STATEMENT, rows)
    _void(connection, school, [one.voids for one in filed if one.voids])
    if pointing or any(one.target for one in filed):
        reflect(connection, school, [one.id for one in filed], in_time=in_time)


def _row(school: str, one: Filed, stored: Any, voided: bool) -> tuple[Any, ...]:
    return school, one.id, one.body, stored, voided, one.target, one.voids, tags_of(one)


def _void(connection: sa.Connection, school: str, ids: Sequence[str]) -> None:
    """A voiding statement itself can't be voided (Data §2.3.2)."""
    for some in pieces(ids):
        known = (statements.c.school == school) & statements.c.id.in_(some) & (statements.c.voids == "")
        connection.execute(sa.update(statements).where(known).values(voided=True))


def _keep_attachments(connection: sa.Connection, school: str, found: Sequence[Attachment]) -> None:
    rows = [
        {"school": school, "sha2": sha2, "content_type": one.content_type, "content": one.content}
        for sha2, one in {one.sha2: one for one in found}.items()
    ]
    upsert(connection, attachments, rows, changes=taking("sha2"))  # the bytes are the same; whose word came first stays


def _learn(connection: sa.Connection, school: str, learning: Learning | None) -> None:
    if learning is None or not learning.activities:
        return
    changed = learning.change(_definitions(connection, school, learning.activities))
    rows = [
        {"school": school, "key": remembered(id), "id": id, "definition": definition}
        for id, definition in sorted(changed.items())
    ]
    upsert(connection, activities, rows, changes=taking("definition"))


def _definitions(connection: sa.Connection, school: str, ids: Collection[str]) -> dict[str, str]:
    return dict(_DEFINITIONS.rows(connection, school, [remembered(id) for id in ids]))
