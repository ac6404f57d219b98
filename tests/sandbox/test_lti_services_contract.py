"""Token endpoint, NRPS, AGS and tool settings as the recorded Moodle answered: status, reason, headers, body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sandbox.lti_tool import BEARER, assertion, serve_keys
from tests.sandbox.recorded_tools import (
    CLIENTS,
    NOW,
    access_token,
    all_recordings,
    client_of,
    lti_site,
    path_of,
    recording,
)

TOKENS = [name for name in all_recordings() if name.startswith("token--")]
SERVICES = [name for name in all_recordings() if name.startswith(("nrps--", "ags-", "toolsettings--"))]
REPLAYED = [*TOKENS, *SERVICES, "platform-jwks", "openid-configuration", "tool-jwks--requests-from-moodle"]

_ALL = recording("token--ok-all-scopes")["request"]["form"]["scope"]
_SETTINGS = "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting"
_ONE = recording("token--ok-one-scope")["request"]["form"]["scope"]
_SCORE_84 = {"op": "ags_score", "course": 2, "item": 84}

COLUMNS = {
    "ags-lineitem--create": 83,
    "ags-lineitem--create-same-again": 84,
    "ags-lineitem--create-bound-to-link": 85,
    "ags-lineitem--create-zero-max": 86,
    "ags-lineitem--create-content-type-charset": 87,
    "ags-lineitems--list": 83,
    "ags-lineitems--list-without-type_id": 83,
    "ags-lineitems--list-resource_id": 83,
    "ags-lineitems--list-resource_link_id": 83,
    "ags-lineitems--list-tag": 83,
    "ags-lineitems--list-limit-1": 83,
    "ags-lineitems--list-limit-1-from-1": 83,
}
"""The newest column when the call was recorded; 88 where it makes no difference."""

GONE = {
    "ags-lineitems--list-after": (81, 85),
    "ags-lineitem--get-after-delete-link": (81,),
    "ags-lineitem--delete-again": (85,),
}

BEFORE: dict[str, list[dict[str, Any]]] = {
    "ags-score--same-timestamp-again": [{**_SCORE_84, "user": 9, "raw": 8.5, "at": 1795460689}],
    "ags-score--older-timestamp": [{**_SCORE_84, "user": 9, "raw": 8.5, "at": 1795460689}],
    "ags-score--after-future-now": [{**_SCORE_84, "user": 9, "raw": 7.5, "at": 1795547089}],
    "ags-score--after-gradebook-override": [
        {"op": "set_score", "course": 2, "item": 84, "user": 9, "raw": 6, "overridden": True}
    ],
    "ags-score--locked-grade": [{"op": "set_score", "course": 2, "item": 84, "user": 10, "raw": 6}],
    "ags-score--link-item-after-gradebook-override": [
        {"op": "set_score", "course": 2, "item": 80, "user": 9, "raw": 6, "overridden": True}
    ],
    "ags-score--link-item-locked-grade": [
        {"op": "set_score", "course": 2, "item": 80, "user": 10, "raw": 6, "locked": True, "at": 1795460000}
    ],
    "ags-results--user": [{**_SCORE_84, "user": 9, "raw": None, "at": 1795460689}],
    "ags-results--link-lineitem": [
        {**_SCORE_84, "item": 81, "user": 9, "raw": 8.5, "at": 1795460689, "feedback": "Tốt"}
    ],
}
"""What had been done on the real site before the call.

`ags-score--locked-grade` is named for a lock that did not take: Moodle does not lock in a column whose totals wait for
recalculation. Tried anew with a lock that took, a 4.5.6 refused with 500 in either kind of column.
"""

TOOL_2 = ("ags-lineitem--create-token-without-scope",)
WRONG_TOKEN = ("ags-score--bad-token", "nrps--bad-token")
OTHER_TOKEN = ("ags-score--token-other-tool", "nrps--wrong-tool-binding")
WITHOUT_SCOPE = ("nrps--token-without-scope",)
ELIDED = {"ags-score--unknown-user-9kB-comment": "the recording leaves out most of a comment of 9 kB"}
UNORDERED = {"ags-results--all": "the order of the rows is the database's"}
EXACT = [name for name in SERVICES if name not in UNORDERED]


@pytest.fixture(autouse=True)
def line() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        serve_keys(mock)
        yield mock


def _site(name: str) -> dict[str, Any]:
    return lti_site(columns=COLUMNS.get(name, 88), deleted=GONE.get(name, ()))


def _client(name: str) -> FlaskClient:
    client = client_of(_site(name))
    for change in [*BEFORE.get(name, []), *_enrolled(name)]:
        assert client.post("/sandbox/changes", json=change).status_code == 200
    return client


def _enrolled(name: str) -> list[dict[str, Any]]:
    """Course 4 was never read by web service: who is in it is known from this recording alone."""
    if name != "nrps--other-course-without-tool":
        return []
    pupils = [row["user_id"] for row in recording(name)["response"]["members"] if row["roles"] == ["Learner"]]
    return [{"op": "set_enrolment", "course": 4, "user": int(user), "status": "active"} for user in pupils]


def _token(client: FlaskClient, name: str) -> str:
    if name in WRONG_TOKEN:
        return "nobody-gave-this"
    if name.startswith("toolsettings"):
        return access_token(client, 1, scope=_SETTINGS)
    if name in TOOL_2:
        return access_token(client, 2, scope=_ONE)
    if name in OTHER_TOKEN and name.startswith("ags"):
        return access_token(client, 2, scope=_ONE)
    return access_token(client, 1, scope=_ONE if name in WITHOUT_SCOPE else _ALL)


def _send(client: FlaskClient, name: str, asked: dict[str, Any]) -> TestResponse:
    """A missing Content-Type really leaves without one; `*/*` is what the recording client sent by default."""
    headers = {key: value for key, value in asked["headers"].items() if key != "Authorization"}
    if "no-token" not in name:
        headers["Authorization"] = f"Bearer {_token(client, name)}"
    if not asked["url"].endswith("memberships") or asked["method"] != "GET" or "Accept" in headers:
        headers.setdefault("Accept", "*/*")
    return client.open(path_of(asked["url"]), method=asked["method"], headers=headers, data=_body(name, asked))


def _body(name: str, asked: dict[str, Any]) -> bytes | None:
    if name in ELIDED:
        return asked["body_utf8"].replace("…", "x" * 8000 + '"}').encode()
    if "body_utf8" in asked or "body" in asked:
        return str(asked.get("body_utf8", asked.get("body"))).encode()
    return json.dumps(asked["json"]).encode() if asked.get("json") else None


@pytest.mark.parametrize("name", EXACT)
def test_the_answer_of_a_service_is_the_recorded_one(name: str) -> None:
    case = recording(name)
    response = _send(_client(name), name, case["request"])
    text = response.get_data(as_text=True)
    assert response.status_code == case["status"]
    assert _content_type(response) == case["headers"]["content-type"]
    assert _link(response.headers.get("Link")) == _link(case["headers"].get("link"))
    _same_reason(name, case, response)
    _same_body(case["response"], text)


def _content_type(response: TestResponse) -> str | None:
    return response.headers.get("Content-Type")


def _link(text: str | None) -> str | None:
    """The recording lost the unprintable bytes of the quotation marks."""
    return None if text is None else re.sub(r"[\x80-\x9f]", "", text)


def _same_reason(name: str, case: dict[str, Any], response: TestResponse) -> None:
    if "reason" not in case:
        return
    ours, theirs = response.status.partition(" ")[2], case["reason"]
    if name in ELIDED:
        head = theirs[:200]
        assert ours.startswith(head)
    elif response.status_code == 204:
        assert theirs == "OK"
    else:
        assert _link(ours) == _link(theirs)


def _same_body(theirs: Any, text: str) -> None:
    if isinstance(theirs, str) and theirs.startswith("[HTML page"):
        said = re.search(r"title '([^']+)'; text: (.*?) More information", theirs)
        assert said is not None
        assert f"<title>{said.group(1)}</title>" in text
        assert said.group(2) in text
    elif isinstance(theirs, str) and theirs.startswith("[HTML]"):
        assert "502 Bad Gateway" in text
    elif theirs in ("", "[]"):
        assert text == theirs
    else:
        assert _comparable(json.loads(text)) == _comparable(theirs)


def _comparable(value: Any) -> Any:
    """Hashes and the number of a launch are drawn anew each time."""
    text = json.dumps(value, ensure_ascii=False)
    text = re.sub(r'launchid\\":\d+', r'launchid\\":0', text)
    return json.loads(re.sub(r'hash\\":\\"\w+', r'hash\\":\\"HASH', text))


def test_the_scores_of_a_session_give_the_recorded_results() -> None:
    """All scores for one column that were taken, in the order of their timestamps, and what stood there then."""
    cases = [recording(name) for name in SERVICES if name.startswith("ags-score--")]
    taken = [case["request"] for case in cases if case["status"] == 200 and "/84/" in case["request"]["url"]]
    posted = [row for row in taken if "json" in row and row["json"]["timestamp"] < "2026-12"]
    client = client_of(lti_site(columns=88))
    for asked in sorted(posted, key=lambda row: str(row["json"]["timestamp"])):
        assert _send(client, "ags-score", asked).get_data() == b"", asked
    case = recording("ags-results--all")
    results = json.loads(_send(client, "ags-results--all", case["request"]).get_data(as_text=True))
    assert _by_user(results) == _by_user(case["response"])


def _by_user(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["userId"]: row for row in rows}


ASSERTIONS: dict[str, dict[str, Any]] = {
    "token--bad-signature": {"key": "stolen"},
    "token--expired-assertion": {"iat": NOW - 600, "exp": NOW - 300},
    "token--iat-in-future-120s": {"iat": 1_795_460_704},
    "token--no-aud": {"aud": None},
    "token--wrong-aud": {"aud": "https://khac.example.test"},
    "token--aud-is-issuer": {"aud": "https://moodle.example.test"},
    "token--unknown-client": {"sub": "khongco", "iss": "khongco"},
}


@pytest.mark.parametrize("name", TOKENS)
def test_the_token_endpoint_answers_as_recorded(name: str) -> None:
    case = recording(name)
    signed = assertion(CLIENTS[2 if "mini-tool" in name else 1], now=NOW, **ASSERTIONS.get(name, {}))
    form = {**case["request"]["form"], "client_assertion": signed}
    response = client_of(lti_site()).post("/mod/lti/token.php", data=form)
    answer = json.loads(response.get_data(as_text=True))
    if "access_token" in answer:
        answer["access_token"] = "ACCESS_TOKEN"
    assert answer == case["response"]
    assert (response.status_code, _content_type(response)) == (case["status"], case["headers"]["content-type"])


def test_an_assertion_works_twice() -> None:
    client = client_of(lti_site())
    form = {**recording("token--same-assertion-twice-a")["request"]["form"]}
    form |= {"client_assertion": assertion(CLIENTS[1], now=NOW), "client_assertion_type": BEARER}
    assert [client.post("/mod/lti/token.php", data=form).status_code for _ in range(2)] == [200, 200]


def test_the_key_set_and_the_configuration_are_the_recorded_ones() -> None:
    client = client_of(lti_site())
    keys, theirs = client.get("/mod/lti/certs.php"), recording("platform-jwks")
    ours = keys.get_json()["keys"][0]
    assert {**ours, "kid": "…", "n": "…"} == {**theirs["response"]["keys"][0], "kid": "…", "n": "…"}
    assert re.fullmatch(r"[0-9a-f]{20}", ours["kid"])
    configuration, case = client.get("/mod/lti/openid-configuration.php"), recording("openid-configuration")
    assert configuration.get_json() == case["response"]
    for response, said in ((keys, theirs), (configuration, case)):
        assert _content_type(response) == said["headers"]["content-type"]


def test_the_tools_key_set_is_fetched_as_recorded(line: responses.RequestsMock) -> None:
    case = recording("tool-jwks--requests-from-moodle")
    access_token(client_of(lti_site()), 1, scope=_ALL)
    sent = line.calls[0].request.headers
    assert (sent["User-Agent"], sent["Accept"]) == (case["sample_headers"]["User-Agent"], "*/*")
