"""An LRS that says yes: it keeps what tincan and cmi5 content sends, gives it back, and notes every call.

It judges nothing; `check` and a real LRS do.
"""

import hashlib
import json
import uuid
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from content_packager.preview.launches import Launch
from content_packager.preview.stage import Stage
from content_packager.report import Standard

_SHOWN = 4_000  # letters of a document in the list of calls


def unit_id(base: str, launch: Launch) -> str:
    """The id that an LMS gives to an assignable unit, which must not be the publisher's (cmi5 §8.1.5)."""
    return f"{base}/au/{quote(launch.activity, safe='')}"


def recorder(stage: Stage, place: str) -> Blueprint:
    bp = Blueprint("recorder", __name__, url_prefix=place)

    @bp.post("/fetch")
    def fetch() -> Response:
        """cmi5 §8.2: a token for the session."""
        token = {"auth-token": "cHJldmlldzpwcmV2aWV3"}
        stage.note("POST fetch", "", token)
        return jsonify(token)

    @bp.route("/xapi/statements", methods=["GET", "PUT", "POST"])
    def statements() -> Response:
        if request.method == "GET":
            return _noted(jsonify(statements=list(stage.statements.values()), more=""))
        found = request.get_json(force=True)
        ids = [_keep(one) for one in (found if isinstance(found, list) else [found])]
        answer = Response(status=204) if request.method == "PUT" else jsonify(ids)
        return _noted(answer, found)

    def _keep(statement: dict[str, Any]) -> str:
        id = str(statement.get("id") or request.args.get("statementId") or uuid.uuid4())
        stage.statements[id] = {**statement, "id": id}
        return id

    @bp.route("/xapi/<path:resource>", methods=["GET", "PUT", "POST", "DELETE"])
    def documents(resource: str) -> Response:
        names = ("stateId", "profileId", "activityId", "agent", "registration")
        key = (resource, *(request.args.get(name, "") for name in names))
        if request.method == "GET":
            return _noted(_document(key))
        if request.method == "DELETE":
            stage.documents.pop(key, None)
        else:
            stage.documents[key] = request.get_data(), request.content_type or "application/octet-stream"
        return _noted(Response(status=204), request.get_data(as_text=True)[:_SHOWN])

    def _document(key: tuple[str, ...]) -> Response:
        content, kind = stage.documents.get(key) or _launch_data(key) or (None, "")
        if content is None:
            return Response(status=404)
        answer = Response(content, content_type=kind)
        answer.headers["ETag"] = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
        return answer

    def _launch_data(key: tuple[str, ...]) -> tuple[bytes, str] | None:
        """cmi5 §10: what the LMS writes before it launches an assignable unit."""
        base = request.host_url.rstrip("/") + place
        units = {unit_id(base, one): one for one in stage.launches if one.standard is Standard.CMI5}
        unit = units.get(request.args.get("activityId", ""))
        if unit is None or "LMS.LaunchData" not in key:
            return None
        session = {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": stage.registration}
        grouping = [{"objectType": "Activity", "id": unit.activity}]
        data: dict[str, Any] = {
            "contextTemplate": {"extensions": session, "contextActivities": {"grouping": grouping}},
            "launchMode": "Normal",
            "moveOn": "CompletedOrPassed",
        }
        if unit.mastery is not None:
            data["masteryScore"] = unit.mastery
        return json.dumps(data).encode(), "application/json"

    def _noted(answer: Response, sent: object = "") -> Response:
        path = request.path.partition("/xapi/")[2]
        id = request.args.get("stateId") or request.args.get("profileId") or ""
        shown = (
            answer.status if answer.is_json is False else f"{answer.status} {answer.get_data(as_text=True)[:_SHOWN]}"
        )
        stage.note(f"{request.method} {path} {id}".rstrip(), sent, shown)
        return answer

    return bp
