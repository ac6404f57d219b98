"""What people carry over by hand: their words of each row, and the batches of filled workbooks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_school", "batches", ["school", "made_at"])
    op.create_table(
        "batch_submissions",
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_batch_submissions_batch")),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_batch_submissions_submission")),
        sa.PrimaryKeyConstraint("batch", "submission", name=op.f("pk_batch_submissions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "byhand_words",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["submission"], ["submissions.id"], name=op.f("fk_byhand_words_submission")),
        sa.PrimaryKeyConstraint("submission", "position", name=op.f("pk_byhand_words")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("byhand_words")
    op.drop_table("batch_submissions")
    op.drop_index("ix_batches_school", table_name="batches")
    op.drop_table("batches")
