"""Jobs and what starts them: rows with leases and fences, schedules with their last tick, buckets of tokens."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("lock", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),  # so many it may have
    sa.Column("arguments", sa.Text, nullable=False),  # JSON, as result and facts
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("started_at", Moment, nullable=True),
    sa.Column("ended_at", Moment, nullable=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),  # rises with every claim
    sa.Column("until", Moment, nullable=True),  # the lease of a running one
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index(None, "school", "asked_at"),
)
_OPEN = sa.text("state IN ('QUEUED', 'RUNNING', 'RETRY')")
_RUNNING = sa.text("state = 'RUNNING'")
sa.Index(
    "uq_jobs_open", jobs.c.school, jobs.c.kind, jobs.c.key, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
)
sa.Index("uq_jobs_lock", jobs.c.lock, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON
)

ticks = sa.Table(
    "ticks",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("last", Moment, nullable=False),
)

buckets = sa.Table(
    "buckets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("tokens", sa.Float, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
