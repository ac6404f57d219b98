"""The LRS over HTTP (xAPI 1.0.3, Communication): statuses, headers, both syntaxes, what a launch may reach."""

import hashlib
import json
from urllib.parse import urlencode

import pytest

from bridge.lrs.parts import join, split
from bridge.ports.statements import Attachment
from tests.lrs.samples import LESSON, PUPIL, REGISTRATION, full, simple
from tests.web.world import URL, Pages
from tests.web.xapi import FORM, OTHER, STATE, Client, basic, open_launch, open_lrs, statements


@pytest.fixture
def lrs(pages: Pages) -> Client:
    return open_lrs(pages)


@pytest.fixture
def launched(pages: Pages) -> Client:
    return open_launch(pages)


# --- who may speak, and how


@pytest.mark.parametrize("headers", [{"Authorization": ""}, basic("full", "wrong"), {"Authorization": "Bearer x"}])
def test_without_credentials_nothing_is_said(lrs: Client, headers):
    reply = lrs("GET", "statements", headers=headers)
    assert (reply.status_code, "Basic" in reply.headers["WWW-Authenticate"]) == (401, True)


@pytest.mark.parametrize("version", ["", "2.0.0", "0.9", "1.1"])
def test_another_version_is_refused(lrs: Client, version):
    assert lrs("GET", "statements", headers={"X-Experience-API-Version": version}).status_code == 400


def test_every_answer_names_the_version_and_about_needs_none(pages: Pages, lrs: Client):
    about = pages.flask.test_client().get("/xapi/about", base_url=URL)
    assert (about.status_code, "1.0.3" in about.json["version"]) == (200, True)
    for reply in (about, lrs("GET", "statements"), lrs("GET", "nothing"), lrs("POST", "statements", b"{")):
        assert reply.headers["X-Experience-API-Version"] == "1.0.3"
    for method, path in (("PUT", "about"), ("PATCH", "statements"), ("OPTIONS", "agents")):
        assert lrs(method, path).headers["X-Experience-API-Version"] == "1.0.3"


def test_a_refusal_says_where_and_why(lrs: Client):
    reply = lrs("POST", "statements", simple(verb={"id": "answered"}))
    assert reply.json == {
        "error": "XAPI_MALFORMED",
        "where": "statements[0].verb.id",
        "why": "is no IRI with a scheme",
    }


def test_what_is_too_large_is_refused(lrs: Client):
    big = simple(result={"response": "x" * 17_000_000})
    assert lrs("POST", "statements", big).status_code == 413
    assert statements(lrs) == []


def test_a_method_that_a_resource_has_not_is_refused(lrs: Client):
    reply = lrs("DELETE", "statements")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "HEAD, GET, POST, PUT")
    assert lrs("PUT", "about").status_code == 405


# --- statements


def test_what_was_sent_comes_back_with_what_an_lrs_adds(lrs: Client):
    [id] = lrs("POST", "statements", simple()).json
    [kept] = statements(lrs)
    assert kept["id"] == id
    assert kept["authority"]["account"] == {"homePage": f"{URL}/xapi/", "name": "full"}
    assert kept["stored"].endswith("Z") and kept["timestamp"] and kept["version"] == "1.0.0"


def test_everything_that_was_said_is_kept(lrs: Client):
    sent = full()
    assert lrs("PUT", "statements", sent, statementId=sent["id"]).status_code == 204
    kept = lrs("GET", "statements", statementId=sent["id"]).json
    for name in ("actor", "verb", "object", "result", "timestamp", "version"):
        assert kept[name] == sent[name]
    assert kept["context"]["contextActivities"]["parent"] == [sent["context"]["contextActivities"]["parent"]]


def test_the_same_statement_again_is_silent_and_another_of_its_id_a_conflict(lrs: Client):
    sent = full()
    assert [lrs("PUT", "statements", full(), statementId=sent["id"]).status_code for _ in range(2)] == [204, 204]
    other = {**full(), "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}}
    assert lrs("PUT", "statements", other, statementId=sent["id"]).status_code == 409
    assert lrs("POST", "statements", other).status_code == 409
    assert len(statements(lrs)) == 1


def test_a_batch_with_one_bad_statement_keeps_none(lrs: Client):
    assert lrs("POST", "statements", [simple(), simple(actor={})]).status_code == 400
    twice = {**simple(), "id": full()["id"]}
    assert lrs("POST", "statements", [twice, twice]).status_code == 400
    assert statements(lrs) == []


@pytest.mark.parametrize("params", [{}, {"statementId": "x"}, {"statementId": full()["id"], "more": "1"}])
def test_put_wants_the_id_and_nothing_else(lrs: Client, params):
    assert lrs("PUT", "statements", simple(), **params).status_code == 400


def test_numbers_that_json_has_not_are_refused(lrs: Client):
    body = json.dumps(simple(result={"extensions": {"x:y": float("nan")}})).encode()
    assert lrs("POST", "statements", body, headers={"Content-Type": "application/json"}).status_code == 400


def test_other_types_of_content_are_refused(lrs: Client):
    assert lrs("POST", "statements", b"{}", headers={"Content-Type": "text/plain"}).status_code == 400


def test_a_voided_statement_is_given_out_only_when_asked_for_as_such(lrs: Client):
    sent = full()
    lrs("POST", "statements", sent)
    voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    lrs("POST", "statements", simple(verb=voided, object={"objectType": "StatementRef", "id": sent["id"]}))
    assert lrs("GET", "statements", statementId=sent["id"]).status_code == 404
    assert lrs("GET", "statements", voidedStatementId=sent["id"]).status_code == 200
    assert [one["verb"]["id"] for one in statements(lrs)] == [voided["id"]]


# --- asking


@pytest.fixture
def filled(lrs: Client) -> Client:
    sub = {"objectType": "SubStatement", **simple(actor=OTHER)}
    lrs("POST", "statements", [full(), simple(actor=OTHER), simple(object=sub)])
    return lrs


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 3), ({"agent": PUPIL}, 2), ({"agent": OTHER}, 1), ({"agent": OTHER, "related_agents": "true"}, 2),
        ({"verb": "http://adlnet.gov/expapi/verbs/answered"}, 1), ({"activity": LESSON}, 1),
        ({"activity": LESSON, "related_activities": "true"}, 3), ({"registration": REGISTRATION}, 1),
        ({"registration": REGISTRATION.upper()}, 1), ({"limit": 2}, 2), ({"limit": 0}, 3),
        ({"since": "2020-01-01T00:00:00Z"}, 3), ({"until": "2020-01-01T00:00:00Z"}, 0),
        ({"agent": {"mbox": "mailto:gv@example.test"}, "related_agents": "true"}, 1),
    ],
)  # fmt: skip
def test_filters(filled: Client, params, count):
    assert len(statements(filled, **params)) == count


@pytest.mark.parametrize(
    "params",
    [
        {"agent": "x"}, {"agent": {"objectType": "Group", "member": [PUPIL]}}, {"verb": "answered"},
        {"activity": "1"}, {"registration": "1"}, {"since": "now"}, {"until": "1"}, {"limit": "-1"}, {"limit": "x"},
        {"ascending": "yes"}, {"related_agents": "1"}, {"format": "pretty"}, {"attachments": "maybe"}, {"Agent": "x"},
        {"unknown": "x"}, {"statementId": "x"}, {"statementId": full()["id"], "voidedStatementId": full()["id"]},
        {"statementId": full()["id"], "limit": 1}, {"cursor": "x"}, {"cursor": "1.-2"},
    ],
)  # fmt: skip
def test_what_is_no_parameter_is_refused(filled: Client, params):
    assert filled("GET", "statements", **params).status_code == 400


def test_pages_follow_each_other_and_nothing_is_missed_or_said_twice(lrs: Client):
    ids = [lrs("POST", "statements", simple()).json[0] for _ in range(5)]
    seen, path, params = [], "statements", {"limit": 2, "ascending": "true"}
    reply = lrs("GET", path, **params)
    while True:
        seen += [one["id"] for one in reply.json["statements"]]
        lrs("POST", "statements", simple())  # what comes meanwhile moves no page
        if not reply.json["more"]:
            break
        reply = lrs.follow(reply.json["more"])
    assert seen == ids


def test_consistent_through_stands_on_every_answer(filled: Client):
    for reply in (filled("GET", "statements"), filled("GET", "statements", limit="x"), filled("HEAD", "statements")):
        assert reply.headers["X-Experience-API-Consistent-Through"].endswith("Z")


def test_head_is_get_without_a_body(filled: Client):
    reply = filled("HEAD", "statements", statementId=full()["id"])
    assert (reply.status_code, reply.data) == (200, b"")
    assert reply.headers["Last-Modified"]


def test_ids_are_the_least_that_identifies(filled: Client):
    found = filled("GET", "statements", statementId=full()["id"], format="ids").json
    assert found["object"] == {"id": f"{LESSON}/q1"}
    assert found["verb"] == {"id": "http://adlnet.gov/expapi/verbs/answered"}
    assert found["context"]["team"] == {"objectType": "Group", "member": [PUPIL]}


@pytest.mark.parametrize(("wish", "shown"), [("en", "en"), ("vi-VN,vi;q=0.9", "vi"), ("fr", "vi"), ("", "vi")])
def test_canonical_is_in_the_language_that_fits_best(filled: Client, wish, shown):
    found = filled(
        "GET", "statements", statementId=full()["id"], format="canonical", headers={"Accept-Language": wish}
    ).json
    assert list(found["verb"]["display"]) == [shown]


def test_attachments_come_back_to_the_byte(lrs: Client):
    content = b"\x89PNG\r\n--not the boundary\r\n\x00"
    sha2 = hashlib.sha256(content).hexdigest()
    named = {**full()["attachments"][0], "sha2": sha2, "length": len(content)}
    del named["fileUrl"]
    body = join(json.dumps(simple(attachments=[named])).encode(), [Attachment(sha2, "image/png", content)], "mark")
    kind = {"Content-Type": "multipart/mixed; boundary=mark"}
    assert lrs("POST", "statements", body, headers=kind).status_code == 200
    reply = lrs("GET", "statements", attachments="true")
    first, [found] = split(reply.data, reply.content_type.partition("boundary=")[2].strip('"'))
    assert (json.loads(first)["statements"][0]["attachments"], found.content) == ([named], content)
    assert lrs("GET", "statements").content_type == "application/json"
    assert lrs("POST", "statements", simple(attachments=[named])).status_code == 400  # it did not come along


def test_the_alternate_syntax_is_the_same_request_in_a_form(pages: Pages, lrs: Client):
    sent = lrs.form("PUT", "statements", statementId=full()["id"], content=simple())
    assert (sent.status_code, len(statements(lrs))) == (204, 1)
    client = pages.flask.test_client()
    for address in ("/xapi/statements?method=PUT&statementId=x", "/xapi/statements?method=PUT"):
        data = {"content": json.dumps(simple())}  # what belongs into the form is missing, or stands in the address
        assert client.post(address, data=urlencode(data), content_type=FORM, base_url=URL).status_code == 400


def test_activities_and_people_are_what_was_told_of_them(filled: Client):
    lesson = filled("GET", "activities", activityId=f"{LESSON}/q1").json
    assert lesson["definition"]["choices"][0]["description"] == {"vi": "Bốn"}
    assert filled("GET", "activities", activityId="https://x.example.test/new").json["id"].endswith("new")
    assert filled("GET", "agents", agent=PUPIL).json == {"objectType": "Person", "account": [PUPIL["account"]]}
    assert filled("GET", "agents", agent="x").status_code == 400


def test_definitions_grow_language_by_language(lrs: Client):
    for name in ({"vi": "Bài 1"}, {"en": "Lesson 1"}):
        lrs("POST", "statements", simple(object={"id": LESSON, "definition": {"name": name}}))
    assert lrs("GET", "activities", activityId=LESSON).json["definition"]["name"] == {"vi": "Bài 1", "en": "Lesson 1"}


# --- documents

PROFILE = {"agent": PUPIL, "profileId": "p"}


def test_a_state_is_put_read_merged_listed_and_deleted(lrs: Client):
    place = {**STATE, "stateId": "resume"}
    assert lrs("GET", "activities/state", **place).status_code == 404
    assert lrs("PUT", "activities/state", {"a": 1, "b": 1}, **place).status_code == 204
    assert lrs("POST", "activities/state", {"b": 2}, **place).status_code == 204
    found = lrs("GET", "activities/state", **place)
    assert (found.json, found.headers["ETag"][0]) == ({"a": 1, "b": 2}, '"')
    assert lrs("GET", "activities/state", **STATE).json == ["resume"]
    assert lrs("DELETE", "activities/state", **place).status_code == 204
    assert lrs("GET", "activities/state", **STATE).json == []


def test_only_json_objects_are_merged(lrs: Client):
    place = {**STATE, "stateId": "x"}
    lrs("PUT", "activities/state", b"plain", headers={"Content-Type": "text/plain"}, **place)
    assert lrs("POST", "activities/state", {"a": 1}, **place).status_code == 400
    lrs("PUT", "activities/state", [1], **place)
    assert lrs("POST", "activities/state", {"a": 1}, **place).status_code == 400
    assert lrs("GET", "activities/state", **place).data == b"[1]"


@pytest.mark.parametrize("resource", ["agents/profile", "activities/profile"])
def test_a_profile_is_never_overwritten_blindly(lrs: Client, resource):
    place = PROFILE if resource == "agents/profile" else {"activityId": LESSON, "profileId": "p"}
    put = lambda **headers: lrs("PUT", resource, {"a": 1}, headers=headers, **place).status_code  # noqa: E731
    assert put() == 400
    assert put(**{"If-None-Match": "*"}) == 204
    assert put(**{"If-None-Match": "*"}) == 412
    assert put() == 409
    assert put(**{"If-Match": '"wrong"'}) == 412
    assert put(**{"If-Match": lrs("GET", resource, **place).headers["ETag"]}) == 204


@pytest.mark.parametrize(
    ("resource", "params"),
    [
        ("activities/state", {"activityId": LESSON}), ("activities/state", {"agent": PUPIL}),
        ("activities/state", {**STATE, "registration": "1"}), ("activities/state", {**STATE, "agent": "x"}),
        ("activities/state", {**STATE, "StateId": "x"}), ("activities/state", {**STATE, "since": "x"}),
        ("agents/profile", {}), ("activities/profile", {"activityId": "x"}),
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(lrs: Client, resource, params):
    assert lrs("GET", resource, **params).status_code == 400


def test_writing_needs_a_name(lrs: Client):
    assert lrs("PUT", "activities/state", {"a": 1}, **STATE).status_code == 400


# --- what a launched lesson may reach

OWN = {"registration": REGISTRATION}


def test_a_launch_speaks_of_its_own_pupil_and_registration_only(launched: Client):
    assert launched("POST", "statements", simple(context=OWN)).status_code == 200
    assert launched("POST", "statements", simple()).status_code == 403
    assert launched("POST", "statements", simple(actor=OTHER, context=OWN)).status_code == 403


def test_a_launch_takes_nothing_back(launched: Client):
    [id] = launched("POST", "statements", simple(context=OWN)).json
    voided = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    about = {"objectType": "StatementRef", "id": id}
    assert launched("POST", "statements", simple(verb=voided, object=about, context=OWN)).status_code == 403


def test_a_launch_sees_its_own_registration_only(lrs: Client, launched: Client):
    [foreign] = lrs("POST", "statements", simple(context={"registration": full()["id"]})).json
    [own] = launched("POST", "statements", simple(context=OWN)).json
    assert [one["id"] for one in statements(launched)] == [own]
    assert launched("GET", "statements", registration=full()["id"]).status_code == 403
    assert launched("GET", "statements", statementId=foreign).status_code == 404
    assert launched("GET", "statements", statementId=own).status_code == 200


def test_a_launch_touches_its_own_documents_only(launched: Client):
    place = {**STATE, "stateId": "x", "registration": REGISTRATION}
    assert launched("PUT", "activities/state", {"a": 1}, **place).status_code == 204
    for foreign in ({"agent": OTHER}, {"activityId": "https://x.example.test/2"}, {"registration": full()["id"]}):
        assert launched("PUT", "activities/state", {"a": 1}, **{**place, **foreign}).status_code == 403
        assert launched("GET", "activities/state", **{**place, **foreign}).status_code == 403
    assert launched("GET", "agents/profile", **PROFILE).status_code == 404
    assert launched("PUT", "agents/profile", {}, headers={"If-None-Match": "*"}, **PROFILE).status_code == 403


def test_a_launch_that_has_run_out_is_told_so(pages: Pages, launched: Client):
    pages.school.clock.sleep(3601)
    assert launched("GET", "statements").status_code == 401
