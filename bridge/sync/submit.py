"""Sending, so that nothing is lost and nothing is sent twice.

The intent is committed before the wire; after a lost reply we ask by the submission's id, and send the same bytes again
only when the city says it never got them. A receipt changes ledger, confirmations and trail in one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.errors import Garbled, Refused, RemoteError, Unclear
from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.city import Answer, Outcome, OutRow, Progress, Receipt, Receipts, Submission
from bridge.ports.marks import DraftRow, Judged, OpenSubmission
from bridge.sync.context import Sync
from bridge.sync.errand import Errand

STOPPING = frozenset({"LOGIN", "RIGHT", "UNKNOWN_SCHOOL", "CONTRACT_VERSION"})
LONGEST_PAUSE = 30.0
RESENDS = 2  # of the same bytes under the same id, in one run


def hopeless(error: RemoteError) -> bool:
    """Whether the city does not let us in at all: the next submission would fare no better."""
    return isinstance(error, Refused) and error.facts.get("reason") in STOPPING


def send_rows(
    sync: Sync, carried: Errand, unit: Unit, rows: Sequence[DraftRow], fingerprints: Mapping[Column, str]
) -> None:
    """Send these rows in submissions as large as the city takes. `Unreachable` or `Unclear` when it can't go on."""
    limit = sync.city.capabilities().rows_per_submission
    for start in range(0, len(rows), limit):
        carried.renew(sync)
        sync.world.checkpoint("before prepare")
        drafts = rows[start : start + limit]
        submission = sync.stores.submissions.prepare(
            unit,
            drafts,
            id=sync.world.new_id(),
            run=carried.run,
            lease=carried.lease,
            now=sync.world.now(),
            fingerprints=fingerprints,
        )
        sync.world.checkpoint("prepared")
        carried.prepared(submission, drafts)
        _deliver(sync, carried, submission)


def resume(sync: Sync, carried: Errand) -> None:
    """Bring every open submission of the school to its end, or as far as the city lets us.

    One that can't be brought on is noted and stays open, with its cells in flight; the others go on without it.
    """
    for waiting in sync.stores.submissions.open(sync.school):
        carried.renew(sync)
        if not waiting.sent:
            sync.stores.submissions.supersede(waiting.submission.id, why="NEVER_SENT", now=sync.world.now())
            sync.world.checkpoint("superseded")
            continue
        try:
            _take_up(sync, carried, waiting)
        except (Refused, Garbled, Unclear) as error:
            if hopeless(error):
                raise
            carried.failures.append((waiting.submission.unit, error))


def _take_up(sync: Sync, carried: Errand, waiting: OpenSubmission) -> None:
    submission = waiting.submission
    answer = _ask(sync, submission)
    if answer.progress is not Progress.UNKNOWN:
        _settle(sync, carried, submission, answer)
    elif sync.world.now() - submission.prepared_at <= sync.choices.resend_within:
        # a refusal of the repeat is none of the first attempt, which may still be recorded: then it stays open
        _settle(sync, carried, submission, _hand_over(sync, carried, submission))
    else:
        _end(sync, carried, submission, why="TOO_OLD_TO_RESEND")


def _deliver(sync: Sync, carried: Errand, submission: Submission) -> None:
    try:
        answer = _hand_over(sync, carried, submission)
    except Refused as error:
        _give_up(sync, carried, submission, error)
        return
    _settle(sync, carried, submission, answer)


def _hand_over(sync: Sync, carried: Errand, submission: Submission) -> Answer:
    sync.stores.submissions.mark_sent(submission.id, lease=carried.lease, now=sync.world.now())
    sync.world.checkpoint("marked sent")
    answer = _submit(sync, submission)
    sync.world.checkpoint("answered")
    return answer


def _submit(sync: Sync, submission: Submission) -> Answer:
    """Send, and after a lost reply ask; the same bytes again only on UNKNOWN."""
    try:
        return sync.city.submit(submission)
    except (Unclear, Garbled) as error:
        lost: RemoteError = error
    for _ in range(RESENDS):
        sync.world.checkpoint("reply lost")
        try:
            answer = _ask(sync, submission)
            return answer if answer.progress is not Progress.UNKNOWN else sync.city.submit(submission)
        except (Unclear, Garbled) as error:
            lost = error
        except Refused as error:  # of the question or of the repeat: the first attempt may still be recorded
            raise Unclear(**error.facts) from error
    raise lost


def _ask(sync: Sync, submission: Submission) -> Answer:
    return sync.city.receipts(submission.unit, submission.id)


def _give_up(sync: Sync, carried: Errand, submission: Submission, error: Refused) -> None:
    """The whole message was refused: nothing of it was recorded, and nothing of it is open any more."""
    _end(sync, carried, submission, why=f"REFUSED:{error.facts.get('theirs', '')}")
    if hopeless(error):
        raise error
    carried.failures.append((submission.unit, error))


def _end(sync: Sync, carried: Errand, submission: Submission, *, why: str) -> None:
    """Give a submission up; `LeaseLost` when another has taken over, who may have sent it meanwhile."""
    carried.renew(sync)
    sync.stores.submissions.give_up(submission.id, why=why, lease=carried.lease, now=sync.world.now())
    sync.world.checkpoint("given up")


def _settle(sync: Sync, carried: Errand, submission: Submission, answer: Answer) -> None:
    """Wait for the receipts as long as is decent, then record them; what is not ready stays open for the next run."""
    for pause in _pauses(sync, answer):
        if answer.progress is not Progress.PROCESSING or (answer.retry_after or 0) > LONGEST_PAUSE:
            break
        sync.world.sleep(answer.retry_after if answer.retry_after is not None else pause)
        carried.renew(sync)
        answer = _ask(sync, submission)
    if answer.progress is Progress.DONE:
        judged = judge(submission.rows, answer.receipts)
        sync.stores.submissions.record(submission.id, judged, now=sync.world.now())
        sync.world.checkpoint("recorded")


def _pauses(sync: Sync, answer: Answer) -> Iterator[float]:
    if answer.progress is not Progress.PROCESSING or sync.city.capabilities().receipts is Receipts.BY_HAND:
        return
    for turn in range(sync.choices.polls):
        yield min(sync.choices.poll_seconds * 2**turn, LONGEST_PAUSE)


def judge(rows: Sequence[OutRow], receipts: Sequence[Receipt]) -> list[Judged]:
    """What each receipt means. `Garbled` when they are not exactly the receipts of these rows."""
    if [row.record_id for row in rows] != [receipt.record_id for receipt in receipts]:
        raise Garbled(remote="city", operation="receipts", why="ROWS_DIFFER", rows=len(rows), receipts=len(receipts))
    return [Judged(receipt, _accepted(row, receipt)) for row, receipt in zip(rows, receipts, strict=True)]


def _accepted(row: OutRow, receipt: Receipt) -> bool:
    """Recorded, or refused as not newer while the city has exactly our version and value."""
    if receipt.outcome is Outcome.ACCEPTED:
        return True
    current = receipt.current
    if receipt.outcome is Outcome.FAILED or current is None or current.by_hand:
        return False
    value = None if row.op is Op.CANCEL else row.score
    return (current.version, current.score) == (row.version, value)
