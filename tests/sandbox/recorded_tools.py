"""The LTI side of the recorded site: its two tools, its activities and their columns, as a site file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from sandbox.lms import create_app
from sandbox.lms.lti.deeplinking import form_values
from sandbox.lms.lti.doors import _flat, link_change
from sandbox.lms.lti.keys import Keys
from sandbox.lms.lti.records import Tool
from sandbox.lms.lti.registration import from_registration
from tests.sandbox.lti_tool import BEARER, assertion
from tests.sandbox.recorded_site import recorded_site

RECORDINGS = Path(__file__).parent.parent / "recordings" / "lti"
HOST = "https://moodle.example.test"
CLIENTS = {1: "H6aJwMOD0W5eail", 2: "qelH3500LjyUieG"}
NOW = 1_795_460_600
KEYS = Keys()
"""One RSA key for all sites of these tests: making one takes a while."""

_ONLY_SEEN_HERE = {
    5: {"username": "gv003", "email": "gv003@moodle.example.test", "idnumber": "GV003"},
    69: {"username": "hsnogroup"},
}
"""What no web-service recording tells of these two."""

_CMIDS = {1: 24, 2: 25, 3: 26, 4: 27, 5: 28}
_COLUMNS = {1: 80, 2: 81, 4: 82, 5: 83}
_AGS_COLUMNS = {
    84: "ags-lineitem--create",
    85: "ags-lineitem--create-same-again",
    86: "ags-lineitem--create-bound-to-link",
    87: "ags-lineitem--create-zero-max",
    88: "ags-lineitem--create-content-type-charset",
}


def all_recordings() -> list[str]:
    return sorted(path.stem for path in RECORDINGS.glob("*.json"))


def recording(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def path_of(url: str) -> str:
    return url.removeprefix(HOST)


def lti_site(*, columns: int = 83, deleted: tuple[int, ...] = ()) -> dict[str, Any]:
    """As it stood when the column with the id `columns` was the newest, without the `deleted` ones."""
    site = recorded_site()
    admin = {"id": 2, "username": "admin", "firstname": "Admin", "lastname": "User", "siteadmin": True}
    site["users"] = [row for row in site["users"] if row["id"] != 2]
    for row in site["users"]:
        row.update(_ONLY_SEEN_HERE.get(row["id"], {}))
    site["users"].insert(0, {**admin, "email": "admin@moodle.example.test"})
    for course in site["courses"]:
        if course["id"] == 5:
            course["items"] = [item for item in course["items"] if item["id"] != 82]
    site["tools"] = [_tool(1, "full"), _tool(2, "minimal-scope-and-claims")]
    changes = [_link(number) for number in _CMIDS] + [_column(number) for number in range(84, columns + 1)]
    app = create_app(site, clock=lambda: NOW, keys=KEYS)
    client = app.test_client()
    for change in changes:
        assert client.post("/sandbox/changes", json=change).status_code == 200, change
    made = client.get("/sandbox/site").get_json()
    _renumber(made, deleted)
    return dict(made)


def _tool(number: int, name: str) -> dict[str, Any]:
    body = recording(f"dynamic-registration--{name}")["request"]["json"]
    return {"id": number, "clientid": CLIENTS[number], "state": "configured", **from_registration(body)}


def _link(number: int) -> dict[str, Any]:
    """The items of the recorded deep linking responses, saved as a teacher saves the form."""
    items = recording("deep-linking--response-multiple-3")["request"]["jwt_payload"]
    full, no_url, no_line = items["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]
    renamed = {4: {**no_url, "title": "Hoá học: bài tập có nhóm"}, 5: {**no_url, "title": "Công cụ tối thiểu"}}
    item = {1: no_url, 2: full, 3: no_line, **renamed}[number]
    tool = Tool(**_tool(2 if number == 5 else 1, "full"))
    return link_change(5 if number == 4 else 2, _flat(form_values(item, tool)))


def _column(number: int) -> dict[str, Any]:
    asked = recording(_AGS_COLUMNS[number])["request"]["json"]
    return {
        "op": "add_item",
        "course": 2,
        "name": asked["label"],
        "max": asked["scoreMaximum"],
        "tool": 1,
        "link": int(asked["resourceLinkId"]) if "resourceLinkId" in asked else None,
        "resourceid": asked.get("resourceId", ""),
        "tag": asked.get("tag", ""),
        "coefficient": 0,
    }


def _renumber(site: dict[str, Any], deleted: tuple[int, ...]) -> None:
    """The real site's ids, which the order of making does not give."""
    cmids = {link["cmid"]: _CMIDS[link["id"]] for link in site["links"]}
    for link in site["links"]:
        link["cmid"] = cmids[link["cmid"]]
    for course in site["courses"]:
        made = [item for item in course["items"] if item.get("tool") or item.get("module") == "lti"]
        for item in made:
            if item["type"] == "mod":
                item["cmid"] = _CMIDS[item["instance"]]
                item["id"] = _COLUMNS[item["instance"]]
        later = sorted((item for item in made if item["type"] == "manual"), key=lambda item: item["id"])
        for number, item in zip(_AGS_COLUMNS, later, strict=False):
            item["id"] = number
        course["items"] = [item for item in course["items"] if item["id"] not in deleted]


def client_of(site: dict[str, Any], *, clock: Callable[[], float] = lambda: NOW) -> FlaskClient:
    return create_app(json.loads(json.dumps(site)), clock=clock, keys=KEYS, seed=1).test_client()


def sign_in(client: FlaskClient, user: int) -> FlaskClient:
    assert client.post("/login/index.php", data={"user": user}).status_code == 303
    return client


def access_token(client: FlaskClient, tool: int, *, scope: str, now: float = NOW) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": BEARER,
        "client_assertion": assertion(CLIENTS[tool], now=now),
        "scope": scope,
    }
    answer = json.loads(client.post("/mod/lti/token.php", data=form).get_data(as_text=True))
    assert "access_token" in answer, answer
    return str(answer["access_token"])
