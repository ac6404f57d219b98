"""Which statements a query finds, newest or oldest first.

A statement shows its own tags, and those of each statement that it is about, which it has borrowed; all parts of a
query must be met by the tags of one of them (Communication §2.1.4). So there are three ways to find one: by the runs
of the query's first tag, by looking through those that the runs don't know yet, and by what was borrowed.
"""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bridge.ports.statements import Query
from bridge.store.statementindex import frontier
from bridge.store.statementterms import DIGEST, wanted
from bridge.store.tables.statements import statements

# Runs of one tag never overlap: taken in their order, with the statements of each in theirs, nothing is sorted. Whose
# a statement is, is asked as no index can answer it, or a database would begin with all that the school has.
_BY_RUN = {
    "sqlite": """
    SELECT s.seq FROM xapi_runs AS r JOIN xapi_statements AS s ON s.seq BETWEEN r.first AND r.last
    WHERE {run} AND s.school || '' = :school AND NOT s.voided AND s.seq > :low AND s.seq <= :high {held}
    ORDER BY r.first {turn}, s.seq {turn} LIMIT {limit}""",
    "postgresql": """
    SELECT s.seq FROM xapi_runs AS r CROSS JOIN LATERAL (
        SELECT s.seq FROM xapi_statements AS s WHERE s.seq BETWEEN r.first AND r.last AND s.school || '' = :school
            AND NOT s.voided AND s.seq > :low AND s.seq <= :high {held} ORDER BY s.seq {turn} LIMIT {limit}) AS s
    WHERE {run} ORDER BY r.first {turn}, s.seq {turn} LIMIT {limit}""",
}
_RUN = """r.school = :school AND r.term = :term AND r.first <= :high AND r.first >= coalesce(
        (SELECT max(first) FROM xapi_runs WHERE school = :school AND term = :term AND first <= :low), 0)"""
_BY_LOOK = """
    SELECT s.seq FROM xapi_statements AS s
    WHERE s.school = :school AND s.stored >= :known_stored AND s.seq > :known_seq
        AND NOT s.voided AND s.seq > :low AND s.seq <= :high {held}
    ORDER BY s.seq {turn} LIMIT {limit}"""
_BY_LOAN = """
    SELECT DISTINCT s.seq FROM xapi_borrowed AS r JOIN xapi_statements AS s ON s.seq = r.seq
        JOIN xapi_statements AS lender ON lender.seq = r.source
    WHERE r.school = :school AND r.term = :term
        AND NOT s.voided AND s.seq > :low AND s.seq <= :high {held}
    ORDER BY s.seq {turn} LIMIT {limit}"""
_BY_TAGS = """
SELECT seq, id, body, stored FROM xapi_statements WHERE seq IN (
    SELECT seq FROM ({by_run}) AS by_run UNION SELECT seq FROM ({by_look}) AS by_look
    UNION SELECT seq FROM ({by_loan}) AS by_loan ORDER BY seq {turn} LIMIT {limit})
ORDER BY seq {turn}"""
_ALL = """
SELECT seq, id, body, stored FROM xapi_statements
WHERE school = :school AND NOT voided AND seq > :low AND seq <= :high
ORDER BY stored {turn}, seq {turn} LIMIT {limit}"""
_HELD = {
    "sqlite": "instr({table}.terms, :held{place}) > 0",
    "postgresql": "position(:held{place} in {table}.terms) > 0",
}
_EVER = 1 << 62  # beyond every `seq`


def search(connection: sa.Connection, school: str, query: Query) -> sa.CursorResult[Any]:
    """Rows of (seq, id, body, stored), at most `limit`, none of them voided."""
    tags = wanted(query)
    question = _question(len(tags), query.ascending, query.limit, connection.dialect.name)
    values = {"school": school, **_bounds(connection, school, query), **_sought(connection, school, tags)}
    return connection.execute(question, values)


@lru_cache(64)
def _question(number: int, ascending: bool, limit: int, dialect: str) -> sa.TextualSelect:
    """For so many tags. The limit is written out: PostgreSQL plans by it."""
    parts = {"turn": "ASC" if ascending else "DESC", "limit": f"{limit:d}"}
    own, lent = _held("s", number, dialect), _held("lender", number, dialect)
    ways = {
        "by_run": _BY_RUN[dialect].format(run=_RUN, held=own, **parts),
        "by_look": _BY_LOOK.format(held=own, **parts),
        "by_loan": _BY_LOAN.format(held=lent, **parts),
    }
    text = sa.text((_BY_TAGS if number else _ALL).format(**ways, **parts))
    if number:
        text = text.bindparams(sa.bindparam("known_stored", type_=statements.c.stored.type))
    return text.columns(statements.c.seq, statements.c.id, statements.c.body, statements.c.stored)


def _held(table: str, number: int, dialect: str) -> str:
    return "".join(f" AND {_HELD[dialect].format(table=table, place=place)}" for place in range(number))


def _sought(connection: sa.Connection, school: str, tags: list[bytes]) -> dict[str, Any]:
    if not tags:
        return {}
    known = frontier(connection, school)
    held = {f"held{place}": tag for place, tag in enumerate(tags)}
    return {"term": tags[0][:DIGEST], "known_seq": known.seq, "known_stored": known.stored, **held}


def _bounds(connection: sa.Connection, school: str, query: Query) -> dict[str, int]:
    """`seq` above `low` and up to `high`. Times are places in the order of storing, which rises with them."""
    low, high = _last_before(connection, school, query.since), _last_before(connection, school, query.until)
    lows = [low, query.after if query.ascending else None]
    highs = [high, query.newest, None if query.ascending or query.after is None else query.after - 1]
    return {
        "low": max((value for value in lows if value is not None), default=0),
        "high": min((value for value in highs if value is not None), default=_EVER),
    }


def _last_before(connection: sa.Connection, school: str, moment: Any) -> int | None:
    """The newest that was stored up to this moment, 0 when there is none; None for no moment."""
    if moment is None:
        return None
    until = sa.select(statements.c.seq).where(statements.c.school == school, statements.c.stored <= moment)
    newest = until.order_by(statements.c.stored.desc(), statements.c.seq.desc()).limit(1)
    return connection.execute(newest).scalar() or 0
