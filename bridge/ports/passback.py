"""What `bridge/passback` needs of the store: scores on their way into an LMS's gradebook.

One row for each (registration, column, user), with the newest score that is wanted there. A row is the truth; whoever
works on it holds a claim with a fence, and every method is one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.ports.gradebooks import ActivityProgress


class Place(NamedTuple):
    """A cell of a platform's gradebook."""

    registration: str
    line_item: str  # the column's address
    user: str  # of the platform


class Wanted(NamedTuple):
    """What shall stand there. `source` says what it was reached in: an id of ours, for the page that shows it."""

    value: Decimal
    maximum: Decimal
    progress: ActivityProgress
    at: datetime  # when it was reached
    source: str = ""


class Shown(NamedTuple):
    """A value as a gradebook has it."""

    value: Decimal
    maximum: Decimal


class Trouble(NamedTuple):
    """Why it did not arrive: an error's code with its facts, as `Words.failure` tells them."""

    reason: str
    facts: Mapping[str, str | int]


class PassbackState(StrEnum):
    WAITING = "WAITING"  # to be sent, or sent again, when it is due
    DELIVERED = "DELIVERED"
    CONFLICT = "CONFLICT"  # somebody entered another value there: a person decides
    KEPT = "KEPT"  # what somebody entered stays, by a person's word; asked again when either side moves
    DEAD = "DEAD"  # given up, with a reason: a person sends it again, or lets it be
    LEFT = "LEFT"  # let be by a person; a newer score is tried all the same


class ConflictChoice(StrEnum):
    """A person's word about a conflict."""

    KEEP_THEIRS = "KEEP_THEIRS"
    SEND_OURS = "SEND_OURS"


@dataclass(frozen=True, slots=True)
class Passback:
    """One row."""

    school: str
    place: Place
    wanted: Wanted
    number: int  # of the wanted score: rises with each new one, so that what was sent is never taken for what is wanted
    state: PassbackState
    due: datetime
    attempt: int = 0  # how often this score was tried since it was wanted or asked for again
    stamped: datetime | None = None  # the latest time that was told to the platform, whether it arrived or not
    accepted: Shown | None = None  # what the platform last took from us, or had already
    seen: Shown | None = None  # of a conflict: what stands there
    allowed: Shown | None = None  # what a person said may be overwritten: just this value
    trouble: Trouble | None = None  # of a dead one, or of one that is tried again
    changed_at: datetime | None = None


class Claimed(NamedTuple):
    """The right to work on a row until `until`. Who was overtaken can write nothing any more."""

    row: Passback
    fence: int
    until: datetime


class Outbox(Protocol):
    """The rows. Those that take a claim raise `LeaseLost` when another has claimed the row since."""

    def put(self, school: str, place: Place, wanted: Wanted, *, now: datetime) -> None:
        """Want this score there. The same value again changes nothing; an older one (by `at`) is left out.

        A new value waits to be sent, whatever became of the one before: what stands there is looked at before.
        """
        ...

    def claim(self, school: str, *, now: datetime, seconds: float) -> Claimed | None:
        """The row that has been due the longest and that nobody holds."""
        ...

    def stamp(self, claim: Claimed, at: datetime) -> None:
        """Told to the platform from here on: no later score of this cell may carry this time or an earlier one."""
        ...

    def delivered(self, claim: Claimed, shown: Shown, *, now: datetime) -> None:
        """It stands there. A newer score that was put meanwhile waits on."""
        ...

    def conflict(self, claim: Claimed, seen: Shown, *, now: datetime) -> None: ...

    def again(self, claim: Claimed, why: Trouble, *, due: datetime, free: bool, now: datetime) -> None:
        """Try it once more then; `free`: this attempt counts for none. A newer score that was put meanwhile is tried
        at once."""
        ...

    def dead(self, claim: Claimed, why: Trouble, *, now: datetime) -> None: ...

    def settle(
        self, school: str, place: Place, choice: ConflictChoice, *, seen: Shown, actor: str, now: datetime
    ) -> None:
        """A person's word about a conflict, bound to the value that the person saw. `NotFound` when it is none of that
        value any more."""
        ...

    def revive(self, school: str, place: Place, *, actor: str, now: datetime) -> None:
        """Send one again that was given up or let be. `NotFound`."""
        ...

    def leave(self, school: str, places: Sequence[Place], *, actor: str, now: datetime) -> int:
        """Let those of them be that were given up: they ask for nobody any more; how many."""
        ...

    def revive_column(self, school: str, registration: str, line_item: str, *, actor: str, now: datetime) -> int:
        """Look at every score of a column now, be it delivered, given up, let be or to be tried later; how many.

        What a person decided, or has to, stays.
        """
        ...

    def find(self, school: str, place: Place) -> Passback | None: ...

    def of_column(self, school: str, registration: str, line_item: str) -> Mapping[str, Passback]:
        """By user."""
        ...

    def rows(self, school: str, *, states: Sequence[PassbackState], limit: int) -> Sequence[Passback]:
        """Newest change first."""
        ...

    def counts(self, school: str) -> Mapping[PassbackState, int]: ...

    def next_due(self, school: str) -> datetime | None:
        """When the next waiting row is due; None when nothing waits."""
        ...

    def forget(self, school: str, place: Place) -> None:
        """Of a test: as if it had never been."""
        ...
