"""Names and Role Provisioning 2.0 (and the older membership container) of a course."""

from __future__ import annotations

import re
from typing import Any

from flask import Response

from sandbox.lms.lti.answers import bad_gateway
from sandbox.lms.lti.claims import result_sourcedid
from sandbox.lms.lti.lineitems import own_column
from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.lti.scopes import MEMBERS
from sandbox.lms.lti.services.call import Call, Refused, Resource, answer
from sandbox.lms.records import Course, Enrolment, User

_V2 = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_V1 = "application/vnd.ims.lis.v2.membershipcontainer+json"
_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"
_CLAIM = "https://purl.imsglobal.org/spec/lti/claim/message_type"
_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"


def _run(call: Call) -> Response:
    """Any course of the site, whether the tool is used there or not. Pages without their role filter in `next`."""
    tool = call.tool(MEMBERS, number=call.parts["tool"])
    course = call.course()
    link = _link(call)
    if link is not None and link.course != course.id:
        return bad_gateway()
    page, more = _page(call, _everybody(call, course))
    rows = [(row, call.platform.site.users[row.user]) for row in page]
    container = _container_v1 if call.accept == _V1 else _container_v2
    members = [_member(call, tool, course, link, row, user) for row, user in rows]
    response = answer(container(call, course, members), _V1 if call.accept == _V1 else _V2)
    if more:
        limit, start = call.number("limit"), call.number("from")
        response.headers["Link"] = f'<{_address(call)}?limit={limit}&from={start + limit}>; rel="next"'
    return response


def _link(call: Call) -> Link | None:
    wanted = call.query.get("rlid")
    if not wanted:
        return None
    found = call.platform.site.links.get(call.number("rlid"))
    if found is None:
        raise Refused(404, f"Not Found: LTI link {wanted} doesn't exist")
    return found


def _everybody(call: Call, course: Course) -> list[Enrolment]:
    """Active enrolments (a suspended account may stand behind one), by family name."""
    site = call.platform.site
    active = [row for row in site.enrolments(course.id).values() if row.status == "active"]
    return sorted((row for row in active if not site.users[row.user].deleted), key=lambda row: site.by_name(row.user))


def _page(call: Call, rows: list[Enrolment]) -> tuple[list[Enrolment], bool]:
    people = call.platform.site.users
    rows = [row for row in rows if _has_role(row, people[row.user], call.query.get("role", ""))]
    limit, start = call.number("limit"), call.number("from")
    return (rows[start : start + limit], len(rows) > start + limit) if limit else (rows, False)


def _roles(row: Enrolment, user: User) -> list[str]:
    """Asked is the right to add activities: a non-editing teacher is a learner here."""
    if user.siteadmin:
        return ["Instructor", _ADMINISTRATOR]
    return ["Instructor" if row.role == "editingteacher" or user.manager else "Learner"]


def _has_role(row: Enrolment, user: User, wanted: str) -> bool:
    """A role that Moodle does not know filters nothing."""
    role = wanted.removeprefix(_ROLE)
    return role not in ("Instructor", "Learner") or _roles(row, user)[0] == role


def _member(call: Call, tool: Tool, course: Course, link: Link | None, row: Enrolment, user: User) -> dict[str, Any]:
    member: dict[str, Any] = {"status": "Active", "roles": _roles(row, user)}
    if link is not None:
        member["message"] = [_message(call, tool, course, link, user)]
    member |= {"user_id": str(user.id), "lis_person_sourcedid": user.idnumber}
    if tool.sendname:
        name = call.platform.site.full_name(user, last_first=False)
        member |= {"name": name, "given_name": user.firstname, "family_name": user.lastname}
    if tool.sendemail:
        member["email"] = user.email
    return member | ({"ext_user_username": user.username} if tool.sendname else {})


def _message(call: Call, tool: Tool, course: Course, link: Link, user: User) -> dict[str, Any]:
    message: dict[str, Any] = {_CLAIM: "LtiResourceLinkRequest"}
    if own_column(course, link):
        message[_OUTCOME] = {
            "lis_result_sourcedid": result_sourcedid(call.platform, tool, link, user),
            "lis_outcome_service_url": call.platform.address("service.php"),
        }
    return message


def _address(call: Call) -> str:
    return call.platform.services(call.path.lstrip("/"))


def _container_v2(call: Call, course: Course, members: list[dict[str, Any]]) -> dict[str, Any]:
    context = {"id": str(course.id), "label": course.shortname, "title": course.fullname}
    return {"id": _address(call), "context": context, "members": members}


def _container_v1(call: Call, course: Course, members: list[dict[str, Any]]) -> dict[str, Any]:
    subject = {"@type": "Context", "contextId": str(course.id), "membership": list(map(_old_member, members))}
    return {
        "@context": "http://purl.imsglobal.org/ctx/lis/v2/MembershipContainer",
        "@type": "Page",
        "@id": _address(call),
        "pageOf": {"@type": "LISMembershipContainer", "membershipSubject": subject},
    }


_OLD_NAMES = {
    "user_id": "userId",
    "lis_person_sourcedid": "sourcedId",
    "given_name": "givenName",
    "family_name": "familyName",
}


def _old_member(member: dict[str, Any]) -> dict[str, Any]:
    person = {
        _OLD_NAMES.get(key, key): value for key, value in member.items() if key not in ("status", "roles", "message")
    }
    return {"status": member["status"], "role": member["roles"], "member": {"@type": "LISPerson", **person}}


RESOURCES = (
    Resource(
        "memberships",
        re.compile(r"/CourseSection/(?P<course>[^/]+)/bindings/(?P<tool>[^/]+)/memberships"),
        (_V1, _V2),
        ("GET",),
        _run,
    ),
)
