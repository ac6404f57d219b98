"""Questions that were taken out of counting, by link and version of its material."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_discounts",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("weighted", sa.Boolean(), nullable=False),
        sa.Column("whole", sa.Text(), nullable=False),
        sa.Column("taken_out", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "link"],
            ["material_links.school", "material_links.id"],
            name=op.f("fk_link_discounts_school_link_material_links"),
        ),
        sa.PrimaryKeyConstraint("school", "link", "version", name=op.f("pk_link_discounts")),
    )


def downgrade() -> None:
    op.drop_table("link_discounts")
