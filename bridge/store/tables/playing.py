"""Materials in courses, and the attempts of those who learn with them: by the platform's accounts, never by names."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

material_links = sa.Table(
    "material_links",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("registration", sa.Text, nullable=False),
    sa.Column("course", sa.Text, nullable=False),
    sa.Column("resource_link", sa.Text, nullable=False),
    sa.Column("material", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("graded", sa.Boolean, nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("pass_mark", sa.Text, nullable=False),  # a decimal, "" of none
    sa.Column("by_completion", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("review", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("line_item", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["school", "material"], ["materials.school", "materials.id"]),
    sa.UniqueConstraint("school", "registration", "resource_link"),
    sa.Index("ix_material_links_material", "school", "material"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("learner", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("sitting", sa.Integer, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("started", Moment, nullable=False),
    sa.Column("sat", Moment, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
    sa.Column("finished", Moment),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("passed", sa.Boolean),
    sa.Column("score", sa.Text, nullable=False),  # a decimal, "" of none
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("elements", sa.Text, nullable=False),  # JSON
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reported", sa.Integer, nullable=False, server_default="0"),
    sa.ForeignKeyConstraint(["school", "link"], ["material_links.school", "material_links.id"]),
    sa.UniqueConstraint("school", "link", "learner", "number"),
)
link_discounts = sa.Table(
    "link_discounts",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("questions", sa.Text, nullable=False),  # JSON; [] of none any more
    sa.Column("weighted", sa.Boolean, nullable=False),
    sa.Column("whole", sa.Text, nullable=False),  # a decimal, "" of none
    sa.Column("taken_out", sa.Text, nullable=False),  # a decimal
    sa.ForeignKeyConstraint(["school", "link"], ["material_links.school", "material_links.id"]),
)

sa.Index(
    "ix_attempts_unreported",
    attempts.c.school,
    attempts.c.seen,
    sqlite_where=attempts.c.revision > attempts.c.reported,
    postgresql_where=attempts.c.revision > attempts.c.reported,
)

attempt_events = sa.Table(
    "attempt_events",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["school", "attempt"], ["attempts.school", "attempts.id"]),
)
