"""Saved plans: written unit by unit, read the same way, applied once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound, PlanUnusable
from bridge.domain.plans import Confirmation, PlanHead, UnitPlan
from bridge.domain.scores import ScoreKey
from bridge.store import naming
from bridge.store.chain import Entry, Trail
from bridge.store.codec import key_name, key_values, write_score
from bridge.store.engine import Database
from bridge.store.tables.plans import confirmations, plan_units, plans
from bridge.store.tables.tallies import tallies
from bridge.store.tallies import keep_tallies, retire_older
from bridge.store.unitplans import read_unit, write_unit

_AT_ONCE = 16  # units read by one question


class PlanTable:
    """`bridge.ports.plans.Plans`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def begin(self, head: PlanHead) -> None:
        values = {name: getattr(head, name) for name in _HEAD} | {"finished": False}
        with self._database.write() as connection:
            connection.execute(sa.insert(plans), values)

    def add(self, plan: str, units: Sequence[UnitPlan]) -> None:
        bodies = [write_unit(unit) for unit in units]
        here = sa.select(sa.func.count()).select_from(plan_units).where(plan_units.c.plan == plan)
        with self._database.write() as connection:
            start = connection.execute(here).scalar_one()
            rows = [{"plan": plan, "position": start + offset, "body": body} for offset, body in enumerate(bodies)]
            if rows:
                connection.execute(sa.insert(plan_units), rows)
            keep_tallies(connection, plan, units)

    def finish(self, plan: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(plans).where(plans.c.id == plan).values(finished=True))
            retire_older(connection, plan)

    def head(self, plan: str, *, school: str) -> PlanHead:
        with self._database.read() as connection:
            among = (plans.c.school == school) & plans.c.finished
            return _head(naming.find(connection, plans, plan, among=among))

    def units(self, plan: str) -> Iterator[UnitPlan]:
        """A few units in memory at a time. A finished plan never changes, so they may be read piece by piece."""
        query = sa.select(plan_units.c.body).where(plan_units.c.plan == plan).order_by(plan_units.c.position)
        for start in range(0, self._count(plan), _AT_ONCE):
            here = plan_units.c.position.between(start, start + _AT_ONCE - 1)
            with self._database.read() as connection:
                bodies = connection.execute(query.where(here)).scalars().all()
            yield from map(read_unit, bodies)

    def use(self, plan: str, *, now: datetime) -> None:
        with self._database.write() as connection:
            head = _usable(connection, plan, now=now)
            if head.applied_at is not None:
                raise PlanUnusable(plan=plan, why="APPLIED")
            connection.execute(sa.update(plans).where(plans.c.id == plan).values(applied_at=now))
            self._trail.append(connection, head.school, [Entry("plan.applied", plan)], actor=head.actor, at=now)

    def confirm(self, plan: str, cells: Iterable[tuple[ScoreKey, Confirmation]], *, now: datetime) -> int:
        pairs = list(cells)
        with self._database.write() as connection:
            head = _usable(connection, plan, now=now)
            for key, confirmation in pairs:
                _replace_older(connection, key, confirmation)
            if pairs:
                connection.execute(sa.insert(confirmations), [_confirmation(plan, *pair) for pair in pairs])
            for actor in sorted({confirmation.actor for _, confirmation in pairs}):
                entries = [_confirmed(*pair) for pair in pairs if pair[1].actor == actor]
                self._trail.append(connection, head.school, entries, actor=actor, at=now)
        return len(pairs)

    def drop_bodies(self, school: str, *, expired_before: datetime) -> int:
        newest = sa.select(plans.c.id).where(plans.c.school == school, plans.c.finished)
        last = newest.order_by(plans.c.created_at.desc(), plans.c.id).limit(1).scalar_subquery()
        old = sa.select(plans.c.id).where(
            plans.c.school == school, plans.c.expires_at < expired_before, plans.c.id != sa.func.coalesce(last, "")
        )
        broken = sa.select(plans.c.id).where(plans.c.school == school, plans.c.expires_at < expired_before)
        with self._database.write() as connection:
            connection.execute(sa.delete(tallies).where(tallies.c.plan.in_(broken.where(~plans.c.finished))))
            return connection.execute(sa.delete(plan_units).where(plan_units.c.plan.in_(old))).rowcount

    def _count(self, plan: str) -> int:
        query = sa.select(sa.func.count()).select_from(plan_units).where(plan_units.c.plan == plan)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()


_HEAD = tuple(PlanHead.__dataclass_fields__)


def _head(row: sa.Row[Any]) -> PlanHead:
    return PlanHead(**{name: getattr(row, name) for name in _HEAD})


def _usable(connection: sa.Connection, plan: str, *, now: datetime) -> sa.Row[Any]:
    """The row of a plan that has not expired, held, so that of two who want it one waits and then finds it used."""
    query = sa.select(plans).where(plans.c.id == plan, plans.c.finished).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(kind="plan", name=plan, nearest=[])
    if row.expires_at <= now:
        raise PlanUnusable(plan=plan, why="EXPIRED")
    return row


def _replace_older(connection: sa.Connection, key: ScoreKey, newer: Confirmation) -> None:
    here = (confirmations.c[name] == value for name, value in key_values(key).items())
    older = sa.and_(*here, confirmations.c.gate == newer.gate.value, confirmations.c.ended_by.is_(None))
    connection.execute(sa.update(confirmations).where(older).values(ended_by=newer.id))


def _confirmation(plan: str, key: ScoreKey, given: Confirmation) -> dict[str, Any]:
    return key_values(key) | {
        "id": given.id,
        "plan": plan,
        "gate": given.gate.value,
        "op": given.op.value,
        "score": write_score(given.score),
        "actor": given.actor,
        "at": given.at,
    }


def _confirmed(key: ScoreKey, given: Confirmation) -> Entry:
    return Entry(
        f"score.{given.gate.lower()}", key_name(key), new=f"{given.op} {write_score(given.score)} by {given.id}"
    )
