"""What a store keeps of runs. Contract as in `ports/marks.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.plans import Op, Place
from bridge.domain.school import Unit
from bridge.domain.scores import Score


class SentRow(NamedTuple):
    """One row of a run with its before-image, for reports and for reverting."""

    unit: Unit
    place: Place
    op: Op
    score: Score
    version: int
    state: str  # prepared | sent | accepted | refused | failed | superseded
    before: Score | None  # what the city had when it was planned
    code: str  # the city's code
    submission: str


@dataclass(frozen=True, slots=True)
class RunHead:
    """One run. The state of its rows is derived from its submissions, never stored twice."""

    id: str
    school: str
    year: int
    actor: str
    kind: str  # sync | apply | revert | resume | rebuild
    plan: str | None
    started_at: datetime
    ended_at: datetime | None = None
    audit_head: str = ""  # printed on each report, so that a cut tail is found


class Sent(NamedTuple):
    """A row that left for the city, with who sent it and when it was answered (None: not yet)."""

    row: SentRow
    run: str
    actor: str
    sent_at: datetime
    ended_at: datetime | None


class Runs(Protocol):
    def begin(self, head: RunHead) -> None: ...

    def end(self, run: str, *, now: datetime) -> RunHead:
        """Stamps the end and the audit head."""
        ...

    def head(self, run: str, *, school: str) -> RunHead:
        """`NotFound`. `run` may be a unique beginning of the id, or `last`."""
        ...

    def list(self, school: str, *, limit: int) -> Sequence[RunHead]: ...

    def rows(self, run: str) -> Sequence[SentRow]: ...

    def states(self, runs: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """How many rows of each run came to what, for a list of them."""
        ...

    def sent(self, unit: Unit, *, limit: int) -> Sequence[Sent]:
        """What left for the city from this unit, newest first."""
        ...
