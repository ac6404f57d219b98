"""Dynamic registration as the recorded Moodle did it, from the administrator's click to the activated tool."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.recorded_tools import KEYS, NOW, all_recordings, client_of, lti_site, recording, sign_in

REPLAYED = [name for name in all_recordings() if name.startswith("dynamic-registration--")]
_START = "https://tool.example.test/lti/register"
_ENDPOINT = "/mod/lti/openid-registration.php"
ACCEPTED = ("dynamic-registration--full", "dynamic-registration--minimal-scope-and-claims")


@pytest.fixture
def client() -> FlaskClient:
    """The recorded site before it had any tool, its administrator signed in."""
    return sign_in(client_of({**lti_site(), "tools": [], "links": []}, clock=lambda: NOW), 2)


def begin(client: FlaskClient, **chosen: Any) -> TestResponse:
    page = client.get("/mod/lti/toolconfigure.php").get_data(as_text=True)
    sesskey = re.search(r'name="sesskey" value="(\w+)"', page)
    assert sesskey is not None
    query = {"url": _START, "sesskey": sesskey.group(1), **chosen}
    return client.get("/mod/lti/startltiadvregistration.php", query_string=query)


def token_of(response: TestResponse) -> str:
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["openid_configuration"] == ["https://moodle.example.test/mod/lti/openid-configuration.php"]
    return query["registration_token"][0]


def post(client: FlaskClient, token: str | None, name: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(_ENDPOINT, json=recording(name)["request"]["json"], headers=headers)


def same(case: dict[str, Any], response: TestResponse, client_id: str = "") -> None:
    assert (response.status_code, response.headers["Content-Type"]) == (
        case["status"],
        case["headers"]["content-type"],
    )
    theirs = case["response"]
    if not isinstance(theirs, dict):
        assert response.get_data(as_text=True) == theirs
        return
    ours = response.get_json()
    assert ours == {**theirs, "client_id": client_id}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_registration_is_answered_as_recorded(client: FlaskClient, name: str) -> None:
    if name != ACCEPTED[0]:
        post(client, token_of(begin(client, type=0)), ACCEPTED[0])
    token = token_of(begin(client, type=0))
    claims = _read(token)
    began = recording(name)["initiation (browser GET to the tool, from Moodle 302)"]
    assert jwt.get_unverified_header(token) == {**began["registration_token_header"], "kid": KEYS.now.kid}
    _same_claims(claims, began["registration_token_payload"])
    same(recording(name), post(client, token, name), claims["sub"])


def _read(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


def _same_claims(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours.keys() == theirs.keys()
    assert ours["exp"] - ours["iat"] == theirs["exp"] - theirs["iat"]
    assert (ours["scope"], len(ours["sub"])) == (theirs["scope"], len(theirs["sub"]))


def test_a_missing_field_is_named(client: FlaskClient) -> None:
    name = "dynamic-registration--missing-redirect_uris"
    same(recording(name), post(client, token_of(begin(client)), name))


def test_without_a_token_nothing_is_registered(client: FlaskClient) -> None:
    same(
        recording("dynamic-registration--no-token"),
        post(client, None, "dynamic-registration--no-token"),
    )
    same(recording("dynamic-registration--get-no-token"), client.get(_ENDPOINT))


def test_a_token_that_is_not_ours_gets_a_page_for_people(client: FlaskClient) -> None:
    case = recording("dynamic-registration--bad-token")
    response = post(client, "nonsense", "dynamic-registration--bad-token")
    assert response.status_code == case["status"]
    assert {key: response.headers.get(key) for key in case["headers"]} == case["headers"]


def test_a_registration_token_works_once(client: FlaskClient) -> None:
    name = "dynamic-registration--new-registration-token-reused-after-registration"
    token = token_of(begin(client))
    assert post(client, token, name).status_code == 200
    same(recording(name), post(client, token, name))


def test_a_registration_token_lives_for_an_hour() -> None:
    clock = [float(NOW)]
    client = sign_in(client_of({**lti_site(), "tools": [], "links": []}, clock=lambda: clock[0]), 2)
    token = token_of(begin(client))
    clock[0] += 3600
    assert post(client, token, ACCEPTED[0]).status_code == 404


def _registered(client: FlaskClient) -> str:
    token = token_of(begin(client))
    assert post(client, token, ACCEPTED[0]).status_code == 200
    return str(_read(token)["sub"])


def test_an_update_reads_and_changes_the_tool_and_may_be_repeated(client: FlaskClient) -> None:
    client_id = _registered(client)
    update = token_of(begin(client, type=1))
    _same_claims(_read(update), recording("dynamic-registration--update-token")["registration_token_payload"])
    header = recording("dynamic-registration--update-token")["registration_token_header"]
    assert jwt.get_unverified_header(update) == {**header, "kid": KEYS.now.kid}
    current = client.get(_ENDPOINT, headers={"Authorization": f"Bearer {update}"})
    same(recording("dynamic-registration--update--get-current"), current, client_id)
    for name in ("dynamic-registration--update--post", "dynamic-registration--update--post-token-reused"):
        same(recording(name), post(client, update, name), client_id)


def test_a_second_registration_of_a_domain_asks_first(client: FlaskClient) -> None:
    _registered(client)
    post(client, token_of(begin(client, type=0)), ACCEPTED[1])
    case = recording("dynamic-registration--second-registration-same-domain-asks-choice")
    response = begin(client)
    inside = response.get_data(as_text=True).partition("<main")[2]
    shown = " ".join(re.sub(r"<[^>]+>", " ", f"<main{inside}").split())
    assert response.status_code == case["status"]
    assert " ".join(case["page_text"].split()) in shown


def _types(client: FlaskClient, method: str = "mod_lti_get_tool_types", **args: Any) -> Any:
    calls = [{"index": 0, "methodname": method, "args": args}]
    return client.post("/lib/ajax/service.php", json=calls).get_json()


def test_the_list_of_tools_says_pending_and_then_active(client: FlaskClient) -> None:
    ids = [_registered(client)]
    token = token_of(begin(client, type=0))
    post(client, token, ACCEPTED[1])
    ids.append(str(_read(token)["sub"]))
    before = recording("dynamic-registration--tool-types-before-activation")["response"]
    after = recording("dynamic-registration--tool-types-after-activation")["response"]
    assert _comparable(_types(client)) == _with_clients(before, ids)
    for number in (1, 2):
        _types(client, "mod_lti_update_tool_type", id=number, state=1)
    assert _comparable(_types(client)) == _with_clients(after, ids)


def _comparable(rows: Any) -> Any:
    return json.loads(re.sub(r"sesskey=\w+", "sesskey=SESSKEY", json.dumps(rows)))


def _with_clients(rows: Any, ids: list[str]) -> Any:
    rows = json.loads(json.dumps(rows))
    for row, client_id in zip(rows[0]["data"], ids, strict=True):
        row["clientid"] = client_id
    return rows


def test_only_a_site_administrator_may_register(client: FlaskClient) -> None:
    sign_in(client, 3)
    assert client.get("/mod/lti/toolconfigure.php").status_code == 404
    assert client.get(f"/mod/lti/startltiadvregistration.php?url={_START}&sesskey=x").status_code == 404
