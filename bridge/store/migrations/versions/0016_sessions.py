"""Credentials of cmi5 sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("xapi_credentials", sa.Column("session", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("xapi_credentials", "session")
