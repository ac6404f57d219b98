"""A request to the LRS as plain values, whichever of the two syntaxes it came in (Communication §1.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Request
from werkzeug.datastructures import Authorization, Headers
from werkzeug.http import parse_options_header

from bridge.lrs.problems import Malformed, Unauthorized
from bridge.lrs.values import version

_AS_HEADERS = (
    "Authorization",
    "X-Experience-API-Version",
    "Content-Type",
    "Content-Length",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
    "Accept",
)
_LINE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")  # RFC 9110 §5.5


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    params: Mapping[str, str]
    headers: Headers
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    @property
    def media_type(self) -> str:
        return parse_options_header(self.content_type)[0].lower()

    @property
    def boundary(self) -> str | None:
        return parse_options_header(self.content_type)[1].get("boundary")

    def credentials(self) -> tuple[str, str]:
        """Name and secret of Basic authentication (RFC 7617)."""
        found = Authorization.from_header(self.headers.get("Authorization"))
        if found is None or found.type != "basic" or not found.username or "\0" in found.username:
            raise Unauthorized("Authorization", "is missing, or is not Basic")
        return found.username, found.password or ""

    def check_version(self) -> None:
        """`Malformed` unless it is 1.0.x (Communication §3.3)."""
        version(self.headers.get("X-Experience-API-Version"), "X-Experience-API-Version")


def call_of(request: Request) -> Call:
    """The call that a request is; a POST with `method` in its query carries another one in a form."""
    if "method" in request.args:
        return _alternate(request)
    return Call(request.method, _single(request.args.to_dict(flat=False)), request.headers, request.get_data())


def _alternate(request: Request) -> Call:
    if request.method != "POST" or len(request.args) != 1:
        raise Malformed("method", "goes alone, in the address of a POST")
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Malformed("Content-Type", "of the alternate syntax is application/x-www-form-urlencoded")
    form = _single(request.form.to_dict(flat=False))
    headers = Headers(request.headers)
    headers["Content-Type"] = "application/json"  # the request's own says how the form is written, not its content
    for name in _AS_HEADERS:
        if name in form:
            headers[name] = _header(name, form[name])
    content = form.get("content", "").encode()
    params = {name: value for name, value in form.items() if name not in (*_AS_HEADERS, "content")}
    return Call(request.args["method"].upper(), params, headers, content)


def _header(name: str, value: str) -> str:
    """As the server would have let it through: it may be given out again."""
    if not _LINE.fullmatch(value):
        raise Malformed(name, "has letters that no header holds")
    return value


def _single(values: Mapping[str, list[str]]) -> dict[str, str]:
    for name, given in values.items():
        if len(given) != 1:
            raise Malformed(name, "is given more than once")
    return {name: given[0] for name, given in values.items()}
