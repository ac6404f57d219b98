"""Who may speak to the learning record store. Secrets are random and long, so a plain digest keeps them."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.ports.statements import Credential, Reach
from bridge.store.engine import Database
from bridge.store.tables.statements import credentials

_FIND = sa.select(credentials).where(  # with every request
    credentials.c.school == sa.bindparam("school"), credentials.c.name == sa.bindparam("name")
)


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
            row = connection.execute(_FIND, {"school": school, "name": name}).one_or_none()
        if row is None or not hmac.compare_digest(row.digest, _digest(secret)):
            return None
        found = _credential(row)
        return None if found.until is not None and found.until <= self._database.clock() else found

    def drop(self, school: str, name: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(credentials).where(_named(school, name)))

    def all(self, school: str, reach: Reach) -> Sequence[Credential]:
        wanted = sa.select(credentials).where(credentials.c.school == school, credentials.c.reach == reach.value)
        with self._database.read() as connection:
            return [_credential(row) for row in connection.execute(wanted.order_by(credentials.c.name))]


def _named(school: str, name: str) -> sa.ColumnElement[bool]:
    return (credentials.c.school == school) & (credentials.c.name == name)


def _credential(row: Any) -> Credential:
    return Credential(
        name=row.name,
        reach=Reach(row.reach),
        until=row.until,
        registration=row.registration,
        agent=row.agent,
        activities=tuple(json.loads(row.activities)),
        session=row.session,
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
