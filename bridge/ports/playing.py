"""What playing needs of the store: links in courses, attempts, and what happened in them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from bridge.domain.attempts import AttemptState
from bridge.domain.discounting import Discount
from bridge.domain.materials import ScorePolicy


@dataclass(frozen=True, slots=True)
class Terms:
    """How a link is played, chosen when it was placed. `attempts` 0: as often as wanted."""

    graded: bool = False
    policy: ScorePolicy = ScorePolicy.HIGHEST
    attempts: int = 0
    pass_mark: Decimal | None = None  # percent; None: the package's own
    by_completion: bool = False  # somebody chose that finishing without a score is full marks
    review: bool = False  # a learner may look at finished attempts again, where the package knows how (cmi5)


@dataclass(frozen=True, slots=True)
class Link:
    """A material in a course. (registration, resource link) is unique in a school."""

    id: str
    registration: str
    course: str
    resource_link: str
    material: str
    title: str
    terms: Terms
    line_item: str  # address of its column at the platform, "" of none
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a learner, who is the platform's account. It stays on the version that it was begun with."""

    id: str
    link: str
    learner: str
    number: int  # from 1
    version: int
    state: AttemptState
    sitting: int  # the newest; commits of an older one are refused
    sequence: int  # of the newest commit of this sitting
    started: datetime
    sat: datetime  # the sitting's begin
    seen: datetime  # the last word of it
    ended: bool = False  # the sitting said goodbye
    finished: datetime | None = None
    seconds: int = 0  # active, by our own clock
    passed: bool | None = None
    score: Decimal | None = None  # percent
    progress: Decimal | None = None  # 0–1
    status: str = ""
    revision: int = 0  # rises with what changes the score that counts
    reported: int = 0  # the revision that was handed on to the gradebook's outbox
    elements: Mapping[str, str] = field(default_factory=dict)


class Event(NamedTuple):
    """Something in an attempt, for its timeline. `detail` holds codes and values of the package, no names."""

    at: datetime
    kind: str  # opened | taken_over | status | score | answered | finished | ended | odd_time | reviewed | open | reset
    detail: str = ""


class Tally(NamedTuple):
    """Learners of a link: who has opened it, and who has finished it at least once."""

    opened: int
    finished: int


Change = Callable[[Attempt], tuple[Attempt, Sequence[Event]]]


class Attempts(Protocol):
    def ensure_link(self, school: str, link: Link) -> Link:
        """The link as it is kept; the one given where it is the first sight of it.

        A new line item is taken over, and every attempt is to be reported to it.
        """
        ...

    def link(self, school: str, link: str) -> Link:
        """`NotFound`."""
        ...

    def links_of(self, school: str, material: str) -> Sequence[Link]:
        """Who uses it where, newest first."""
        ...

    def links(self, school: str) -> Sequence[Link]:
        """All of a school, the oldest first."""
        ...

    def links_at(self, school: str, course: str, resource_link: str) -> Sequence[Link]:
        """What was launched under this id from this course, at whatever platforms."""
        ...

    def set_terms(self, school: str, link: str, terms: Terms, *, actor: str, now: datetime) -> None:
        """With an entry in the audit trail; every attempt is to be reported anew. `NotFound`."""
        ...

    def of_learner(self, school: str, link: str, learner: str) -> Sequence[Attempt]:
        """By number."""
        ...

    def of_link(self, school: str, link: str) -> Sequence[Attempt]:
        """By learner and number, without their elements."""
        ...

    def find(self, school: str, attempt: str) -> Attempt:
        """`NotFound`."""
        ...

    def whole(self, school: str, ids: Sequence[str]) -> Mapping[str, Attempt]:
        """Those of these attempts that there are, with their elements: one question for all."""
        ...

    def begin(self, school: str, attempt: Attempt) -> Attempt:
        """The attempt; where another request has begun this number meanwhile, that one."""
        ...

    def change(self, school: str, attempt: str, change: Change) -> Attempt:
        """Read, change and write as one; nothing is written where `change` returns what it was given. `NotFound`."""
        ...

    def turn(self, school: str, attempt: str, change: Change, *, actor: str, why: str, now: datetime) -> Attempt:
        """As `change`, by a person: with an entry in the audit trail."""
        ...

    def tallies(self, school: str, links: Collection[str]) -> Mapping[str, Tally]:
        """By link; those that nobody has opened are left out."""
        ...

    def materials_in(self, school: str, registration: str, course: str) -> Collection[str]:
        """Of the links of a course: their materials."""
        ...

    def events(self, school: str, attempt: str) -> Sequence[Event]: ...

    def events_of_link(self, school: str, link: str) -> Mapping[str, Sequence[Event]]:
        """By attempt, each in its order; attempts without events are left out."""
        ...

    def unreported(self, school: str, *, limit: int) -> Sequence[Attempt]:
        """Those with a newer revision than was handed on, the longest waiting first; without their elements."""
        ...

    def reported(self, school: str, seen: Sequence[Attempt]) -> None:
        """What was handed on came of these, at the revisions that they have here."""
        ...


class Discounts(Protocol):
    """Questions that a teacher has taken out of counting."""

    def of_link(self, school: str, link: str) -> Mapping[int, Discount]:
        """By the version of the link's material; versions of which every question counts are left out."""
        ...

    def put(
        self,
        school: str,
        link: str,
        version: int,
        discount: Discount,
        *,
        seen: frozenset[str],
        actor: str,
        why: str,
        now: datetime,
    ) -> None:
        """In the place of what was said before, with an entry in the audit trail; every attempt is to be reported anew.

        `seen`: the questions that did not count when somebody looked; `Overtaken` when they are others by now.
        `NotFound`.
        """
        ...
