"""The last look at each unit. Pupils are random keys here, as in a saved plan."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.school import Unit
from bridge.ports.plans import Look
from bridge.store.bulk import taking, upsert
from bridge.store.codec import TERMS
from bridge.store.engine import Database
from bridge.store.tables.looks import looks


class LookTable:
    """`bridge.ports.plans.Looks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, look: Look) -> None:
        values = {**look.unit._asdict(), "term": look.unit.term.value, **look._asdict()}
        del values["unit"]
        with self._database.write() as connection:
            upsert(connection, looks, [values], changes=taking("plan", "at", "body"))

    def find(self, unit: Unit) -> Look | None:
        named = {**unit._asdict(), "term": unit.term.value}
        with self._database.read() as connection:
            row = connection.execute(_where(named)).one_or_none()
        return _look(row) if row is not None else None

    def of_class(self, school: str, year: int, school_class: str) -> Sequence[Look]:
        named = {"school": school, "year": year, "school_class": school_class}
        with self._database.read() as connection:
            return [_look(row) for row in connection.execute(_where(named))]


def _where(named: dict[str, Any]) -> sa.Select[Any]:
    return sa.select(looks).where(*(looks.c[name] == value for name, value in named.items()))


def _look(row: sa.Row[Any]) -> Look:
    unit = Unit(row.school, row.year, row.school_class, row.subject, TERMS[row.term])
    return Look(unit, row.plan, row.at, row.body)
