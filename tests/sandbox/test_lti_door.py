"""The control door of the platform: clock, keys, faults, and what people do to tools, links and courses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import responses
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.lms import create_app
from tests.sandbox.lti_tool import BEARER, assertion, form_of, serve_keys, tool_key
from tests.sandbox.recorded_tools import KEYS, NOW, access_token, client_of, lti_site, recording, sign_in

ALL = recording("token--ok-all-scopes")["request"]["form"]["scope"]
MEMBERS = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
SCORES = "/mod/lti/services.php/2/lineitems/{}/lineitem/scores?type_id=1"
RESULTS = "/mod/lti/services.php/2/lineitems/{}/lineitem/results?type_id=1"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
PUPIL = 9


@pytest.fixture(autouse=True)
def line() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        serve_keys(mock)
        yield mock


@pytest.fixture(scope="module")
def site() -> dict[str, Any]:
    return lti_site(columns=84)


@pytest.fixture
def client(site: dict[str, Any]) -> FlaskClient:
    return sign_in(client_of(site), PUPIL)


def authenticate(client: FlaskClient, *, cmid: int = 24) -> TestResponse:
    _, begun = form_of(client.get(f"/mod/lti/launch.php?id={cmid}").get_data(as_text=True))
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "client_id": begun["client_id"],
        "redirect_uri": "https://tool.example.test/lti/launch",
        "nonce": "n1",
        "state": "s1",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
    }
    return client.get("/mod/lti/auth.php", query_string=asked)


def launch(client: FlaskClient) -> dict[str, str]:
    return form_of(authenticate(client).get_data(as_text=True))[1]


def switch(client: FlaskClient, **fault: Any) -> None:
    assert client.put("/sandbox/faults", json=[fault]).status_code == 200


def change(client: FlaskClient, **change: Any) -> Any:
    response = client.post("/sandbox/changes", json=change)
    assert response.status_code == 200, response.get_json()
    return response.get_json()


def checked(token: str, **options: Any) -> dict[str, Any]:
    judged = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    key = KEYS.now.private.public_key()
    read: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=judged, **options)
    return read


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("wrong_key", jwt.InvalidSignatureError),
        ("unknown_kid", jwt.InvalidSignatureError),
        ("unsigned", jwt.InvalidSignatureError),
        ("alg_none", jwt.InvalidAlgorithmError),
        ("hs256", jwt.InvalidAlgorithmError),
    ],
)
def test_a_token_can_be_signed_badly_once(client: FlaskClient, kind: str, wrong: type[Exception]) -> None:
    switch(client, kind=kind, function="auth", times=1)
    with pytest.raises(wrong):
        checked(launch(client)["id_token"])
    assert checked(launch(client)["id_token"])["sub"] == str(PUPIL)


def test_the_unknown_key_is_not_in_the_key_set(client: FlaskClient) -> None:
    switch(client, kind="unknown_kid", function="auth")
    kid = jwt.get_unverified_header(launch(client)["id_token"])["kid"]
    assert kid not in [row["kid"] for row in client.get("/mod/lti/certs.php").get_json()["keys"]]


def test_claims_can_be_changed_and_left_out(client: FlaskClient) -> None:
    switch(client, kind="claims", function="auth", body={"nonce": None, "aud": "khac", "exp": 1})
    claims = checked(launch(client)["id_token"])
    assert ("nonce" in claims, claims["aud"], claims["exp"]) == (False, "khac", 1)


def test_a_launch_can_come_without_a_token(client: FlaskClient) -> None:
    switch(client, kind="no_id_token")
    assert launch(client) == {"state": "s1"}


def test_the_configuration_can_lie(client: FlaskClient) -> None:
    switch(client, kind="claims", function="openid-configuration", body={"issuer": "https://khac.example.test"})
    assert client.get("/mod/lti/openid-configuration.php").get_json()["issuer"] == "https://khac.example.test"


def test_the_key_set_can_lead_elsewhere(client: FlaskClient) -> None:
    switch(client, kind="redirect", function="certs", url="http://169.254.169.254/")
    response = client.get("/mod/lti/certs.php")
    assert (response.status_code, response.headers["Location"]) == (302, "http://169.254.169.254/")


def test_a_service_can_ask_to_wait(client: FlaskClient) -> None:
    switch(client, kind="status", function="memberships", status=429, headers={"Retry-After": "7"}, times=1)
    token = access_token(client, 1, scope=ALL)
    headers = {"Authorization": f"Bearer {token}"}
    answers = [client.get(MEMBERS, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_a_body_can_come_in_half(client: FlaskClient) -> None:
    switch(client, kind="truncated", function="memberships", course=2)
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    with pytest.raises(json.JSONDecodeError):
        json.loads(client.get(MEMBERS, headers=headers).get_data(as_text=True))


def test_access_tokens_age_with_the_clock(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    assert client.put("/sandbox/clock", json={"offset": 3599}).get_json() == {"now": NOW + 3599, "offset": 3599}
    assert client.get(MEMBERS, headers=headers).status_code == 200
    client.put("/sandbox/clock", json={"now": NOW + 3600})
    assert client.get(MEMBERS, headers=headers).status_code == 401


def test_a_rotated_key_signs_and_the_old_one_stays_when_asked(site: dict[str, Any]) -> None:
    app = create_app(json.loads(json.dumps(site)), clock=lambda: NOW)
    client = sign_in(app.test_client(), PUPIL)
    before = client.get("/mod/lti/certs.php").get_json()["keys"]
    client.post("/sandbox/keys", json={"keep_old": True})
    after = client.get("/mod/lti/certs.php").get_json()["keys"]
    assert after[1:] == before
    assert jwt.get_unverified_header(launch(client)["id_token"])["kid"] == after[0]["kid"] != before[0]["kid"]


def test_the_same_seed_gives_the_same_secrets(site: dict[str, Any]) -> None:
    clients = [sign_in(client_of(site), PUPIL) for _ in range(2)]
    first, second = (launch(client)["id_token"] for client in clients)
    assert first == second


def test_a_tool_that_was_set_back_can_still_be_launched_and_is_offered_no_more(client: FlaskClient) -> None:
    change(client, op="set_tool", tool=1, coursevisible=2)
    sign_in(client, 3)
    assert "Thêm hoạt động" in client.get("/course/view.php?id=2").get_data(as_text=True)
    change(client, op="set_tool", tool=1, state="pending")
    assert "Thêm hoạt động" not in client.get("/course/view.php?id=2").get_data(as_text=True)
    assert "id_token" in launch(client)


def test_the_activities_of_a_deleted_tool_say_so(client: FlaskClient) -> None:
    change(client, op="remove_tool", tool=1)
    response = client.get("/mod/lti/launch.php?id=24")
    assert (response.status_code, "has been deleted" in response.get_data(as_text=True)) == (404, True)


def test_a_course_deleted_between_login_and_answer_is_an_error_page(client: FlaskClient) -> None:
    _, begun = form_of(client.get("/mod/lti/launch.php?id=24").get_data(as_text=True))
    change(client, op="remove_course", course=2)
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "client_id": begun["client_id"],
        "redirect_uri": "https://tool.example.test/lti/launch",
        "nonce": "n1",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
    }
    assert client.get("/mod/lti/auth.php", query_string=asked).status_code == 404
    assert client.get("/sandbox/lti").get_json()["links"] == [
        link for link in client.get("/sandbox/lti").get_json()["links"] if link["course"] == 5
    ]


def test_signing_everybody_out_makes_hints_and_tokens_worthless(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    client.delete("/sandbox/sessions")
    assert client.get(MEMBERS, headers=headers).status_code == 401
    assert client.get("/course/view.php?id=2").status_code == 302


def send_score(client: FlaskClient, headers: dict[str, str], item: int, *, given: float | None, at: str) -> int:
    score = {
        "userId": str(PUPIL),
        "scoreGiven": given,
        "scoreMaximum": 10,
        "timestamp": at,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    sent = {**headers, "Content-Type": SCORE_TYPE}
    return client.post(SCORES.format(item), headers=sent, data=json.dumps(score)).status_code


def result(client: FlaskClient, headers: dict[str, str], item: int) -> Any:
    rows = json.loads(client.get(RESULTS.format(item), headers=headers).get_data(as_text=True))
    return next((row.get("resultScore") for row in rows if row["userId"] == str(PUPIL)), "no row")


def by_hand(client: FlaskClient, item: int, raw: float, **flags: bool) -> None:
    change(client, op="set_score", course=2, item=item, user=PUPIL, raw=raw, at=1_795_470_000, **flags)


@pytest.mark.parametrize(("item", "stands"), [(80, 6), (84, 9)])
def test_an_override_stays_in_an_activitys_column_and_is_wiped_in_a_tools(
    client: FlaskClient, item: int, stands: float
) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    by_hand(client, item, 6, overridden=True)
    assert send_score(client, headers, item, given=9, at="2026-11-23T20:00:00Z") == 409
    assert send_score(client, headers, item, given=9, at="2026-12-03T20:00:00Z") == 200
    assert result(client, headers, item) == stands


@pytest.mark.parametrize("item", [80, 84])
def test_a_locked_mark_refuses_every_score(client: FlaskClient, item: int) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    by_hand(client, item, 6, locked=True)
    assert send_score(client, headers, item, given=9, at="2026-12-03T20:00:00Z") == 500
    assert result(client, headers, item) == 6


@pytest.mark.parametrize(("item", "row", "older"), [(80, "no row", 200), (84, None, 409)])
def test_a_null_score_erases_and_an_activitys_column_forgets_when(
    client: FlaskClient, item: int, row: Any, older: int
) -> None:
    client.put("/sandbox/clock", json={"now": 1_795_464_010})
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL, now=1_795_464_010)}"}
    assert send_score(client, headers, item, given=7, at="2026-11-23T20:00:00Z") == 200
    assert send_score(client, headers, item, given=None, at="2026-11-23T20:00:05Z") == 200
    assert result(client, headers, item) == row
    assert send_score(client, headers, item, given=1, at="2026-11-23T20:00:08Z") == older


def test_the_same_score_again_leaves_the_old_time_in_a_tools_column(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    for item, later in ((80, 409), (84, 200)):
        assert send_score(client, headers, item, given=7, at="2026-11-23T20:00:00Z") == 200
        assert send_score(client, headers, item, given=7, at="2026-11-23T21:00:00Z") == 200
        assert send_score(client, headers, item, given=8, at="2026-11-23T20:30:00Z") == later


def test_a_tool_reaches_columns_that_are_not_its_own(client: FlaskClient) -> None:
    """As loose as Moodle: a tool must know by itself what it made."""
    scope = recording("token--mini-tool-score")["request"]["form"]["scope"]
    headers = {"Authorization": f"Bearer {access_token(client, 2, scope=scope)}"}
    score = {"userId": "9", "scoreGiven": 1, "scoreMaximum": 10, "timestamp": "2026-12-01T00:00:00Z"}
    score |= {"activityProgress": "Completed", "gradingProgress": "FullyGraded"}
    path = "/mod/lti/services.php/5/lineitems/84/lineitem/scores?type_id=2"
    response = client.post(path, headers={**headers, "Content-Type": SCORE_TYPE}, data=json.dumps(score))
    assert response.status_code == 200


def test_the_role_filter_pages_what_it_leaves(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    page = client.get(f"{MEMBERS}?role=Learner&limit=13", headers=headers)
    last = client.get(f"{MEMBERS}?role=Learner&limit=13&from=13", headers=headers)
    counts = [len(json.loads(each.get_data())["members"]) for each in (page, last)]
    assert (counts, "role" in page.headers["Link"], last.headers.get("Link")) == ([13, 1], False, None)


def test_a_new_maximum_rescales_what_stands_there(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    send_score(client, headers, 84, given=8.5, at="2026-11-23T20:00:00Z")
    asked = recording("ags-lineitem--put")["request"]
    sent = {**asked["headers"], **headers}
    path = "/mod/lti/services.php/2/lineitems/84/lineitem?type_id=1"
    client.put(path, headers=sent, json=asked["json"], content_type=sent["Content-Type"])
    assert result(client, headers, 84) == 17


def test_an_id_of_a_deleted_column_is_never_given_again(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    asked = recording("ags-lineitem--create")["request"]
    sent = {**asked["headers"], **headers}
    where = {"path": "/mod/lti/services.php/2/lineitems?type_id=1", "json": asked["json"]}
    made = [client.post(**where, headers=sent, content_type=sent["Content-Type"]).status_code]
    client.delete("/mod/lti/services.php/2/lineitems/85/lineitem?type_id=1", headers=headers)
    again = client.post(**where, headers=sent, content_type=sent["Content-Type"])
    assert (made, "/lineitems/86/" in json.loads(again.get_data())["id"]) == ([201], True)


def test_what_tools_did_is_there_after_a_restart(site: dict[str, Any], tmp_path: Any) -> None:
    state = tmp_path / "lms.journal"
    text = json.dumps(site)
    client = create_app(json.loads(text), state=state, clock=lambda: NOW, keys=KEYS).test_client()
    headers = {"Authorization": f"Bearer {access_token(client, 1, scope=ALL)}"}
    send_score(client, headers, 84, given=8.5, at="2026-11-23T20:00:00Z")
    change(client, op="add_link", course=2, tool=1, name="Bài mới", grade=10)
    again = create_app(json.loads(text), state=state, clock=lambda: NOW, keys=KEYS).test_client()
    headers = {"Authorization": f"Bearer {access_token(again, 1, scope=ALL)}"}
    assert result(again, headers, 84) == 8.5
    assert again.get("/sandbox/lti").get_json() == client.get("/sandbox/lti").get_json()


def test_a_client_id_is_not_promised_again_after_a_restart(site: dict[str, Any], tmp_path: Any) -> None:
    def promised() -> str:
        app = create_app(json.loads(json.dumps(site)), state=tmp_path / "lms.journal", clock=lambda: NOW, keys=KEYS)
        client = app.test_client()
        token = client.post("/sandbox/registrations", json={}).get_json()["registration_token"]
        change(client, op="add_tool", name="Mới", clientid=checked(token)["sub"])
        return str(checked(token)["sub"])

    assert promised() != promised()


def test_calls_are_counted_by_endpoint(client: FlaskClient) -> None:
    launch(client)
    calls = client.get("/sandbox/calls").get_json()["calls"]
    assert (calls["lti:launch"], calls["lti:auth"]) == (1, 1)


def test_a_tool_made_by_hand_works_with_its_public_key(client: FlaskClient) -> None:
    pem = tool_key("own").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    change(client, op="add_tool", name="Tay", clientid="tay", publickey=pem, members=True, state="configured")
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": BEARER,
        "client_assertion": assertion("tay", now=NOW),
        "scope": ALL,
    }
    answer = json.loads(client.post("/mod/lti/token.php", data=form).get_data(as_text=True))
    assert answer["scope"].endswith("contextmembership.readonly")


def test_a_client_id_is_given_once(client: FlaskClient) -> None:
    response = client.post("/sandbox/changes", json={"op": "add_tool", "name": "x", "clientid": "H6aJwMOD0W5eail"})
    assert response.status_code == 400
