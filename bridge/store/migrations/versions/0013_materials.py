"""Learning materials."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "materials",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("grade_level", sa.Integer(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "id", name=op.f("pk_materials")),
    )
    op.create_index("ix_materials_shelf", "materials", ["school", "subject", "grade_level", "title"], unique=False)
    op.create_table(
        "material_versions",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("launch", sa.Text(), nullable=False),
        sa.Column("pass_mark", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "material"],
            ["materials.school", "materials.id"],
            name=op.f("fk_material_versions_school_material"),
        ),
        sa.PrimaryKeyConstraint("school", "material", "number", name=op.f("pk_material_versions")),
    )
    op.create_index("ix_material_versions_state", "material_versions", ["school", "state"], unique=False)
    op.create_index(
        "uq_material_versions_in_use",
        "material_versions",
        ["school", "material"],
        unique=True,
        sqlite_where=sa.text("state = 'PUBLISHED'"),
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )


def downgrade() -> None:
    op.drop_table("material_versions")
    op.drop_table("materials")
