"""What the LRS answers: JSON, statements with their attachments, refusals (Communication §3.2)."""

import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from bridge.lrs import documents, parts
from bridge.lrs.problems import (
    Conflict,
    Forbidden,
    Malformed,
    Missing,
    Outdated,
    TooLarge,
    Unauthorized,
    XapiProblem,
)
from bridge.lrs.showing import Shown
from bridge.lrs.wire import encode

STATUS: dict[type[XapiProblem], HTTPStatus] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Outdated: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def json_answer(value: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return text_answer(encode(value), status)


def text_answer(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """`text` is JSON."""
    return Response(text, status=status, content_type="application/json")


def multipart_answer(shown: Shown) -> Response:
    boundary = secrets.token_hex(16)
    body = parts.join(shown.text.encode(), shown.attachments, boundary)
    return Response(body, content_type=f'multipart/mixed; boundary="{boundary}"')


def tagged(answer: Response) -> Response:
    answer.headers["ETag"] = documents.etag(answer.get_data())
    return answer


def explained(problem: XapiProblem) -> Response:
    """For whoever wrote the content: the place and what is wrong with it."""
    answer = json_answer({"error": problem.code, **problem.facts}, STATUS[type(problem)])
    if isinstance(problem, Unauthorized):
        answer.headers["WWW-Authenticate"] = 'Basic realm="xapi"'
    return answer


def explained_size(_: RequestEntityTooLarge) -> Response:
    return explained(TooLarge("body", "is more than this LRS takes at once"))


def not_allowed(methods: Iterable[str]) -> Response:
    answer = json_answer({"error": "METHOD_NOT_ALLOWED"}, HTTPStatus.METHOD_NOT_ALLOWED)
    allowed = sorted(methods)
    answer.headers["Allow"] = ", ".join(["HEAD", *allowed] if "GET" in allowed else allowed)
    return answer
