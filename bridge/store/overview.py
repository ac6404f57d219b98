"""The overview of a whole school: each unit's newest tally, and what was said to that plan since."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.plans import Choice, Gate, Op
from bridge.domain.school import Unit
from bridge.ports.city import Outcome
from bridge.ports.overview import NewestTally, News, Since
from bridge.store.codec import COLUMNS, TERMS
from bridge.store.engine import Database
from bridge.store.tables.plans import confirmations, decisions, plans
from bridge.store.tables.rosters import members
from bridge.store.tables.submissions import rows, submissions
from bridge.store.tables.tallies import tallies
from bridge.store.tables.work import runs
from bridge.store.tallies import read_tally

_UNIT = ("school", "year", "school_class", "subject", "term")
_TAKEN_BACK = "taken back"
_OUTCOMES = {
    Outcome.ACCEPTED.lower(): News.ACCEPTED,
    Outcome.REFUSED.lower(): News.REFUSED,
    Outcome.FAILED.lower(): News.REFUSED,
    _TAKEN_BACK: News.TAKEN_BACK,
    None: News.OPEN,
}
_GATES = {Gate.CONFIRM.value: News.CONFIRMED, Gate.RELEASE.value: News.RELEASED}


class OverviewTable:
    """`bridge.ports.overview.Overviews`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tallies(self, school: str, year: int) -> Sequence[NewestTally]:
        query = sa.select(tallies, plans.c.created_at).join_from(tallies, plans).where(plans.c.finished)
        here = query.where(tallies.c.school == school, tallies.c.year == year).order_by(plans.c.created_at)
        with self._database.read() as connection:
            newest = {_unit(row): row for row in connection.execute(here)}  # two that finished at once: the later one
        return [NewestTally(unit, row.plan, row.created_at, read_tally(row.body)) for unit, row in newest.items()]

    def since(self, school: str, year: int) -> Sequence[Since]:
        with self._database.read() as connection:
            return [
                *_answered(connection, school, year),
                *_agreed_to(connection, school, year),
                *_settled(connection, school, year),
            ]


def _answered(connection: sa.Connection, school: str, year: int) -> Iterator[Since]:
    """Rows of the runs that those plans were made for."""
    joined = tallies.join(runs, runs.c.plan == tallies.c.plan).join(
        submissions, sa.and_(submissions.c.run == runs.c.id, *_same(submissions, _UNIT))
    )
    cancelled = sa.and_(rows.c.op == Op.CANCEL.value, rows.c.outcome == Outcome.ACCEPTED.lower())
    kind = sa.case((cancelled, sa.literal(_TAKEN_BACK)), else_=rows.c.outcome)
    query = _counted(joined.join(rows, rows.c.submission == submissions.c.id), rows, school, year, kind)
    for row in connection.execute(query.where(submissions.c.sent_at.is_not(None))):
        if row.kind in _OUTCOMES:
            yield _since(row, _OUTCOMES[row.kind])


def _agreed_to(connection: sa.Connection, school: str, year: int) -> Iterator[Since]:
    """Confirmations that were given to those plans and are not used up."""
    given = tallies.join(confirmations, sa.and_(confirmations.c.plan == tallies.c.plan, *_about(confirmations)))
    query = _counted(given.join(members, _of(confirmations)), confirmations, school, year, confirmations.c.gate)
    for row in connection.execute(query.where(confirmations.c.ended_by.is_(None))):
        yield _since(row, _GATES[row.kind])


def _settled(connection: sa.Connection, school: str, year: int) -> Iterator[Since]:
    """Decisions that those plans could not know of."""
    made = tallies.join(plans).join(decisions, sa.and_(decisions.c.at > plans.c.created_at, *_about(decisions)))
    query = _counted(made.join(members, _of(decisions)), decisions, school, year, decisions.c.choice)
    for row in connection.execute(query):
        yield _since(row, News.KEPT if row.kind == Choice.KEEP_CITY.value else News.OVERRULED)


def _counted(
    source: sa.FromClause, cells: sa.Table, school: str, year: int, kind: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    """Cells of each unit, counted by column and kind."""
    named = [tallies.c[name] for name in _UNIT]
    columns = (*named, cells.c.book_column, kind.label("kind"))
    here = sa.select(*columns, sa.func.count().label("number")).select_from(source)
    return here.where(tallies.c.school == school, tallies.c.year == year).group_by(*named, cells.c.book_column, kind)


def _same(table: sa.Table, names: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == tallies.c[name] for name in names]


def _about(cells: sa.Table) -> list[sa.ColumnElement[bool]]:
    return _same(cells, ("school", "year", "subject", "term"))


def _of(cells: sa.Table) -> sa.ColumnElement[bool]:
    """The pupil of the cell is of the unit's class or group."""
    return sa.and_(
        members.c.school == cells.c.school,
        members.c.year == cells.c.year,
        members.c.pupil == cells.c.pupil,
        members.c.school_class == tallies.c.school_class,
    )


def _since(row: sa.Row[Any], news: News) -> Since:
    return Since(_unit(row), COLUMNS[row.book_column], news, row.number)


def _unit(row: sa.Row[Any]) -> Unit:
    return Unit(row.school, row.year, row.school_class, row.subject, TERMS[row.term])
