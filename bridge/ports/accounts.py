"""What the pages need of a store to let in somebody who comes without an LMS: accounts of their own, made by a link."""

from datetime import datetime
from typing import Protocol


class Accounts(Protocol):
    """Passwords of staff, kept as Argon2id hashes (RFC 9106) and never told by anything."""

    def offer(self, school: str, *, now: datetime) -> str:
        """A new set-up token, usable once within an hour, in the place of any older one."""
        ...

    def found(self, school: str, token: str, *, actor: str, password: str, now: datetime) -> None:
        """Use up a set-up token: the account of `actor`, whose password is replaced where there is one already.

        Who has no role yet becomes an admin. `NotAllowed(lack="SET_UP")` for a token that is used, old or none.
        """
        ...

    def any(self, school: str) -> bool:
        """Whether anybody has an account."""
        ...

    def prove(self, school: str, actor: str, password: str) -> bool:
        """Whether this is the password of that account; takes as long where there is no such account."""
        ...
