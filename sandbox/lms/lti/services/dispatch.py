"""mod/lti/services.php: which service speaks the asked media type at the asked address."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.services import columns, members, scores, settings
from sandbox.lms.lti.services.call import Call, Refused, Resource, refusal

_RESOURCES: tuple[Resource, ...] = (
    *columns.RESOURCES,
    *scores.RESOURCES,
    *members.RESOURCES,
    *settings.RESOURCES,
)
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def add_services(lti: Blueprint, platform: Platform) -> None:
    @lti.route("/services.php/<path:rest>", methods=_METHODS)
    @platform.alone
    def service(rest: str) -> Response:
        found = _find(f"/{rest}")
        call = _read(platform, f"/{rest}", found)
        try:
            if found is None:
                raise Refused(400, f"No handler found for {call.path} {call.accept} {call.content_type}")
            if call.method not in found.methods:
                raise Refused(405)
            return found.run(call)
        except Refused as refused:
            return refusal(call, refused)


def resource_name(path: str) -> str:
    """What faults and counters call the service at `path`."""
    found = next((each for each in _RESOURCES if each.path.fullmatch(path)), None)
    return found.name if found else "services"


def course_at(path: str) -> str | None:
    found = next((match for each in _RESOURCES if (match := each.path.fullmatch(path))), None)
    return found.groupdict().get("course") if found else None


def _find(path: str) -> Resource | None:
    """A media type that nobody speaks finds nobody. `*/*` and a missing Accept fit; a body needs its exact type."""
    accept, sent = _accept(), _content_type()
    for each in _RESOURCES:
        if request.method == "GET" and accept and "*/*" not in accept and accept not in each.formats:
            continue
        if request.method not in ("GET", "DELETE") and sent not in each.formats:
            continue
        if each.path.fullmatch(path):
            return each
    return None


def _accept() -> str:
    return request.headers.get("Accept", "") if request.method == "GET" else ""


def _content_type() -> str:
    return "" if request.method == "GET" else request.headers.get("Content-Type", "").partition(";")[0].strip()


def _read(platform: Platform, path: str, found: Resource | None) -> Call:
    match = found.path.fullmatch(path) if found else None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    query = request.query_string.decode()
    return Call(
        platform=platform,
        method=request.method,
        path=path,
        uri=f"{request.path}?{query}" if query else request.path,
        token=token if scheme == "Bearer" else "",
        accept=_accept(),
        accept_sent=request.headers.get("Accept", ""),
        content_type=_content_type(),
        body=request.get_data(),
        query=request.args.to_dict(),
        parts=match.groupdict() if match else {},
    )
