"""What each unit's plan came to, for the overview of a whole school."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_tallies",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("school_class", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name=op.f("fk_unit_tallies_plan")),
        sa.PrimaryKeyConstraint(
            "school", "year", "school_class", "subject", "term", "plan", name=op.f("pk_unit_tallies")
        ),
    )
    op.create_index(op.f("ix_unit_tallies_plan"), "unit_tallies", ["plan"])


def downgrade() -> None:
    op.drop_table("unit_tallies")
