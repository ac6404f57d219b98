"""Roles and stand-ins that the school gives: what is refused, for the command line and the pages alike."""

from collections.abc import Collection
from datetime import date, datetime

from bridge.domain.actors import Delegation, Grant, Role
from bridge.domain.errors import BadInput, NotFound
from bridge.ports.people import Grants, Pins, Rosters


def give_role(grants: Grants, school: str, given: Grant, *, by: str, now: datetime) -> None:
    """`BadInput`: nobody named, a department head without a subject, an end before the beginning."""
    _demand_person(given.actor)
    if given.role == Role.DEPARTMENT_HEAD and not given.subjects:
        raise BadInput(where="subject", value="", why="DEPARTMENT_WITHOUT_SUBJECT")
    _demand_order(given.since, given.until)
    grants.grant(school, given, by=by, now=now)


def take_role(grants: Grants, school: str, actor: str, role: str, *, by: str, today: date, now: datetime) -> None:
    """`BadInput` LAST_ADMIN: with the last one nobody could give roles any more."""
    others = [row for row in grants.grants(school) if row.role == Role.ADMIN and row.actor != actor]
    if role == Role.ADMIN and not any(row.until is None or row.until >= today for row in others):
        raise BadInput(where="role", value=role, why="LAST_ADMIN")
    grants.revoke(school, actor, role, by=by, now=now)


def give_stand_in(grants: Grants, school: str, given: Delegation, *, by: str, now: datetime) -> None:
    """A dated stand-in (dạy thay). Given again with the same first day it takes the new last one."""
    _demand_person(given.actor)
    _demand_order(given.since, given.until)
    grants.delegate(school, given, by=by, now=now)


def settle_identity(
    rosters: Rosters,
    pins: Pins,
    school: str,
    platform: str,
    *,
    user: int,
    pupil: str,
    actor: str,
    why: str,
    now: datetime,
) -> str:
    """This LMS account is this pupil, by the city's code. `NotFound`, `BadInput` without a reason. Returns the key."""
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    key = rosters.directory(school).key_of.get(pupil)
    if key is None:
        raise NotFound(kind="pupil", name=pupil, nearest=[])
    pins.repin(school, platform, user, key, actor=actor, why=why, now=now)
    return key


def demand_known(kind: str, name: str, known: Collection[str]) -> None:
    """`NotFound` for a class or subject that there is not."""
    if name not in known:
        raise NotFound(kind=kind, name=name, nearest=[])


def _demand_person(actor: str) -> None:
    if not actor or len(actor) > 100:
        raise BadInput(where="actor", value="", why="NO_ACTOR")


def _demand_order(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise BadInput(where="until", value=str(until), why="ENDS_BEFORE_IT_BEGINS")
