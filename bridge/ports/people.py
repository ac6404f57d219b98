"""What `bridge/people` and the main job need of the store about people: the vault, class lists, assignments, rights.

Names and identifiers live only in the identity vault; everything else refers to a person by a random key.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bridge.domain.actors import Delegation, Grant
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, Unit


@dataclass(frozen=True, slots=True)
class Directory:
    """One school's pupils, both ways, in memory for one run. Codes are the city's, trimmed."""

    key_of: Mapping[str, str]
    code_of: Mapping[str, str]


class Member(NamedTuple):
    pupil: str  # random key
    studying: bool


@dataclass(frozen=True, slots=True)
class RosterChange:
    """What a pull changed, in numbers."""

    classes: int
    pupils: int
    joined: int
    left: int
    moved: int


class Rosters(Protocol):
    """What the city says about a school, as of the last good pull."""

    def save_school(self, school: SchoolInfo, year: int) -> None: ...

    def save_classes(self, school: str, year: int, classes: Sequence[SchoolClass]) -> None:
        """Replaces the year's classes; those gone are kept as past ones only through their pupils' marks."""
        ...

    def save_members(
        self, school: str, year: int, members: Mapping[str, Sequence[CityPupil]], *, now: datetime
    ) -> RosterChange:
        """Class lists by class code, all in one transaction; identities go to the vault, known ones keep their key.

        Classes that are not named stay as they are; `NotFound` for one that was never saved.
        """
        ...

    def save_assignments(self, school: str, year: int, assignments: Sequence[Assignment]) -> None: ...

    def school(self, school: str, year: int) -> SchoolInfo:
        """`NotFound` before the first pull."""
        ...

    def classes(self, school: str, year: int) -> Sequence[SchoolClass]: ...

    def members(self, school: str, year: int) -> Mapping[str, Sequence[Member]]:
        """By class code."""
        ...

    def assignments(self, school: str, year: int) -> Sequence[Assignment]: ...

    def directory(self, school: str) -> Directory: ...

    def names(self, school: str, keys: Collection[str]) -> Mapping[str, str]:
        """For showing to a person who may see them; decrypts just these."""
        ...


class Pins(Protocol):
    """Which LMS account is which pupil, fixed at first sight."""

    def pins(self, school: str, platform: str) -> Mapping[int, str]:
        """user id → pupil key."""
        ...

    def pin(self, school: str, platform: str, users: Mapping[int, str], *, now: datetime) -> None:
        """First sights; an existing pin is never moved by this."""
        ...

    def repin(self, school: str, platform: str, user: int, pupil: str, *, actor: str, why: str, now: datetime) -> None:
        """An admin's decision after IDENTITY_CHANGED."""
        ...


class Grants(Protocol):
    def grants(self, school: str) -> Sequence[Grant]: ...

    def delegations(self, school: str) -> Sequence[Delegation]: ...

    def grant(self, school: str, grant: Grant, *, by: str, now: datetime) -> None: ...

    def revoke(self, school: str, actor: str, role: str, *, by: str, now: datetime) -> None: ...

    def delegate(self, school: str, delegation: Delegation, *, by: str, now: datetime) -> None: ...


class AuditEntry(NamedTuple):
    """One line of a school's trail. `reason` is None when there was none or it was erased."""

    seq: int
    at: datetime
    actor: str
    what: str
    subject: str  # of what: a score key, a mapping, a policy … with random keys only
    old: str
    new: str
    reason: str | None
    hash: str


class Audit(Protocol):
    def ask_revert(self, school: str, run: str, *, actor: str, why: str, now: datetime) -> None:
        """Who asked for it and why: a job's row may hold no words of people's."""
        ...

    def sheet_exported(self, unit: Unit, *, actor: str, now: datetime) -> None:
        """Names and marks of a class are about to leave as a file."""
        ...

    def participation_exported(self, school: str, about: str, *, count: int, actor: str, now: datetime) -> None:
        """So many lines with names are about to leave as a file. `about`: what was asked for, in codes."""
        ...

    def show(self, school: str, *, limit: int, subject: str | None = None) -> Sequence[AuditEntry]: ...

    def verify(self, school: str, *, head: str = "") -> AuditEntry | None:
        """Walks the whole chain: `AuditBroken` at the first bad entry; the head, or None for an empty trail.

        `head`, as printed on a run's report, must lie on the chain: that finds a tail cut off with its record.
        """
        ...
