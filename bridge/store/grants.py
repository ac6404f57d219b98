"""Roles and stand-ins that people gave each other in our own store."""

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bridge.domain.actors import Delegation, Grant
from bridge.domain.errors import NotFound
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.people import delegations, grants


class GrantTable:
    """`bridge.ports.people.Grants`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def grants(self, school: str) -> Sequence[Grant]:
        query = sa.select(grants).where(grants.c.school == school).order_by(grants.c.actor, grants.c.role)
        with self._database.read() as connection:
            return [
                Grant(row.actor, row.role, tuple(json.loads(row.subjects)), row.since, row.until)
                for row in connection.execute(query)
            ]

    def delegations(self, school: str) -> Sequence[Delegation]:
        query = sa.select(delegations).where(delegations.c.school == school)
        order = (delegations.c.actor, delegations.c.since, delegations.c.school_class, delegations.c.subject)
        with self._database.read() as connection:
            found = connection.execute(query.order_by(*order))
            return [Delegation(**{name: getattr(row, name) for name in Delegation._fields}) for row in found]

    def grant(self, school: str, grant: Grant, *, by: str, now: datetime) -> None:
        values = grant._asdict() | {"school": school, "subjects": json.dumps(grant.subjects, ensure_ascii=False)}
        entry = Entry("grant.given", f"{grant.actor} {grant.role}", new=_span(grant, ",".join(grant.subjects)))
        with self._database.write() as connection:
            upsert(connection, grants, [values], changes=taking("subjects", "since", "until"))
            self._trail.append(connection, school, [entry], actor=by, at=now)

    def revoke(self, school: str, actor: str, role: str, *, by: str, now: datetime) -> None:
        mine = (grants.c.school == school) & (grants.c.actor == actor) & (grants.c.role == role)
        with self._database.write() as connection:
            if connection.execute(sa.delete(grants).where(mine)).rowcount == 0:
                raise NotFound(kind="grant", name=f"{actor} {role}", nearest=[])
            entry = Entry("grant.revoked", f"{actor} {role}")
            self._trail.append(connection, school, [entry], actor=by, at=now)

    def delegate(self, school: str, delegation: Delegation, *, by: str, now: datetime) -> None:
        place = f"{delegation.school_class} {delegation.subject} {delegation.term}"
        entry = Entry("delegation.given", delegation.actor, new=_span(delegation, place))
        with self._database.write() as connection:
            upsert(connection, delegations, [delegation._asdict() | {"school": school}], changes=taking("until"))
            self._trail.append(connection, school, [entry], actor=by, at=now)


def _span(given: Grant | Delegation, what: str) -> str:
    return f"{what} {given.since or ''}–{given.until or ''}".strip()
