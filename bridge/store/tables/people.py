"""The identity vault, and what the city says about a school by random keys alone."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),  # 128 random bits, hex
    sa.Column("kind", sa.Text, nullable=False),  # PUPIL | TEACHER
    sa.Column("name", sa.LargeBinary, nullable=False),  # sealed, as the two below
    sa.Column("birth_date", sa.LargeBinary, nullable=True),
    sa.Column("sex", sa.LargeBinary, nullable=True),
    sa.Column("since", Moment, nullable=False),  # first seen
)

identifiers = sa.Table(
    "identifiers",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, primary_key=True),  # CITY | MINISTRY | TEACHER
    sa.Column("lookup", sa.LargeBinary, primary_key=True),  # HMAC-SHA-256 of (school, type, value)
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("valid_from", Moment, nullable=False),
    sa.Column("valid_to", Moment, nullable=True),
    sa.ForeignKeyConstraint(["school", "person"], ["people.school", "people.key"], ondelete="CASCADE"),
    sa.Index(None, "school", "person"),
)
sa.Index(
    "uq_identifiers_current",
    identifiers.c.school,
    identifiers.c.type,
    identifiers.c.lookup,
    unique=True,
    sqlite_where=sa.text("valid_to IS NULL"),
    postgresql_where=sa.text("valid_to IS NULL"),
)

vault_keys = sa.Table(
    "vault_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # a key's id, or "lookup"
    sa.Column("proof", sa.LargeBinary, nullable=False),  # only the right key can make it
)

pins = sa.Table(
    "pins",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("pupil", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("subjects", sa.Text, nullable=False),  # JSON list
    sa.Column("since", sa.Date, nullable=True),
    sa.Column("until", sa.Date, nullable=True),
)

delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("school_class", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("since", sa.Date, primary_key=True),
    sa.Column("until", sa.Date, nullable=False),
)
