"""Launches that failed, for who asks why."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.ports.platforms import Case, Step
from bridge.store.bulk import taking, upsert
from bridge.store.engine import Database
from bridge.store.tables.launches import cases


class CaseTable:
    """`bridge.ports.platforms.Cases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, school: str, case: Case) -> None:
        row = {
            "school": school,
            "code": case.code,
            "at": case.at,
            "step": case.step.value,
            "reason": case.reason,
            "registration": case.registration,
            "facts": json.dumps(case.facts),
        }
        with self._database.write() as connection:
            upsert(connection, cases, [row], changes=taking("at", "step", "reason", "registration", "facts"))

    def find(self, school: str, code: str) -> Case:
        which = (cases.c.school == school) & (cases.c.code == code.strip().upper())
        with self._database.read() as connection:
            row = connection.execute(sa.select(cases).where(which)).one_or_none()
        if row is None:
            raise NotFound(kind="case", name=code, nearest=[])
        return _case(row)

    def list(self, school: str, *, limit: int) -> Sequence[Case]:
        newest = sa.select(cases).where(cases.c.school == school).order_by(cases.c.at.desc()).limit(limit)
        with self._database.read() as connection:
            return [_case(row) for row in connection.execute(newest)]

    def sweep(self, *, before: datetime) -> int:
        with self._database.write() as connection:
            return connection.execute(sa.delete(cases).where(cases.c.at < before)).rowcount


def _case(row: Any) -> Case:
    return Case(row.code, row.at, Step(row.step), row.reason, row.registration, json.loads(row.facts))
