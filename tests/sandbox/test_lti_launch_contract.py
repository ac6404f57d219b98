"""Launches as the recorded Moodle did them: login initiation, auth.php with its errors, every claim of the id_token."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.lti_tool import form_of
from tests.sandbox.recorded_tools import KEYS, all_recordings, client_of, lti_site, path_of, recording, sign_in

REPLAYED = [
    name
    for name in all_recordings()
    if name.startswith(("auth--", "launch--", "oidc-login")) or name == "deep-linking--request"
]
LAUNCHES = [name for name in REPLAYED if name.startswith("launch--") or name == "deep-linking--request"]
_SPECIAL = ("auth--launch-not-logged-in", "auth--view-page-iframe", "auth--not-logged-in-cookie-lost")
AUTH = [name for name in REPLAYED if name.startswith("auth--") and name not in _SPECIAL]

OTHER_VALUES = {
    "deep-linking--request": {"custom.person_name_middle": "the teacher had a middle name for a while"},
}
"""Values that came from data which the rest of the recordings does not show."""

_SCRAMBLED = ("lis_result_sourcedid", "result_sourcedid")


@pytest.fixture(scope="module")
def site() -> dict[str, Any]:
    return lti_site()


def _same_headers(case: dict[str, Any], response: TestResponse) -> None:
    theirs = {key: value for key, value in case["headers"].items() if key not in ("set-cookie", "location")}
    assert {key: response.headers.get(key) for key in theirs} == theirs


def _started(client: FlaskClient, url: str) -> tuple[TestResponse, str, dict[str, str]]:
    sesskey = "SESSKEY"
    if "sesskey=" in url:
        sesskey = _sesskey(client)
    response = client.get(path_of(url).replace("SESSKEY", sesskey))
    return (response, *form_of(response.get_data(as_text=True)))


def _sesskey(client: FlaskClient) -> str:
    page = client.get("/course/modedit.php?add=lti&course=2&typeid=1").get_data(as_text=True)
    found = re.search(r'name="sesskey" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def _no_number(hint: str) -> str:
    """The number at the end of a launch id is drawn anew each time."""
    return re.sub(r'\d{6,}"', 'N"', hint)


@pytest.mark.parametrize("name", LAUNCHES)
def test_a_launch_is_the_recorded_one(name: str, site: dict[str, Any]) -> None:
    start, _, auth, *_ = recording(name)["steps"]
    client = sign_in(client_of(site, clock=lambda: _moment(auth)), int(start["form"]["fields"]["login_hint"]))
    response, action, fields = _started(client, start["request"]["url"])
    theirs = start["form"]["fields"]
    assert (response.status_code, action) == (start["status"], start["form"]["action"])
    _same_headers(start, response)
    assert _hintless(fields) == _hintless(theirs)
    assert _no_number(fields["lti_message_hint"]) == _no_number(theirs["lti_message_hint"])
    asked = {**auth["request"]["query"], "lti_message_hint": fields["lti_message_hint"]}
    _same_answer(name, auth, client.get("/mod/lti/auth.php", query_string=asked))


def _moment(auth: dict[str, Any]) -> int:
    return int(auth.get("id_token_payload", {}).get("iat", 1_795_460_600))


def _hintless(fields: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key != "lti_message_hint"}


def _same_answer(name: str, auth: dict[str, Any], response: TestResponse) -> None:
    assert response.status_code == auth["status"]
    _same_headers(auth, response)
    text = response.get_data(as_text=True)
    if "auth_response_form" not in auth:
        assert ("Invalid request" if "error page" in auth["body"] else "<title>TOAN-10A1-HK1-2324 | THPT") in text
        return
    action, fields = form_of(text)
    theirs = auth["auth_response_form"]
    assert (action, fields | {"id_token": "JWT"}) == (theirs["action"], theirs["fields"])
    header, claims = jwt.get_unverified_header(fields["id_token"]), _verified(fields["id_token"])
    assert header == {**auth["id_token_header"], "kid": KEYS.now.kid}
    assert _comparable(name, claims) == _comparable(name, auth["id_token_payload"])


def _verified(token: str) -> dict[str, Any]:
    unjudged = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    read: dict[str, Any] = jwt.decode(token, KEYS.now.private.public_key(), algorithms=["RS256"], options=unjudged)
    return read


def _comparable(name: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Without what is drawn by lot: session keys, hashes, the number of a launch; roles and scopes in any order."""
    text = re.sub(r"sesskey=\w+", "sesskey=SESSKEY", json.dumps(claims, ensure_ascii=False))
    read: dict[str, Any] = json.loads(text)
    short = {key.rpartition("/")[2]: value for key, value in read.items()}
    assert len(short) == len(read)
    assert re.fullmatch(r"[0-9a-f]{32}", short["tool_platform"].pop("guid"))
    for part in short.values():
        for key in _SCRAMBLED:
            if isinstance(part, dict) and isinstance(part.get(key), str):
                part[key] = _unscrambled(part[key])
    for path in OTHER_VALUES.get(name, {}):
        claim, _, key = path.partition(".")
        short[claim][key] = "…"
    return short


def _unscrambled(sourcedid: str) -> Any:
    read = json.loads(sourcedid)
    read["hash"], read["data"]["launchid"] = "HASH", type(read["data"]["launchid"]).__name__
    return read


@pytest.mark.parametrize("name", AUTH)
def test_auth_answers_as_recorded(name: str, site: dict[str, Any]) -> None:
    case = recording(name)
    client = sign_in(client_of(site), 9)
    _, _, fields = _started(client, "/mod/lti/launch.php?id=24")
    asked = dict(case["request"]["params"])
    if "lti_message_hint" in asked:
        asked["lti_message_hint"] = fields["lti_message_hint"]
    if name == "auth--hint-of-other-user-session":
        sign_in(client, 10)
    if name == "auth--replay-of-same-hint":
        client.get("/mod/lti/auth.php", query_string=asked)
    send = client.get if case["request"]["method"] == "GET" else client.post
    where = {"query_string": asked} if case["request"]["method"] == "GET" else {"data": asked}
    response = send("/mod/lti/auth.php", **where)
    assert response.status_code == case["status"]
    _same_headers(case, response)
    _same_form_or_page(case, response.get_data(as_text=True))


def _same_form_or_page(case: dict[str, Any], text: str) -> None:
    if "auth_response_form" not in case:
        assert case["page_text"] in _visible(text)
        return
    action, fields = form_of(text)
    if "id_token" in fields:
        fields["id_token"] = "JWT"
    assert {"action": action, "fields": fields} == case["auth_response_form"]


def _visible(page: str) -> str:
    inside = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def test_a_visitor_gets_a_session_and_login_hint_0(site: dict[str, Any]) -> None:
    """The recorded site was on plain http behind the name of the recordings."""
    case = recording("auth--launch-not-logged-in")
    plain = {**site, "settings": {**site["settings"], "url": "http://moodle.example.test"}}
    response = client_of(plain).get("/mod/lti/launch.php?id=24")
    assert _cookie(response) == _cookie_parts(case["headers"]["set-cookie"])
    _same_headers(case, response)
    assert form_of(response.get_data(as_text=True))[1]["login_hint"] == "0"


def test_over_https_the_cookie_may_travel_with_other_sites(site: dict[str, Any]) -> None:
    response = client_of(site).get("/mod/lti/launch.php?id=24")
    assert _cookie(response) == {"moodlesession=cookie", "path=/", "httponly", "secure", "samesite=none"}


def _cookie(response: TestResponse) -> set[str]:
    return _cookie_parts(re.sub(r"=\w+;", "=COOKIE;", response.headers["Set-Cookie"], count=1))


def _cookie_parts(text: str) -> set[str]:
    return set(text.lower().split("; "))


def test_a_lost_cookie_gets_a_page_that_posts_again(site: dict[str, Any]) -> None:
    case = recording("auth--not-logged-in-cookie-lost")
    client = client_of(site)
    response = client.get("/mod/lti/auth.php", query_string=case["request"]["params"])
    assert response.status_code == 200
    _same_headers(case, response)
    assert "Set-Cookie" not in response.headers
    action, fields = form_of(response.get_data(as_text=True))
    theirs = case["other_form"]
    assert fields == theirs["fields"]
    assert _parts(action) == _parts(theirs["action"])


def _parts(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", dict(parse_qsl(parts.query))


def test_whoever_posts_again_and_has_no_session_gets_the_error_page(site: dict[str, Any]) -> None:
    asked = recording("auth--not-logged-in-cookie-lost")["request"]["params"]
    response = client_of(site).post("/mod/lti/auth.php", query_string=asked, data={"repost": "true"})
    assert (response.status_code, "Invalid request" in response.get_data(as_text=True)) == (404, True)


def test_the_frame_is_the_recorded_one(site: dict[str, Any]) -> None:
    case = recording("auth--view-page-iframe")
    response = sign_in(client_of(site), 9).get("/mod/lti/view.php?id=25")
    tag = re.search(r"<iframe([^>]*)>", response.get_data(as_text=True))
    assert tag is not None
    attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag.group(1)))
    ours = {key: attributes[key].replace("&amp;", "&") for key in case["iframe"]}
    assert ours == case["iframe"]
    _same_headers(case, response)


def test_the_login_initiation_has_the_fields_that_the_tool_received(site: dict[str, Any]) -> None:
    case = recording("oidc-login-initiation--as-received-by-tool")
    client = sign_in(client_of(site), 3)
    _, _, fields = _started(client, "/mod/lti/contentitem.php?id=1&course=2&title=&text=&sesskey=SESSKEY")
    assert _hintless(fields) == _hintless(case["form"])
    assert _no_number(fields["lti_message_hint"]) == _no_number(case["form"]["lti_message_hint"])
