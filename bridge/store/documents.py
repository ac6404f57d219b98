"""Documents of the learning record store: state, profiles of activities and agents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.ports.statements import Change, Document, DocumentKind, Shelf
from bridge.store.bulk import taking, upsert
from bridge.store.engine import Database
from bridge.store.statementterms import digest
from bridge.store.tables.statements import documents

Place = Mapping[str, Any]


class DocumentTable:
    """`bridge.ports.statements.Documents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, school: str, shelf: Shelf, id: str) -> Document | None:
        with self._database.read() as connection:
            return _find(connection, _place(school, shelf, id))

    def change(self, school: str, shelf: Shelf, id: str, change: Change) -> None:
        place = _place(school, shelf, id)
        with self._database.write() as connection:
            _alone(connection, place)
            before = _find(connection, place)
            after = change(before)
            if after is None:
                connection.execute(sa.delete(documents).where(_at(place)))
            elif after is not before:
                _save(connection, place, id, after, shelf.agent)

    def ids(self, school: str, shelf: Shelf, *, since: datetime | None = None) -> Sequence[str]:
        wanted = sa.select(documents.c.id).distinct().where(_on(school, shelf)).order_by(documents.c.id)
        if since is not None:
            wanted = wanted.where(documents.c.updated > since)
        with self._database.read() as connection:
            return connection.execute(wanted).scalars().all()

    def clear(self, school: str, shelf: Shelf) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(documents).where(_on(school, shelf)))


def _save(connection: sa.Connection, place: Place, id: str, document: Document, agent: str) -> None:
    row = {**place, "id": id, "agent": agent, **document._asdict()}
    upsert(connection, documents, [row], changes=taking("content", "content_type", "updated"))


def _place(school: str, shelf: Shelf, id: str) -> Place:
    """The primary key of a document."""
    return {
        "school": school,
        "shelf": _shelf_key(shelf),
        "registration": shelf.registration,
        "key": digest(id),
    }


def _shelf_key(shelf: Shelf) -> bytes:
    return digest(shelf.kind, shelf.activity, shelf.agent)


def _at(place: Place) -> sa.ColumnElement[bool]:
    return sa.and_(*(documents.c[name] == value for name, value in place.items()))


def _on(school: str, shelf: Shelf) -> sa.ColumnElement[bool]:
    """All documents there; a state shelf without registration is that of all (Communication §2.3)."""
    there = (documents.c.school == school) & (documents.c.shelf == _shelf_key(shelf))
    everywhere = shelf.kind is DocumentKind.STATE and not shelf.registration
    return there if everywhere else there & (documents.c.registration == shelf.registration)


def _find(connection: sa.Connection, place: Place) -> Document | None:
    columns = (documents.c.content, documents.c.content_type, documents.c.updated)
    row = connection.execute(sa.select(*columns).where(_at(place))).one_or_none()
    return None if row is None else Document(*row)


def _alone(connection: sa.Connection, place: Place) -> None:
    """Also where no row is yet that could be locked; on SQLite `BEGIN IMMEDIATE` has seen to it."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(digest(*map(str, place.values()))[:8], signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
