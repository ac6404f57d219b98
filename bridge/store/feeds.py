"""Which activity feeds which column: few rows, written only where they have changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.domain.sheets import Activity
from bridge.ports.plans import Fed
from bridge.store.codec import TERMS
from bridge.store.engine import Database
from bridge.store.tables.feeds import feeds


class FeedTable:
    """`bridge.ports.plans.Feeds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, school: str, year: int, found: Mapping[Unit, Sequence[Fed]]) -> None:
        known: dict[Unit, set[Fed]] = {}
        for unit, fed in self._rows(_of(school, year)):
            known.setdefault(unit, set()).add(fed)
        changed = {unit: theirs for unit, theirs in found.items() if set(theirs) != known.get(unit, set())}
        if not changed:
            return
        with self._database.write() as connection:
            for unit in changed:
                connection.execute(sa.delete(feeds).where(*(feeds.c[name] == value for name, value in _key(unit))))
            rows = [_row(unit, fed) for unit, theirs in changed.items() for fed in set(theirs)]
            if rows:
                connection.execute(sa.insert(feeds), rows)

    def of_activity(self, school: str, year: int, activity: Activity) -> Sequence[tuple[Unit, Fed]]:
        same = (feeds.c.course == activity.course) & (feeds.c.resource_link == activity.resource_link)
        return self._rows(_of(school, year) & same)

    def _rows(self, which: sa.ColumnElement[bool]) -> list[tuple[Unit, Fed]]:
        with self._database.read() as connection:
            return [(_unit(row), _fed(row)) for row in connection.execute(sa.select(feeds).where(which))]


def _of(school: str, year: int) -> sa.ColumnElement[bool]:
    return (feeds.c.school == school) & (feeds.c.year == year)


def _key(unit: Unit) -> list[tuple[str, Any]]:
    return [*{**unit._asdict(), "term": unit.term.value}.items()]


def _row(unit: Unit, fed: Fed) -> dict[str, Any]:
    return {**dict(_key(unit)), **fed._asdict(), "column": fed.column.value}


def _unit(row: sa.Row[Any]) -> Unit:
    return Unit(row.school, row.year, row.school_class, row.subject, TERMS[row.term])


def _fed(row: sa.Row[Any]) -> Fed:
    return Fed(Column(row.column), row.course, row.item, row.resource_link, row.low, row.high)
