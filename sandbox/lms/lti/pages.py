"""Pages of mod_lti for people: the activity with its frame, and the administrator's list of tools with registration."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.lms.lti.answers import Unable, page
from sandbox.lms.lti.browser import administrator, enter, need_session_key
from sandbox.lms.lti.doors import frame
from sandbox.lms.lti.launches import link_by_cmid, not_enrolled_page
from sandbox.lms.lti.lineitems import domain_of, own_column, tool_of
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import NEW_WINDOW, Tool
from sandbox.lms.lti.registration import registration_token
from sandbox.lms.people import pupils

_ALLOWED = ("microphone", "camera", "geolocation", "midi", "encrypted-media", "autoplay")


def add_pages(lti: Blueprint, platform: Platform) -> None:
    _add_activity(lti, platform)
    _add_tool_list(lti, platform)
    _add_registration_start(lti, platform)


def _add_activity(lti: Blueprint, platform: Platform) -> None:
    @lti.get("/view.php")
    @platform.alone
    def view() -> ResponseReturnValue:
        """The launch happens in the frame (or the new window), by launch.php."""
        link = link_by_cmid(platform, request.args.get("id", type=int))
        course = platform.site.courses[link.course]
        session, user = enter(platform)
        if platform.site.role_of(user.id, course.id) is None:
            return not_enrolled_page(platform, course.id)
        tool = tool_of(platform.site, link)
        origin = _origin(link.url or (tool.baseurl if tool else ""))
        about = frame(platform, course, user)
        item = own_column(course, link)
        reviewed = about["role"] != "student" and item is not None and item.reviewurl
        values = {
            "link": link,
            "window": about["containers"][link.id] == NEW_WINDOW,
            "launch": platform.address(f"launch.php?id={link.cmid}&triggerview=0"),
            "allow": "; ".join(f"{what} {origin}" for what in _ALLOWED),
            "reviewed": [platform.site.users[row.user] for row in pupils(platform.site, course)] if reviewed else [],
            "sesskey": session.sesskey,
        }
        return page(platform.site, "lti/view.html", **about, **values)

    @lti.get("/return.php")
    @platform.alone
    def come_back() -> Response:
        """Where a tool sends the browser when it is done; what it has to say stands in the address."""
        said = request.args.get("lti_errormsg") or request.args.get("lti_msg") or ""
        course = request.args.get("course", 0, int)
        return page(platform.site, "lti/return.html", said=said, course=course)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _add_tool_list(lti: Blueprint, platform: Platform) -> None:
    @lti.get("/toolconfigure.php")
    @platform.alone
    def tool_list() -> Response:
        session = administrator(platform)
        tools = list(platform.site.tools.values())
        return page(platform.site, "lti/tools.html", tools=tools, platform=platform, sesskey=session.sesskey)

    @lti.post("/toolconfigure.php")
    @platform.alone
    def change_tool() -> ResponseReturnValue:
        need_session_key(administrator(platform))
        platform.journal.change(_tool_change(platform, request.form.to_dict()))
        return redirect("/mod/lti/toolconfigure.php", code=303)


def _tool_change(platform: Platform, form: dict[str, str]) -> dict[str, Any]:
    """`action`: activate, deactivate, delete, show (in the activity chooser), hide, add (set up by hand)."""
    if form["action"] == "add":
        return {"op": "add_tool", "clientid": platform.word(15), **_by_hand(form)}
    number = int(form["tool"])
    if number not in platform.site.tools:
        raise Unable("tooldeleted")
    fields: dict[str, dict[str, Any]] = {
        "activate": {"state": "configured"},
        "deactivate": {"state": "pending"},
        "show": {"coursevisible": 2},
        "hide": {"coursevisible": 1},
    }
    if form["action"] == "delete":
        return {"op": "remove_tool", "tool": number}
    return {"op": "set_tool", "tool": number, **fields[form["action"]]}


def _by_hand(form: dict[str, str]) -> dict[str, Any]:
    """Moodle's form "Configure a tool manually": active at once, every service on."""
    return {
        "name": form["name"],
        "baseurl": form["baseurl"],
        "domain": domain_of(form["baseurl"]),
        "loginurl": form["loginurl"],
        "redirects": form["redirects"].split(),
        "keyset": form.get("keyset", ""),
        "publickey": form.get("publickey", ""),
        "deeplinking": bool(form.get("deeplinkurl")),
        "deeplinkurl": form.get("deeplinkurl", ""),
        "gradesync": 2,
        "members": True,
        "sendname": True,
        "sendemail": True,
        "state": "configured",
        "coursevisible": 2,
    }


def _add_registration_start(lti: Blueprint, platform: Platform) -> None:
    @lti.get("/startltiadvregistration.php")
    @platform.alone
    def start() -> ResponseReturnValue:
        """To the tool, with a token of an hour. A domain that is known already: first update or new is asked."""
        session = administrator(platform)
        need_session_key(session)
        url = request.args["url"]
        chosen = request.args.get("type", -1, int)
        known = [tool for tool in platform.site.tools.values() if tool.domain == domain_of(url)]
        if known and chosen < 0:
            return page(platform.site, "lti/choice.html", tools=known, url=url, sesskey=session.sesskey)
        return redirect(_with_token(platform, url, platform.site.tools.get(chosen)))


def _with_token(platform: Platform, url: str, update: Tool | None) -> str:
    query = urlencode(
        {
            "openid_configuration": platform.address("openid-configuration.php"),
            "registration_token": registration_token(platform, update=update),
        }
    )
    return f"{url}{'&' if urlsplit(url).query else '?'}{query}"
