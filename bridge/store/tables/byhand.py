"""What people carry over: what they said of each row, and the batches of filled workbooks that were handed out."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

words = sa.Table(
    "byhand_words",
    metadata,
    sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("refusal", sa.Text, nullable=True),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("shown", sa.Text, nullable=True),  # a score, where the row had moved
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)
sa.Index("ix_batches_school", batches.c.school, batches.c.made_at)

batch_submissions = sa.Table(
    "batch_submissions",
    metadata,
    sa.Column("batch", sa.Text, sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), primary_key=True),
    sqlite_with_rowid=False,
)
