"""Letters to staff and the days on which the book closes: what is kept of them, and who carries a letter.

An address is personal data. It is given by an admin for a member of staff, sealed in the vault, and read for sending
and for the admin alone; none ever comes from Moodle or the city.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bridge.domain.scores import Column, Term


class Recipient(NamedTuple):
    """Somebody who can get letters. `token` stands in the link that ends them: only we can make it."""

    person: str  # staff code
    address: str
    language: str
    wanted: bool
    token: str
    last_day: date | None = None  # of the last letter


class Addresses(Protocol):
    def recipients(self, school: str) -> Sequence[Recipient]: ...

    def set_address(self, school: str, person: str, address: str, *, language: str, by: str, now: datetime) -> None:
        """A new address of somebody who wants no letters changes nothing about that."""
        ...

    def drop_address(self, school: str, person: str, *, by: str, now: datetime) -> None:
        """`NotFound` where there is none."""
        ...

    def want(self, school: str, person: str, *, wanted: bool, by: str, now: datetime) -> None:
        """`NotFound` where there is none."""
        ...

    def person_of(self, school: str, token: str) -> str:
        """Whose link it is; `NotFound`."""
        ...

    def claim_day(self, school: str, person: str, day: date) -> bool:
        """The right to write to somebody on this day, given once; False when it was given, or nothing is wanted."""
        ...

    def free_day(self, school: str, person: str, day: date) -> None:
        """Give the right back: surely nothing was sent."""
        ...


class Letter(NamedTuple):
    """Plain text. `stop` is the address of the page that ends them (RFC 2369, RFC 8058)."""

    to: str
    subject: str
    text: str
    stop: str
    id: str  # unique; of its Message-ID


class Post(Protocol):
    def send(self, letter: Letter) -> None:
        """`Unreachable`: surely not sent. `Refused`: never will be, to this address or from us. `Unclear`: perhaps."""
        ...


class Deadline(NamedTuple):
    """The last day on which the book is open, as the school was told. `column` None: each without one of its own."""

    term: Term
    column: Column | None
    day: date


class Deadlines(Protocol):
    def deadlines(self, school: str, year: int) -> Sequence[Deadline]: ...

    def set_deadline(self, school: str, year: int, deadline: Deadline, *, actor: str, now: datetime) -> None: ...

    def drop_deadline(
        self, school: str, year: int, term: Term, column: Column | None, *, actor: str, now: datetime
    ) -> None:
        """`NotFound` where there is none."""
        ...
