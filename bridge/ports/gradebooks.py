"""What a platform's services give: columns, scores and results (AGS 2.0), the members of a course (NRPS 2.0).

`bridge/lti` stands behind it. A `registration` is `Registration.id`; addresses are those that a launch named. Each
method may raise `Unreachable` (surely nothing happened), `Garbled`, `NotFound` (no such registration) and `Refused`
with the reasons: STATUS, ADDRESS, PRIVATE_ADDRESS, OTHER_HOST (an address outside the platform: no token leaves), the
platform gives us no token, since it can't check our key (TOKEN_KEY), has another time (TOKEN_CLOCK), doesn't know us
(TOKEN_CLIENT), or for a cause of its own (TOKEN), and SCOPE (it gives one without the right). Those that change
something also `Unclear`.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol


class ActivityProgress(StrEnum):
    """How far somebody is with what is scored (AGS 2.0 §3.4.6)."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class Score(NamedTuple):
    """What somebody reached, out of `maximum`. There is none without a value: a null would erase what stands there."""

    user: str  # `sub` of a launch
    value: Decimal
    maximum: Decimal
    at: datetime  # when it was reached; later than any of this user's in this column that was sent before
    progress: ActivityProgress = ActivityProgress.COMPLETED


class Result(NamedTuple):
    """What the gradebook shows for somebody. `value` None: nothing."""

    user: str
    value: Decimal | None
    maximum: Decimal
    at: datetime | None = None


class NewLineItem(NamedTuple):
    """A column to be. `resource_id` is our own name of what is scored; with `tag` it finds the column again."""

    label: str
    maximum: Decimal
    resource_id: str
    tag: str


class LineItem(NamedTuple):
    """A column. `link` is the resource link (activity) that it belongs to, "" for one that stands alone."""

    url: str
    label: str
    maximum: Decimal
    resource_id: str = ""
    tag: str = ""
    link: str = ""


class Member(NamedTuple):
    """Somebody in a course, by the platform's word alone: it gives nobody a right.

    Moodle lists teachers without editing rights as learners here. So who is a pupil is asked of the city's class lists
    by `idnumber`, never of this.
    """

    user: str
    idnumber: str  # `lis_person_sourcedid`, trimmed, "" when absent
    active: bool
    learning: bool
    teaching: bool


class MemberRole(StrEnum):
    """What members can be asked for by."""

    LEARNER = "Learner"
    INSTRUCTOR = "Instructor"


class Gradebooks(Protocol):
    """Scores into a platform's gradebook. Columns of activities are the teachers': only those that stand alone and are
    named by us are changed or taken away."""

    def line_items(self, registration: str, collection: str, *, resource_id: str = "") -> Sequence[LineItem]:
        """All that the platform shows us of the course whose columns are at `collection`."""
        ...

    def provide(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        """The column with this resource id and tag; made when there is none. Asking again gives the same one."""
        ...

    def change(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        """Bring label and maximum of our own column to this. `NotFound`; `Refused(NOT_OURS)` for an activity's."""
        ...

    def remove(self, registration: str, collection: str, *, resource_id: str, tag: str) -> int:
        """Take our own columns of this name away, with their scores; how many. An activity's is `Refused(NOT_OURS)`."""
        ...

    def send(self, registration: str, line_item: str, score: Score) -> None:
        """Put a score into a column.

        `Refused`: STALE (one with this or a later time is there), NOT_GRADABLE (this user gets no scores there),
        NOT_TAKEN (said yes and did not take it), COLUMN_GONE. `Unclear` with STATUS 500 also for a locked mark. A yes
        is no promise that the column shows it.
        """
        ...

    def results(self, registration: str, line_item: str, *, user: str = "") -> Sequence[Result]:
        """What stands in a column, of everybody or of one; nothing of a user is no row, or one without a value."""
        ...

    def maximum(self, registration: str, line_item: str) -> Decimal:
        """What a column is out of now. `Refused`: COLUMN_GONE."""
        ...


class Members(Protocol):
    def members(self, registration: str, memberships: str, *, role: MemberRole | None = None) -> Sequence[Member]:
        """Everybody in the course, all pages."""
        ...
