"""What `bridge/lti` needs of the store: registrations, keys, logins that wait for their launch, invitations, cases.

Every method is one transaction. What must be used once is used by the database, not by a look and a write.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.ports.launches import Registration, RegistrationState


class Platforms(Protocol):
    """Registrations with all that is learned of them. (issuer, client id) is one registration for ever."""

    def registrations(self, school: str) -> Sequence[Registration]: ...

    def find(self, registration: str) -> Registration:
        """`NotFound`."""
        ...

    def add(self, registration: Registration, *, actor: str, now: datetime) -> None:
        """`BadInput(why="REGISTERED")` for an issuer and client id that are registered."""
        ...

    def learn(self, registration: str, deployment: str, *, now: datetime) -> None:
        """A deployment was launched from; a pending registration is active from then on."""
        ...

    def set_state(self, registration: str, state: RegistrationState, *, actor: str, now: datetime) -> None: ...


class SigningKey(NamedTuple):
    """One of our keys. `private` is PEM; `public` a JWK (RFC 7517) with its kid."""

    kid: str
    private: str
    public: Mapping[str, object]
    made_at: datetime
    retired_at: datetime | None


class Keys(Protocol):
    """Private keys are sealed in the store."""

    def all(self, school: str) -> Sequence[SigningKey]:
        """Newest first, retired ones too."""
        ...

    def rotate(self, school: str, new: SigningKey, *, drop_before: datetime, actor: str, now: datetime) -> None:
        """`new` signs from now on; the others retire, and those that retired before `drop_before` go."""
        ...


class Pending(NamedTuple):
    """A login on its way through the platform. The state itself is known to the browser alone."""

    registration: str
    nonce: str
    target: str
    binding: str
    until: datetime


class Logins(Protocol):
    def keep(self, state: str, pending: Pending) -> None: ...

    def take(self, state: str, *, now: datetime) -> Pending | None:
        """Once: a second taking, or one after its time, gets None."""
        ...

    def sweep(self, *, now: datetime) -> int:
        """Drops what has run out; returns how many."""
        ...


class Invitations(Protocol):
    def offer(self, school: str, *, actor: str, now: datetime) -> str:
        """A secret word that registers one platform within half an hour; kept as a digest."""
        ...

    def use(self, school: str, invitation: str, *, now: datetime) -> bool:
        """Once."""
        ...


class Tokens(Protocol):
    """Access tokens that platforms gave us, by registration and scopes; sealed in the store."""

    def find(self, registration: str, scopes: str, *, now: datetime) -> str | None: ...

    def keep(self, registration: str, scopes: str, token: str, *, until: datetime) -> None: ...

    def forget(self, registration: str, scopes: str) -> None: ...


class Step(StrEnum):
    """What a launch goes through, in this order."""

    LOGIN = "LOGIN"
    COOKIE = "COOKIE"
    STATE = "STATE"
    TOKEN = "TOKEN"  # noqa: S105
    KEY = "KEY"
    SIGNATURE = "SIGNATURE"
    CLOCK = "CLOCK"
    AUDIENCE = "AUDIENCE"
    NONCE = "NONCE"
    DEPLOYMENT = "DEPLOYMENT"
    MESSAGE = "MESSAGE"
    SCOPES = "SCOPES"


@dataclass(frozen=True, slots=True)
class Case:
    """A launch that failed, for the launch doctor. Facts hold addresses, ids of registrations, seconds: no person, no
    token, no secret."""

    code: str  # to be read out: six letters and digits without look-alikes
    at: datetime
    step: Step  # where it ended; those before it went well
    reason: str
    registration: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


class Cases(Protocol):
    def note(self, school: str, case: Case) -> None: ...

    def find(self, school: str, code: str) -> Case:
        """`NotFound`."""
        ...

    def list(self, school: str, *, limit: int) -> Sequence[Case]:
        """Newest first."""
        ...

    def sweep(self, *, before: datetime) -> int: ...


class Sight(StrEnum):
    """What a look at who comes says."""

    SAME = "SAME"  # first seen now, or as before
    CHANGED = "CHANGED"  # pinned to another identifier
    DOUBLED = "DOUBLED"  # another account came with this identifier


class Faces(Protocol):
    """Which account of a platform is which identifier, fixed at first sight; identifiers are kept as keyed digests."""

    def known(self, school: str, platform: str, user: str) -> bool:
        """Whether this account is pinned to anything."""
        ...

    def see(self, school: str, platform: str, user: str, identifier: str, *, now: datetime) -> Sight: ...

    def whose(self, school: str, platform: str, users: Collection[str], *, among: Collection[str]) -> Mapping[str, str]:
        """user → identifier, of those accounts that are pinned to one of these identifiers."""
        ...

    def settle(self, school: str, platform: str, user: str, identifier: str, *, actor: str, now: datetime) -> None:
        """An admin's word: this account is this identifier, and no other account is."""
        ...
