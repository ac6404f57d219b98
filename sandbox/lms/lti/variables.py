"""Custom parameters: which `$Variables` Moodle 4.5 fills, which it leaves standing, and which vanish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.lms.courses import summary_text
from sandbox.lms.lti.lineitems import split_lines
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.records import Course, User

_VANISH = ("$LineItem.url", "$LineItems.url")


@dataclass(frozen=True)
class Scene:
    """Who launches what where. `link` None in deep linking; `sourcedid` None where there is no column."""

    platform: Platform
    tool: Tool
    user: User
    course: Course
    link: Link | None
    role: str
    sourcedid: str | None

    @property
    def graded(self) -> bool:
        return self.sourcedid is not None


def custom_claim(scene: Scene, *, review: str = "") -> dict[str, str | None]:
    """The link's own first, then the tool's, then the addresses that the services add."""
    values = _values(scene)
    own = split_lines(scene.link.custom) if scene.link else {}
    given = own | split_lines(review) | scene.tool.custom | _service_addresses(scene)
    filled: dict[str, str | None] = {}
    for key, text in given.items():
        if text in _VANISH:
            continue
        value = values.get(text[1:], text) if text.startswith("$") else text
        filled[_plain_key(key)] = value
        filled[key] = value
    return filled


def _plain_key(key: str) -> str:
    """LTI 1.1's spelling, which Moodle sends beside the tool's own."""
    return re.sub(r"[^a-z0-9]", "_", key.lower().strip())


def members_address(scene: Scene) -> str:
    return scene.platform.services(f"CourseSection/{scene.course.id}/bindings/{scene.tool.id}/memberships")


def _service_addresses(scene: Scene) -> dict[str, str]:
    """Only in launches of a link. `{link_id}` really leaves like this."""
    if scene.link is None:
        return {}
    url, tool, course = scene.platform.services, scene.tool.id, scene.course.id
    members = {"context_memberships_url": members_address(scene)} if scene.tool.members else {}
    settings = {
        "system_setting_url": url(f"tool/{tool}/custom"),
        "context_setting_url": url(f"CourseSection/{course}/bindings/tool/{tool}/custom"),
        "link_setting_url": url("links/{link_id}/custom"),
    }
    return members | (settings if scene.tool.toolsettings else {})


def _values(scene: Scene) -> dict[str, str | None]:
    return _person(scene) | _course(scene) | _link(scene)


def _person(scene: Scene) -> dict[str, str | None]:
    user, site = scene.user, scene.platform.site
    groups = [str(group.id) for group in scene.course.groups if user.id in group.members]
    return {
        "User.id": str(user.id),
        "User.username": user.username,
        "Person.sourcedId": user.idnumber,
        "Person.name.full": site.full_name(user, last_first=site.settings.names_last_first),
        "Person.name.given": user.firstname,
        "Person.name.family": user.lastname,
        "Person.name.middle": "",
        "Person.email.primary": user.email,
        "Person.address.street1": "",
        "Person.address.locality": user.city,
        "Person.address.country": user.country,
        "Person.address.timezone": "99",
        "Person.phone.primary": "",
        "Person.phone.mobile": "",
        "Person.webaddress": "",
        "Membership.role": scene.role,
        "Moodle.Person.userGroupIds": ",".join(groups),
    }


def _course(scene: Scene) -> dict[str, str | None]:
    course = scene.course
    about: dict[str, str | None] = {}
    for name in ("CourseSection", "Context"):
        about[f"{name}.title"] = course.fullname
        about[f"{name}.label"] = course.shortname
        about[f"{name}.sourcedId"] = course.idnumber
        about[f"{name}.longDescription"] = summary_text(course)
    members = members_address(scene) if scene.tool.members else "$ToolProxyBinding.memberships.url"
    linked = scene.platform.services("links/{link_id}/memberships")
    return about | {
        "Context.id": str(course.id),
        "Context.id.history": "",
        "Context.timeFrame.begin": str(course.startdate),
        "CourseSection.timeFrame.begin": _iso(course.startdate),
        "CourseSection.timeFrame.end": _iso(course.enddate),
        "ToolProxyBinding.memberships.url": members,
        "LtiLink.memberships.url": linked if scene.tool.members else "$LtiLink.memberships.url",
    }


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds") if moment else ""


def _link(scene: Scene) -> dict[str, str | None]:
    link = scene.link
    return {
        "ResourceLink.id": str(link.id) if link else None,
        "ResourceLink.title": link.name if link else None,
        "ResourceLink.description": link.intro if link else None,
        "Result.sourcedId": scene.sourcedid,
        "BasicOutcome.sourcedId": scene.sourcedid,
        "BasicOutcome.url": scene.platform.address("service.php") if scene.graded else None,
    }
