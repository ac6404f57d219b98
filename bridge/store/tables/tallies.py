"""What each unit's plan came to, counted when it was saved: an index of `plan_units`, which never change."""

import sqlalchemy as sa

from bridge.store.tables.base import metadata, unit_key

tallies = sa.Table(
    "unit_tallies",
    metadata,
    *unit_key(primary_key=True),
    sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON, written and read by tallies.py
    sa.Index(None, "plan"),
)
