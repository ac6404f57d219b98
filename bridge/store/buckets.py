"""Token buckets: how fast all processes on this database together may call a remote."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.store.engine import Database
from bridge.store.tables.jobs import buckets


class BucketTable:
    """`bridge.ports.jobs.Buckets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, tokens: int, *, per_second: float, burst: int, now: datetime) -> float:
        with self._database.write() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            full = insert(buckets).values(name=name, tokens=burst, at=now)
            connection.execute(full.on_conflict_do_nothing())
            query = sa.select(buckets.c.tokens, buckets.c.at).where(buckets.c.name == name).with_for_update()
            row = connection.execute(query).one()
            passed = max(0.0, (now - row.at).total_seconds())  # a clock set back gives nothing and takes nothing
            left = min(float(burst), row.tokens + passed * per_second) - tokens
            values = {"tokens": left, "at": max(now, row.at)}
            connection.execute(sa.update(buckets).where(buckets.c.name == name).values(values))
        return float(max(0.0, -left / per_second))
