"""Everything small that planning needs of one school and year: seven questions, once a run."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.plans import Choice, Confirmation, Decision, Gate, Op, Problem
from bridge.domain.school import Unit
from bridge.domain.scores import ScoreKey
from bridge.ports.city import Refusal
from bridge.ports.marks import PastRefusal, Standing
from bridge.store.codec import COLUMNS, TERMS, read_optional, read_score
from bridge.store.tables.marks import fingerprints, reads
from bridge.store.tables.plans import clearances, confirmations, decisions
from bridge.store.tables.submissions import KEY, rows, submissions


def read_standing(connection: sa.Connection, school: str, year: int, *, unit: Unit | None = None) -> Standing:
    """In the caller's transaction, so that all seven answers are of one moment. Of one unit: its subject and term."""
    asked = _Asked(connection, school, year, unit)
    return Standing(
        open=frozenset(_key(row) for row in asked.about(rows, rows.c.outcome.is_(None))),
        decisions={_key(row): _decision(row) for row in asked.about(decisions)},
        confirmations={
            (_key(row), Gate(row.gate)): _confirmation(row)
            for row in asked.about(confirmations, confirmations.c.ended_by.is_(None))
        },
        refusals={_key(row): _refusal(row) for row in asked.refused()},
        columns={(_unit(row), COLUMNS[row.book_column]): row.fingerprint for row in asked.about(fingerprints)},
        clearances=frozenset((_unit(row), Problem(row.problem), row.fingerprint) for row in asked.about(clearances)),
        last_reads={row.source: row.size for row in asked.about(reads)} if unit is None else {},
    )


class _Asked:
    """Questions about one school and year, or one unit of it."""

    def __init__(self, connection: sa.Connection, school: str, year: int, unit: Unit | None) -> None:
        self._connection = connection
        self._school = school
        self._year = year
        self._unit = unit

    def about(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        return self._connection.execute(sa.select(table).where(*self._here(table), *conditions)).all()

    def _here(self, table: sa.Table) -> list[sa.ColumnElement[bool]]:
        here = [table.c.school == self._school, table.c.year == self._year]
        if self._unit is not None:
            here += [table.c.subject == self._unit.subject, table.c.term == self._unit.term.value]
        return here

    def refused(self) -> Sequence[sa.Row[Any]]:
        """Cells whose last word from the city was no, with when it was said."""
        told = sa.select(rows, submissions.c.ended_at).join_from(rows, submissions)
        return self._connection.execute(told.where(*self._here(rows), *_LAST_WORD_WAS_NO)).all()


_newer = rows.alias("newer")
_LAST_WORD_WAS_NO = (
    rows.c.outcome == sa.literal_column("'refused'"),  # spelled out, so that the partial index is seen to fit
    ~sa.exists().where(
        *(_newer.c[column.name] == column for column in KEY),
        _newer.c.version > rows.c.version,
        _newer.c.outcome.is_distinct_from("superseded"),  # what was never sent changed nothing
    ),
)


def _key(row: sa.Row[Any]) -> ScoreKey:
    return ScoreKey(row.school, row.year, row.pupil, row.subject, TERMS[row.term], COLUMNS[row.book_column])


def _unit(row: sa.Row[Any]) -> Unit:
    return Unit(row.school, row.year, row.school_class, row.subject, TERMS[row.term])


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        choice=Choice(row.choice),
        lms=read_score(row.lms),
        city=read_optional(row.city),
        city_version=row.city_version,
        actor=row.actor,
        at=row.at,
    )


def _confirmation(row: sa.Row[Any]) -> Confirmation:
    return Confirmation(
        id=row.id, gate=Gate(row.gate), op=Op(row.op), score=read_score(row.score), actor=row.actor, at=row.at
    )


def _refusal(row: sa.Row[Any]) -> PastRefusal:
    return PastRefusal(
        Op(row.op), read_score(row.score), row.base_version, Refusal(row.refusal), row.code, row.ended_at
    )
