"""Which course and item feed what, and what may be sent without asking."""

import sqlalchemy as sa

from bridge.store.tables.base import metadata

course_maps = sa.Table(
    "course_maps",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("course", sa.BigInteger, primary_key=True),
    sa.Column("school_class", sa.Text, primary_key=True),  # a course may feed several classes, told apart by groups
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("term", sa.Text, nullable=True),
    sa.Column("origin", sa.Text, nullable=False),
)

item_maps = sa.Table(
    "item_maps",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("course", sa.BigInteger, primary_key=True),
    sa.Column("item", sa.BigInteger, primary_key=True),
    sa.Column("term", sa.Text, nullable=False),
    sa.Column("book_column", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.UniqueConstraint("school", "course", "term", "book_column"),
)

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("book_column", sa.Text, primary_key=True),
    sa.Column("policy", sa.Text, nullable=False),
)
