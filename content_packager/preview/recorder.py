"""An LRS that says yes: it keeps what tincan and cmi5 content sends, gives it back, and notes every call.

It judges nothing; `check` and a real LRS do.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from content_packager.preview.launches import Launch
from content_packager.preview.stage import Stage
from content_packager.report import Standard

_SHOWN = 4_000  # letters of a document in the list of calls
_NAMES = ("stateId", "profileId", "activityId", "agent", "registration")


def unit_id(base: str, launch: Launch) -> str:
    """The id that an LMS gives to an assignable unit, which must not be the publisher's (cmi5 §8.1.5)."""
    return f"{base}/au/{quote(launch.activity, safe='')}"


def recorder(stage: Stage, place: str) -> Blueprint:
    desk = _Desk(stage, place)
    bp = Blueprint("recorder", __name__, url_prefix=place)
    bp.add_url_rule("/fetch", view_func=desk.fetch, methods=["POST"])
    bp.add_url_rule("/xapi/statements", view_func=desk.statements, methods=["GET", "PUT", "POST"])
    bp.add_url_rule("/xapi/<path:resource>", view_func=desk.documents, methods=["GET", "PUT", "POST", "DELETE"])
    return bp


@dataclass(frozen=True, slots=True)
class _Desk:
    """The resources, over one stage. `place`: the secret part before every path."""

    stage: Stage
    place: str

    def fetch(self) -> Response:
        """cmi5 §8.2: a token for the session."""
        token = {"auth-token": "cHJldmlldzpwcmV2aWV3"}
        self.stage.note("POST fetch", "", token)
        return jsonify(token)

    def statements(self) -> Response:
        if request.method == "GET":
            return self._noted(jsonify(statements=list(self.stage.statements.values()), more=""))
        found = request.get_json(force=True)
        ids = [self._keep(one) for one in (found if isinstance(found, list) else [found])]
        answer = Response(status=204) if request.method == "PUT" else jsonify(ids)
        return self._noted(answer, found)

    def documents(self, resource: str) -> Response:
        key = (resource, *(request.args.get(name, "") for name in _NAMES))
        if request.method == "GET":
            return self._noted(self._document(key))
        if request.method == "DELETE":
            self.stage.documents.pop(key, None)
        else:
            self.stage.documents[key] = request.get_data(), request.content_type or "application/octet-stream"
        return self._noted(Response(status=204), request.get_data(as_text=True)[:_SHOWN])

    def _keep(self, statement: dict[str, Any]) -> str:
        id = str(statement.get("id") or request.args.get("statementId") or uuid.uuid4())
        self.stage.statements[id] = {**statement, "id": id}
        return id

    def _document(self, key: tuple[str, ...]) -> Response:
        content, kind = self.stage.documents.get(key) or self._launch_data(key) or (None, "")
        if content is None:
            return Response(status=404)
        answer = Response(content, content_type=kind)
        answer.headers["ETag"] = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
        return answer

    def _launch_data(self, key: tuple[str, ...]) -> tuple[bytes, str] | None:
        """cmi5 §10: what the LMS writes before it launches an assignable unit."""
        base = request.host_url.rstrip("/") + self.place
        units = {unit_id(base, one): one for one in self.stage.launches if one.standard is Standard.CMI5}
        unit = units.get(request.args.get("activityId", ""))
        if unit is None or "LMS.LaunchData" not in key:
            return None
        return json.dumps(_launch_data_of(unit, self.stage.registration)).encode(), "application/json"

    def _noted(self, answer: Response, sent: object = "") -> Response:
        path = request.path.partition("/xapi/")[2]
        id = request.args.get("stateId") or request.args.get("profileId") or ""
        said = f" {answer.get_data(as_text=True)[:_SHOWN]}" if answer.is_json else ""
        self.stage.note(f"{request.method} {path} {id}".rstrip(), sent, answer.status + said)
        return answer


def _launch_data_of(unit: Launch, session: str) -> dict[str, Any]:
    grouping = [{"objectType": "Activity", "id": unit.activity}]
    template = {
        "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": session},
        "contextActivities": {"grouping": grouping},
    }
    mastery = {} if unit.mastery is None else {"masteryScore": unit.mastery}
    return {"contextTemplate": template, "launchMode": "Normal", "moveOn": "CompletedOrPassed", **mastery}
