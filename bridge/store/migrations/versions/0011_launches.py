"""LTI: registrations, keys, logins, invitations, cases, faces; visits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lti_cases",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "code", name=op.f("pk_lti_cases")),
    )
    op.create_index(op.f("ix_lti_cases_school_at"), "lti_cases", ["school", "at"], unique=False)
    op.create_table(
        "lti_faces",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("identifier", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "platform", "user", name=op.f("pk_lti_faces")),
    )
    op.create_index(
        op.f("ix_lti_faces_school_platform_identifier"), "lti_faces", ["school", "platform", "identifier"], unique=False
    )
    op.create_table(
        "lti_invitations",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "word", name=op.f("pk_lti_invitations")),
    )
    op.create_table(
        "lti_keys",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("school", "kid", name=op.f("pk_lti_keys")),
    )
    op.create_table(
        "lti_logins",
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("binding", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_lti_logins")),
    )
    op.create_index(op.f("ix_lti_logins_until"), "lti_logins", ["until"], unique=False)
    op.create_table(
        "lti_registrations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("auth_url", sa.Text(), nullable=False),
        sa.Column("token_url", sa.Text(), nullable=False),
        sa.Column("jwks_url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_registrations")),
    )
    op.create_index("uq_lti_registrations_client", "lti_registrations", ["school", "issuer", "client_id"], unique=True)
    op.create_table(
        "visits",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", "id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_until"), "visits", ["until"], unique=False)
    op.create_table(
        "lti_deployments",
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"], ["lti_registrations.id"], name=op.f("fk_lti_deployments_registration"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration", "deployment", name=op.f("pk_lti_deployments")),
    )


def downgrade() -> None:
    op.drop_table("lti_deployments")
    op.drop_table("visits")
    op.drop_table("lti_registrations")
    op.drop_table("lti_logins")
    op.drop_table("lti_keys")
    op.drop_table("lti_invitations")
    op.drop_table("lti_faces")
    op.drop_table("lti_cases")
