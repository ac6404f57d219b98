"""Who may do what. One pure function for web, command line and jobs.

A teacher's rights are the city's teaching assignments, class × subject × term by date, or a dated delegation. Roles of
the school are granted in our store. A token only narrows: who comes as a learner has no right at all, whatever else is
known but to see the own scores, and a teaching role in a launch gives the LMS side of that one course and nothing of
the city.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from bridge.domain.actors import Actor, Delegation, Entitlements, Grant, Identity, Role
from bridge.domain.errors import NotAllowed
from bridge.domain.school import Assignment, Unit


class Action(StrEnum):
    # of one class × subject × term
    SEE_LMS = "SEE_LMS"  # marks and columns of a course as the LMS has them
    SEE_CITY = "SEE_CITY"  # city values, and with them plans, holds and pupils' names
    MAP = "MAP"
    CONFIRM = "CONFIRM"
    RELEASE = "RELEASE"  # the second yes, after the teacher's
    SETTLE = "SETTLE"  # decide over a held cell
    CLEAR_COLUMN = "CLEAR_COLUMN"  # wave a held column through
    RUN = "RUN"  # plan and apply what is confirmed; of one unit, or without a unit of the whole school
    SEE_AUDIT = "SEE_AUDIT"  # likewise
    # of one subject's materials, or without a subject of the library
    SEE_LIBRARY = "SEE_LIBRARY"
    WRITE_MATERIAL = "WRITE_MATERIAL"  # upload, describe, hand in
    REVIEW_MATERIAL = "REVIEW_MATERIAL"  # the department's yes or no
    APPROVE_MATERIAL = "APPROVE_MATERIAL"  # the principal's
    PUBLISH_MATERIAL = "PUBLISH_MATERIAL"
    WITHDRAW_MATERIAL = "WITHDRAW_MATERIAL"
    PLACE_MATERIAL = "PLACE_MATERIAL"  # put a published one into the course of the launch
    # of one course's launch
    PLAY = "PLAY"  # learn what the course holds; asks for nothing but the launch
    # of one pupil
    SEE_OWN = "SEE_OWN"  # the own scores as the city has them, and nothing of anybody else
    # of the school
    CLEAR_UNIT = "CLEAR_UNIT"  # wave a guard through: a shrunk roster, a ledger behind the city
    REVERT = "REVERT"
    SEE_STATUS = "SEE_STATUS"
    SET_POLICY = "SET_POLICY"
    PULL_ROSTER = "PULL_ROSTER"
    SETTLE_IDENTITY = "SETTLE_IDENTITY"
    SET_SCHEDULE = "SET_SCHEDULE"  # timetables, deadlines of the book, who gets letters
    GRANT = "GRANT"
    DELEGATE = "DELEGATE"
    OPERATE = "OPERATE"  # backup, restore, ledger rebuild


class Basis(StrEnum):
    """What a right rests on; kept in the audit trail beside who acted."""

    ASSIGNMENT = "ASSIGNMENT"
    DELEGATION = "DELEGATION"
    ADMIN = "ADMIN"
    PRINCIPAL = "PRINCIPAL"
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD"
    SCHEDULE = "SCHEDULE"
    LAUNCH = "LAUNCH"
    SELF = "SELF"  # the pupil whose scores they are


_TEACHER = (Basis.ASSIGNMENT, Basis.DELEGATION)
_LEADERS = (Basis.ADMIN, Basis.PRINCIPAL, Basis.DEPARTMENT_HEAD)

# What each action may rest on, the first that holds. To confirm a mark and to decide over one is the teacher's alone:
# an admin who must, gives a delegation, and that stands in the trail. The clock applies what people have confirmed.
RIGHTS: Mapping[Action, tuple[Basis, ...]] = MappingProxyType(
    {
        Action.SEE_LMS: (*_TEACHER, *_LEADERS, Basis.LAUNCH),
        Action.SEE_CITY: (*_TEACHER, *_LEADERS),
        Action.MAP: (*_TEACHER, Basis.ADMIN),
        Action.CONFIRM: _TEACHER,
        Action.RELEASE: _LEADERS,
        Action.SETTLE: _TEACHER,
        Action.CLEAR_COLUMN: (*_TEACHER, Basis.ADMIN),
        Action.RUN: (*_TEACHER, Basis.ADMIN, Basis.SCHEDULE),
        Action.SEE_AUDIT: (*_TEACHER, *_LEADERS),
        Action.SEE_LIBRARY: (*_TEACHER, *_LEADERS),
        Action.WRITE_MATERIAL: (*_TEACHER, *_LEADERS),
        Action.REVIEW_MATERIAL: (Basis.DEPARTMENT_HEAD,),
        Action.APPROVE_MATERIAL: (Basis.PRINCIPAL,),
        Action.PUBLISH_MATERIAL: _LEADERS,
        Action.WITHDRAW_MATERIAL: _LEADERS,
        Action.PLACE_MATERIAL: (*_TEACHER, *_LEADERS, Basis.LAUNCH),
        Action.PLAY: (Basis.LAUNCH,),
        Action.SEE_OWN: (Basis.SELF,),
        Action.CLEAR_UNIT: (Basis.ADMIN,),
        Action.REVERT: (Basis.ADMIN,),
        Action.SEE_STATUS: (Basis.ADMIN, Basis.PRINCIPAL),
        Action.SET_POLICY: (Basis.ADMIN, Basis.PRINCIPAL),
        Action.SET_SCHEDULE: (Basis.ADMIN,),
        Action.PULL_ROSTER: (Basis.ADMIN, Basis.SCHEDULE),
        Action.SETTLE_IDENTITY: (Basis.ADMIN,),
        Action.GRANT: (Basis.ADMIN,),
        Action.DELEGATE: (Basis.ADMIN,),
        Action.OPERATE: (Basis.ADMIN,),
    }
)


# What rests on teaching a subject in any class, not on one unit.
OF_SUBJECTS = frozenset(
    {
        Action.SEE_LIBRARY,
        Action.WRITE_MATERIAL,
        Action.REVIEW_MATERIAL,
        Action.APPROVE_MATERIAL,
        Action.PUBLISH_MATERIAL,
        Action.WITHDRAW_MATERIAL,
        Action.PLACE_MATERIAL,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """An action with what it is about. Without a unit it is about the whole school."""

    action: Action
    unit: Unit | None = None
    course: int | None = None  # of the LMS, for SEE_LMS, PLACE_MATERIAL and PLAY
    pupil: str = ""  # the city's code, for SEE_OWN
    subject: str = ""  # for what is in `OF_SUBJECTS`; "" asks for any subject


class Lack(StrEnum):
    """What is missing."""

    IDENTITY = "IDENTITY"  # nobody knows who this is
    IDENTITY_CHANGED = "IDENTITY_CHANGED"  # an admin must settle who this is
    TOKEN_ROLE = "TOKEN_ROLE"  # noqa: S105  # came as a learner
    OTHER_SCHOOL = "OTHER_SCHOOL"  # the unit is of another school or year. Facts: school, year
    DATES = "DATES"  # entitled, but not on this day. Facts: since, until
    ASSIGNMENT = "ASSIGNMENT"  # neither assigned nor standing in. Facts: school_class, subject, term
    ROLE = "ROLE"  # Facts: roles that would do


@dataclass(frozen=True, slots=True)
class Denial:
    """No, with what is missing. Facts hold codes and dates; `roles` are granted roles that would do, if any."""

    action: Action
    lack: Lack
    facts: Mapping[str, object] = field(default_factory=dict)


def judge(actor: Actor, act: Act, entitlements: Entitlements, *, on: date) -> Basis | Denial:
    """What the actor's right to this rests on at that day, or what is missing. Never reads a clock."""
    stranger = _stranger(actor, act, entitlements)
    if stranger is not None:
        return stranger
    claims = list(_claims(actor, act, entitlements))
    holding = {basis for basis, dates in claims if _covers(dates, on)}
    basis = next((basis for basis in RIGHTS[act.action] if basis in holding), None)
    return basis or _denial(actor, act, claims)


def demand(actor: Actor, act: Act, entitlements: Entitlements, *, on: date) -> Basis:
    """`judge`, raising `NotAllowed` (facts: actor, action, lack and its own) instead of returning a denial."""
    answer = judge(actor, act, entitlements, on=on)
    if isinstance(answer, Denial):
        raise NotAllowed(actor=actor.id, action=answer.action, lack=answer.lack, **answer.facts)
    return answer


@dataclass(frozen=True, slots=True)
class Permits:
    """`judge` for one person and day, asked by the action."""

    actor: Actor
    entitlements: Entitlements
    on: date

    def demand(self, action: Action, unit: Unit | None = None, **about: str | int) -> Basis:
        """`NotAllowed`, with what is missing. `about`: the course or the pupil of an `Act`."""
        return demand(self.actor, Act(action, unit, **about), self.entitlements, on=self.on)  # type: ignore[arg-type]

    def may(self, action: Action, unit: Unit | None = None, **about: str | int) -> bool:
        answer = judge(self.actor, Act(action, unit, **about), self.entitlements, on=self.on)  # type: ignore[arg-type]
        return not isinstance(answer, Denial)

    @property
    def roles(self) -> frozenset[Role]:
        """Granted by the school and in force on this day, for a person who is known and did not come as a learner."""
        came = self.actor.launch
        if self.actor.identity is not Identity.KNOWN or (came is not None and not came.teaching):
            return frozenset()
        mine = (row for row in self.entitlements.grants if row.actor == self.actor.id)
        return frozenset(Role(row.role) for row in mine if _covers((row.since, row.until), self.on))


def permits_of(actor: Actor, entitlements: Entitlements, on: date) -> Permits:
    """`Permits` that look at the actor's own entitlements only: a page may ask for each of a school's units."""
    mine = replace(
        entitlements,
        assignments=[row for row in entitlements.assignments if row.teacher == actor.id],
        grants=[row for row in entitlements.grants if row.actor == actor.id],
        delegations=[row for row in entitlements.delegations if row.actor == actor.id],
    )
    return Permits(actor, mine, on)


_Dates = tuple[date | None, date | None]
_Claim = tuple[Basis, _Dates]
_ALWAYS: _Dates = (None, None)
_BASIS_OF_ROLE = {
    Role.ADMIN: Basis.ADMIN,
    Role.PRINCIPAL: Basis.PRINCIPAL,
    Role.DEPARTMENT_HEAD: Basis.DEPARTMENT_HEAD,
}


def _stranger(actor: Actor, act: Act, entitlements: Entitlements) -> Denial | None:
    """What shuts somebody out before any claim is looked at."""
    unit = act.unit
    if act.action is Action.PLAY:
        return None  # who learns need not be known to the city: what is played is kept under the LMS's own account
    if unit is not None and (unit.school, unit.year) != (entitlements.school, entitlements.year):
        return Denial(act.action, Lack.OTHER_SCHOOL, {"school": unit.school, "year": unit.year})
    if actor.launch is not None and not actor.launch.teaching and act.action is not Action.SEE_OWN:
        return Denial(act.action, Lack.TOKEN_ROLE)
    if actor.identity is Identity.CONTESTED:
        return Denial(act.action, Lack.IDENTITY_CHANGED)
    return None


def _claims(actor: Actor, act: Act, entitlements: Entitlements) -> Iterator[_Claim]:
    """Everything that the actor's right to this could rest on, whatever the day."""
    if actor.launch is not None and act.course == actor.launch.course:
        yield Basis.LAUNCH, _ALWAYS
    if actor.identity is Identity.SCHEDULE:
        yield Basis.SCHEDULE, _ALWAYS
    if actor.identity is Identity.KNOWN and actor.id and actor.launch is not None and actor.id == act.pupil:
        yield Basis.SELF, _ALWAYS
    if actor.identity is Identity.KNOWN and actor.id:
        yield from _personal_claims(actor.id, act, entitlements)


def _personal_claims(person: str, act: Act, entitlements: Entitlements) -> Iterator[_Claim]:
    for grant in entitlements.grants:
        if grant.actor == person and _reaches(grant, act):
            yield _BASIS_OF_ROLE[Role(grant.role)], (grant.since, grant.until)
    for assignment in entitlements.assignments:
        if assignment.teacher == person and _is_about(assignment, act):
            yield Basis.ASSIGNMENT, (assignment.since, assignment.until)
    for delegation in entitlements.delegations:
        if delegation.actor == person and _is_about(delegation, act):
            yield Basis.DELEGATION, (delegation.since, delegation.until)


def _reaches(grant: Grant, act: Act) -> bool:
    """A department head's role is for the subjects of the grant, and never for the whole school."""
    if grant.role != Role.DEPARTMENT_HEAD:
        return True
    if act.action in OF_SUBJECTS:
        return bool(grant.subjects) and act.subject in ("", *grant.subjects)
    return act.unit is not None and act.unit.subject in grant.subjects


def _is_about(entry: Assignment | Delegation, act: Act) -> bool:
    if act.action in OF_SUBJECTS:
        return act.subject in ("", entry.subject)
    unit = act.unit
    return unit is not None and (entry.school_class, entry.subject, entry.term) == (
        unit.school_class,
        unit.subject,
        unit.term,
    )


def _covers(dates: _Dates, on: date) -> bool:
    since, until = dates
    return (since is None or since <= on) and (until is None or on <= until)


def _denial(actor: Actor, act: Act, claims: Iterable[_Claim]) -> Denial:
    """Nothing holds: the nearest thing that is missing."""
    if actor.identity is Identity.UNKNOWN or (actor.identity is Identity.KNOWN and not actor.id):
        return Denial(act.action, Lack.IDENTITY)
    bases = RIGHTS[act.action]
    for basis, (since, until) in claims:
        if basis in bases:
            return Denial(act.action, Lack.DATES, {"basis": basis, "since": since, "until": until})
    roles = tuple(role for role, basis in _BASIS_OF_ROLE.items() if basis in bases)
    if act.unit is None or Basis.ASSIGNMENT not in bases:
        return Denial(act.action, Lack.ROLE, {"roles": roles})
    place = {"school_class": act.unit.school_class, "subject": act.unit.subject, "term": act.unit.term}
    return Denial(act.action, Lack.ASSIGNMENT, {**place, "roles": roles})
