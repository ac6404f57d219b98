"""The whole way over real HTTP: register, activate, launch as somebody, read members, send a score, see it in both."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests
import responses

from sandbox.lms import running
from sandbox.lms.server import Running
from sandbox.school import generate
from tests.sandbox.lti_tool import BEARER, TOOL, assertion, form_of, key_set

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
COURSE, PUPIL, TEACHER = 2, 1030, 11


@pytest.fixture(scope="module")
def line() -> Iterator[responses.RequestsMock]:
    """The tool's key set is served at the HTTP line; the Moodle is a real one on loopback."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_passthru("http://127.0.0.1")
        mock.get(f"{TOOL}/lti/jwks", json=key_set())
        yield mock


@pytest.fixture(scope="module")
def lms(line: responses.RequestsMock) -> Iterator[Running]:
    with running(generate(1).site, seed=3) as served:
        yield served


@pytest.fixture(scope="module")
def registered(lms: Running) -> dict[str, Any]:
    """A tool that was registered as the standard says, still pending."""
    begun = requests.post(f"{lms.url}/sandbox/registrations", json={}, timeout=5).json()
    platform = requests.get(begun["openid_configuration"], timeout=5).json()
    bearer = {"Authorization": f"Bearer {begun['registration_token']}"}
    tool = requests.post(platform["registration_endpoint"], json=_request(platform), headers=bearer, timeout=5).json()
    return {"platform": platform, "tool": tool, "client": tool["client_id"]}


def _request(platform: dict[str, Any]) -> dict[str, Any]:
    return {
        "response_types": ["id_token"],
        "initiate_login_uri": f"{TOOL}/lti/login",
        "redirect_uris": [f"{TOOL}/lti/launch"],
        "client_name": "Cầu nối",
        "jwks_uri": f"{TOOL}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(platform["scopes_supported"]),
        _TOOL: {"domain": "tool.example.test", "target_link_uri": f"{TOOL}/lti/launch", "claims": ["name", "email"]},
    }


@pytest.fixture(scope="module")
def cmid(lms: Running, registered: dict[str, Any]) -> int:
    changes = [
        {"op": "set_tool", "tool": int(registered["tool"][_TOOL]["deployment_id"]), "state": "configured"},
        {"op": "add_link", "course": COURSE, "tool": 1, "name": "Sổ điểm", "grade": 10},
    ]
    made = requests.post(f"{lms.url}/sandbox/changes", json=changes, timeout=5).json()
    return int(made[1]["cmid"])


def launched(lms: Running, registered: dict[str, Any], cmid: int, *, user: int) -> dict[str, Any]:
    """The verified claims of a launch as `user`."""
    browser = requests.Session()
    browser.post(f"{lms.url}/login/index.php", data={"user": user}, timeout=5)
    _, begun = form_of(browser.get(f"{lms.url}/mod/lti/launch.php", params={"id": cmid}, timeout=5).text)
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "client_id": begun["client_id"],
        "redirect_uri": f"{TOOL}/lti/launch",
        "nonce": "n1",
        "state": "s1",
        "login_hint": begun["login_hint"],
        "lti_message_hint": begun["lti_message_hint"],
    }
    reply = browser.get(registered["platform"]["authorization_endpoint"], params=asked, timeout=5)
    action, fields = form_of(reply.text)
    assert (action, fields["state"]) == (f"{TOOL}/lti/launch", "s1")
    keys = jwt.PyJWKSet.from_dict(requests.get(registered["platform"]["jwks_uri"], timeout=5).json())
    claims: dict[str, Any] = jwt.decode(
        fields["id_token"], keys.keys[0].key, algorithms=["RS256"], audience=registered["client"]
    )
    return claims


def bearer(registered: dict[str, Any]) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": BEARER,
        "client_assertion": assertion(registered["client"]),
        "scope": " ".join(registered["platform"]["scopes_supported"]),
    }
    answer = requests.post(registered["platform"]["token_endpoint"], data=form, timeout=5).json()
    assert "access_token" in answer, answer
    token = answer["access_token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_registered_tool_waits_for_its_activation(lms: Running) -> None:
    tools = requests.get(f"{lms.url}/sandbox/lti", timeout=5).json()["tools"]
    assert all(tool["state"] in ("pending", "configured") for tool in tools)


@pytest.mark.parametrize(
    ("user", "role"),
    [(PUPIL, "membership#Learner"), (TEACHER, "membership#Instructor"), (5, "membership#Instructor")],
)
def test_a_launch_says_who_came_where(
    lms: Running, registered: dict[str, Any], cmid: int, user: int, role: str
) -> None:
    claims = launched(lms, registered, cmid, user=user)
    roles = claims["https://purl.imsglobal.org/spec/lti/claim/roles"]
    assert claims["iss"] == lms.url
    assert (claims["sub"], claims["exp"] - claims["iat"]) == (str(user), 60)
    assert [each.rpartition("/")[2] for each in roles] == [role]


def test_the_colleague_without_editing_rights_teaches_in_the_token_and_learns_in_the_list(
    lms: Running, registered: dict[str, Any], cmid: int
) -> None:
    site = requests.get(f"{lms.url}/sandbox/site", timeout=5).json()
    course = next(each for each in site["courses"] if each["id"] == COURSE)
    colleague = next(row["user"] for row in course["enrolments"] if row.get("role") == "teacher")
    claims = launched(lms, registered, cmid, user=colleague)
    assert claims["https://purl.imsglobal.org/spec/lti/claim/roles"][0].endswith("#Instructor")
    members = requests.get(claims[NRPS]["context_memberships_url"], headers=bearer(registered), timeout=5).json()
    found = next(row for row in members["members"] if row["user_id"] == str(colleague))
    assert found["roles"] == ["Learner"]


def test_a_score_by_ags_stands_in_the_web_service_and_a_teachers_hand_in_the_results(
    lms: Running, registered: dict[str, Any], cmid: int
) -> None:
    line_item = launched(lms, registered, cmid, user=PUPIL)[AGS]["lineitem"]
    score = {
        "userId": str(PUPIL),
        "scoreGiven": 85,
        "scoreMaximum": 100,
        "timestamp": "2026-10-01T08:00:00Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    headers = {**bearer(registered), "Content-Type": "application/vnd.ims.lis.v1.score+json"}
    url = line_item.replace("/lineitem?", "/lineitem/scores?")
    assert requests.post(url, data=json.dumps(score), headers=headers, timeout=5).content == b""
    row = _column(lms, cmid)
    assert (row["graderaw"], row["itemmodule"], row["gradedategraded"]) == (8.5, "lti", 1790841600)
    by_hand = {"op": "set_score", "course": COURSE, "item": row["id"], "user": PUPIL, "raw": 9.5, "overridden": True}
    requests.post(f"{lms.url}/sandbox/changes", json=by_hand, timeout=5)
    later = {**score, "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))}
    assert requests.post(url, data=json.dumps(later), headers=headers, timeout=5).status_code == 200
    row = _column(lms, cmid)
    assert (row["graderaw"], row["gradeisoverridden"]) == (9.5, True)
    results = requests.get(
        line_item.replace("/lineitem?", "/lineitem/results?"), headers=bearer(registered), timeout=5
    ).json()
    assert [each["resultScore"] for each in results] == [9.5]


def _column(lms: Running, cmid: int) -> dict[str, Any]:
    form = {
        "wstoken": lms.token,
        "wsfunction": "gradereport_user_get_grade_items",
        "moodlewsrestformat": "json",
        "courseid": COURSE,
        "userid": PUPIL,
    }
    report = requests.post(f"{lms.url}/webservice/rest/server.php", data=form, timeout=5).json()
    found: dict[str, Any] = next(row for row in report["usergrades"][0]["gradeitems"] if row.get("cmid") == cmid)
    return found
