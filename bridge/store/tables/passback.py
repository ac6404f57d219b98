"""Scores on their way into an LMS's gradebook: a row for each cell."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

passbacks = sa.Table(
    "passbacks",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("registration", sa.Text, primary_key=True),
    sa.Column("line_item", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),  # of the platform
    sa.Column("value", sa.Text, nullable=False),  # exact decimals, as all values here
    sa.Column("maximum", sa.Text, nullable=False),
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),  # rises with every claim
    sa.Column("until", Moment, nullable=True),  # of a claim
    sa.Column("stamped", Moment, nullable=True),
    sa.Column("accepted", sa.Text, nullable=True),  # value/maximum, as seen and allowed
    sa.Column("seen", sa.Text, nullable=True),
    sa.Column("allowed", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON
    sa.Column("changed_at", Moment, nullable=False),
    sa.Index(None, "school", "state", "due"),
)
