"""Rows of jobs: asked for, claimed by one UPDATE … RETURNING, and written to by the newest holder alone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import LeaseLost, NotFound, StoreProblem
from bridge.ports.jobs import OPEN, Ask, Claim, Facts, Job, JobKind, JobState, Progress
from bridge.store.chain import Random
from bridge.store.engine import Database
from bridge.store.tables.jobs import jobs

_OPEN = jobs.c.state.in_([state.value for state in OPEN])
_WAITING = jobs.c.state.in_([JobState.QUEUED.value, JobState.RETRY.value])
_ENDED = jobs.c.state.in_([JobState.DONE.value, JobState.FAILED.value])
_TRIES = 3  # an open job may end between our insert and our look


class JobTable:
    """`bridge.ports.jobs.JobRows`. `random` makes the ids."""

    def __init__(self, database: Database, random: Random) -> None:
        self._database = database
        self._random = random

    def enqueue(self, ask: Ask, *, now: datetime) -> Job:
        with self._database.write() as connection:
            return put_in(connection, ask, id=self._random(16).hex(), now=now)

    def find(self, job: str, *, school: str) -> Job:
        with self._database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job, jobs.c.school == school)).one_or_none()
        if row is None:
            raise NotFound(kind="job", name=job, nearest=[])
        return _job(row)

    def list(self, school: str, *, limit: int, kind: JobKind | None = None) -> Sequence[Job]:
        mine = jobs.c.school == school if kind is None else (jobs.c.school == school) & (jobs.c.kind == kind.value)
        query = sa.select(jobs).where(mine).order_by(jobs.c.asked_at.desc(), jobs.c.id).limit(limit)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def newest(self, school: str) -> Mapping[JobKind, Job]:
        with self._database.read() as connection:
            found = connection.execute(sa.select(jobs).where(jobs.c.id.in_(_newest_ended()), jobs.c.school == school))
            return {JobKind(row.kind): _job(row) for row in found}

    def counts(self, school: str) -> Mapping[tuple[JobKind, JobState], int]:
        query = sa.select(jobs.c.kind, jobs.c.state, sa.func.count()).where(jobs.c.school == school)
        with self._database.read() as connection:
            found = connection.execute(query.group_by(jobs.c.kind, jobs.c.state))
            return {(JobKind(kind), JobState(state)): count for kind, state, count in found}

    def oldest_due(self, school: str, *, now: datetime) -> datetime | None:
        query = sa.select(sa.func.min(jobs.c.not_before)).where(jobs.c.school == school, _may_begin(now))
        with self._database.read() as connection:
            oldest: datetime | None = connection.scalar(query)
        return oldest

    def due(self, school: str, *, now: datetime, limit: int) -> Sequence[str]:
        query = (
            sa.select(jobs.c.id)
            .where(jobs.c.school == school, _may_begin(now))
            .order_by(jobs.c.not_before, jobs.c.asked_at, jobs.c.id)
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(limit)).scalars().all()

    def claim(self, job: str, *, school: str, holder: str, seconds: float, now: datetime) -> Claim | None:
        changes = {
            "state": JobState.RUNNING.value,
            "attempt": jobs.c.attempt + 1,
            "fence": jobs.c.fence + 1,
            "holder": holder,
            "until": now + timedelta(seconds=seconds),
            "started_at": now,
            **_written(Progress()),
        }
        mine = (jobs.c.id == job) & (jobs.c.school == school)
        begin = sa.update(jobs).where(mine, _may_begin(now)).values(changes).returning(jobs)
        try:
            with self._database.write() as connection:
                row = connection.execute(begin).one_or_none()
        except StoreProblem as error:
            if error.facts["why"] == "CONSTRAINT":
                return None  # two of one lock at the same moment: the index lets one through
            raise
        return Claim(_job(row), holder, row.fence, row.until) if row is not None else None

    def renew(self, claim: Claim, *, seconds: float, now: datetime) -> Claim:
        until = now + timedelta(seconds=seconds)
        self._write(claim, {"until": until})
        return claim._replace(until=until)

    def progress(self, claim: Claim, progress: Progress) -> None:
        self._write(claim, _written(progress))

    def done(self, claim: Claim, result: Facts, *, now: datetime) -> None:
        self._write(claim, {"result": _json(result), "error": "", "facts": "{}", **_ended(JobState.DONE, now)})

    def failed(self, claim: Claim, error: str, facts: Facts, *, now: datetime) -> None:
        self._write(claim, {"error": error, "facts": _json(facts), **_ended(JobState.FAILED, now)})

    def retry(self, claim: Claim, error: str, facts: Facts, *, at: datetime, free: bool) -> None:
        attempt = jobs.c.attempt - (1 if free else 0)
        changes = {"state": JobState.RETRY.value, "until": None, "not_before": at, "attempt": attempt}
        self._write(claim, {**changes, "error": error, "facts": _json(facts)})

    def give_back(self, claim: Claim, *, now: datetime) -> None:
        changes = {"state": JobState.QUEUED.value, "until": None, "not_before": now, "attempt": jobs.c.attempt - 1}
        self._write(claim, changes)

    def sweep(self, *, now: datetime) -> int:
        dead = (jobs.c.state == JobState.RUNNING.value) & (jobs.c.until <= now)
        spent = jobs.c.attempt >= jobs.c.attempts
        again = {"state": JobState.QUEUED.value, "until": None, "not_before": now}
        over = {"error": "CRASHED", "facts": "{}", **_ended(JobState.FAILED, now)}
        with self._database.read() as connection:  # asked each second, and hardly ever so: no lock of writers for that
            if connection.execute(sa.select(jobs.c.id).where(dead).limit(1)).one_or_none() is None:
                return 0
        with self._database.write() as connection:
            failed = connection.execute(sa.update(jobs).where(dead, spent).values(over)).rowcount
            queued = connection.execute(sa.update(jobs).where(dead).values(again)).rowcount
        return failed + queued

    def drop_older(self, school: str, *, before: datetime) -> int:
        old = (jobs.c.school == school) & _ENDED & (jobs.c.ended_at < before) & jobs.c.id.not_in(_newest_ended())
        with self._database.write() as connection:
            return connection.execute(sa.delete(jobs).where(old)).rowcount

    def _write(self, claim: Claim, changes: Mapping[str, Any]) -> None:
        mine = (jobs.c.id == claim.job.id) & (jobs.c.fence == claim.fence) & (jobs.c.state == JobState.RUNNING.value)
        with self._database.write() as connection:
            if connection.execute(sa.update(jobs).where(mine).values(changes)).rowcount == 0:
                raise LeaseLost(lease=f"job:{claim.job.id}")


def put_in(connection: sa.Connection, ask: Ask, *, id: str, now: datetime) -> Job:
    """Queue it, in the caller's transaction, or find the one that is there."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    queue = insert(jobs).values(_row(ask, id=id, now=now)).on_conflict_do_nothing().returning(jobs)
    for _ in range(_TRIES):
        row = _there(connection, ask) or connection.execute(queue).one_or_none()
        if row is not None:
            return _job(row)
    raise StoreProblem(why="LOCKED", detail="jobs")


def _there(connection: sa.Connection, ask: Ask) -> sa.Row[Any] | None:
    wanted = _OPEN | (jobs.c.state == JobState.DONE.value) if ask.once else _OPEN
    same = (jobs.c.school == ask.school) & (jobs.c.kind == ask.kind.value) & (jobs.c.key == ask.key)
    query = sa.select(jobs).where(same, wanted).order_by(jobs.c.asked_at.desc()).limit(1)
    return connection.execute(query).one_or_none()


def _may_begin(now: datetime) -> sa.ColumnElement[bool]:
    running = jobs.alias()
    held = sa.exists().where(running.c.lock == jobs.c.lock, running.c.state == JobState.RUNNING.value)
    return _WAITING & (jobs.c.not_before <= now) & ~held


def _newest_ended() -> sa.Select[tuple[str]]:
    place = sa.func.row_number().over(
        partition_by=[jobs.c.school, jobs.c.kind], order_by=[jobs.c.ended_at.desc(), jobs.c.id]
    )
    ranked = sa.select(jobs.c.id, place.label("place")).where(_ENDED).subquery()
    return sa.select(ranked.c.id).where(ranked.c.place == 1)


def _row(ask: Ask, *, id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "school": ask.school,
        "kind": ask.kind.value,
        "key": ask.key,
        "lock": ask.lock or id,
        "actor": ask.actor,
        "state": JobState.QUEUED.value,
        "attempt": 0,
        "attempts": ask.attempts,
        "arguments": _json(ask.arguments),
        "asked_at": now,
        "not_before": now,
        "holder": "",
        "fence": 0,
        "result": "{}",
        "error": "",
        "facts": "{}",
        **_written(Progress()),
    }


def _written(progress: Progress) -> dict[str, Any]:
    return progress._asdict()


def _ended(state: JobState, now: datetime) -> dict[str, Any]:
    return {"state": state.value, "ended_at": now, "until": None}


def _json(facts: Facts) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)


def _job(row: sa.Row[Any]) -> Job:
    return Job(
        id=row.id,
        school=row.school,
        kind=JobKind(row.kind),
        key=row.key,
        actor=row.actor,
        state=JobState(row.state),
        attempt=row.attempt,
        attempts=row.attempts,
        asked_at=row.asked_at,
        not_before=row.not_before,
        arguments=json.loads(row.arguments),
        started_at=row.started_at,
        ended_at=row.ended_at,
        claims=row.fence,
        progress=Progress(row.done, row.total, row.label),
        result=json.loads(row.result),
        error=row.error,
        facts=json.loads(row.facts),
    )
