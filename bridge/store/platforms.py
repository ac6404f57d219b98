"""Registrations at platforms, our own keys, logins and invitations of LTI 1.3."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import BadInput, NotFound
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.platforms import Pending, SigningKey
from bridge.store.bulk import upsert
from bridge.store.chain import Entry, Random, Trail
from bridge.store.engine import Database
from bridge.store.tables.launches import deployments, invitations, keys, logins, registrations
from bridge.store.vault import Vault

INVITED = timedelta(minutes=30)


class PlatformTable:
    """`bridge.ports.platforms.Platforms`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def registrations(self, school: str) -> Sequence[Registration]:
        with self._database.read() as connection:
            return _read(connection, registrations.c.school == school)

    def find(self, registration: str) -> Registration:
        with self._database.read() as connection:
            return _one(connection, registration)

    def add(self, registration: Registration, *, actor: str, now: datetime) -> None:
        row = {**asdict(registration), "state": registration.state.value, "made_at": now}
        del row["deployments"]
        known = (registrations.c.school == registration.school) & (registrations.c.issuer == registration.issuer)
        with self._database.write() as connection:
            if _read(connection, known & (registrations.c.client_id == registration.client_id)):
                raise BadInput(where="client_id", value=registration.client_id, why="REGISTERED")
            connection.execute(sa.insert(registrations), row)
            entry = Entry("platform.registered", registration.id, new=f"{registration.issuer} {registration.client_id}")
            self._trail.append(connection, registration.school, [entry], actor=actor, at=now)

    def learn(self, registration: str, deployment: str, *, now: datetime) -> None:
        row = {"registration": registration, "deployment": deployment, "since": now}
        pending = (registrations.c.id == registration) & (registrations.c.state == RegistrationState.PENDING.value)
        with self._database.write() as connection:
            upsert(connection, deployments, [row], changes=lambda _: {"since": deployments.c.since})
            active = sa.update(registrations).where(pending).values(state=RegistrationState.ACTIVE.value)
            connection.execute(active)

    def set_state(self, registration: str, state: RegistrationState, *, actor: str, now: datetime) -> None:
        with self._database.write() as connection:
            known = _one(connection, registration)
            changed = sa.update(registrations).where(registrations.c.id == registration).values(state=state.value)
            connection.execute(changed)
            entry = Entry("platform.state", registration, old=known.state.value, new=state.value)
            self._trail.append(connection, known.school, [entry], actor=actor, at=now)


def _one(connection: sa.Connection, registration: str) -> Registration:
    found = _read(connection, registrations.c.id == registration)
    if not found:
        raise NotFound(kind="registration", name=registration, nearest=[])
    return found[0]


_WITH_DEPLOYMENTS = (
    sa.select(registrations, deployments.c.deployment)
    .join_from(registrations, deployments, isouter=True)
    .order_by(registrations.c.made_at, registrations.c.id, deployments.c.since)
)


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Registration]:
    """One question: it is asked at every launch."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for row in connection.execute(_WITH_DEPLOYMENTS.where(which)):
        _, learned = found.setdefault(row.id, (row, []))
        learned += [row.deployment] if row.deployment is not None else []
    return [_registration(row, tuple(learned)) for row, learned in found.values()]


def _registration(row: Any, found: tuple[str, ...]) -> Registration:
    return Registration(
        id=row.id,
        school=row.school,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        auth_url=row.auth_url,
        token_url=row.token_url,
        jwks_url=row.jwks_url,
        state=RegistrationState(row.state),
        deployments=found,
    )


class KeyTable:
    """`bridge.ports.platforms.Keys`."""

    def __init__(self, database: Database, trail: Trail, vault: Vault) -> None:
        self._database = database
        self._trail = trail
        self._vault = vault

    def all(self, school: str) -> Sequence[SigningKey]:
        mine = sa.select(keys).where(keys.c.school == school).order_by(keys.c.made_at.desc(), keys.c.kid)
        with self._database.read() as connection:
            return [self._key(row) for row in connection.execute(mine)]

    def rotate(self, school: str, new: SigningKey, *, drop_before: datetime, actor: str, now: datetime) -> None:
        row = {
            "school": school,
            "kid": new.kid,
            "private": self._vault.seal(new.private, key_place(school, new.kid)),
            "public": json.dumps(new.public),
            "made_at": now,
        }
        mine = keys.c.school == school
        with self._database.write() as connection:
            connection.execute(sa.delete(keys).where(mine, keys.c.retired_at < drop_before))
            connection.execute(sa.update(keys).where(mine, keys.c.retired_at.is_(None)).values(retired_at=now))
            connection.execute(sa.insert(keys), row)
            self._trail.append(connection, school, [Entry("key.made", new.kid)], actor=actor, at=now)

    def _key(self, row: Any) -> SigningKey:
        private = self._vault.open(row.private, key_place(row.school, row.kid))
        return SigningKey(row.kid, private, json.loads(row.public), row.made_at, row.retired_at)


def key_place(school: str, kid: str) -> str:
    return f"lti_keys/{school}/{kid}"


_TAKE = sa.delete(logins).where(logins.c.state == sa.bindparam("taken")).returning(*logins.c)


class LoginTable:
    """`bridge.ports.platforms.Logins`. One that a power cut brings back still asks for the cookie and a fresh token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, state: str, pending: Pending) -> None:
        row = {**pending._asdict(), "state": digest(state), "binding": digest(pending.binding)}
        with self._database.write_lightly() as connection:
            connection.execute(sa.insert(logins), row)

    def take(self, state: str, *, now: datetime) -> Pending | None:
        with self._database.write_lightly() as connection:
            row = connection.execute(_TAKE, {"taken": digest(state)}).one_or_none()
        if row is None or row.until <= now:
            return None
        return Pending(row.registration, row.nonce, row.target, row.binding.hex(), row.until)

    def sweep(self, *, now: datetime) -> int:
        with self._database.write_lightly() as connection:
            return connection.execute(sa.delete(logins).where(logins.c.until <= now)).rowcount


class InvitationTable:
    """`bridge.ports.platforms.Invitations`."""

    def __init__(self, database: Database, trail: Trail, random: Random) -> None:
        self._database = database
        self._trail = trail
        self._random = random

    def offer(self, school: str, *, actor: str, now: datetime) -> str:
        word = self._random(24).hex()
        with self._database.write() as connection:
            connection.execute(sa.delete(invitations).where(invitations.c.until <= now))
            connection.execute(sa.insert(invitations), {"school": school, "word": digest(word), "until": now + INVITED})
            self._trail.append(connection, school, [Entry("platform.invited", "")], actor=actor, at=now)
        return word

    def use(self, school: str, invitation: str, *, now: datetime) -> bool:
        mine = (invitations.c.school == school) & (invitations.c.word == digest(invitation))
        with self._database.write() as connection:
            return connection.execute(sa.delete(invitations).where(mine, invitations.c.until > now)).rowcount == 1


def digest(secret: str) -> bytes:
    """Of a long random word: a copied database opens nothing."""
    return hashlib.sha256(secret.encode()).digest()
