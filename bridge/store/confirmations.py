"""How a confirmation ends: it was used, its cell changed otherwise, or a newer one took its place."""

from collections.abc import Sequence

import sqlalchemy as sa

from bridge.domain.scores import ScoreKey
from bridge.store.codec import key_values
from bridge.store.tables.plans import confirmations

_KEY = ("school", "year", "subject", "term", "pupil", "book_column")
_END = (
    sa.update(confirmations)
    .where(*(confirmations.c[name] == sa.bindparam(f"of_{name}") for name in _KEY), confirmations.c.ended_by.is_(None))
    .values(ended_by=sa.bindparam("by"))
)


def end_confirmations(connection: sa.Connection, keys: Sequence[ScoreKey], *, by: str) -> None:
    """What the ledger says of these cells has changed: whatever was confirmed before spoke of another state.

    So a yes never outlives the acceptance that it led to, also where a second one was given in the meantime.
    """
    if keys:
        named = [{f"of_{name}": value for name, value in key_values(key).items()} | {"by": by} for key in keys]
        connection.execute(_END, named)
