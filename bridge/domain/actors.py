"""Who acts, and what makes somebody entitled: assignments from the city, roles and stand-ins granted by the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.school import Assignment


class Role(StrEnum):
    """A role that the school grants in our own store; no LMS role and no token ever makes one."""

    ADMIN = "admin"
    PRINCIPAL = "principal"
    DEPARTMENT_HEAD = "department_head"  # tổ trưởng chuyên môn: for the subjects of the grant only


class Grant(NamedTuple):
    """A role given to somebody. `subjects` are a department head's. Dates are inclusive; None is without end."""

    actor: str
    role: str  # of Role
    subjects: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


class Delegation(NamedTuple):
    """A stand-in for a teacher (dạy thay) in one class × subject × term, given by an admin. Dates are inclusive."""

    actor: str
    school_class: str
    subject: str
    term: str
    since: date
    until: date


class Identity(StrEnum):
    """How sure it is who acts."""

    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"  # a launch without an identifier that the city knows
    CONTESTED = "CONTESTED"  # the pinned identifier has changed, is empty or doubled: until an admin settles it
    SCHEDULE = "SCHEDULE"  # nobody: the clock started it


class Launch(NamedTuple):
    """The LTI launch that somebody came by. `teaching`: the token says Instructor or Administrator in that course."""

    course: int
    teaching: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the teacher's code in the city's database, or the staff member's in our grants; "" when not known."""

    id: str
    identity: Identity = Identity.KNOWN
    launch: Launch | None = None  # None: came by the command line or as a job


@dataclass(frozen=True, slots=True)
class Entitlements:
    """Everything that rights follow from in one school and year."""

    school: str
    year: int
    assignments: Sequence[Assignment] = ()
    grants: Sequence[Grant] = ()
    delegations: Sequence[Delegation] = ()
