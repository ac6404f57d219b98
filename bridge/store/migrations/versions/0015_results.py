"""Which results of attempts are still to be handed on to a gradebook, and marks by completion."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("material_links", sa.Column("by_completion", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attempts", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("reported", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE attempts SET revision = 1 WHERE state <> 'OPEN'"))
    waits = sa.text("revision > reported")
    op.create_index(
        op.f("ix_attempts_unreported"), "attempts", ["school", "seen"], sqlite_where=waits, postgresql_where=waits
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_attempts_unreported"), "attempts")
    op.drop_column("attempts", "reported")
    op.drop_column("attempts", "revision")
    op.drop_column("material_links", "by_completion")
