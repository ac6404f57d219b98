"""The identity vault, pins, rights, and a school as the city tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("teacher", sa.Text(), nullable=False),
        sa.Column("school_class", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("school", "year", "position", name=op.f("pk_assignments")),
    )
    op.create_table(
        "classes",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grade_level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("homeroom_teacher", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("school", "year", "code", name=op.f("pk_classes")),
    )
    op.create_table(
        "delegations",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("school_class", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "school", "actor", "school_class", "subject", "term", "since", name=op.f("pk_delegations")
        ),
    )
    op.create_table(
        "grants",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("school", "actor", "role", name=op.f("pk_grants")),
    )
    op.create_table(
        "people",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "key", name=op.f("pk_people")),
    )
    op.create_table(
        "pins",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("pupil", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "platform", "user_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "schools",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "year", name=op.f("pk_schools")),
    )
    op.create_table(
        "terms",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("school", "year", "term", name=op.f("pk_terms")),
    )
    op.create_table(
        "vault_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_keys")),
    )
    op.create_table(
        "identifiers",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["school", "person"],
            ["people.school", "people.key"],
            name=op.f("fk_identifiers_school_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school", "type", "lookup", "person", name=op.f("pk_identifiers")),
    )
    op.create_index(op.f("ix_identifiers_school_person"), "identifiers", ["school", "person"], unique=False)
    op.create_index(
        "uq_identifiers_current",
        "identifiers",
        ["school", "type", "lookup"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "members",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("school_class", sa.Text(), nullable=False),
        sa.Column("pupil", sa.Text(), nullable=False),
        sa.Column("studying", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school", "pupil"],
            ["people.school", "people.key"],
            name=op.f("fk_members_school_pupil"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school", "year", "school_class"],
            ["classes.school", "classes.year", "classes.code"],
            name=op.f("fk_members_school_year_school_class"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("school", "year", "school_class", "pupil", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_school_pupil"), "members", ["school", "pupil"], unique=False)


def downgrade() -> None:
    op.drop_table("members")
    op.drop_table("identifiers")
    op.drop_table("vault_keys")
    op.drop_table("terms")
    op.drop_table("schools")
    op.drop_table("pins")
    op.drop_table("people")
    op.drop_table("grants")
    op.drop_table("delegations")
    op.drop_table("classes")
    op.drop_table("assignments")
