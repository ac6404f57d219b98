"""What a row of the ledger is made of, and the two ways in which news change one."""

from typing import Any

import sqlalchemy as sa

from bridge.domain.plans import Place
from bridge.domain.school import Unit
from bridge.domain.scores import ScoreKey
from bridge.store.bulk import greater
from bridge.store.codec import COLUMNS, key_values
from bridge.store.tables.marks import ledger


def key_of(unit: Unit, place: Place) -> ScoreKey:
    return ScoreKey(unit.school, unit.year, place.pupil, unit.subject, unit.term, place.column)


def key_at(row: sa.Row[Any], unit: Unit) -> ScoreKey:
    """The key of a database row that names pupil and column."""
    return key_of(unit, Place(row.pupil, COLUMNS[row.book_column]))


def bare_row(key: ScoreKey, *, record_id: str, version: int, city_version: int) -> dict[str, Any]:
    """A record of which nothing was accepted so far."""
    return key_values(key) | {
        "record_id": record_id,
        "score": None,
        "version": version,
        "city_version": city_version,
        "course": None,
        "item": None,
        "cancelled": False,
    }


def raise_versions(incoming: Any) -> dict[str, Any]:
    """Learn of versions and of a record id. Versions only rise, in whatever order news come in; scores stay."""
    return {
        "record_id": incoming.record_id,
        "version": greater(ledger, incoming, "version"),
        "city_version": greater(ledger, incoming, "city_version"),
        "run": incoming.run,
        "at": incoming.at,
    }


def take_over(incoming: Any) -> dict[str, Any]:
    """The same, and what was accepted with where it came from."""
    accepted = {name: incoming[name] for name in ("score", "course", "item", "cancelled")}
    return raise_versions(incoming) | accepted
