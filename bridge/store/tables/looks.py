"""What was last seen of each unit, for its page."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata, unit_key

looks = sa.Table(
    "looks",
    metadata,
    *unit_key(primary_key=True),
    sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # JSON, written and read by sync/seen.py
)
