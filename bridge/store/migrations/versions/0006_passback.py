"""Scores on their way into an LMS's gradebook; access tokens for its services."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passbacks",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("line_item", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("maximum", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stamped", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Text(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("allowed", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "registration", "line_item", "user", name=op.f("pk_passbacks")),
    )
    op.create_index(op.f("ix_passbacks_school_state_due"), "passbacks", ["school", "state", "due"], unique=False)
    op.create_table(
        "lti_tokens",
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"], ["lti_registrations.id"], name=op.f("fk_lti_tokens_registration"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration", "scopes", name=op.f("pk_lti_tokens")),
    )


def downgrade() -> None:
    op.drop_table("lti_tokens")
    op.drop_table("passbacks")
