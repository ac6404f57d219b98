"""Carrying marks by hand: filled workbooks handed out as a batch, and what became of it.

Nothing is decided here about marks: the rows were planned, confirmed and committed by the main job. Each step is
committed before the next, and any of them may be repeated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.school import Unit
from bridge.ports.byhand import Batch, Tray, Word
from bridge.ports.city import Outcome, Submission
from bridge.ports.workbooks import Filled, Workbooks

NOT_UPLOADED = "NOT_UPLOADED"


@dataclass(slots=True)
class Filling:
    """What filling gave: workbooks to carry, and those that could not be filled."""

    filled: list[Filled] = field(default_factory=list)
    unfilled: list[Filled] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return sum(each.cells for each in self.filled)

    @property
    def refused(self) -> int:
        return sum(len(each.refused) for each in self.filled)


@dataclass(frozen=True, slots=True)
class Moment:
    """Who acts, and when."""

    actor: str
    now: datetime


def fill(
    tray: Tray, workbooks: Workbooks, *, wanted: Callable[[Unit], bool], watch: Callable[[object], None], at: Moment
) -> Filling:
    """Fill everything that waits in the tray and is wanted. A row that its own workbook refuses is answered at once."""
    waiting = [submission for submission in tray.waiting() if wanted(submission.unit)]
    filling = Filling()
    for each in workbooks.fill(waiting, {submission.id: tray.words(submission.id) for submission in waiting}):
        (filling.unfilled if each.flaws else filling.filled).append(each)
        for submission, words in _by_submission(each).items():
            tray.say(submission, words, actor=at.actor, now=at.now)
        watch(each)
    return filling


def _by_submission(filled: Filled) -> dict[str, dict[int, Word]]:
    found: dict[str, dict[int, Word]] = {}
    for row in () if filled.flaws else filled.refused:
        found.setdefault(row.submission, {})[row.position] = row.word
    return found


def hand_out(tray: Tray, filling: Filling, *, id: str, school: str, year: int, at: Moment) -> Batch:
    """Note who carries what, before the files are there."""
    ids = [submission for each in filling.filled for submission in each.submissions]
    batch = Batch(id, school, year, at.actor, at.now, tuple(ids))
    tray.hand_out(batch)
    return batch


@dataclass(frozen=True, slots=True)
class Said:
    """What a person's word about a batch came to, in rows."""

    accepted: int = 0
    refused: int = 0
    failed: int = 0
    known: int = 0  # rows of which something was said before

    @property
    def new(self) -> int:
        return self.accepted + self.refused + self.failed


def carried(tray: Tray, batch: Batch, *, wanted: Callable[[Unit], bool]) -> list[Submission]:
    """The submissions of a batch, ended or not: an error file speaks of all of them, also when it is read again."""
    found = map(tray.rows, batch.submissions)
    return [each for each in found if each is not None and wanted(each.unit)]


def accept(
    tray: Tray, submissions: Sequence[Submission], errors: Mapping[str, Mapping[int, Word]], *, at: Moment
) -> Said:
    """All rows were accepted but for those that the error file names."""
    yes = Word(Outcome.ACCEPTED)
    return _say(tray, submissions, lambda submission, position: errors.get(submission, {}).get(position, yes), at)


def withdraw(tray: Tray, submissions: Sequence[Submission], *, at: Moment) -> Said:
    """Nothing of it was uploaded, or all of it refused: a new attempt may work, so the next run plans it afresh."""
    no = Word(Outcome.FAILED, code=NOT_UPLOADED)
    return _say(tray, submissions, lambda _submission, _position: no, at)


def _say(tray: Tray, submissions: Sequence[Submission], word: Callable[[str, int], Word], at: Moment) -> Said:
    counts = dict.fromkeys(Outcome, 0)
    known = 0
    for submission, words in _open_words(tray, submissions, word):
        tray.say(submission.id, words, actor=at.actor, now=at.now)
        known += len(submission.rows) - len(words)
        for each in words.values():
            counts[each.outcome] += 1
    return Said(counts[Outcome.ACCEPTED], counts[Outcome.REFUSED], counts[Outcome.FAILED], known)


def _open_words(
    tray: Tray, submissions: Sequence[Submission], word: Callable[[str, int], Word]
) -> Iterator[tuple[Submission, dict[int, Word]]]:
    for submission in submissions:
        said = tray.words(submission.id)
        places = [place for place in range(len(submission.rows)) if place not in said]
        yield submission, {place: word(submission.id, place) for place in places}
