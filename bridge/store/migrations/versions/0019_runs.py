"""Statements have their terms with them, and are found by runs of a term."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

AT_ONCE = 5000  # statements held in memory

_statements = sa.table("xapi_statements", sa.column("seq", sa.BigInteger), sa.column("terms", sa.LargeBinary))
_faces = sa.table("xapi_faces", *(sa.column(name) for name in ("seq", "source", "school", "verb", "registration")))
_terms = sa.table("xapi_terms", *(sa.column(name) for name in ("school", "term", "seq", "source", "related")))
_runs = sa.table("xapi_runs", *(sa.column(name) for name in ("school", "term", "first", "last")))
_borrowed = sa.table("xapi_borrowed", *(sa.column(name) for name in ("school", "term", "seq", "source")))


def upgrade() -> None:
    _create()
    with op.batch_alter_table("xapi_statements") as batch:
        batch.add_column(sa.Column("terms", sa.LargeBinary(), nullable=True))
    for faces in _pieces(_faces.c.seq == _faces.c.source):
        _have_terms(faces)
    op.execute(
        "INSERT INTO xapi_indexed (school, seq, stored)"
        " SELECT school, max(seq), max(stored) FROM xapi_statements GROUP BY school"
    )
    for faces in _pieces(_faces.c.seq != _faces.c.source):
        _insert(_borrowed, [_lent(face, term) for face in faces for term, _ in _shown(face)])
    held = sa.select(_terms.c.school, _terms.c.term, _terms.c.seq, _terms.c.source)
    names = ["school", "term", "seq", "source"]
    op.execute(_borrowed.insert().from_select(names, held.where(_terms.c.seq != _terms.c.source)))
    with op.batch_alter_table("xapi_statements") as batch:
        batch.alter_column("terms", existing_type=sa.LargeBinary(), nullable=False)
        batch.drop_column("content")
    op.drop_index("ix_xapi_statements_stored", table_name="xapi_statements")
    op.create_index("ix_xapi_statements_stored", "xapi_statements", ["school", "stored", "seq"])
    op.drop_table("xapi_terms")
    op.drop_table("xapi_faces")


def downgrade() -> None:
    """On the way to no tables at all (`bridge.store.schema.rebuild`): nothing is filled again."""
    op.drop_table("xapi_borrowed")
    op.drop_table("xapi_indexed")
    op.drop_table("xapi_runs")
    op.drop_index("ix_xapi_statements_stored", table_name="xapi_statements")
    op.create_index("ix_xapi_statements_stored", "xapi_statements", ["school", "stored"])
    with op.batch_alter_table("xapi_statements") as batch:
        batch.drop_column("terms")
        batch.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
    op.create_table(
        "xapi_faces",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "source", name=op.f("pk_xapi_faces")),
    )
    op.create_index("ix_xapi_faces_registration", "xapi_faces", ["school", "registration", "verb", "seq"])
    op.create_index("ix_xapi_faces_verb", "xapi_faces", ["school", "verb", "seq"])
    op.create_table(
        "xapi_terms",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("school", "term", "seq", "source", name=op.f("pk_xapi_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_xapi_terms_seq", "xapi_terms", ["seq"])


def _create() -> None:
    op.create_table(
        "xapi_runs",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school", "term", "first", name=op.f("pk_xapi_runs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "xapi_indexed",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("school", name=op.f("pk_xapi_indexed")),
    )
    op.create_table(
        "xapi_borrowed",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("school", "term", "seq", "source", name=op.f("pk_xapi_borrowed")),
        sqlite_with_rowid=False,
    )


def _pieces(which: sa.ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    """Faces in the order of their statements: (seq, source, school, verb, registration)."""
    last = (0, 0)
    order = sa.tuple_(_faces.c.seq, _faces.c.source)
    while faces := (
        op.get_bind()
        .execute(sa.select(_faces).where(which, order > sa.tuple_(*last)).order_by(*order.clauses).limit(AT_ONCE))
        .all()
    ):
        yield faces
        last = (faces[-1].seq, faces[-1].source)


def _have_terms(faces: Sequence[Any]) -> None:
    """Each statement its own; a run for each: what was sent together is not known any more."""
    between = _terms.c.seq.between(faces[0].seq, faces[-1].seq) & (_terms.c.seq == _terms.c.source)
    found: dict[int, list[tuple[bytes, bool]]] = {face.seq: _shown(face) for face in faces}
    for seq, term, related in op.get_bind().execute(
        sa.select(_terms.c.seq, _terms.c.term, _terms.c.related).where(between)
    ):
        found[seq].append((bytes(term), bool(related)))
    schools = {face.seq: face.school for face in faces}
    _insert(
        _runs,
        [
            {"school": schools[seq], "term": term, "first": seq, "last": seq}
            for seq, terms in found.items()
            for term, _ in terms
        ],
    )
    written = (
        sa.update(_statements).where(_statements.c.seq == sa.bindparam("of")).values(terms=sa.bindparam("written"))
    )
    rows = [{"of": seq, "written": b"".join(t + bytes([r]) for t, r in terms)} for seq, terms in found.items()]
    op.get_bind().execute(written, rows)


def _shown(face: Any) -> list[tuple[bytes, bool]]:
    """Its verb and registration, as terms."""
    named = (("VERB", face.verb), ("REGISTRATION", face.registration))
    return [
        (hashlib.blake2b(f"{kind}\0{value}".encode(), digest_size=16).digest(), False) for kind, value in named if value
    ]


def _lent(face: Any, term: bytes) -> dict[str, Any]:
    return {"school": face.school, "term": term, "seq": face.seq, "source": face.source}


def _insert(table: sa.TableClause, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(table.insert(), rows)
