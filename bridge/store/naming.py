"""Finding a plan, a run or a batch by what a person types: its id, a beginning of it, or `last`."""

from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound

LAST = "last"
_KINDS = {"batches": "batch"}


def find(connection: sa.Connection, table: sa.Table, name: str, *, among: sa.ColumnElement[bool]) -> sa.Row[Any]:
    """The one row. `NotFound` when there is none, or more than one (then `nearest` holds the ids)."""
    newest = next(table.c[name] for name in ("created_at", "started_at", "made_at") if name in table.c)
    wanted = sa.true() if name == LAST else table.c.id.startswith(name, autoescape=True)
    query = sa.select(table).where(among, wanted).order_by(newest.desc(), table.c.id).limit(1 if name == LAST else 5)
    rows = connection.execute(query).all()
    exact = [row for row in rows if row.id == name] or rows
    if not name or len(exact) != 1:
        raise NotFound(
            kind=_KINDS.get(table.name, table.name.removesuffix("s")), name=name, nearest=[row.id for row in rows]
        )
    return exact[0]
