"""The ledger: what the city has accepted, and what a column and a read looked like at that time."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata, score_key, unit_key

ledger = sa.Table(
    "ledger",
    metadata,
    *score_key(primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("score", sa.Text, nullable=True),  # none: never accepted, cancelled or closed
    sa.Column("version", sa.BigInteger, nullable=False),  # highest issued or seen; never falls
    sa.Column("city_version", sa.BigInteger, nullable=False),  # what the city was last known to have
    sa.Column("course", sa.BigInteger, nullable=True),
    sa.Column("item", sa.BigInteger, nullable=True),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.Column("run", sa.Text, nullable=False),  # that last touched it
    sa.Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,  # the key is wide: one tree instead of two
)

fingerprints = sa.Table(
    "fingerprints",
    metadata,
    *unit_key(primary_key=True),
    sa.Column("book_column", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
)

reads = sa.Table(
    "reads",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("size", sa.Integer, nullable=False),
)
