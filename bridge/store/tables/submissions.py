"""Intents. A state is derived, never stored: `sent_at`, `ended_at` and each row's own outcome say it all."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata, score_key, unit_key

submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *unit_key(),
    sa.Column("run", sa.Text, sa.ForeignKey("runs.id"), nullable=False, index=True),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("fingerprints", sa.Text, nullable=False),  # JSON, by column
    sa.Column("prepared_at", Moment, nullable=False),
    sa.Column("sent_at", Moment, nullable=True),
    sa.Column("ended_at", Moment, nullable=True),
)
sa.Index(
    "ix_submissions_open",
    submissions.c.school,
    submissions.c.prepared_at,
    sqlite_where=sa.text("ended_at IS NULL"),
    postgresql_where=sa.text("ended_at IS NULL"),
)

rows = sa.Table(
    "submission_rows",
    metadata,
    sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    *score_key(),
    sa.Column("op", sa.Text, nullable=False),
    sa.Column("score", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("base_version", sa.BigInteger, nullable=False),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("code_lookup", sa.LargeBinary, nullable=False),  # finds the pupil's code of that day in the vault
    sa.Column("course", sa.BigInteger, nullable=True),
    sa.Column("item", sa.BigInteger, nullable=True),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),  # the city's score when it was planned
    sa.Column("confirmations", sa.Text, nullable=False),  # ids, JSON
    sa.Column("decided", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.Text, nullable=True),  # none: open
    sa.Column("refusal", sa.Text, nullable=True),
    sa.Column("code", sa.Text, nullable=False, server_default=""),
    sa.Column("message", sa.Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
KEY = (
    rows.c.school,
    rows.c.year,
    rows.c.subject,
    rows.c.term,
    rows.c.pupil,
    rows.c.book_column,
)
sa.Index(
    "uq_submission_rows_open",
    *KEY,
    unique=True,
    sqlite_where=sa.text("outcome IS NULL"),
    postgresql_where=sa.text("outcome IS NULL"),
)
sa.Index("ix_submission_rows_key", *KEY, rows.c.version)
sa.Index(
    "ix_submission_rows_refused",
    rows.c.school,
    rows.c.year,
    sqlite_where=sa.text("outcome = 'refused'"),
    postgresql_where=sa.text("outcome = 'refused'"),
)
