"""When the book closes for a unit: what the city announces and what the school was told, together."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.domain.timetable import SCHOOL_TIME
from bridge.notices.closing import closing_days
from bridge.sync.locks import announced_locks
from bridge.wiring import App

_INSTANT = timedelta(microseconds=1)


def told_closing(app: App) -> Callable[[Unit], Mapping[Column, date]]:
    """As the school was told, without asking the city."""
    deadlines = app.store.deadlines.deadlines(app.school, app.year)
    return lambda unit: closing_days(deadlines, {}, unit, today=app.today)


def closing(app: App) -> Callable[[Unit], Mapping[Column, date]]:
    """Asks the city for its locks once; the answer gives the last open day of each column of a unit."""
    now, locks = app.sync.world.now(), app.sync.city.locks(app.year)
    deadlines = app.store.deadlines.deadlines(app.school, app.year)

    def of(unit: Unit) -> Mapping[Column, date]:
        announced = {
            column: (moment - _INSTANT).astimezone(SCHOOL_TIME).date()
            for column, moment in announced_locks(locks, unit, now).items()
        }
        return closing_days(deadlines, announced, unit, today=app.today)

    return of
