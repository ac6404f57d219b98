"""Which LTI activities feed which columns, as they were last read."""

import sqlalchemy as sa

from bridge.store.tables.base import metadata, unit_key

feeds = sa.Table(
    "feeds",
    metadata,
    *unit_key(primary_key=True),
    sa.Column("column", sa.Text, primary_key=True),
    sa.Column("course", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("item", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("resource_link", sa.Text, nullable=False),
    sa.Column("low", sa.Text, nullable=False),
    sa.Column("high", sa.Text, nullable=False),
)
