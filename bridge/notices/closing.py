"""When the book closes: the earlier of what the city announces and what the school was told."""

from collections.abc import Iterable, Mapping
from datetime import date

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.notices import Deadline


def closing_days(
    deadlines: Iterable[Deadline], announced: Mapping[Column, date], unit: Unit, *, today: date
) -> Mapping[Column, date]:
    """The last day on which each column can be written, where one is known and has not passed.

    `announced`: by the city, column by column. A deadline of a column goes before one of its whole term.
    """
    mine = [row for row in deadlines if row.term == unit.term]
    whole = next((row.day for row in mine if row.column is None), None)
    own = {row.column: row.day for row in mine if row.column is not None}
    found: dict[Column, date] = {}
    for column in Column:
        days = [day for day in (own.get(column, whole), announced.get(column)) if day is not None and day >= today]
        if days:
            found[column] = min(days)
    return found
