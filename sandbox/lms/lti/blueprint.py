"""All of mod_lti behind one blueprint: the endpoints, the pages, and the faults that may come between."""

from __future__ import annotations

import time
from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.lms.faults import Fault
from sandbox.lms.line import dropped, maintenance_page
from sandbox.lms.lti.answers import Unable, error_page
from sandbox.lms.lti.assertions import ToolKeys
from sandbox.lms.lti.deeplinking import add_deep_linking
from sandbox.lms.lti.discovery import add_discovery
from sandbox.lms.lti.launches import add_launches
from sandbox.lms.lti.pages import add_pages
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.registration import add_registration
from sandbox.lms.lti.services.dispatch import add_services, course_at, resource_name
from sandbox.lms.lti.tokens import add_tokens

_LINE = ("slow", "drop", "html503", "empty403", "status", "redirect")
_BODY = ("truncated", "text_before_json", "drop_midway")
_NAMES = {"openid-registration": "registration"}


def lti_blueprint(platform: Platform) -> Blueprint:
    lti = Blueprint("lti", __name__, url_prefix="/mod/lti")
    keys = ToolKeys(platform.site)
    add_discovery(lti, platform)
    add_registration(lti, platform)
    add_launches(lti, platform)
    add_deep_linking(lti, platform, keys)
    add_tokens(lti, platform, keys)
    add_services(lti, platform)
    add_pages(lti, platform)
    _add_faults(lti, platform)

    @lti.errorhandler(Unable)
    def unable(error: Unable) -> Response:
        return error_page(platform.site, error.word)

    return lti


def _add_faults(lti: Blueprint, platform: Platform) -> None:
    @lti.before_request
    def before() -> ResponseReturnValue | None:
        name, course = _called()
        with platform.site.lock:
            platform.traffic.calls[f"lti:{name}"] += 1
            taken = platform.faults.take(name, course, kinds=_LINE)
        return _instead(platform, taken)

    @lti.after_request
    def after(response: Response) -> Response:
        name, course = _called()
        with platform.site.lock:
            taken = platform.faults.take(name, course, kinds=_BODY)
        return _damaged(_plain_phrase(response), taken)


def _called() -> tuple[str, str | None]:
    """The endpoint as faults call it, and the course where the address names one."""
    rest = request.path.removeprefix("/mod/lti/")
    if rest.startswith("services.php/"):
        path = rest.removeprefix("services.php")
        return resource_name(path), course_at(path)
    name = rest.removesuffix(".php")
    return _NAMES.get(name, name), request.args.get("course")


def _instead(platform: Platform, taken: dict[str, Fault]) -> ResponseReturnValue | None:
    if "slow" in taken:
        time.sleep(taken["slow"].seconds)
    if "drop" in taken:
        return dropped("")
    if "html503" in taken:
        return maintenance_page(platform.site)
    if "empty403" in taken:
        return Response("", status=403, content_type="text/html; charset=utf-8")
    if "redirect" in taken:
        return redirect(taken["redirect"].url)
    if "status" in taken:
        return Response("", status=taken["status"].status, headers=taken["status"].headers)
    return None


def _plain_phrase(response: Response) -> Response:
    """nginx writes Not Found where Flask writes NOT FOUND; a reason of Moodle's own stays."""
    phrase = HTTPStatus(response.status_code).phrase
    if response.status.partition(" ")[2] == phrase.upper():
        response.status = f"{response.status_code} {phrase}"
    return response


def _damaged(response: Response, taken: dict[str, Fault]) -> Response:
    if not taken:
        return response
    body = response.get_data(as_text=True)
    if "drop_midway" in taken:
        return dropped(body)
    if "text_before_json" in taken:
        body = f"PHP Notice: something is odd\n{body}"
    response.set_data(body[: len(body) // 2] if "truncated" in taken else body)
    return response
