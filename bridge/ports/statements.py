"""What the embedded LRS (`bridge/lrs`) needs of a store: statements, documents, activities, attachments, credentials.

Statements are never changed and never deleted (xAPI Data §2.3.1); they refer to people by account keys only. Everything
belongs to a school. All writes are one transaction; all raise `StoreProblem` beside what they name.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

STEPS = 50  # from statement to statement: nobody comments on comments that often, but who means harm does


PAGE = 16 << 20  # bytes of statements and attachments after which a page ends, however many were asked for
PATIENCE = timedelta(seconds=2)  # a writer that takes longer gives up: what was stored before is there by then


class TermKind(StrEnum):
    """By what a statement is found beside its verb and registration."""

    AGENT = "AGENT"
    ACTIVITY = "ACTIVITY"

    __hash__ = str.__hash__  # compiled; every term is hashed several times on its way into the store


class Term(NamedTuple):
    """`related`: found there only when the asker wants related agents or activities too."""

    kind: TermKind
    value: str
    related: bool


def never(_: str) -> bool:
    return False


class Filed(NamedTuple):
    """A statement on its way into the store."""

    id: str  # small letters
    body: str  # JSON text with every property but `stored`, which the store gives
    verb: str
    registration: str  # small letters, "" for none
    terms: Collection[Term]
    target: str = ""  # id of the statement that this one is about
    voids: str = ""  # the same, where it voids it
    same: Callable[[str], bool] = never  # whether a body of this id says the same


class Attachment(NamedTuple):
    sha2: str  # small letters
    content_type: str  # "" where the sender said none
    content: bytes
    said_length: int | None = None  # of its part on the way in, where the sender said one


class Kept(NamedTuple):
    """A statement as the store has it. `body` as filed."""

    seq: int  # rises in the order of storing
    id: str
    body: str
    stored: datetime


class Learning(NamedTuple):
    """What statements tell of activities. `change`: definitions known of them, JSON by id → those that change."""

    activities: Collection[str]
    change: Callable[[Mapping[str, str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """Which statements (Communication §2.1.3). Bounds of time are on `stored`: after `since`, up to `until`."""

    verb: str = ""
    registration: str = ""
    terms: tuple[Term, ...] = ()  # all must be met; one that is not `related` by direct terms only
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False
    limit: int = 100
    after: int | None = None  # seq of the last one of the page before
    newest: int | None = None  # seq of the newest when the first page was asked for: later ones don't move pages


class Statements(Protocol):
    def record(
        self,
        school: str,
        filed: Sequence[Filed],
        *,
        attachments: Sequence[Attachment] = (),
        learning: Learning | None = None,
    ) -> Sequence[str]:
        """All or none. Ids that are there with other content are returned, and then nothing was kept.

        `stored` is in whole milliseconds, as it is given out, and of a later batch later: who asks for what was stored
        since the last one that he has seen misses nothing and gets nothing twice. A statement that voids a known one
        hides it, in whichever order they come; one that is about another is found by the other's terms too
        (Communication §2.1.3, filter conditions for StatementRefs), over `STEPS` steps. `learning` decides while
        nobody else writes.
        """
        ...

    def statement(self, school: str, id: str, *, voided: bool = False) -> Kept | None: ...

    def find(self, school: str, query: Query) -> Sequence[Kept]:
        """Never a voided one. At most `limit`, and one more at most once they come to `PAGE` letters."""
        ...

    def newest(self, school: str) -> int:
        """`seq` of the newest, 0 before the first."""
        ...

    def consistent_through(self, school: str) -> datetime:
        """Everything stored up to here can be found (Communication §2.1.3.s2.b5)."""
        ...

    def attachments(self, school: str, sha2: Collection[str]) -> Mapping[str, Attachment]: ...

    def sizes(self, school: str, sha2: Collection[str]) -> Mapping[str, int]:
        """Bytes of each attachment that is there."""
        ...

    def definitions(self, school: str, activities: Collection[str]) -> Mapping[str, str]: ...


class DocumentKind(StrEnum):
    STATE = "STATE"
    ACTIVITY_PROFILE = "ACTIVITY_PROFILE"
    AGENT_PROFILE = "AGENT_PROFILE"


class Shelf(NamedTuple):
    """Where documents lie together. Parts that a kind does not have are ""."""

    kind: DocumentKind
    activity: str = ""
    agent: str = ""
    registration: str = ""


class Document(NamedTuple):
    content: bytes
    content_type: str
    updated: datetime


Change = Callable[[Document | None], Document | None]


class Documents(Protocol):
    def read(self, school: str, shelf: Shelf, id: str) -> Document | None: ...

    def change(self, school: str, shelf: Shelf, id: str, change: Change) -> None:
        """What is there → what is to be there, None for nothing; alone with the document while `change` decides."""
        ...

    def ids(self, school: str, shelf: Shelf, *, since: datetime | None = None) -> Sequence[str]:
        """Sorted; only those updated after `since`. Of a state shelf without registration: of all registrations."""
        ...

    def clear(self, school: str, shelf: Shelf) -> None:
        """Of a state shelf without registration: all registrations."""
        ...


class Reach(StrEnum):
    """What a credential opens."""

    FULL = "FULL"  # everything of the school: for an LRS client that an admin trusts
    SESSION = "SESSION"  # one launch: its registration, its learner, its activity


@dataclass(frozen=True, slots=True)
class Credential:
    name: str
    reach: Reach
    until: datetime | None = None
    registration: str = ""
    agent: str = ""  # key of the learner
    activities: tuple[str, ...] = field(default=())  # whose documents it may touch; empty with FULL
    session: str = ""  # of cmi5: its statements are judged by cmi5's rules too


class Credentials(Protocol):
    def add(self, school: str, credential: Credential, *, secret: str) -> bool:
        """The secret is kept as a digest only. `False` where one of this name is there: nothing was changed."""
        ...

    def find(self, school: str, name: str, *, secret: str) -> Credential | None:
        """None also when it has run out."""
        ...

    def end(self, school: str, name: str, at: datetime) -> None:
        """It runs out then, unless it does before."""
        ...

    def drop(self, school: str, name: str) -> None: ...

    def all(self, school: str, reach: Reach) -> Sequence[Credential]: ...
