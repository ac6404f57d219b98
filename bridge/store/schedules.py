"""Schedules of a school, and which planned moment was started last: one row, moved forward by one process alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.timetable import Timetable
from bridge.ports.jobs import Ask, Job, JobKind, Schedule
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Random, Trail
from bridge.store.engine import Database
from bridge.store.jobs import put_in
from bridge.store.tables.jobs import schedules, ticks


class ScheduleTable:
    """`bridge.ports.jobs.Schedules`. `random` makes the ids of jobs."""

    def __init__(self, database: Database, trail: Trail, random: Random) -> None:
        self._database = database
        self._trail = trail
        self._random = random

    def schedules(self, school: str) -> Mapping[JobKind, Schedule]:
        query = sa.select(schedules.c.kind, schedules.c.body).where(schedules.c.school == school)
        with self._database.read() as connection:
            return {JobKind(row.kind): _read(row.kind, row.body) for row in connection.execute(query)}

    def set_schedule(self, school: str, schedule: Schedule, *, actor: str, now: datetime) -> None:
        kind, body = schedule.kind.value, _write(schedule)
        mine = (schedules.c.school == school) & (schedules.c.kind == kind)
        with self._database.write() as connection:
            old = connection.scalar(sa.select(schedules.c.body).where(mine)) or ""
            row = {"school": school, "kind": kind, "body": body}
            upsert(connection, schedules, [row], changes=taking("body"))
            counted = {"school": school, "kind": kind, "last": now}  # a new plan makes up for nothing before it
            upsert(connection, ticks, [counted], changes=taking("last"))
            entry = Entry("schedule.set", kind, old=old, new=body)
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def ticks(self, school: str) -> Mapping[JobKind, datetime]:
        query = sa.select(ticks.c.kind, ticks.c.last).where(ticks.c.school == school)
        with self._database.read() as connection:
            return {JobKind(row.kind): row.last for row in connection.execute(query)}

    def count_from(self, school: str, kind: JobKind, moment: datetime) -> None:
        row = {"school": school, "kind": kind.value, "last": moment}
        with self._database.write() as connection:
            upsert(connection, ticks, [row], changes=lambda _incoming: {"last": ticks.c.last})  # stays as it is

    def tick(self, ask: Ask, *, moment: datetime, now: datetime) -> Job | None:
        with self._database.write() as connection:
            if not _moved(connection, ask, moment):
                return None
            return put_in(connection, ask, id=self._random(16).hex(), now=now)


def _moved(connection: sa.Connection, ask: Ask, moment: datetime) -> bool:
    """Whether it was we who moved the row forward to this moment."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first = insert(ticks).values(school=ask.school, kind=ask.kind.value, last=moment)
    forward = first.on_conflict_do_update(
        index_elements=["school", "kind"], set_={"last": moment}, where=ticks.c.last < moment
    )
    return connection.execute(forward.returning(ticks.c.last)).one_or_none() is not None


def _write(schedule: Schedule) -> str:
    when = asdict(schedule.when) | {"days": sorted(schedule.when.days)}
    return json.dumps({**when, "on": schedule.on}, sort_keys=True)


def _read(kind: str, text: str) -> Schedule:
    body = json.loads(text)
    quiet = tuple(body["quiet"] or ())
    when = Timetable(
        days=frozenset(body["days"]),
        times=tuple(body["times"]),
        every=body["every"],
        quiet=quiet if len(quiet) == 2 else None,
    )
    return Schedule(JobKind(kind), when, on=body["on"])
