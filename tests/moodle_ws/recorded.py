"""Recorded answers of a real Moodle 4.5.6, served at the HTTP line, and a client that meets them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import responses

from bridge.moodle_ws import Client, Limits, Moodle

SITE = "https://moodle.example.test"
ENDPOINT = f"{SITE}/webservice/rest/server.php"
TOKEN = "TOKEN"
RECORDINGS = Path(__file__).parent.parent / "recordings"
NO_WAITING = Limits(pause=0)


def recording(name: str, folder: str = "ws") -> dict[str, Any]:
    return json.loads((RECORDINGS / folder / f"{name}.json").read_text(encoding="utf-8"))


def answer(name: str, folder: str = "ws") -> Any:
    return recording(name, folder)["response"]


def php_json(value: Any) -> bytes:
    """As PHP's json_encode writes it."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def body_of(name: str) -> bytes:
    response = answer(name)
    raw = response.get("__raw__") if isinstance(response, dict) else None
    return raw.encode() if raw is not None else php_json(response)


def serve(http: responses.RequestsMock, name: str) -> None:
    """The recorded answer to exactly the recorded request; any other request finds nobody."""
    recorded = recording(name)
    http.post(
        ENDPOINT,
        body=body_of(name),
        status=recorded["status"],
        headers={key: value for key, value in recorded["headers"].items() if key in ("retry-after", "date")},
        content_type=recorded["headers"]["content-type"],
        match=[responses.matchers.urlencoded_params_matcher(dict(recorded["request"]["form"]))],
    )


def serve_value(http: responses.RequestsMock, value: Any, **form: object) -> None:
    """An answer of our own making to a request with at least these form fields."""
    wanted = {_form_name(name): str(part) for name, part in form.items()}
    body = value if isinstance(value, bytes) else php_json(value)
    http.post(ENDPOINT, body=body, match=[_holds(wanted)])


def _form_name(name: str) -> str:
    """`groupids__0` for `groupids[0]`."""
    return name.replace("__", "[") + "]" * name.count("__")


def _holds(wanted: dict[str, str]) -> Any:
    def match(request: Any) -> tuple[bool, str]:
        sent = dict(parse_qsl(request.body or "", keep_blank_values=True))
        return wanted.items() <= sent.items(), f"{wanted} not in {sent}"

    return match


def client(**limits: Any) -> Client:
    return Client(SITE, TOKEN, limits=Limits(**{"pause": 0, **limits}), sleep=lambda _seconds: None)


def moodle(**settings: Any) -> Moodle:
    return Moodle(client(), **settings)
