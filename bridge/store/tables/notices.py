"""Who gets letters, and until when the book is open, where the school says so."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),  # a staff code
    sa.Column("address", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("token", sa.Text, nullable=False, unique=True),  # in the link that ends the letters
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("last_day", sa.Date, nullable=True),  # of the last letter
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("term", sa.Text, primary_key=True),
    sa.Column("book_column", sa.Text, primary_key=True),  # "": every column without one of its own
    sa.Column("day", sa.Date, nullable=False),  # the last day on which the book is open
)
