"""The id_token of a launch, claim by claim as Moodle 4.5.6 writes it (LTI Core 1.3 §5, Deep Linking 2.0 §4)."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from sandbox.lms.lti.lineitems import item_url, own_column
from sandbox.lms.lti.platform import Launch, Platform
from sandbox.lms.lti.records import NEW_WINDOW, Link, Tool, container_of
from sandbox.lms.lti.scopes import grade_scopes
from sandbox.lms.lti.variables import Scene, custom_claim, members_address
from sandbox.lms.records import Course, Item, User
from sandbox.lms.wire import to_json

LIFE = 60
_LTI = "https://purl.imsglobal.org/spec/lti/claim"
_LIS = "http://purl.imsglobal.org/vocab/lis/v2"
_ADMINISTRATOR = "Instructor,urn:lti:sysrole:ims/lis/Administrator,urn:lti:instrole:ims/lis/Administrator"
_ADMIN_ROLES = [
    f"{_LIS}/institution/person#Administrator",
    f"{_LIS}/membership#Instructor",
    f"{_LIS}/system/person#Administrator",
]


def launch_claims(platform: Platform, launch: Launch, *, user: User, nonce: str, sesskey: str) -> dict[str, Any]:
    """The whole payload. A launch without `cmid` is a deep linking request."""
    site = platform.site
    course, tool = site.courses[launch.course], site.tools[launch.tool]
    link = next((link for link in site.links.values() if link.cmid == launch.cmid), None)
    item = own_column(course, link) if link else None
    scene = _scene(platform, tool, user, course, link, item)
    review = item if launch.message == "LtiSubmissionReviewRequest" else None
    claims = _envelope(platform, tool, user, nonce) | {
        f"{_LTI}/target_link_uri": target_link_uri(tool, link, review),
        f"{_LTI}/lis": {"person_sourcedid": user.idnumber, "course_section_sourcedid": course.idnumber},
        f"{_LTI}/roles": _ADMIN_ROLES if user.siteadmin else [f"{_LIS}/membership#{scene.role}"],
        f"{_LTI}/context": _context(course),
        f"{_LTI}/message_type": launch.message,
    }
    claims |= _about_person(scene)
    claims |= _about_link(scene, link, sesskey) if link else _deep_linking(scene, sesskey)
    if launch.for_user:
        claims[f"{_LTI}/for_user"] = {"user_id": str(launch.for_user)}
    claims[f"{_LTI}/custom"] = custom_claim(scene, review=review.reviewparams if review else "")
    return claims | _services(scene, item)


def target_link_uri(tool: Tool, link: Link | None, review: Item | None) -> str:
    if link is None:
        return tool.deeplinkurl or tool.baseurl
    if review and review.reviewurl not in ("", "DEFAULT"):
        return review.reviewurl
    return link.url or tool.baseurl


def _scene(platform: Platform, tool: Tool, user: User, course: Course, link: Link | None, item: Item | None) -> Scene:
    role = ims_role(platform, user, course)
    sourcedid = result_sourcedid(platform, tool, link, user) if link and item else None
    return Scene(platform, tool, user, course, link, role=role, sourcedid=sourcedid)


def ims_role(platform: Platform, user: User, course: Course) -> str:
    """An editing and a non-editing teacher are both Instructor here (NRPS tells them apart, wrongly)."""
    if user.siteadmin:
        return _ADMINISTRATOR
    return "Learner" if platform.site.role_of(user.id, course.id) in ("student", None) else "Instructor"


def result_sourcedid(platform: Platform, tool: Tool, link: Link, user: User) -> str:
    data = {"instanceid": str(link.id), "userid": str(user.id), "typeid": str(tool.id), "launchid": platform.number()}
    digest = hashlib.sha256(f"{tool.clientid}{to_json(data)}".encode()).hexdigest()
    return to_json({"data": data, "hash": digest})


def _envelope(platform: Platform, tool: Tool, user: User, nonce: str) -> dict[str, Any]:
    """`aud` is a string, `exp` a minute after `iat`."""
    site = platform.site
    host = urlsplit(site.settings.url).hostname or ""
    return {
        "nonce": nonce,
        "iat": site.now,
        "exp": site.now + LIFE,
        "iss": site.settings.url,
        "aud": tool.clientid,
        f"{_LTI}/deployment_id": str(tool.id),
        "sub": str(user.id),
        f"{_LTI}/tool_platform": {
            "product_family_code": "moodle",
            "version": site.settings.version,
            "guid": hashlib.md5(host.encode(), usedforsecurity=False).hexdigest(),
            "name": site.courses[1].shortname if 1 in site.courses else site.settings.sitename,
            "description": site.settings.sitename,
        },
        f"{_LTI}/version": "1.3.0",
    }


def _context(course: Course) -> dict[str, Any]:
    return {"id": str(course.id), "label": course.shortname, "title": course.fullname, "type": ["CourseSection"]}


def _about_person(scene: Scene) -> dict[str, Any]:
    """Names and address as the tool may have them; the idnumber (`lis`) leaves whatever the tool may have."""
    user, site, tool = scene.user, scene.platform.site, scene.tool
    claims: dict[str, Any] = {f"{_LTI}/ext": {"lms": "moodle-2"}}
    if tool.sendname:
        claims |= {"given_name": user.firstname, "family_name": user.lastname}
        claims["name"] = site.full_name(user, last_first=site.settings.names_last_first)
        claims[f"{_LTI}/ext"]["user_username"] = user.username
    return claims | ({"email": user.email} if tool.sendemail else {})


def _about_link(scene: Scene, link: Link, sesskey: str) -> dict[str, Any]:
    container = container_of(link, scene.tool)
    query = f"course={link.course}&launch_container={container}&instanceid={link.id}&sesskey={sesskey}"
    claims: dict[str, Any] = {
        f"{_LTI}/resource_link": {"title": link.name, "description": link.intro, "id": str(link.id)},
        f"{_LTI}/launch_presentation": {
            "locale": scene.platform.site.settings.lang,
            "document_target": "window" if container == NEW_WINDOW else "iframe",
            "return_url": scene.platform.address(f"return.php?{query}"),
        },
    }
    if scene.graded:
        claims["https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"] = {
            "lis_result_sourcedid": scene.sourcedid,
            "lis_outcome_service_url": scene.platform.address("service.php"),
        }
    return claims


def _deep_linking(scene: Scene, sesskey: str) -> dict[str, Any]:
    query = f"course={scene.course.id}&id={scene.tool.id}&sesskey={sesskey}"
    return {
        f"{_LTI}/launch_presentation": {"locale": scene.platform.site.settings.lang},
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_multiple": True,
            "accept_unsigned": False,
            "auto_create": False,
            "can_confirm": False,
            "deep_link_return_url": scene.platform.address(f"contentitem_return.php?{query}"),
            "title": scene.tool.name,
            "text": "",
        },
    }


def _services(scene: Scene, item: Item | None) -> dict[str, Any]:
    """AGS in every message, with an empty `lineitem` where there is no column; NRPS not in deep linking."""
    tool, claims = scene.tool, dict[str, Any]()
    if tool.gradesync:
        base = scene.platform.services(f"{scene.course.id}/lineitems")
        claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = {
            "lineitem": item_url(item, base=base, tool=tool) if item else "",
            "lineitems": f"{base}?type_id={tool.id}",
            "scope": grade_scopes(tool),
        }
    if tool.members and scene.link:
        claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = {
            "context_memberships_url": members_address(scene),
            "service_versions": ["1.0", "2.0"],
        }
    return claims
