"""Intents, committed before the wire, and what became of them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound, StoreProblem
from bridge.domain.plans import Op, Place
from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.city import OutRow, Submission
from bridge.ports.leases import Lease
from bridge.ports.marks import DraftRow, Judged, OpenSubmission
from bridge.store.bulk import pieces
from bridge.store.chain import Entry, Trail
from bridge.store.codec import COLUMNS, TERMS, read_score
from bridge.store.drafts import burn_versions, write_rows
from bridge.store.engine import Database
from bridge.store.identities import opened_codes
from bridge.store.leases import check_fence
from bridge.store.receipts import take_receipts
from bridge.store.runs import actor_of
from bridge.store.tables.submissions import rows, submissions
from bridge.store.vault import Vault


class SubmissionTable:
    """`bridge.ports.marks.Submissions`."""

    def __init__(self, database: Database, trail: Trail, vault: Vault) -> None:
        self._database = database
        self._trail = trail
        self._vault = vault

    def prepare(
        self,
        unit: Unit,
        rows: Sequence[DraftRow],
        *,
        id: str,
        run: str,
        lease: Lease,
        now: datetime,
        fingerprints: Mapping[Column, str],
    ) -> Submission:
        with self._database.write() as connection:
            check_fence(connection, lease, now=now)
            actor = actor_of(connection, run)
            drafts = burn_versions(connection, unit, rows)
            submission = Submission(id, unit, now.astimezone(UTC), tuple(draft.out for draft in drafts))
            head = _head(submission, run=run, fence=lease.fence, fingerprints=fingerprints)
            connection.execute(sa.insert(submissions), head)
            write_rows(connection, submission, drafts, vault=self._vault, run=run)
            entry = Entry("submission.prepared", id, new=f"{len(rows)} rows, run {run}")
            self._trail.append(connection, unit.school, [entry], actor=actor, at=now)
        return submission

    def mark_sent(self, submission: str, *, lease: Lease, now: datetime) -> None:
        with self._database.write() as connection:
            check_fence(connection, lease, now=now)
            head = _locked(connection, submission)
            if head.ended_at is not None:
                raise StoreProblem(why="SUBMISSION_ENDED", detail=submission)
            if head.sent_at is None:
                connection.execute(_set(submission, sent_at=now))
                self._note(connection, head, Entry("submission.sent", submission), now)

    def record(self, submission: str, judged: Sequence[Judged], *, now: datetime) -> None:
        with self._database.write() as connection:
            head = _locked(connection, submission)
            if head.ended_at is not None:
                _refuse_superseded(connection, submission)
                return
            entries = take_receipts(connection, _unit(head), submission, judged, run=head.run, now=now)
            connection.execute(_set(submission, ended_at=now))
            self._trail.append(connection, head.school, entries, actor=actor_of(connection, head.run), at=now)

    def supersede(self, submission: str, *, why: str, now: datetime) -> None:
        with self._database.write() as connection:
            head = _locked(connection, submission)
            if head.sent_at is not None:
                raise StoreProblem(why="ALREADY_SENT", detail=submission)
            self._end(connection, head, why=why, now=now)

    def give_up(self, submission: str, *, why: str, lease: Lease, now: datetime) -> None:
        with self._database.write() as connection:
            check_fence(connection, lease, now=now)
            self._end(connection, _locked(connection, submission), why=why, now=now)

    def _end(self, connection: sa.Connection, head: sa.Row[Any], *, why: str, now: datetime) -> None:
        if head.ended_at is None:
            connection.execute(_set(head.id, ended_at=now))
            connection.execute(sa.update(rows).where(rows.c.submission == head.id).values(outcome="superseded"))
            self._note(connection, head, Entry("submission.superseded", head.id, reason=why), now)

    def open(self, school: str) -> Sequence[OpenSubmission]:
        mine = (submissions.c.school == school) & submissions.c.ended_at.is_(None)
        oldest = sa.select(submissions).where(mine).order_by(submissions.c.prepared_at, submissions.c.id)
        with self._database.read() as connection:
            return [self._opened(connection, head) for head in connection.execute(oldest).all()]

    def sent(self, school: str, submission: str) -> Submission | None:
        """What was marked as sent under this id, ended or not, but for what was given up; None when nothing was."""
        mine = (submissions.c.school == school) & (submissions.c.id == submission) & submissions.c.sent_at.is_not(None)
        with self._database.read() as connection:
            head = connection.execute(sa.select(submissions).where(mine)).one_or_none()
            if head is None or _is_superseded(connection, submission):
                return None
            return self._opened(connection, head).submission

    def known(self, school: str, ids: Collection[str]) -> frozenset[str]:
        with self._database.read() as connection:
            return frozenset(
                found
                for some in pieces(ids)
                for found in connection.scalars(
                    sa.select(submissions.c.id).where(submissions.c.school == school, submissions.c.id.in_(some))
                )
            )

    def _opened(self, connection: sa.Connection, head: sa.Row[Any]) -> OpenSubmission:
        mine = sa.select(rows).where(rows.c.submission == head.id).order_by(rows.c.position)
        found = connection.execute(mine).all()
        codes = opened_codes(connection, self._vault, head.school, {(row.pupil, row.code_lookup) for row in found})
        out = tuple(_out_row(row, codes[row.pupil, row.code_lookup]) for row in found)
        places = tuple(Place(row.pupil, COLUMNS[row.book_column]) for row in found)
        submission = Submission(head.id, _unit(head), head.prepared_at, out)
        return OpenSubmission(submission, places, sent=head.sent_at is not None, run=head.run)

    def _note(self, connection: sa.Connection, head: sa.Row[Any], entry: Entry, now: datetime) -> None:
        self._trail.append(connection, head.school, [entry], actor=actor_of(connection, head.run), at=now)


def _head(submission: Submission, *, run: str, fence: int, fingerprints: Mapping[Column, str]) -> dict[str, Any]:
    return {
        **submission.unit._asdict(),
        "term": submission.unit.term.value,
        "id": submission.id,
        "run": run,
        "fence": fence,
        "fingerprints": json.dumps({column.value: text for column, text in fingerprints.items()}),
        "prepared_at": submission.prepared_at,
    }


def _locked(connection: sa.Connection, submission: str) -> sa.Row[Any]:
    row = connection.execute(
        sa.select(submissions).where(submissions.c.id == submission).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(kind="submission", name=submission, nearest=[])
    return row


def _refuse_superseded(connection: sa.Connection, submission: str) -> None:
    """Receipts of a submission that was given up as never sent: something is badly wrong, and nothing is written."""
    if _is_superseded(connection, submission):
        raise StoreProblem(why="SUPERSEDED", detail=submission)


def _is_superseded(connection: sa.Connection, submission: str) -> bool:
    given_up = sa.exists().where(rows.c.submission == submission, rows.c.outcome == "superseded")
    return bool(connection.scalar(sa.select(given_up)))


def _set(submission: str, **moments: datetime) -> sa.Update:
    return sa.update(submissions).where(submissions.c.id == submission).values(moments)


def _unit(head: sa.Row[Any]) -> Unit:
    return Unit(head.school, head.year, head.school_class, head.subject, TERMS[head.term])


def _out_row(row: sa.Row[Any], code: str) -> OutRow:
    return OutRow(
        record_id=row.record_id,
        op=Op(row.op),
        version=row.version,
        base_version=row.base_version,
        pupil=code,
        column=COLUMNS[row.book_column],
        score=read_score(row.score),
    )
