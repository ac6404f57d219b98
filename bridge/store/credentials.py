"""Who may speak to the learning record store. Secrets are random and long, so a plain digest keeps them."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.ports.statements import Credential, Reach
from bridge.store.bulk import among, as_read
from bridge.store.engine import Database
from bridge.store.tables.statements import credentials

_KEPT = (
    credentials.c.until,
    credentials.c.name,
    credentials.c.reach,
    credentials.c.registration,
    credentials.c.agent,
    credentials.c.activities,
    credentials.c.session,
)
_FIND = among(credentials.c.name, credentials.c.digest, *_KEPT)  # with every request


class CredentialTable:
    """`bridge.ports.statements.Credentials`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, school: str, credential: Credential, *, secret: str) -> bool:
        row = {
            "school": school,
            "name": credential.name,
            "digest": _digest(secret),
            "reach": credential.reach.value,
            "until": credential.until,
            "registration": credential.registration,
            "agent": credential.agent,
            "activities": json.dumps(credential.activities),
            "session": credential.session,
        }
        with self._database.write() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            return connection.execute(insert(credentials).values(row).on_conflict_do_nothing()).rowcount == 1

    def find(self, school: str, name: str, *, secret: str) -> Credential | None:
        with self._database.read() as connection:
            found = [
                (digest, _credential(as_read(connection, credentials.c.until, until), *kept))
                for digest, until, *kept in _FIND.rows(connection, school, [name])
            ]
        for digest, credential in found:
            if hmac.compare_digest(digest, _digest(secret)) and not self._is_over(credential):
                return credential
        return None

    def end(self, school: str, name: str, at: datetime) -> None:
        later = sa.or_(credentials.c.until.is_(None), credentials.c.until > at)
        with self._database.write() as connection:
            connection.execute(sa.update(credentials).where(_named(school, name), later).values(until=at))

    def drop(self, school: str, name: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(credentials).where(_named(school, name)))

    def all(self, school: str, reach: Reach) -> Sequence[Credential]:
        wanted = sa.select(*_KEPT).where(credentials.c.school == school, credentials.c.reach == reach.value)
        with self._database.read() as connection:
            return [_credential(*row) for row in connection.execute(wanted.order_by(credentials.c.name))]

    def _is_over(self, credential: Credential) -> bool:
        return credential.until is not None and credential.until <= self._database.clock()


def _named(school: str, name: str) -> sa.ColumnElement[bool]:
    return (credentials.c.school == school) & (credentials.c.name == name)


def _credential(until: datetime | None, name: str, reach: str, *rest: str) -> Credential:
    """From a row of `_KEPT`."""
    registration, agent, activities, session = rest
    return Credential(name, Reach(reach), until, registration, agent, tuple(json.loads(activities)), session)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
