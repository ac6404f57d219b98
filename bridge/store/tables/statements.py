"""The learning record store: statements, by what they are found, documents, activities, attachments, credentials."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

# IRIs may be longer than PostgreSQL takes into an index (2,704 bytes): keys are digests of 16 bytes.

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up only a column called INTEGER

statements = sa.Table(
    "xapi_statements",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),  # rises in the order of storing
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False),  # small letters
    sa.Column("body", sa.Text, nullable=False),  # JSON without `stored`
    sa.Column("stored", Moment, nullable=False),
    sa.Column("voided", sa.Boolean, nullable=False),
    sa.Column("target", sa.Text, nullable=False, server_default=""),  # the statement that this one is about
    sa.Column("voids", sa.Text, nullable=False, server_default=""),
    sa.Column("terms", sa.LargeBinary, nullable=False),  # 17 bytes each: digest of kind and value, whether related only
    sa.Index("uq_xapi_statements_id", "school", "id", unique=True),
    sa.Index("ix_xapi_statements_stored", "school", "stored", "seq"),
)
sa.Index(
    "ix_xapi_statements_target",
    statements.c.school,
    statements.c.target,
    sqlite_where=statements.c.target != "",
    postgresql_where=statements.c.target != "",
)

# Where the statements are that have a term: from `first` to `last`, but for a few of the school's in between. Runs of
# one term never overlap.
runs = sa.Table(
    "xapi_runs",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("term", sa.LargeBinary, primary_key=True),  # digest of kind and value
    sa.Column("first", sa.BigInteger, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The last statement of a school that the runs know of. Those after it are looked through.
indexed = sa.Table(
    "xapi_indexed",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("stored", Moment, nullable=False),
)

# What a statement shows to a search of the terms of each statement that it is about (`source`).
borrowed = sa.Table(
    "xapi_borrowed",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("term", sa.LargeBinary, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("source", sa.BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

attachments = sa.Table(
    "xapi_attachments",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("sha2", sa.Text, primary_key=True),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

activities = sa.Table(
    "xapi_activities",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, primary_key=True),  # digest of the id
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("definition", sa.Text, nullable=False),  # JSON
)

documents = sa.Table(
    "xapi_documents",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("shelf", sa.LargeBinary, primary_key=True),  # digest of kind, activity and agent
    sa.Column("registration", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, primary_key=True),  # digest of the id
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("updated", Moment, nullable=False),
)

credentials = sa.Table(
    "xapi_credentials",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # of the secret
    sa.Column("reach", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=True),
    sa.Column("registration", sa.Text, nullable=False, server_default=""),
    sa.Column("agent", sa.Text, nullable=False, server_default=""),
    sa.Column("activities", sa.Text, nullable=False, server_default="[]"),  # JSON list
    sa.Column("session", sa.Text, nullable=False, server_default=""),
)
