"""The stand-in answers as the recorded Moodle did: status, body, and the number of bytes.

Every recording of the served functions and of the transport's errors is replayed. Where the real site had been changed
before the call, the same change is made first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.lms import create_app
from tests.sandbox.recorded_site import RECORDINGS, recorded_site, recording

SERVER = "/webservice/rest/server.php"
NOW = 1_795_459_773

NOT_REPLAYED = {
    "ERR--debug-on-course-mismatch": "core_grades_update_grades writes; its stray text is the fault text_before_json",
    "core_grades_update_grades--course-mismatch": "core_grades_update_grades writes",
    "ERR--debug-on-dml-too-long": "core_user_create_users writes",
    "ERR--debug-on-dup-email": "core_user_create_users writes",
    "ERR--debug-on-dup-username": "core_user_create_users writes",
    "ERR--debug-on-uppercase": "core_user_create_users writes",
    "ERR--debug-on-not-enrolled": "core_group_add_group_members writes",
    "gradereport_user_get_grade_items--as-student-self": "a pupil's own token hides weights by rules of its own",
}

STAND_IN_FOR = {"core_course_get_contents": "core_enrol_get_enrolled_users"}
"""The error recordings of a function that is not served are replayed on one with the same parameters."""

SHAPE_ONLY = {
    "core_course_get_updates_since--since-0": "row ids of attempts, questions and files are the database's",
    "core_course_get_updates_since--filter": "row ids of attempts, questions and files are the database's",
    "core_course_get_updates_since--after-grade-changes": "row ids of attempts, questions and files are the database's",
    "core_webservice_get_site_info--ok": "the real token may call 232 functions",
    "core_webservice_get_site_info--get-method": "the real token may call 232 functions",
    "ERR--json-body": "the real token may call 232 functions",
    "ERR--upgrade-pending": "the real token may call 232 functions",
    "core_enrol_get_enrolled_users--as-editingteacher": "times of sign-in and preferences",
    "core_enrol_get_enrolled_users--as-student": "times of sign-in and preferences",
    "core_enrol_get_enrolled_users--separate-groups-teacher": "times of sign-in and preferences",
    "core_grades_get_gradeitems--ok": "the real order is the database's",
    "gradereport_user_get_grade_items--as-editingteacher": "recorded after many changes",
    "gradereport_user_get_grade_items--as-nonediting-teacher": "recorded after many changes",
    "gradereport_user_get_grade_items--after-ags": "recorded after many changes",
}

_SITE = {"op": "set_site"}
_TX3 = {"op": "set_score", "course": 2, "item": 7, "user": 23}
_NO_LTI_COLUMN = {"op": "remove_item", "course": 5, "item": 82}
_LASTNAME_FIRST = {**_SITE, "alternative_last_first": True}

BEFORE: dict[str, list[dict[str, Any]]] = {
    "gradereport_user_get_grade_items--after-update-grades": [{**_TX3, "raw": 0, "at": 1795459943}],
    "gradereport_user_get_grade_items--after-over-grademax": [{**_TX3, "raw": 10, "at": 1795459943}],
    "gradereport_user_get_grade_items--after-new-itemnumber": [
        {**_TX3, "raw": 8, "at": 1795459991, "feedback": "<p>Tốt</p>"}
    ],
    "gradereport_user_get_grade_items--by-group": [_NO_LTI_COLUMN],
    "core_user_get_users_by_field--alternativefullnameformat-lastname-firstname": [_LASTNAME_FIRST],
    "core_enrol_get_enrolled_users--separate-groups-teacher": [_LASTNAME_FIRST],
    "ERR--maintenance-admin-setting": [{**_SITE, "maintenance": True}],
    "ERR--maintenance-admin-setting-course": [{**_SITE, "maintenance": True}],
    "ERR--maintenance-cli": [{**_SITE, "maintenance_cli": True}],
    "ERR--rest-protocol-disabled": [{**_SITE, "webservices": False}],
    "ERR--webservices-disabled": [{**_SITE, "webservices": False}],
}
"""What had been changed on the real site since the state that `recorded_site` holds."""

GONE_BY_THEN = {"ERR--debug-on-expired": "TOKEN_EXPIRED"}
"""An expired token that an earlier call had used up."""

ELIDED = {
    "ERR--max_input_vars-6000-values": 6000,
    "ERR--max_input_vars-6000-values-then-field": 6000,
    "ERR--get-url-too-long-414": 4000,
}
"""Recordings that leave out most of their `values[]`: how many there were, counting up from the first."""

JSON_BODIES = {
    "ERR--json-body": ("core_webservice_get_site_info", {"x": 1}),
    "ERR--json-body-params-ignored": ("core_enrol_get_enrolled_users", {"courseid": 2}),
}
PAGES = ("ERR--maintenance-cli",)
XML = {
    "ERR--bad-format": "the recording is cut off",
    "core_webservice_get_site_info--xml-format": "a secret, a null key",
}
ALL = sorted(path.stem for path in RECORDINGS.glob("*.json"))
EXACT = [name for name in ALL if name not in NOT_REPLAYED | SHAPE_ONLY | XML and name not in PAGES]


@pytest.fixture(scope="module")
def site_file() -> str:
    return json.dumps(recorded_site())


@pytest.fixture
def replay(site_file: str) -> Callable[[str], tuple[dict[str, Any], TestResponse]]:
    def run(name: str) -> tuple[dict[str, Any], TestResponse]:
        client = create_app(json.loads(site_file), clock=lambda: NOW).test_client()
        _prepare(client, name)
        case = recording(name)
        return case, _send(client, name, case["request"])

    return run


def _prepare(client: FlaskClient, name: str) -> None:
    debug = [{**_SITE, "debug": True}] if "--debug-on-" in name else []
    for change in debug + BEFORE.get(name, []):
        assert client.post("/sandbox/changes", json=change).status_code == 200
    if name in GONE_BY_THEN:
        client.post(SERVER, data={"wstoken": GONE_BY_THEN[name], "moodlewsrestformat": "json"})


def _send(client: FlaskClient, name: str, request: dict[str, Any]) -> TestResponse:
    if name in JSON_BODIES:
        function, body = JSON_BODIES[name]
        query = {"wstoken": "TOKEN", "wsfunction": function, "moodlewsrestformat": "json"}
        return client.post(SERVER, query_string=query, json=body)
    form = urlencode(list(_form(name, request)))
    if request["method"] == "GET":
        return client.get(f"{SERVER}?{form}")
    headers = {"Authorization": "Bearer TOKEN"} if name == "ERR--token-in-authorization-header" else {}
    return client.post(SERVER, data=form, content_type="application/x-www-form-urlencoded", headers=headers)


def _form(name: str, request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in request["form"]:
        if name in ELIDED and key.startswith("values["):
            continue
        if key == "…":
            first = 7_900_000_000
            yield from ((f"values[{number}]", str(first + number)) for number in range(ELIDED[name]))
            if name.endswith("then-field"):
                yield "field", "idnumber"
            continue
        yield key, STAND_IN_FOR.get(value, value)


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    named = NOT_REPLAYED.keys() | SHAPE_ONLY.keys() | BEFORE.keys() | GONE_BY_THEN.keys() | ELIDED.keys()
    assert named <= set(ALL)
    assert len(NOT_REPLAYED) <= 8
    assert len(EXACT) > 90


@pytest.mark.parametrize("name", EXACT)
def test_the_answer_is_the_recorded_one(
    name: str, replay: Callable[[str], tuple[dict[str, Any], TestResponse]]
) -> None:
    case, response = replay(name)
    text = response.get_data(as_text=True)
    expected = case["response"]
    if isinstance(expected, dict) and "__raw__" in expected:
        assert text == expected["__raw__"]
    else:
        assert json.loads(text) == _of_the_stand_in(expected)
        assert len(text) == _recorded_bytes(case, text)
    assert response.status_code == case["status"]
    assert _headers(case, response) == case["headers"]


def _of_the_stand_in(expected: Any) -> Any:
    text = json.dumps(expected)
    for theirs, ours in STAND_IN_FOR.items():
        text = text.replace(theirs, ours)
    return json.loads(text)


def _recorded_bytes(case: dict[str, Any], text: str) -> int:
    """Measured before the host and a secret were replaced, by 6 letters more and 26 less."""
    named = sum(len(ours) - len(theirs) for theirs, ours in STAND_IN_FOR.items() if f"{ours}()" in text) * 2
    hosts = text.count("https:\\/\\/moodle.example.test")
    return case["response_bytes"] + 6 * hosts - 26 * text.count('"SECRET"') + named


def _headers(case: dict[str, Any], response: TestResponse) -> dict[str, str | None]:
    return {key: response.headers.get(key) for key in case["headers"]}


@pytest.mark.parametrize("name", sorted(SHAPE_ONLY))
def test_the_answer_has_the_recorded_keys_and_types(
    name: str, replay: Callable[[str], tuple[dict[str, Any], TestResponse]]
) -> None:
    case, response = replay(name)
    ours, theirs = shape(response.get_json()), shape(case["response"])
    assert ours.keys() == theirs.keys()
    assert {path: kinds - theirs[path] for path, kinds in ours.items() if kinds - theirs[path]} == {}
    assert response.status_code == case["status"]


def shape(value: Any, path: str = "$") -> dict[str, set[str]]:
    """path → the JSON types there. The rows of a list share one path; a key that some rows lack is also `missing`."""
    found: dict[str, set[str]] = {path: {_kind(value)}}
    for key, part in _parts(value):
        for below, kinds in shape(part, f"{path}.{key}").items():
            found.setdefault(below, set()).update(kinds)
    for key in _sometimes_missing(value):
        found[f"{path}.[].{key}"].add("missing")
    return found


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [("[]", part) for part in value] if isinstance(value, list) else []


def _sometimes_missing(value: Any) -> set[str]:
    rows = [set(row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return set.union(*rows) - set.intersection(*rows) if rows else set()


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    names = {dict: "object", list: "list", str: "string", int: "number", float: "number", type(None): "null"}
    return names[type(value)]


def test_the_maintenance_page_is_html_with_the_recorded_headers(
    replay: Callable[[str], tuple[dict[str, Any], TestResponse]],
) -> None:
    case, response = replay("ERR--maintenance-cli")
    assert (response.status_code, _headers(case, response)) == (503, case["headers"])
    assert "<title>Trường THPT Thử Nghiệm under maintenance</title>" in response.get_data(as_text=True)


@pytest.mark.parametrize("name", sorted(XML))
def test_any_other_format_is_answered_in_xml(
    name: str, replay: Callable[[str], tuple[dict[str, Any], TestResponse]]
) -> None:
    case, response = replay(name)
    head = case["response"]["__raw__"].partition('<KEY name="functions">')[0]
    assert response.get_data(as_text=True).startswith(head)
    assert (response.status_code, _headers(case, response)) == (case["status"], case["headers"])


def test_xml_writes_each_kind_of_value_as_recorded(
    replay: Callable[[str], tuple[dict[str, Any], TestResponse]],
) -> None:
    case, response = replay("core_webservice_get_site_info--xml-format")
    theirs = re.sub(r'<KEY name="\w+"><VALUE null="null"/>\n</KEY>\n', "", case["response"]["__raw__"])
    assert response.get_data(as_text=True) == re.sub(r"<VALUE>[0-9a-f]{32}</VALUE>", "<VALUE>SECRET</VALUE>", theirs)
