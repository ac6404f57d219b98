"""Which statements a query finds, as one SELECT of their `seq`, newest or oldest first.

All parts of a query must be met by one face of a statement: its own, or that of a statement that it is about.
"""

import hashlib
from typing import Any, NamedTuple

import sqlalchemy as sa

from bridge.ports.statements import Query, Term
from bridge.store.tables.statements import faces, statements, terms


def digest(*parts: str) -> bytes:
    """16 bytes: short enough for an index however long the IRI, and no reader of it learns an account."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


class Bounds(NamedTuple):
    """`seq` above `low` and up to `high`; None is without end."""

    low: int | None
    high: int | None


def bounded(connection: sa.Connection, school: str, query: Query) -> Bounds:
    """Times as places in the order of storing, which rises with them, and the page's own bounds."""
    low = _last_before(connection, school, query.since)
    high = _last_before(connection, school, query.until)
    lows = [value for value in (low, query.after if query.ascending else None) if value is not None]
    before = None if query.ascending or query.after is None else query.after - 1
    highs = [value for value in (high, query.newest, before) if value is not None]
    return Bounds(max(lows, default=None), min(highs, default=None))


def search(school: str, query: Query, bounds: Bounds) -> sa.Select[Any]:
    """The `seq` of at most `limit` statements that are not voided."""
    found, seq = _matching(school, query)
    if bounds.low is not None:
        found = found.where(seq > bounds.low)
    if bounds.high is not None:
        found = found.where(seq <= bounds.high)
    return found.order_by(seq.asc() if query.ascending else seq.desc()).limit(query.limit)


def _matching(school: str, query: Query) -> tuple[sa.Select[Any], sa.Column[int]]:
    """Begins at what is rarest by nature, so that the newest matches come without sorting all of them."""
    if query.registration or (query.verb and not query.terms):
        return _by_face(school, query), faces.c.seq
    if query.terms:
        return _by_term(school, query), terms.c.seq
    shown = sa.select(statements.c.seq).where(statements.c.school == school, ~statements.c.voided)
    return shown, statements.c.seq


def _by_face(school: str, query: Query) -> sa.Select[Any]:
    found = sa.select(faces.c.seq).distinct().where(faces.c.school == school, _shown(faces.c.seq))
    if query.registration:
        found = found.where(faces.c.registration == query.registration)
    if query.verb:
        found = found.where(faces.c.verb == query.verb)
    for term in query.terms:
        found = found.where(_has_term(school, term, faces.c.seq, faces.c.source))
    return found


def _by_term(school: str, query: Query) -> sa.Select[Any]:
    first, *others = query.terms
    found = sa.select(terms.c.seq).distinct().where(_is(terms, school, first), _shown(terms.c.seq))
    for term in others:
        found = found.where(_has_term(school, term, terms.c.seq, terms.c.source))
    if query.verb:
        face = (faces.c.seq == terms.c.seq) & (faces.c.source == terms.c.source) & (faces.c.verb == query.verb)
        found = found.where(sa.exists().where(face))
    return found


def _has_term(school: str, term: Term, seq: sa.Column[int], source: sa.Column[int]) -> sa.ColumnElement[bool]:
    other = terms.alias()
    return sa.exists().where(_is(other, school, term), other.c.seq == seq, other.c.source == source)


def _is(table: Any, school: str, term: Term) -> sa.ColumnElement[bool]:
    """Who asks for related ones takes the direct ones too."""
    same: sa.ColumnElement[bool] = (table.c.school == school) & (table.c.term == digest(term.kind, term.value))
    return same if term.related else same & ~table.c.related


def _shown(seq: sa.Column[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(statements.c.seq == seq, ~statements.c.voided)


def _last_before(connection: sa.Connection, school: str, moment: Any) -> int | None:
    """The newest that was stored up to this moment, 0 when there is none; None for no moment."""
    if moment is None:
        return None
    until = sa.select(statements.c.seq).where(statements.c.school == school, statements.c.stored <= moment)
    newest = until.order_by(statements.c.stored.desc(), statements.c.seq.desc()).limit(1)
    return connection.execute(newest).scalar() or 0
