"""Materials in courses and the attempts of those who learn with them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_material_versions_package", "material_versions", ["school", "package"], unique=False)
    op.create_table(
        "material_links",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("resource_link", sa.Text(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("graded", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Text(), nullable=False),
        sa.Column("line_item", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "material"],
            ["materials.school", "materials.id"],
            name=op.f("fk_material_links_school_material"),
        ),
        sa.PrimaryKeyConstraint("school", "id", name=op.f("pk_material_links")),
        sa.UniqueConstraint(
            "school", "registration", "resource_link", name=op.f("uq_material_links_school_registration_resource_link")
        ),
    )
    op.create_index("ix_material_links_material", "material_links", ["school", "material"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sat", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "link"], ["material_links.school", "material_links.id"], name=op.f("fk_attempts_school_link")
        ),
        sa.PrimaryKeyConstraint("school", "id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("school", "link", "learner", "number", name=op.f("uq_attempts_school_link_learner_number")),
    )
    op.create_table(
        "attempt_events",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "attempt"], ["attempts.school", "attempts.id"], name=op.f("fk_attempt_events_school_attempt")
        ),
        sa.PrimaryKeyConstraint("school", "attempt", "seq", name=op.f("pk_attempt_events")),
    )


def downgrade() -> None:
    op.drop_table("attempt_events")
    op.drop_table("attempts")
    op.drop_table("material_links")
    op.drop_index("ix_material_versions_package", "material_versions")
