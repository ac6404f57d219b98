"""The trail, which only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PROTECT = {
    "sqlite": [
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail only grows'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_only_grows()",
    ],
}
_UNPROTECT = {
    "sqlite": ["DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_no_update"],
    "postgresql": [
        "DROP TRIGGER audit_no_truncate ON audit",
        "DROP TRIGGER audit_no_change ON audit",
        "DROP FUNCTION audit_only_grows()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason_digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_school_subject"), "audit", ["school", "subject"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_reasons",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school", "seq"], ["audit.school", "audit.seq"], name=op.f("fk_audit_reasons_school_seq")
        ),
        sa.PrimaryKeyConstraint("school", "seq", name=op.f("pk_audit_reasons")),
    )
    for statement in _PROTECT[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _UNPROTECT[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("audit_reasons")
    op.drop_table("audit_heads")
    op.drop_table("audit")
