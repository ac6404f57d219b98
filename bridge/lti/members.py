"""Names and Role Provisioning Services 2.0: `bridge.ports.gradebooks.Members`. Names are dropped at the door."""

from collections.abc import Sequence
from typing import Any

from bridge.domain.errors import Garbled
from bridge.lti.door import REMOTE
from bridge.lti.services import Services
from bridge.ports.gradebooks import Member, MemberRole

MEMBERS = ("https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",)
_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE = "200"  # members in one answer


class LtiMembers:
    """Over any platform that is registered."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def members(self, registration: str, memberships: str, *, role: MemberRole | None = None) -> Sequence[Member]:
        """Moodle's link to the next page forgets the role, so it is said again and looked at once more here."""
        keep = {"role": role.value} if role is not None else {}
        url = memberships if "limit=" in memberships else _limited(memberships)
        found: dict[str, Member] = {}
        for page in self._services.pages(registration, url, MEMBERS, accept=_MEDIA, keep=keep):
            listed = page.get("members") if isinstance(page, dict) else None
            if not isinstance(listed, list):
                raise Garbled(remote=REMOTE, operation="NRPS", why="NO_MEMBERS")
            found |= {member.user: member for member in map(_member, listed)}
        return [member for member in found.values() if role is None or _has(member, role)]


def _limited(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}limit={PAGE}"


def _has(member: Member, role: MemberRole) -> bool:
    return member.learning if role is MemberRole.LEARNER else member.teaching


def _member(row: Any) -> Member:
    if not isinstance(row, dict) or not isinstance(row.get("user_id"), str | int):
        raise Garbled(remote=REMOTE, operation="NRPS", why="NO_MEMBER")
    listed = row.get("roles")
    roles = {str(role).rpartition("#")[2] for role in listed} if isinstance(listed, list) else set()
    return Member(
        user=str(row["user_id"]),
        idnumber=str(row.get("lis_person_sourcedid") or "").strip(),
        active=row.get("status", "Active") == "Active",
        learning="Learner" in roles,
        teaching="Instructor" in roles,
    )
