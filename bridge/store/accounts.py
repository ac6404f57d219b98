"""Accounts of staff, and the one-time link that makes the first."""

import hashlib
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bridge.domain.actors import Role
from bridge.domain.errors import NotAllowed
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Random, Trail
from bridge.store.engine import Database
from bridge.store.tables.accounts import accounts, setups
from bridge.store.tables.people import grants

VALID = timedelta(hours=1)
_HASHER = PasswordHasher()  # Argon2id with the library's own costs: RFC 9106 §4, "low memory"


class AccountTable:
    """`bridge.ports.accounts.Accounts`."""

    def __init__(self, database: Database, trail: Trail, random: Random) -> None:
        self._database = database
        self._trail = trail
        self._random = random

    def offer(self, school: str, *, now: datetime) -> str:
        token = self._random(32).hex()
        values = {"school": school, "token": _digest(token), "until": now + VALID}
        with self._database.write() as connection:
            upsert(connection, setups, [values], changes=taking("token", "until"))
        return token

    def found(self, school: str, token: str, *, actor: str, password: str, now: datetime) -> None:
        values = {"school": school, "actor": actor, "password": _HASHER.hash(password), "changed_at": now}
        mine = (setups.c.school == school) & (setups.c.token == _digest(token)) & (setups.c.until > now)
        with self._database.write() as connection:
            if connection.execute(sa.delete(setups).where(mine)).rowcount != 1:
                raise NotAllowed(actor=actor, action="SET_UP", lack="SET_UP")
            upsert(connection, accounts, [values], changes=taking("password", "changed_at"))
            entries = [Entry("account.made", actor), *_admin_grant(connection, school, actor)]
            self._trail.append(connection, school, entries, actor=actor, at=now)

    def any(self, school: str) -> bool:
        query = sa.select(sa.func.count()).select_from(accounts).where(accounts.c.school == school)
        with self._database.read() as connection:
            return bool(connection.execute(query).scalar())

    def prove(self, school: str, actor: str, password: str) -> bool:
        query = sa.select(accounts.c.password).where(accounts.c.school == school, accounts.c.actor == actor)
        with self._database.read() as connection:
            known = connection.execute(query).scalar()
        try:
            return _HASHER.verify(known or _nobodys(), password) and known is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    """A hash to measure a password against where there is no account: an answer tells nothing by its time."""
    return _HASHER.hash("nobody has this password")


def _admin_grant(connection: sa.Connection, school: str, actor: str) -> list[Entry]:
    """Whoever holds the link of the server can read the server's keys: an admin, if that is not said already."""
    values = {
        "school": school,
        "actor": actor,
        "role": Role.ADMIN.value,
        "subjects": "[]",
        "since": None,
        "until": None,
    }
    known = sa.select(sa.func.count()).where(*(grants.c[name] == values[name] for name in ("school", "actor", "role")))
    if connection.execute(known).scalar():
        return []
    connection.execute(sa.insert(grants), values)
    return [Entry("grant.given", f"{actor} {Role.ADMIN}")]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
