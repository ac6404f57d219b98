"""Saved plans, and what people said about their cells."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata, score_key, unit_key

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("ruleset", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("finished", sa.Boolean, nullable=False),
    sa.Column("applied_at", Moment, nullable=True),
    sa.Index(None, "school", "created_at"),
)

plan_units = sa.Table(
    "plan_units",
    metadata,
    sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),  # JSON, written and read by unitplans.py
)

confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *score_key(),
    sa.Column("plan", sa.Text, sa.ForeignKey("plans.id"), nullable=False),
    sa.Column("gate", sa.Text, nullable=False),
    sa.Column("op", sa.Text, nullable=False),
    sa.Column("score", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=True),  # the submission that used it, or the confirmation that replaced it
)
sa.Index(
    "uq_confirmations_open",
    *(confirmations.c[name] for name in ("school", "year", "subject", "term", "pupil", "book_column", "gate")),
    unique=True,
    sqlite_where=sa.text("ended_by IS NULL"),
    postgresql_where=sa.text("ended_by IS NULL"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    *score_key(primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("lms", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=True),
    sa.Column("city_version", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

clearances = sa.Table(
    "clearances",
    metadata,
    *unit_key(primary_key=True),
    sa.Column("problem", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
