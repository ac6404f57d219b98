"""Alembic's entry. It is run by `bridge.store.schema`, which hands over an open transaction."""

from typing import Any, Literal

from alembic import context

from bridge.store.tables import metadata
from bridge.store.tables.base import Moment


def _render(kind: str, thing: object, _context: Any) -> str | Literal[False]:
    """A migration stands for itself: no type of ours in it, which may change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter a column: the table is copied
    transactional_ddl=True,  # SQLite's can be, and alembic does not trust it by default
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
