"""What lies in people's hands, and what they said of it. The rows are the submissions' own; nothing is kept twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import Refused
from bridge.ports.byhand import Batch, Word
from bridge.ports.city import Outcome, Refusal, Submission
from bridge.store import naming
from bridge.store.chain import Entry, Trail
from bridge.store.codec import read_optional, write_optional
from bridge.store.engine import Database
from bridge.store.submissions import SubmissionTable
from bridge.store.tables.byhand import batch_submissions, batches
from bridge.store.tables.byhand import words as said


class TrayTable:
    """`bridge.ports.byhand.Tray` of one school. Whatever was marked as sent lies in the tray."""

    def __init__(self, database: Database, submissions: SubmissionTable, trail: Trail, school: str) -> None:
        self._database = database
        self._submissions = submissions
        self._trail = trail
        self._school = school

    def take(self, submission: Submission) -> None:
        """It was committed and marked as sent before: only whether it is the same is to be asked."""
        known = self.rows(submission.id)
        if known is not None and (known.unit, known.rows) != (submission.unit, submission.rows):
            raise Refused(remote="city", operation="submit", reason="SUBMISSION_REUSED")

    def rows(self, submission: str) -> Submission | None:
        return self._submissions.sent(self._school, submission)

    def words(self, submission: str) -> Mapping[int, Word]:
        query = sa.select(said).where(said.c.submission == submission).order_by(said.c.position)
        with self._database.read() as connection:
            return {row.position: _word(row) for row in connection.execute(query)}

    def say(self, submission: str, words: Mapping[int, Word], *, actor: str, now: datetime) -> None:
        """The first word about a row stands: a person who says it again, or says otherwise, changes nothing."""
        with self._database.write() as connection:
            before = set(connection.scalars(sa.select(said.c.position).where(said.c.submission == submission)))
            new = {position: word for position, word in words.items() if position not in before}
            if new:
                stamp = {"submission": submission, "actor": actor, "at": now}
                rows = [_row(word) | stamp | {"position": position} for position, word in new.items()]
                connection.execute(sa.insert(said), rows)
                entry = Entry("byhand.said", submission, new=_counts(new))
                self._trail.append(connection, self._school, [entry], actor=actor, at=now)

    def waiting(self) -> Sequence[Submission]:
        return [waiting.submission for waiting in self._submissions.open(self._school) if waiting.sent]

    def hand_out(self, batch: Batch) -> None:
        head = {name: getattr(batch, name) for name in ("id", "school", "year", "actor", "made_at")}
        rows = [{"batch": batch.id, "submission": submission} for submission in batch.submissions]
        entry = Entry("byhand.handed_out", batch.id, new=f"{len(rows)} submissions")
        with self._database.write() as connection:
            connection.execute(sa.insert(batches), head)
            if rows:
                connection.execute(sa.insert(batch_submissions), rows)
            self._trail.append(connection, batch.school, [entry], actor=batch.actor, at=batch.made_at)

    def batch(self, name: str) -> Batch:
        with self._database.read() as connection:
            head = naming.find(connection, batches, name, among=batches.c.school == self._school)
            query = sa.select(batch_submissions.c.submission).where(batch_submissions.c.batch == head.id)
            mine = tuple(connection.scalars(query.order_by(batch_submissions.c.submission)))
        return Batch(**head._mapping, submissions=mine)


def _word(row: sa.Row[Any]) -> Word:
    refusal = Refusal(row.refusal) if row.refusal is not None else None
    return Word(Outcome(row.outcome), refusal, row.code, row.message, read_optional(row.shown))


def _row(word: Word) -> dict[str, Any]:
    return {
        "outcome": word.outcome.value,
        "refusal": word.refusal.value if word.refusal is not None else None,
        "code": word.code,
        "message": word.message,
        "shown": write_optional(word.shown),
    }


def _counts(words: Mapping[int, Word]) -> str:
    outcomes = [word.outcome for word in words.values()]
    return ", ".join(f"{outcomes.count(kind)} {kind.lower()}" for kind in Outcome if kind in outcomes)
