"""`/webservice/rest/server.php`: token, function, parameters, answer; and the faults that may come between."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from sandbox.lms import errors
from sandbox.lms.errors import MoodleError
from sandbox.lms.faults import Fault, Faults
from sandbox.lms.functions import SERVED
from sandbox.lms.line import HEADERS, Traffic, dropped, maintenance_page
from sandbox.lms.params import clean, read_form
from sandbox.lms.records import Token
from sandbox.lms.site import Caller, Site
from sandbox.lms.wire import error_json, error_xml, to_json, to_xml

_TOO_LONG_PAGE = (
    "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>414 Request-URI Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
_STRAY_TEXT = "The instance of this module does not exist\n"
_NOTHING: dict[str, Any] = {
    "empty_gradebook": ("gradereport_user_get_grade_items", {"usergrades": [], "warnings": []}),
    "empty_roster": ("core_grades_get_gradable_users", {"users": [], "warnings": []}),
}


@dataclass(frozen=True)
class _Call:
    function: str
    token: str
    as_json: bool
    params: dict[str, Any]

    @property
    def course(self) -> str | None:
        found = self.params.get("courseid")
        return found if isinstance(found, str) else None


def rest_blueprint(site: Site, faults: Faults, traffic: Traffic) -> Blueprint:
    rest = Blueprint("rest", __name__)

    @rest.route("/webservice/rest/server.php", methods=["GET", "POST"])
    def serve() -> Response:
        refused = _refused_before_php(site)
        if refused is not None:
            return refused
        call = _read_call(site.settings.max_input_vars)
        with site.lock:
            taken = faults.take(call.function, call.course)
        response = _answer(site, call, taken)
        traffic.calls[call.function] += 1
        traffic.sent[call.function] += response.content_length or 0
        return response

    return rest


def _refused_before_php(site: Site) -> Response | None:
    settings = site.settings
    if len(request.full_path) > settings.max_url_bytes:
        return Response(_TOO_LONG_PAGE, status=414, content_type="text/html")
    if settings.maintenance_cli:
        return maintenance_page(site)
    if not settings.webservices:
        return Response("", status=403, content_type="text/html; charset=utf-8")
    return None


def _read_call(max_input_vars: int) -> _Call:
    """GET and form body together, the body winning. A JSON body and the Authorization header are not looked at."""
    params = read_form(_pairs(request.query_string), max_input_vars=max_input_vars)
    if request.mimetype == "application/x-www-form-urlencoded":
        params |= read_form(_pairs(request.get_data()), max_input_vars=max_input_vars)
    wanted = params.pop("moodlewsrestformat", None)
    token, function = params.pop("wstoken", ""), params.pop("wsfunction", "")
    return _Call(function=str(function), token=str(token), as_json=wanted == "json", params=params)


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    return parse_qsl(encoded.decode("utf-8", "replace"), keep_blank_values=True)


def _answer(site: Site, call: _Call, taken: dict[str, Fault]) -> Response:
    if "slow" in taken:
        time.sleep(taken["slow"].seconds)
    if "drop" in taken:
        return dropped("")
    if "html503" in taken:
        return maintenance_page(site)
    if "empty403" in taken:
        return Response("", status=403, content_type="text/html; charset=utf-8")
    return _damaged(_body(site, call, taken), call, taken)


def _body(site: Site, call: _Call, taken: dict[str, Fault]) -> str:
    with site.lock:
        try:
            value = _run(site, call, taken)
        except MoodleError as error:
            writer = error_json if call.as_json else error_xml
            return writer(error, debug=site.settings.debug)
    return to_json(value) if call.as_json else to_xml(value)


def _run(site: Site, call: _Call, taken: dict[str, Fault]) -> Any:
    caller = _authenticate(site, call, blind="null_flags" in taken)
    if "sitemaintenance" in taken or site.settings.maintenance:
        raise errors.site_maintenance()
    if "error" in taken:
        return taken["error"].body
    if not call.function:
        raise errors.invalid_parameter("Missing wsfunction")
    if call.function not in SERVED:
        raise errors.missing_record("external_functions")
    if caller.token.functions is not None and call.function not in caller.token.functions:
        raise errors.access_denied(call.function)
    for kind, (function, nothing) in _NOTHING.items():
        if kind in taken and call.function == function:
            return nothing
    function = SERVED[call.function]
    return function.run(caller, clean(function.parameters, call.params))


def _authenticate(site: Site, call: _Call, *, blind: bool) -> Caller:
    """An expired token is deleted on first use: `accessexception` once, `invalidtoken` from then on."""
    token = site.tokens.get(call.token)
    if token is None:
        raise errors.invalid_token()
    _check_token(site, token, call.function)
    caller = Caller(site, token, blind=blind)
    if caller.user.suspended:
        raise errors.account_suspended(caller.user.username)
    return caller


def _check_token(site: Site, token: Token, function: str) -> None:
    if token.expired:
        del site.tokens[token.token]
    if token.expired or not token.service_enabled or not token.ip_allowed:
        raise errors.access_denied(function)


def _damaged(body: str, call: _Call, taken: dict[str, Fault]) -> Response:
    if "text_before_json" in taken:
        body = _STRAY_TEXT + body
    if "truncated" in taken:
        body = body[: len(body) // 2]
    if "drop_midway" in taken:
        return dropped(body)
    kind = "application/json" if call.as_json else "application/xml; charset=utf-8"
    return Response(body, headers=HEADERS, content_type=kind)
