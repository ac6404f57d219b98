"""Where the statements of a term are, as runs: from which to which one after the other has it.

A run is one row however many statements it is long, and most terms of a statement are those of the one before: the
learner, the registration, the lesson. A few in between may lack the term, so whoever walks a run asks each.

Statements are taken into the runs by the thousand, when so many have come: a row for every term of each would be most
of what storing it costs, as terms lie all over an index. Until then a search looks through them, which takes less than
a millisecond (docs/benchmarks.md).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from bridge.store.bulk import as_read, as_sent, ask, insert, taking, upsert
from bridge.store.statementterms import terms_in
from bridge.store.tables.statements import indexed, runs, statements

BEHIND = 1000  # statements that wait to be taken into the runs; other schools' in the same database count, too
AT_ONCE = 2 << 20  # bytes of terms that one request takes into them: nobody waits long, whatever was sent before
GAP = 8  # a term that comes again within so many statements goes on with its run
_RUN = ("school", "term", "first", "last")
_FRONTIER = "SELECT seq, stored FROM xapi_indexed WHERE school = ?"
_WAITING = (
    "SELECT seq, terms, stored FROM xapi_statements"
    " WHERE school = ? AND stored >= ? AND seq > ? AND seq <= ? ORDER BY stored, seq LIMIT ?"
)


class Frontier(NamedTuple):
    """The last statement that the runs know of. Later ones are stored later, or with it."""

    seq: int
    stored: datetime


_NOTHING = Frontier(0, datetime(1970, 1, 1, tzinfo=UTC))


def frontier(connection: sa.Connection, school: str) -> Frontier:
    for seq, stored in ask(connection, _FRONTIER, (school,)):
        return Frontier(seq, as_read(connection, indexed.c.stored, stored))
    return _NOTHING


def keep_up(connection: sa.Connection, school: str, newest: int, *, behind: int = BEHIND) -> None:
    """Take statements up to the `seq` of the newest into the runs, when `behind` have come."""
    known = frontier(connection, school)
    if newest - known.seq < behind:
        return
    since = as_sent(connection, statements.c.stored, known.stored)
    waiting = [*_some(ask(connection, _WAITING, (school, since, known.seq, newest, BEHIND)))]
    found = sorted(runs_of((seq, tags) for seq, tags, _ in waiting))  # as the table keeps them
    insert(connection, runs, _RUN, [(school, *run) for run in found])
    seq, _, stored = waiting[-1]
    row = {"school": school, "seq": seq, "stored": as_read(connection, statements.c.stored, stored)}
    upsert(connection, indexed, [row], changes=taking("seq", "stored"))


def _some(waiting: Iterable[Any]) -> Iterator[Any]:
    taken = 0
    for row in waiting:
        yield row
        taken += len(row[1])
        if taken > AT_ONCE:
            return


def runs_of(found: Iterable[tuple[int, bytes]]) -> Iterator[tuple[bytes, int, int]]:
    """(term, first, last) of statements (`seq`, tags) in their order."""
    begun: dict[bytes, list[int]] = {}  # first, last, and how many statements came before the last
    for place, (seq, tags) in enumerate(found):
        for term in terms_in(tags):
            run = begun.get(term)
            if run is not None and place - run[2] <= GAP:
                run[1], run[2] = seq, place
                continue
            if run is not None:
                yield term, run[0], run[1]
            begun[term] = [seq, seq, place]
    yield from ((term, first, last) for term, (first, last, _) in begun.items())
