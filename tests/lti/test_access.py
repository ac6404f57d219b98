"""Access tokens: asked for rarely, kept sealed, never given to anybody else (Security Framework 1.0 §4.1)."""

from urllib.parse import parse_qs

import jwt
import pytest
import requests
import sqlalchemy as sa

from bridge.domain.errors import Garbled, Refused, Unclear
from bridge.ports.launches import Registration, RegistrationState
from bridge.store.tables.launches import access_tokens
from tests.lti.platform import CLIENT, ISSUER, SCHOOL
from tests.lti.recorded import HERE, TOKEN, Recorded, recording

RESULTS = "https://moodle.example.test/mod/lti/services.php/2/lineitems/84/lineitem?type_id=1"


def ask(recorded: Recorded, registration: str = HERE) -> None:
    recorded.gradebooks.results(registration, RESULTS)


@pytest.fixture
def open_line(recorded: Recorded) -> Recorded:
    recorded.play("ags-results--all")
    return recorded


def test_one_token_serves_many_calls_and_processes(open_line: Recorded):
    open_line.grant()
    for _ in range(3):
        ask(open_line)  # each with adapters of its own, as in another process
    assert open_line.tokens() == 1
    assert open_line.sent().headers["Authorization"] == "Bearer ACCESS_TOKEN"


def test_the_assertion_is_what_the_framework_asks_for(open_line: Recorded):
    open_line.grant()
    ask(open_line)
    form = {name: values[0] for name, values in parse_qs(open_line.sent(0).body.decode()).items()}
    assert form["grant_type"] == recording("token--ok-all-scopes")["request"]["form"]["grant_type"]
    assert (
        form["client_assertion_type"] == recording("token--ok-all-scopes")["request"]["form"]["client_assertion_type"]
    )
    [key] = open_line.platform.tool.jwks()["keys"]  # type: ignore[misc]
    claims = jwt.decode(
        form["client_assertion"], jwt.PyJWK(key).key, algorithms=["RS256"], audience=TOKEN,
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    now = int(open_line.platform.clock().timestamp())
    assert (claims["iss"], claims["sub"], claims["iat"] <= now < claims["exp"]) == (CLIENT, CLIENT, True)


def test_a_token_is_not_used_in_its_last_minute(open_line: Recorded):
    open_line.grant()
    ask(open_line)
    open_line.platform.clock.pass_seconds(3600 - 61)
    ask(open_line)
    assert open_line.tokens() == 1
    open_line.platform.clock.pass_seconds(2)
    ask(open_line)
    assert open_line.tokens() == 2


def test_two_clients_of_one_platform_have_tokens_of_their_own(open_line: Recorded):
    other = Registration(
        "r2", SCHOOL, "Moodle thử 2", ISSUER, "client-2", f"{ISSUER}/auth", TOKEN, f"{ISSUER}/certs",
        RegistrationState.ACTIVE,
    )  # fmt: skip
    open_line.platform.store.platforms.add(other, actor="QT01", now=open_line.platform.clock())
    open_line.grant()
    open_line.grant(access_token="OF_THE_SECOND")
    ask(open_line)
    ask(open_line, "r2")
    assert open_line.sent().headers["Authorization"] == "Bearer OF_THE_SECOND"


def test_a_token_that_is_not_taken_any_more_is_asked_for_once_anew(recorded: Recorded):
    recorded.grant()
    recorded.line.get(f"{ISSUER}/mod/lti/services.php/2/lineitems/84/lineitem/results", status=401)
    recorded.play("ags-results--all")
    ask(recorded)
    assert recorded.tokens() == 2


def test_a_platform_that_takes_no_token_at_all_is_refused_after_one_more(recorded: Recorded):
    recorded.grant()
    recorded.line.get(f"{ISSUER}/mod/lti/services.php/2/lineitems/84/lineitem/results", status=401)
    with pytest.raises(Refused) as error:
        ask(recorded)
    assert (error.value.facts["theirs"], recorded.tokens()) == (401, 2)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("token--unknown-client", "TOKEN_CLIENT"), ("token--bad-signature", "TOKEN_KEY"),
        ("token--unknown-scope", "SCOPE"), ("token--expired-assertion", "TOKEN_CLOCK"),
        ("token--iat-in-future-120s", "TOKEN_CLOCK"), ("token--no-grant-type", "TOKEN"),
    ],
)  # fmt: skip
def test_a_platform_that_gives_no_token_says_why(recorded: Recorded, name, reason):
    made = recording(name)
    recorded.line.post(TOKEN, json=made["response"], status=made["status"])
    with pytest.raises(Refused) as error:
        ask(recorded)
    assert error.value.facts["reason"] == reason


def test_a_right_that_the_platform_dropped_is_named(recorded: Recorded):
    recorded.grant("token--partly-unknown-scope", scope="https://purl.imsglobal.org/spec/lti-ags/scope/score")
    with pytest.raises(Refused) as error:
        ask(recorded)
    assert (error.value.facts["reason"], error.value.facts["theirs"]) == ("SCOPE", "result.readonly")


@pytest.mark.parametrize("answer", [{}, [], {"access_token": ""}, {"access_token": 5}, {"access_token": "a\r\nb"}])
def test_an_answer_without_a_token_is_garbled(recorded: Recorded, answer):
    recorded.line.post(TOKEN, json=answer)
    with pytest.raises(Garbled):
        ask(recorded)


@pytest.mark.parametrize("seconds", [None, "3600", -5, True, 10**12])
def test_a_strange_lifetime_is_an_hour_or_a_day_at_most(open_line: Recorded, seconds):
    open_line.grant(expires_in=seconds)
    ask(open_line)
    open_line.platform.clock.pass_seconds(24 * 3600)
    ask(open_line)
    assert open_line.tokens() == 2


def test_a_lost_answer_to_the_asking_is_unclear_and_nothing_is_kept(recorded: Recorded):
    recorded.line.post(TOKEN, body=requests.ReadTimeout())
    with pytest.raises(Unclear):
        ask(recorded)
    with recorded.platform.store.database.read() as connection:
        assert connection.execute(sa.select(access_tokens)).all() == []


def test_no_token_lies_open_in_the_database(open_line: Recorded):
    open_line.grant()
    ask(open_line)
    with open_line.platform.store.database.read() as connection:
        [row] = connection.execute(sa.select(access_tokens)).all()
    assert b"ACCESS_TOKEN" not in row.sealed


@pytest.mark.parametrize("url", [
    "https://evil.example.test/lineitem", "http://moodle.example.test/lineitem", "https://moodle.example.test:8443/x",
    "https://moodle.example.test@evil.example.test/x", "", "http://[x", "https://moodle.example.test:x/",
])  # fmt: skip
def test_a_token_goes_to_its_own_platform_only(recorded: Recorded, url):
    recorded.grant()
    with pytest.raises(Refused) as error:
        recorded.gradebooks.results(HERE, url)
    assert error.value.facts["reason"] in ("OTHER_HOST", "ADDRESS")
    assert len(recorded.line.calls) == 0
