"""What a city whose rows a person carries over needs of the store: what lies with a person, and what that person said.

The rows themselves are submissions like any other (`ports.marks.Submissions`), committed before anything is filled;
nothing here is kept twice. See docs/adr/0027-workbook-city.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.scores import Score
from bridge.ports.city import Outcome, Refusal, Submission


class Word(NamedTuple):
    """What became of one row, by a person, an error file, or the workbook itself when it was filled."""

    outcome: Outcome
    refusal: Refusal | None = None
    code: str = ""  # ours, or the site's own
    message: str = ""  # the site's own sentence
    shown: Score | None = None  # what stood in the workbook's cell instead, of a row that had moved


@dataclass(frozen=True, slots=True)
class Batch:
    """Filled workbooks that were handed out as one. A submission may be in several: only the newest is uploaded."""

    id: str
    school: str
    year: int
    actor: str
    made_at: datetime
    submissions: tuple[str, ...]


class Tray(Protocol):
    """One school's submissions in people's hands. The first word about a row stands."""

    def take(self, submission: Submission) -> None:
        """It lies with a person from now on; harmless when repeated.

        `Refused` (SUBMISSION_REUSED) for the same id with other content.
        """
        ...

    def rows(self, submission: str) -> Submission | None:
        """What was taken under this id; None when nothing was."""
        ...

    def words(self, submission: str) -> Mapping[int, Word]:
        """What was said so far, by the position of the row."""
        ...

    def say(self, submission: str, words: Mapping[int, Word], *, actor: str, now: datetime) -> None: ...

    def waiting(self) -> Sequence[Submission]:
        """All that were taken and whose receipts were not recorded yet, oldest first."""
        ...

    def hand_out(self, batch: Batch) -> None:
        """Committed before the files are there: a batch that nobody holds does no harm, an unknown one would."""
        ...

    def batch(self, name: str) -> Batch:
        """`NotFound`. `name` may be a unique beginning of the id, or `last`."""
        ...
