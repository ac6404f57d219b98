"""A school as of the last good pull."""

import sqlalchemy as sa

from bridge.store.tables.base import metadata

schools = sa.Table(
    "schools",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
)

terms = sa.Table(
    "terms",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
)

classes = sa.Table(
    "classes",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("grade_level", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("parent", sa.Text, nullable=True),
    sa.Column("homeroom_teacher", sa.Text, nullable=True),  # random key
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("school_class", sa.Text, primary_key=True),
    sa.Column("pupil", sa.Text, primary_key=True),
    sa.Column("studying", sa.Boolean, nullable=False),
    sa.Column("since", sa.Date, nullable=True),
    sa.Column("until", sa.Date, nullable=True),
    sa.ForeignKeyConstraint(
        ["school", "year", "school_class"], ["classes.school", "classes.year", "classes.code"], ondelete="CASCADE"
    ),
    sa.ForeignKeyConstraint(["school", "pupil"], ["people.school", "people.key"], ondelete="CASCADE"),
    sa.Index(None, "school", "pupil"),
)

assignments = sa.Table(
    "assignments",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("teacher", sa.Text, nullable=False),  # random key
    sa.Column("school_class", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("term", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=True),
    sa.Column("until", sa.Date, nullable=True),
)
