"""What all tables share: one metadata, a naming convention (migrations need names), the type of a moment."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.TypeDecorator[datetime]):
    """A moment with its zone: `timestamptz` on PostgreSQL; on SQLite, which has no zones, UTC. Comes back in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def unit_key(**options: Any) -> tuple[sa.Column[Any], ...]:
    """The columns that name a unit. `options` go to each, `primary_key=True` for one."""
    return (
        sa.Column("school", sa.Text, nullable=False, **options),
        sa.Column("year", sa.Integer, nullable=False, **options),
        sa.Column("school_class", sa.Text, nullable=False, **options),
        sa.Column("subject", sa.Text, nullable=False, **options),
        sa.Column("term", sa.Text, nullable=False, **options),
    )


def score_key(**options: Any) -> tuple[sa.Column[Any], ...]:
    """The columns of a `ScoreKey`, in the order in which a unit's cells lie together in a primary key."""
    return (
        sa.Column("school", sa.Text, nullable=False, **options),
        sa.Column("year", sa.Integer, nullable=False, **options),
        sa.Column("subject", sa.Text, nullable=False, **options),
        sa.Column("term", sa.Text, nullable=False, **options),
        sa.Column("pupil", sa.Text, nullable=False, **options),
        sa.Column("book_column", sa.Text, nullable=False, **options),
    )
