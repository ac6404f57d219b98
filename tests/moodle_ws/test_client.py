"""The door: what leaves, what is tried again, and what each error shape of a real Moodle becomes."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import requests
import responses

from bridge.domain.errors import ConfigProblem, Garbled, Refused, Unreachable
from bridge.moodle_ws import Client, Limits, wire
from bridge.moodle_ws.forms import MOST_PAIRS, form_pairs
from bridge.moodle_ws.replies import Reason, Why
from tests.moodle_ws.recorded import ENDPOINT, SITE, TOKEN, answer, body_of, client, recording, serve

ANYTHING = wire.SITE_INFO
INFO = "core_webservice_get_site_info"


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def ask(**limits: object) -> wire.SiteInfo:
    return client(**limits).ask(INFO, ANYTHING)


@pytest.mark.parametrize("url", ["http://moodle.example.test", "http://192.168.1.10/moodle"])
def test_a_token_never_travels_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        Client(url, TOKEN)
    assert "in the clear" in str(caught.value)


REFUSED = [
    ("ERR--invalid-token", Reason.TOKEN, "invalidtoken"),
    ("ERR--no-token", Reason.TOKEN, "invalidtoken"),
    ("ERR--empty-token", Reason.TOKEN, "invalidtoken"),
    ("ERR--token-in-authorization-header", Reason.TOKEN, "invalidtoken"),
    ("ERR--debug-on-expired", Reason.TOKEN, "invalidtoken"),
    ("ERR--expired-token", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--function-not-in-service", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--debug-on-function-not-in-service", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--debug-on-not-in-service", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--service-disabled", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--ip-restricted", Reason.NOT_IN_SERVICE, "accessexception"),
    ("ERR--suspended-user", Reason.ACCOUNT, "wsaccessusersuspended"),
    ("ERR--missing-capability", Reason.NO_ACCESS, "errorcoursecontextnotvalid"),
    ("ERR--weak-empty", Reason.NO_ACCESS, "errorcoursecontextnotvalid"),
    ("ERR--missing-capability-not-enrolled", Reason.NO_ACCESS, "requireloginerror"),
    ("ERR--debug-on-weak", Reason.NO_ACCESS, "requireloginerror"),
    ("gradereport_user_get_grade_items--as-student-all-users", Reason.NO_RIGHT, "nopermissions"),
    ("gradereport_user_get_grade_items--as-student-other-user", Reason.NO_RIGHT, "nopermissiontoviewgrades"),
    ("gradereport_user_get_grade_items--as-teacher-of-other-course", Reason.NO_ACCESS, "requireloginerror"),
    ("gradereport_user_get_grade_items--missing-course", Reason.NOT_FOUND, "invalidrecord"),
    ("gradereport_user_get_grade_items--user-missing", Reason.NOT_FOUND, "invaliduser"),
    ("core_group_get_group_members--missing", Reason.NOT_FOUND, "invalidrecord"),
    ("ERR--unknown-function", Reason.NOT_FOUND, "invalidrecord"),
    ("ERR--negative-id", Reason.NOT_FOUND, "invalidrecord"),
    ("ERR--missing-param", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--debug-on-missing-param", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--extra-param", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--wrong-type", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--scalar-for-array", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--no-function", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--empty-array", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--json-body-params-ignored", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--max_input_vars-6000-values-then-field", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--debug-on-uppercase", Reason.BAD_PARAMETER, "invalidparameter"),
    ("ERR--debug-on-dml-too-long", Reason.OTHER, "dmlwriteexception"),
    ("ERR--rest-protocol-disabled", Reason.SERVICE_OFF, "403"),
    ("ERR--webservices-disabled", Reason.SERVICE_OFF, "403"),
    ("ERR--get-url-too-long-414", Reason.HTTP, "414"),
]


def give(http: responses.RequestsMock, name: str) -> None:
    """The recorded answer, whatever was asked."""
    recorded = recording(name)
    headers = {key: value for key, value in recorded["headers"].items() if key == "retry-after"}
    http.post(
        ENDPOINT,
        body=body_of(name),
        status=recorded["status"],
        headers=headers,
        content_type=recorded["headers"]["content-type"],
    )


@pytest.mark.parametrize(("name", "reason", "theirs"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_no_is_refused_with_a_reason_of_ours(
    http: responses.RequestsMock, name: str, reason: Reason, theirs: str
) -> None:
    give(http, name)
    with pytest.raises(Refused) as caught:
        ask()
    assert caught.value.facts == {"remote": "lms", "operation": INFO, "reason": reason, "theirs": theirs}
    assert len(http.calls) == 1


def test_a_cache_that_gives_no_lock_is_a_matter_of_waiting(http: responses.RequestsMock) -> None:
    http.post(ENDPOINT, json=answer("ERR--cache-lock", folder="live"))
    with pytest.raises(Unreachable) as caught:
        ask()
    assert caught.value.facts["reason"] == "CACHE"


def test_an_error_without_a_code_is_refused_by_its_class(http: responses.RequestsMock) -> None:
    http.post(ENDPOINT, json={"exception": "TypeError", "message": "Exception - array_flip(): secret"})
    with pytest.raises(Refused) as caught:
        ask()
    assert (caught.value.facts["reason"], caught.value.facts["theirs"]) == (Reason.OTHER, "TypeError")


GARBLED = [
    ("ERR--bad-format", Why.XML),
    ("core_webservice_get_site_info--xml-format", Why.XML),
    ("core_grades_update_grades--course-mismatch", Why.TEXT),
    ("ERR--debug-on-course-mismatch", Why.TEXT),
    ("ERR--weak-other-user", Why.SHAPE),
    ("ERR--debug-on-ok", Why.SHAPE),
    ("ERR--max_input_vars-6000-values", Why.SHAPE),
]


@pytest.mark.parametrize(("name", "why"), GARBLED, ids=[row[0] for row in GARBLED])
def test_what_is_no_answer_is_garbled_and_says_how(http: responses.RequestsMock, name: str, why: Why) -> None:
    give(http, name)
    with pytest.raises(Garbled) as caught:
        ask()
    assert caught.value.facts["why"] is why


HTML = b"<!DOCTYPE html>\n<html><body>Fatal error</body></html>"
BODIES = [
    (b"", Why.EMPTY),
    (HTML, Why.HTML),
    (b"<br />\n<b>Warning</b>: x in y on line 1<br />\n" + body_of("core_webservice_get_site_info--ok"), Why.HTML),
    (b"Notice: x\n" + body_of("core_webservice_get_site_info--ok"), Why.TEXT),
    (body_of("core_webservice_get_site_info--ok")[:9000], Why.CUT_OFF),
    (body_of("core_webservice_get_site_info--ok") + b"0", Why.CUT_OFF),
    (b'{"userid": 71, "release": "\xff", "version": "", "functions": []}', Why.CUT_OFF),  # not UTF-8
    (b'{"other": ' + b"[" * 100_000, Why.CUT_OFF),  # nested beyond all measure
    (b"null", Why.SHAPE),
    (b"[]", Why.SHAPE),
]


@pytest.mark.parametrize(("body", "why"), BODIES)
def test_a_broken_body_with_status_200_is_garbled(http: responses.RequestsMock, body: bytes, why: Why) -> None:
    http.post(ENDPOINT, body=body)
    with pytest.raises(Garbled) as caught:
        ask()
    assert caught.value.facts["why"] is why


@pytest.mark.parametrize("name", ["ERR--maintenance-admin-setting", "ERR--maintenance-admin-setting-course"])
def test_maintenance_by_setting_is_unreachable(http: responses.RequestsMock, name: str) -> None:
    give(http, name)
    with pytest.raises(Unreachable) as caught:
        ask()
    assert caught.value.facts["reason"] == "MAINTENANCE"


def test_maintenance_by_command_line_is_not_waited_for(http: responses.RequestsMock) -> None:
    give(http, "ERR--maintenance-cli")
    with pytest.raises(Unreachable) as caught:
        ask()
    assert (caught.value.facts["reason"], caught.value.facts["after"], len(http.calls)) == ("MAINTENANCE", 300, 1)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_overload_is_tried_again_with_longer_pauses(http: responses.RequestsMock, status: int) -> None:
    for _ in range(3):
        http.post(ENDPOINT, body=HTML, status=status)
    pauses: list[float] = []
    door = Client(SITE, TOKEN, limits=Limits(attempts=3, pause=2), sleep=pauses.append)
    with pytest.raises(Unreachable):
        door.ask(INFO, ANYTHING)
    assert (len(http.calls), pauses) == (3, [2, 4])


NETWORK = [
    requests.ConnectionError("refused"),
    requests.ConnectTimeout(),
    requests.ReadTimeout(),
    requests.exceptions.ChunkedEncodingError("cut"),
]


@pytest.mark.parametrize("error", NETWORK, ids=lambda error: type(error).__name__)
def test_a_bad_line_is_tried_again_and_forgotten_when_it_works(http: responses.RequestsMock, error: Exception) -> None:
    http.post(ENDPOINT, body=error)
    give(http, "core_webservice_get_site_info--min-service")
    assert ask().release == "4.5.6 (Build: 20250811)"
    assert len(http.calls) == 2


@pytest.mark.parametrize("error", NETWORK, ids=lambda error: type(error).__name__)
def test_a_line_that_stays_bad_is_unreachable(http: responses.RequestsMock, error: Exception) -> None:
    for _ in range(3):
        http.post(ENDPOINT, body=error)
    with pytest.raises(Unreachable) as caught:
        ask()
    assert caught.value.__cause__ is not None


def test_a_wrong_certificate_is_refused_at_once(http: responses.RequestsMock) -> None:
    http.post(ENDPOINT, body=requests.exceptions.SSLError("self-signed"))
    with pytest.raises(Refused) as caught:
        ask()
    assert caught.value.facts["reason"] is Reason.CERTIFICATE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(http: responses.RequestsMock, status: int) -> None:
    http.post(
        ENDPOINT, status=status, headers={"Location": "https://elsewhere.example.test/webservice/rest/server.php"}
    )
    with pytest.raises(Refused) as caught:
        ask()
    assert caught.value.facts["reason"] is Reason.MOVED
    assert len(http.calls) == 1


def test_an_answer_has_a_largest_size(http: responses.RequestsMock) -> None:
    give(http, "core_webservice_get_site_info--ok")
    with pytest.raises(Garbled) as caught:
        ask(largest=30_000)
    assert caught.value.facts["why"] is Why.TOO_LARGE


def test_the_request_is_a_post_with_the_token_in_the_body_and_scalars_first(http: responses.RequestsMock) -> None:
    serve(http, "core_group_get_group_members--ok")
    client().ask("core_group_get_group_members", wire.MEMBERS, groupids=[2, 3])
    request = http.calls[0].request
    assert request.url == ENDPOINT
    assert TOKEN not in str(request.headers)
    assert parse_qsl(request.body) == [
        ("wstoken", "TOKEN"),
        ("wsfunction", "core_group_get_group_members"),
        ("moodlewsrestformat", "json"),
        ("groupids[0]", "2"),
        ("groupids[1]", "3"),
    ]
    assert request.req_kwargs["timeout"] == (Limits().connect, Limits().read)


def test_the_token_alone_says_who_we_are(
    http: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login x password y", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    http.post(ENDPOINT, body=body_of("core_webservice_get_site_info--ok"), headers={"Set-Cookie": "MoodleSession=x"})
    door = client()
    for _ in range(2):
        door.ask(INFO, ANYTHING)
    assert not [call for call in http.calls if {"Cookie", "Authorization"} & call.request.headers.keys()]


def test_a_proxy_and_authorities_of_the_environment_are_used(
    http: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.test:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/school.pem")
    http.post(ENDPOINT, body=body_of("core_webservice_get_site_info--ok"))
    ask()
    sent = http.calls[0].request.req_kwargs
    assert (sent["proxies"]["https"], sent["verify"]) == ("http://proxy.example.test:3128", "/etc/school.pem")


def test_nested_parameters_are_flattened_after_the_scalars() -> None:
    params = {"options": [{"name": "a", "value": 1}], "courseid": 2, "onlyactive": True}
    assert form_pairs(params) == [
        ("courseid", "2"),
        ("onlyactive", "1"),
        ("options[0][name]", "a"),
        ("options[0][value]", "1"),
    ]


def test_more_pairs_than_php_takes_are_never_sent() -> None:
    with pytest.raises(ValueError, match="split"):
        form_pairs({"ids": list(range(MOST_PAIRS + 1))})


def test_a_warning_beside_an_answer_refuses_it(http: responses.RequestsMock) -> None:
    warning = {"item": "user", "itemid": 9, "warningcode": "nopermission", "message": "no"}
    http.post(ENDPOINT, json={"users": [], "warnings": [warning]})
    with pytest.raises(Refused) as caught:
        client().ask("core_grades_get_gradable_users", wire.GRADABLE, courseid=2)
    assert (caught.value.facts["reason"], caught.value.facts["theirs"]) == (Reason.WARNING, "nopermission")


def test_no_name_and_no_token_stands_in_an_error(http: responses.RequestsMock) -> None:
    users = json.loads(body_of("core_grades_get_gradable_users--ok"))
    users["users"][3]["id"] = "Nguyễn Văn An"
    http.post(ENDPOINT, json=users)
    with pytest.raises(Garbled) as caught:
        client().ask("core_grades_get_gradable_users", wire.GRADABLE, courseid=2)
    said = f"{caught.value} {caught.value!r} {caught.value.__cause__}"
    assert "Nguy" not in said
    assert TOKEN not in said
    assert caught.value.facts["where"] == "users[3].id"


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("ftp://moodle.example.test", TOKEN),
        ("moodle.example.test", TOKEN),
        ("https://user:pass@moodle.example.test", TOKEN),
        ("https://moodle.example.test?x=1", TOKEN),
        (SITE, ""),
        (SITE, "two words"),
        (SITE, "line\nbreak"),
    ],
)
def test_settings_that_cannot_work_are_said_before_any_call(url: str, token: str) -> None:
    with pytest.raises(ConfigProblem):
        Client(url, token)


def test_a_site_in_a_folder_keeps_its_path(http: responses.RequestsMock) -> None:
    http.post(f"{SITE}/lms/webservice/rest/server.php", body=body_of("core_webservice_get_site_info--ok"))
    assert Client(f"{SITE}/lms/", TOKEN).ask(INFO, ANYTHING).userid == 71


def test_at_most_so_many_calls_are_under_way(http: responses.RequestsMock) -> None:
    inside, most, lock, both = 0, 0, threading.Lock(), threading.Event()

    def slow(_request: object) -> tuple[int, dict[str, str], bytes]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            if inside == 2:
                both.set()
        both.wait(5)
        with lock:
            inside -= 1
        return 200, {}, body_of("core_webservice_get_site_info--min-service")

    http.add_callback(responses.POST, ENDPOINT, callback=slow)
    door = client(parallel=2)
    threads = [threading.Thread(target=door.ask, args=(INFO, ANYTHING)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_every_attempt_waits_for_its_turn(http: responses.RequestsMock) -> None:
    turns: list[int] = []
    http.add(responses.POST, ENDPOINT, status=503)
    http.add(responses.POST, ENDPOINT, body=body_of("core_webservice_get_site_info--ok"))
    paced = Client(SITE, TOKEN, sleep=lambda _: None, pace=lambda: turns.append(len(http.calls)))
    paced.ask(INFO, ANYTHING)
    assert turns == [0, 1]
