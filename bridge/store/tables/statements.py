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
    sa.Column("content", sa.LargeBinary, nullable=False),  # digest of what the sender said
    sa.Column("stored", Moment, nullable=False),
    sa.Column("voided", sa.Boolean, nullable=False),
    sa.Column("target", sa.Text, nullable=False, server_default=""),  # the statement that this one is about
    sa.Column("voids", sa.Text, nullable=False, server_default=""),
    sa.Index("uq_xapi_statements_id", "school", "id", unique=True),
    sa.Index("ix_xapi_statements_stored", "school", "stored"),
)
sa.Index(
    "ix_xapi_statements_target",
    statements.c.school,
    statements.c.target,
    sqlite_where=statements.c.target != "",
    postgresql_where=statements.c.target != "",
)

# What a statement shows to a search: its own verb and registration, and those of each statement that it is about
# (`source`), so that all parts of one search are met by one of them (Communication §2.1.4).
faces = sa.Table(
    "xapi_faces",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("source", sa.BigInteger, primary_key=True),
    sa.Column("school", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("registration", sa.Text, nullable=False),
    sa.Index("ix_xapi_faces_verb", "school", "verb", "seq"),
    sa.Index("ix_xapi_faces_registration", "school", "registration", "verb", "seq"),
)

terms = sa.Table(
    "xapi_terms",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("term", sa.LargeBinary, primary_key=True),  # digest of kind and value
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("source", sa.BigInteger, primary_key=True),
    sa.Column("related", sa.Boolean, nullable=False),
    sa.Index("ix_xapi_terms_seq", "seq"),
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
