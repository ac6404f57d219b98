"""Who comes to the pages without an LMS."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("password", sa.Text, nullable=False),  # Argon2id, with its salt and cost in the text itself
    sa.Column("changed_at", Moment, nullable=False),
)

setups = sa.Table(
    "setups",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("token", sa.LargeBinary, nullable=False),  # SHA-256: a copied database opens nothing
    sa.Column("until", Moment, nullable=False),
)
