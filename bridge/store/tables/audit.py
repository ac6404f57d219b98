"""The trail. `audit` only grows: triggers, made by the migration, refuse everything else."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),  # 1, 2, 3 … without a gap
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("old", sa.Text, nullable=False),
    sa.Column("new", sa.Text, nullable=False),
    sa.Column("reason_digest", sa.Text, nullable=False),  # "" without a reason
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index(None, "school", "subject"),
)

audit_reasons = sa.Table(
    "audit_reasons",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["school", "seq"], ["audit.school", "audit.seq"]),
)

audit_heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
