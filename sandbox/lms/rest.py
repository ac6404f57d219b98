"""`/webservice/rest/server.php`: token, function, parameters, answer; and the faults that may come between."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request

from sandbox.lms import errors
from sandbox.lms.errors import MoodleError
from sandbox.lms.faults import Fault, Faults
from sandbox.lms.functions import SERVED
from sandbox.lms.params import clean, read_form
from sandbox.lms.records import Token
from sandbox.lms.site import Caller, Site
from sandbox.lms.wire import error_json, error_xml, to_json, to_xml

_HEADERS = {
    "Cache-Control": "private, must-revalidate, pre-check=0, post-check=0, max-age=0",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
    "Pragma": "no-cache",
    "Accept-Ranges": "none",
    "Access-Control-Allow-Origin": "*",
}
_MAINTENANCE_HEADERS = {
    "Retry-After": "300",
    "Cache-Control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    "Pragma": "no-cache",
    "Expires": "Mon, 20 Aug 1969 09:23:00 GMT",
    "Accept-Ranges": "none",
}
_MAINTENANCE_PAGE = """<!DOCTYPE html>
<html  lang="en" xml:lang="en">
    <head>
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
        <title>{0} under maintenance</title>
    </head>
    <body>
        <h1>{0} under maintenance</h1>
        <div class='alert-danger'>The site is undergoing maintenance and is currently not available</div>
    </body>
</html>
"""
_TOO_LONG_PAGE = (
    "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>\r\n"
    "<center><h1>414 Request-URI Too Large</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
_STRAY_TEXT = "The instance of this module does not exist\n"
_NOTHING: dict[str, Any] = {
    "empty_gradebook": ("gradereport_user_get_grade_items", {"usergrades": [], "warnings": []}),
    "empty_roster": ("core_grades_get_gradable_users", {"users": [], "warnings": []}),
}


@dataclass
class Traffic:
    """Calls and sent bytes per function, so that a test can say how many calls a run needed."""

    calls: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        self.calls.clear()
        self.sent.clear()


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
        return _maintenance_page(site)
    if not settings.webservices:
        return Response("", status=403, content_type="text/html; charset=utf-8")
    return None


def _maintenance_page(site: Site) -> Response:
    page = _MAINTENANCE_PAGE.format(site.settings.sitename)
    return Response(page, status=503, headers=_MAINTENANCE_HEADERS, content_type="text/html; charset=utf-8")


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
        return _dropped("")
    if "html503" in taken:
        return _maintenance_page(site)
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
        return _dropped(body)
    kind = "application/json" if call.as_json else "application/xml; charset=utf-8"
    return Response(body, headers=_HEADERS, content_type=kind)


def _dropped(body: str) -> Response:
    """Half of `body`, then the connection breaks (before the first byte when there is no body)."""

    environ = request.environ

    def broken() -> Iterator[bytes]:
        if body:
            yield body.encode()[: len(body) // 2]
        hang_up = environ.get("sandbox.hang_up")
        if hang_up is None:
            raise ConnectionAbortedError("the stand-in drops this connection")
        hang_up()

    return Response(broken(), headers={**_HEADERS, "Content-Length": str(len(body.encode()) + 1)})
