"""mod/lti/launch.php and contentitem.php: the login initiation. auth.php: the answer, with or without an id_token."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from sandbox.lms.faults import Fault
from sandbox.lms.lti.answers import Unable, page, posting_form
from sandbox.lms.lti.browser import known_session, need_session_key, put_cookie, repost_page, signed_in
from sandbox.lms.lti.claims import launch_claims, target_link_uri
from sandbox.lms.lti.keys import FORGERIES
from sandbox.lms.lti.lineitems import own_column, tool_of
from sandbox.lms.lti.platform import Launch, Platform, Session
from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.records import User
from sandbox.lms.wire import to_json

_RESOURCE, _REVIEW, _DEEP_LINKING = "LtiResourceLinkRequest", "LtiSubmissionReviewRequest", "LtiDeepLinkingRequest"
_NEEDED = ("scope", "response_type", "client_id", "redirect_uri", "login_hint", "nonce")


def add_launches(lti: Blueprint, platform: Platform) -> None:
    @lti.get("/launch.php")
    @platform.alone
    def launch() -> Response:
        """A visitor without a session gets one, and login_hint 0."""
        session = known_session(platform) or platform.open_session()
        link = link_by_cmid(platform, request.args.get("id", type=int))
        review = request.args.get("action") == "gradeReport"
        response = start_launch(platform, session, link, review_of=request.args.get("user", 0, int) if review else 0)
        return put_cookie(platform, response, session) if known_session(platform) is None else response

    @lti.get("/contentitem.php")
    @platform.alone
    def content_item() -> Response:
        found = signed_in(platform)
        if found is None:
            return repost_page(platform)
        session, _ = found
        need_session_key(session)
        return start_deep_linking(platform, session, tool=request.args["id"], course=request.args["course"])

    @lti.route("/auth.php", methods=["GET", "POST"])
    @platform.alone
    def auth() -> Response:
        found = signed_in(platform)
        if found is None and "repost" not in request.form:
            return repost_page(platform)
        session, user = found or (Session("", 0, ""), User(0, "", "", ""))
        return _authenticate(platform, session, user)


def link_by_cmid(platform: Platform, cmid: int | None) -> Link:
    for link in platform.site.links.values():
        if link.cmid == cmid:
            return link
    raise Unable("nomodule")


def start_launch(platform: Platform, session: Session, link: Link, *, review_of: int = 0) -> Response:
    """Who may see the activity is asked only at auth.php, as in Moodle."""
    tool = tool_of(platform.site, link)
    if tool is None:
        raise Unable("tooldeleted")
    item = own_column(platform.site.courses[link.course], link)
    message = _REVIEW if review_of else _RESOURCE
    launch = Launch(link.course, tool.id, link.cmid, message, review_of)
    name = platform.keep_launch(session, f"ltilaunch{link.id}_{platform.number()}", launch)
    target = target_link_uri(tool, link, item if review_of else None)
    return _initiate_login(platform, tool, session, target, {"cmid": link.cmid, "launchid": name})


def start_deep_linking(platform: Platform, session: Session, *, tool: str, course: str) -> Response:
    found = platform.site.tools.get(int(tool))
    if found is None:
        raise Unable("tooldeleted")
    if int(course) not in platform.site.courses:
        raise Unable("nocourse")
    launch = Launch(int(course), found.id, None, _DEEP_LINKING)
    name = f"ltilaunch_ContentItemSelectionRequest{platform.number()}"
    platform.keep_launch(session, name, launch)
    return _initiate_login(platform, found, session, target_link_uri(found, None, None), {"launchid": name})


def _initiate_login(platform: Platform, tool: Tool, session: Session, target: str, hint: dict[str, Any]) -> Response:
    fields = {
        "iss": platform.url,
        "target_link_uri": target,
        "login_hint": str(session.user),
        "lti_message_hint": to_json(hint),
        "client_id": tool.clientid,
        "lti_deployment_id": str(tool.id),
    }
    return posting_form("ltiInitiateLoginForm", tool.loginurl, fields)


def _authenticate(platform: Platform, session: Session, user: User) -> Response:
    """Errors go to the tool only when the client and its redirect URI are known; else Moodle shows its own page."""
    launch = _use_hint(session) if _asks_rightly() else None
    if launch is None or launch.tool not in platform.site.tools:
        raise Unable("invalidrequest")
    tool = platform.site.tools[launch.tool]
    if request.values["redirect_uri"] not in tool.redirects:
        raise Unable("invalidrequest")
    fields = _refusal(tool, user) or _token(platform, session, user, launch)
    if isinstance(fields, Response):
        return fields
    fields["state"] = request.values.get("state", "")
    return posting_form("ltiAuthForm", request.values["redirect_uri"], fields)


def _asks_rightly() -> bool:
    asked = request.values
    return (
        all(asked.get(name) for name in _NEEDED) and asked["scope"] == "openid" and asked["response_type"] == "id_token"
    )


def _use_hint(session: Session) -> Launch | None:
    """A hint works once, in the session in which it was made."""
    try:
        hint = json.loads(request.values.get("lti_message_hint", ""))
    except json.JSONDecodeError:
        return None
    name = hint.get("launchid") if isinstance(hint, dict) else None
    return session.launches.pop(str(name), None)


def _refusal(tool: Tool, user: User) -> dict[str, str] | None:
    asked = request.values
    if asked["client_id"] != tool.clientid:
        return {"error": "unauthorized_client"}
    if asked["login_hint"] != str(user.id):
        return {"error": "access_denied"}
    if asked.get("response_mode") != "form_post":
        return {"error": "invalid_request", "error_description": "Invalid response_mode"}
    if asked.get("prompt") and asked["prompt"] != "none":
        return {"error": "invalid_request", "error_description": "Invalid prompt"}
    return None


def _token(platform: Platform, session: Session, user: User, launch: Launch) -> dict[str, str] | Response:
    site = platform.site
    if launch.course not in site.courses:
        raise Unable("nocourse")
    if launch.cmid is not None:
        link_by_cmid(platform, launch.cmid)
    role = site.role_of(user.id, launch.course)
    if role is None:
        return not_enrolled_page(platform, launch.course)
    if launch.cmid is None and role not in ("manager", "editingteacher"):
        raise Unable("nopermission")
    nonce = request.values["nonce"]
    claims = launch_claims(platform, launch, user=user, nonce=nonce, sesskey=session.sesskey)
    return _signed(platform, claims, launch)


def _signed(platform: Platform, claims: dict[str, Any], launch: Launch) -> dict[str, str]:
    """The faults of a launch: claims changed or (null) left out, a bad signature, no token at all."""
    kinds = ("claims", "no_id_token", *FORGERIES)
    taken: dict[str, Fault] = platform.faults.take("auth", str(launch.course), kinds=kinds)
    if "no_id_token" in taken:
        return {}
    if "claims" in taken:
        claims |= taken["claims"].body
        claims = {name: value for name, value in claims.items() if value is not None}
    badly = next((kind for kind in taken if kind in FORGERIES), None)
    return {"id_token": platform.keys.sign(claims, badly=badly)}


def not_enrolled_page(platform: Platform, course: int) -> Response:
    """Where Moodle sends somebody who is not in the course: to the enrolment page, status 200."""
    return page(platform.site, "lti/enrol.html", course=platform.site.courses[course])
