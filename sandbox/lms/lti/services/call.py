"""One call of a service: what was asked, by which tool, and how it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response

from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import Tool
from sandbox.lms.records import Course
from sandbox.lms.wire import to_json


class Refused(Exception):
    """A status with Moodle's own reason phrase; without one the standard phrase."""

    def __init__(self, code: int, reason: str = ""):
        super().__init__(code, reason)
        self.code, self.reason = code, reason or HTTPStatus(code).phrase


@dataclass(frozen=True)
class Call:
    """`accept` counts in a GET only, `content_type` in any other."""

    platform: Platform
    method: str
    path: str
    uri: str
    token: str
    accept: str
    accept_sent: str
    content_type: str
    body: bytes
    query: dict[str, str]
    parts: dict[str, str]

    def tool(self, *scopes: str, number: str | None = None) -> Tool:
        """The tool behind the token; 401 without one of `scopes`, or when it speaks for another tool."""
        found = self.platform.valid_token(self.token)
        if found is None or not found.scopes & set(scopes):
            raise Refused(401)
        if number is not None and number != str(found.tool):
            raise Refused(401)
        return self.platform.site.tools[found.tool]

    def course(self) -> Course:
        number = int(self.parts["course"]) if self.parts["course"].isdigit() else 0
        if number not in self.platform.site.courses:
            raise Refused(404, f"Not Found: Course {self.parts['course']} doesn't exist")
        return self.platform.site.courses[number]

    def number(self, name: str) -> int:
        """A number of the query; anything else is 0, as PHP's PARAM_INT."""
        found = re.match(r"\s*\d+", self.query.get(name, ""))
        return int(found.group()) if found else 0


@dataclass(frozen=True)
class Resource:
    """One address of a service with the media types it speaks. `name` is what faults and counters call it."""

    name: str
    path: re.Pattern[str]
    formats: tuple[str, ...]
    methods: tuple[str, ...]
    run: Callable[[Call], Response]


def answer(value: Any, content_type: str, *, status: int = 200) -> Response:
    text = value if isinstance(value, str) else to_json(value)
    return Response(text, status=status, content_type=f"{content_type}; charset=utf-8")


def refusal(call: Call, refused: Refused) -> Response:
    """The JSON of Moodle's services; the reason stands in the status line too, as the bytes that were sent."""
    body = {
        "status": refused.code,
        "reason": refused.reason,
        "request": {
            "method": call.method,
            "url": call.uri,
            "accept": call.accept_sent,
            "contentType": call.content_type,
        },
    }
    response = answer(body, "application/json")
    return with_reason(response, refused.code, refused.reason)


def with_reason(response: Response, code: int, reason: str) -> Response:
    """A reason with a line break can't be a status line: PHP then leaves the 200 that stood there."""
    if "\n" in reason or "\r" in reason:
        return response
    response.status = f"{code} {reason.encode().decode('latin-1')}".rstrip()
    return response
