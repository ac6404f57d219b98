"""Rights to act that end by themselves, with fences."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import Busy, LeaseLost
from bridge.ports.leases import Lease
from bridge.store.engine import Database
from bridge.store.tables.work import leases


class LeaseTable:
    """`bridge.ports.leases.Leases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, *, holder: str, seconds: float, now: datetime) -> Lease:
        with self._database.write() as connection:
            row = _locked(connection, name)
            if row.until is not None and row.until > now and row.holder != holder:
                raise Busy(lease=name, holder=row.holder, until=row.until)
            lease = Lease(name, holder, row.fence + 1, now + timedelta(seconds=seconds))
            _save(connection, lease)
        return lease

    def renew(self, lease: Lease, *, seconds: float, now: datetime) -> Lease:
        with self._database.write() as connection:
            if _locked(connection, lease.name).fence != lease.fence:
                raise LeaseLost(lease=lease.name)
            longer = lease._replace(until=now + timedelta(seconds=seconds))
            _save(connection, longer)
        return longer

    def release(self, lease: Lease) -> None:
        mine = (leases.c.name == lease.name) & (leases.c.fence == lease.fence)
        with self._database.write() as connection:
            connection.execute(sa.update(leases).where(mine).values(until=None))


def check_fence(connection: sa.Connection, lease: Lease, *, now: datetime) -> None:
    """`LeaseLost` unless this lease is the newest and has not run out. Nobody can take it until we commit."""
    row = _locked(connection, lease.name)
    if row.fence != lease.fence or row.until is None or row.until <= now:
        raise LeaseLost(lease=lease.name)


def _locked(connection: sa.Connection, name: str) -> Any:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(leases).values(name=name, holder="", fence=0).on_conflict_do_nothing())
    held = sa.select(leases.c.holder, leases.c.fence, leases.c.until).where(leases.c.name == name).with_for_update()
    return connection.execute(held).one()


def _save(connection: sa.Connection, lease: Lease) -> None:
    values = {"holder": lease.holder, "fence": lease.fence, "until": lease.until}
    connection.execute(sa.update(leases).where(leases.c.name == lease.name).values(values))
