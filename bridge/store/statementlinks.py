"""Statements about statements: each shows to a search what the ones that it is about show (Communication §2.1.3).

A statement is about one other at most, so what it shows is a path. When a statement comes, its own path and the paths
of those that led to it before it came are walked, and it borrows the terms of each step.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.ports.statements import STEPS
from bridge.store.bulk import pieces
from bridge.store.statementterms import terms_in
from bridge.store.tables.statements import borrowed, statements

AT_ONCE = 100  # steps whose terms are held at once
ROWS = 5000  # written between two looks at the clock

Loan = tuple[int, int]  # seq of who borrows, seq of the lender


class Link(NamedTuple):
    seq: int
    id: str
    target: str  # "" where the path ends


def reflect(connection: sa.Connection, school: str, new: Collection[str], *, in_time: Callable[[], None]) -> None:
    """Of all statements that these ids make show more. `in_time` raises when others have waited long enough."""
    paths = _Paths(connection, school)
    leading = paths.leading_to(new)
    paths.know_targets(leading)
    loans = ((link.seq, step.seq) for link in leading for step in paths.from_(link))
    while some := [*islice(loans, AT_ONCE)]:
        rows = _rows(connection, school, some)
        while part := [*islice(rows, ROWS)]:
            in_time()
            connection.execute(_kept_once(connection), part)


def _rows(connection: sa.Connection, school: str, loans: Iterable[Loan]) -> Iterator[dict[str, Any]]:
    wanted = sa.select(statements.c.seq, statements.c.terms).where(
        statements.c.seq.in_({lender for _, lender in loans})
    )
    terms = {seq: terms_in(found) for seq, found in connection.execute(wanted)}
    for seq, lender in loans:
        for term in terms[lender]:
            yield {"school": school, "term": term, "seq": seq, "source": lender}


class _Paths:
    """What is known of links so far, read from the database level by level."""

    def __init__(self, connection: sa.Connection, school: str) -> None:
        self._connection, self._school = connection, school
        self._known: dict[str, Link] = {}

    def leading_to(self, ids: Collection[str]) -> list[Link]:
        """These, and all whose path comes by them."""
        found = self._read(statements.c.id, ids)
        level: Sequence[Link] = found
        for _ in range(STEPS):
            level = self._read(statements.c.target, [link.id for link in level])
            found += level
        return [link for link in found if link.target]

    def know_targets(self, links: Sequence[Link]) -> None:
        for _ in range(STEPS):
            links = self._read(statements.c.id, {link.target for link in links if link.target} - self._known.keys())

    def from_(self, link: Link) -> Iterator[Link]:
        """The statements that it is about, one by the other. A circle ends where it began."""
        seen = {link.id}
        step = self._known.get(link.target)
        while step is not None and step.id not in seen and len(seen) <= STEPS:
            yield step
            seen.add(step.id)
            step = self._known.get(step.target)

    def _read(self, column: sa.Column[str], values: Collection[str]) -> list[Link]:
        """Those not read before."""
        wanted = sa.select(statements.c.seq, statements.c.id, statements.c.target)
        found: list[Link] = []
        for some in pieces(values):
            here = (statements.c.school == self._school) & column.in_(some)
            if column is statements.c.target:
                here &= statements.c.target != ""  # as the index has it
            found += [Link(*row) for row in self._connection.execute(wanted.where(here))]
        new = [link for link in found if link.id not in self._known]
        self._known.update({link.id: link for link in new})
        return new


def _kept_once(connection: sa.Connection) -> Any:
    """What is borrowed already stays."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return insert(borrowed).on_conflict_do_nothing()
