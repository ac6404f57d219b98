"""Until when the book is open, where the school says so."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.domain.scores import Column, Term
from bridge.ports.notices import Deadline
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.codec import COLUMNS, TERMS
from bridge.store.engine import Database
from bridge.store.tables.notices import deadlines


class DeadlineTable:
    """`bridge.ports.notices.Deadlines`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def deadlines(self, school: str, year: int) -> Sequence[Deadline]:
        query = sa.select(deadlines).where(deadlines.c.school == school, deadlines.c.year == year)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(deadlines.c.term, deadlines.c.day, deadlines.c.book_column))
            return [Deadline(TERMS[row.term], COLUMNS.get(row.book_column), row.day) for row in found]

    def set_deadline(self, school: str, year: int, deadline: Deadline, *, actor: str, now: datetime) -> None:
        column = deadline.column or ""
        row = {"school": school, "year": year, "term": deadline.term, "book_column": column, "day": deadline.day}
        entry = Entry("deadline.set", _about(year, deadline.term, column), new=deadline.day.isoformat())
        with self._database.write() as connection:
            upsert(connection, deadlines, [row], changes=taking("day"))
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def drop_deadline(
        self, school: str, year: int, term: Term, column: Column | None, *, actor: str, now: datetime
    ) -> None:
        about = _about(year, term, column or "")
        mine = (deadlines.c.school == school) & (deadlines.c.year == year) & (deadlines.c.term == term.value)
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(deadlines).where(mine, deadlines.c.book_column == (column or "")))
            if gone.rowcount == 0:
                raise NotFound(kind="deadline", name=about, nearest=[])
            self._trail.append(connection, school, [Entry("deadline.dropped", about)], actor=actor, at=now)


def _about(year: int, term: Term, column: str) -> str:
    return f"{year} {term} {column}".strip()
