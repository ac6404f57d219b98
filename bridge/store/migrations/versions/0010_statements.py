"""The learning record store."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "xapi_activities",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "key", name=op.f("pk_xapi_activities")),
    )
    op.create_table(
        "xapi_attachments",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("sha2", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("school", "sha2", name=op.f("pk_xapi_attachments")),
    )
    op.create_table(
        "xapi_credentials",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("activities", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("school", "name", name=op.f("pk_xapi_credentials")),
    )
    op.create_table(
        "xapi_documents",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("shelf", sa.LargeBinary(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "shelf", "registration", "key", name=op.f("pk_xapi_documents")),
    )
    op.create_table(
        "xapi_faces",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "source", name=op.f("pk_xapi_faces")),
    )
    op.create_index("ix_xapi_faces_registration", "xapi_faces", ["school", "registration", "verb", "seq"], unique=False)
    op.create_index("ix_xapi_faces_verb", "xapi_faces", ["school", "verb", "seq"], unique=False)
    op.create_table(
        "xapi_statements",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("voids", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_xapi_statements")),
    )
    op.create_index("ix_xapi_statements_stored", "xapi_statements", ["school", "stored"], unique=False)
    op.create_index(
        "ix_xapi_statements_target",
        "xapi_statements",
        ["school", "target"],
        unique=False,
        sqlite_where=sa.text("target != ''"),
        postgresql_where=sa.text("target != ''"),
    )
    op.create_index("uq_xapi_statements_id", "xapi_statements", ["school", "id"], unique=True)
    op.create_table(
        "xapi_terms",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school", "term", "seq", "source", name=op.f("pk_xapi_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_xapi_terms_seq", "xapi_terms", ["seq"], unique=False)


def downgrade() -> None:
    op.drop_table("xapi_terms")
    op.drop_table("xapi_statements")
    op.drop_table("xapi_faces")
    op.drop_table("xapi_documents")
    op.drop_table("xapi_credentials")
    op.drop_table("xapi_attachments")
    op.drop_table("xapi_activities")
