"""Deep linking responses as the recorded Moodle took them: what reaches the teacher's form, and what is ignored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.lti_tool import form_of, returned_data, serve_keys, sign
from tests.sandbox.recorded_tools import all_recordings, client_of, lti_site, recording, sign_in

REPLAYED = [name for name in all_recordings() if name.startswith("deep-linking--response")]
_DISMISS = " × Dismiss this notification"
TEACHER = 3


@pytest.fixture(autouse=True)
def line() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        serve_keys(mock)
        yield mock


def teacher(now: int) -> tuple[FlaskClient, str]:
    client = sign_in(client_of(lti_site(), clock=lambda: now), TEACHER)
    page = client.get("/course/modedit.php?add=lti&course=2&typeid=1").get_data(as_text=True)
    return client, form_of(page)[1]["sesskey"]


def returned(client: FlaskClient, sesskey: str, token: str) -> TestResponse:
    query = {"course": 2, "id": 1, "sesskey": sesskey}
    return client.post("/mod/lti/contentitem_return.php", query_string=query, data={"JWT": token})


@pytest.mark.parametrize("name", REPLAYED)
def test_a_response_is_taken_as_recorded(name: str) -> None:
    case = recording(name)
    claims = case["request"]["jwt_payload"]
    client, sesskey = teacher(int(claims["nonce"].rstrip("x")) + 1)
    token = sign(claims, key="stolen" if name.endswith("bad-signature") else "own")
    response = returned(client, sesskey, token)
    text = response.get_data(as_text=True)
    assert response.status_code == case["status"]
    assert {key: response.headers.get(key) for key in case["headers"]} == case["headers"]
    assert returned_data(text) == case["returndata_given_to_page_script"]
    _same_words(case["page_errors"], text)


def _same_words(theirs: list[str], page: str) -> None:
    shown = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in theirs:
        assert words.removesuffix(_DISMISS) in shown
    assert bool(theirs) == ('class="notice"' in page or 'class="errorbox"' in page)


def _links(client: FlaskClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/sandbox/lti").get_json()["links"]
    return rows


def test_nothing_is_created_before_the_teacher_saves() -> None:
    claims = recording("deep-linking--response-multiple-3")["request"]["jwt_payload"]
    client, sesskey = teacher(claims["iat"])
    before = _links(client)
    data = returned_data(returned(client, sesskey, sign(claims)).get_data(as_text=True))
    assert _links(client) == before
    form = {"course": 2, "sesskey": sesskey, "multiple": _json(data["multiple"])}
    assert client.post("/course/modedit.php", data=form).status_code == 303
    new = _links(client)[len(before) :]
    assert [link["name"] for link in new] == ["Bài luyện tập số 1: Mệnh đề", "Không có url", "Không có lineItem"]
    assert [link["url"] for link in new] == ["https://tool.example.test/lti/res/1?x=1", "", new[0]["url"]]


def _json(value: Any) -> str:
    return json.dumps(value)


def test_saving_the_same_choice_again_makes_a_second_activity_and_column() -> None:
    data = recording("deep-linking--response-single-full")["returndata_given_to_page_script"]
    client, sesskey = teacher(1_795_460_397)
    form = {"course": 2, "sesskey": sesskey, "multiple": _json([data, data])}
    client.post("/course/modedit.php", data=form)
    columns = client.get("/sandbox/scores?course=2").get_json()[0]["items"]
    named = [item for item in columns if item.get("resourceid") == "HL-001" and item["name"] == data["name"]]
    assert len(named) == 3
    assert {item.get("coefficient", 1) for item in named} == {1}


def test_a_session_key_of_another_session_is_refused() -> None:
    claims = recording("deep-linking--response-single-full")["request"]["jwt_payload"]
    client, _ = teacher(claims["iat"])
    response = returned(client, "other", sign(claims))
    assert (response.status_code, returned_data(response.get_data(as_text=True))) == (404, None)


def test_a_lost_cookie_gets_a_page_that_posts_the_response_again() -> None:
    claims = recording("deep-linking--response-single-full")["request"]["jwt_payload"]
    client, sesskey = teacher(claims["iat"])
    client.delete_cookie("MoodleSession")
    action, fields = form_of(returned(client, sesskey, sign(claims)).get_data(as_text=True))
    assert action.endswith(f"/mod/lti/contentitem_return.php?course=2&id=1&sesskey={sesskey}")
    assert fields == {"JWT": fields["JWT"], "repost": "true"}


def test_a_pupil_gets_no_form() -> None:
    client = sign_in(client_of(lti_site()), 9)
    assert client.get("/course/modedit.php?add=lti&course=2&typeid=1").status_code == 404
