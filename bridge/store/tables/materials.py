"""Learning materials and their versions. The files are on the shelf, under their digests."""

import sqlalchemy as sa

from bridge.store.tables.base import Moment, metadata

materials = sa.Table(
    "materials",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("grade_level", sa.Integer),
    sa.Column("about", sa.Text, nullable=False),  # JSON: the rest of `domain.materials.About`
    sa.Column("search", sa.Text, nullable=False),  # every word of it, without diacritics
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_materials_shelf", "school", "subject", "grade_level", "title"),
)

material_versions = sa.Table(
    "material_versions",
    metadata,
    sa.Column("school", sa.Text, primary_key=True),
    sa.Column("material", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("standard", sa.Text, nullable=False),
    sa.Column("launch", sa.Text, nullable=False),
    sa.Column("pass_mark", sa.Text, nullable=False),  # a decimal, "" of none
    sa.Column("findings", sa.Text, nullable=False),  # JSON
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["school", "material"], ["materials.school", "materials.id"]),
    sa.Index("ix_material_versions_state", "school", "state"),
    sa.Index("ix_material_versions_package", "school", "package"),
)
# One version of a material is in use, whoever publishes what at the same time.
sa.Index(
    "uq_material_versions_in_use",
    material_versions.c.school,
    material_versions.c.material,
    unique=True,
    sqlite_where=material_versions.c.state == sa.text("'PUBLISHED'"),
    postgresql_where=material_versions.c.state == sa.text("'PUBLISHED'"),
)
