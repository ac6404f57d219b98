"""Rules of the specification that no other test needs for itself; docs/xapi-requirements.md names them one by one."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bridge.lrs.signatures import USAGE
from tests.lrs.samples import LESSON, PUPIL, full, simple
from tests.web.world import Pages
from tests.web.xapi import OTHER, STATE, Client, open_lrs, statements

VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}
PLACES: dict[str, dict[str, Any]] = {
    "activities/state": {**STATE, "stateId": "x"},
    "activities/profile": {"activityId": LESSON, "profileId": "x"},
    "agents/profile": {"agent": PUPIL, "profileId": "x"},
}


@pytest.fixture
def lrs(pages: Pages) -> Client:
    return open_lrs(pages)


def reference(id: str) -> dict[str, str]:
    return {"objectType": "StatementRef", "id": id}


# --- all resources


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("statements", {}), ("statements", {"statementId": full()["id"]}), ("statements", {"limit": "x"}),
        ("activities", {"activityId": LESSON}), ("agents", {"agent": PUPIL}), ("about", {}), *PLACES.items(),
        ("activities/state", STATE), ("agents/profile", {"agent": PUPIL}), ("activities/profile", {}),
    ],
    ids=str,
)  # fmt: skip
def test_head_answers_as_get_does_without_the_body(lrs: Client, path, params):
    lrs("PUT", "activities/state", {"a": 1}, **PLACES["activities/state"])
    lrs("POST", "statements", full())
    get, head = lrs("GET", path, **params), lrs("HEAD", path, **params)
    assert (head.status_code, head.data, head.content_type) == (get.status_code, b"", get.content_type)
    for name in ("ETag", "Last-Modified", "X-Experience-API-Version"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.2", "1.0.3", "1.0.9"])
def test_every_version_that_begins_with_1_0_is_accepted(lrs: Client, version):
    assert lrs("GET", "statements", headers={"X-Experience-API-Version": version}).status_code == 200


def test_a_refused_version_is_told_why(lrs: Client):
    reply = lrs("GET", "statements", headers={"X-Experience-API-Version": "1.1.0"})
    assert (reply.status_code, reply.json["why"]) == (400, "is no version 1.0.x")


def test_about_says_versions_alone_to_anybody_of_any_version(lrs: Client):
    for version in ("0.9", "1.0.3", "2.0.0"):
        said = lrs("GET", "about", headers={"X-Experience-API-Version": version}).json
        assert said == {"version": ["1.0.3", "1.0.2", "1.0.1", "1.0.0"]}


def test_10_mb_are_a_reasonable_size(lrs: Client):
    place = PLACES["activities/state"]
    big = {"suspend": "x" * 10_000_000}
    assert lrs("PUT", "activities/state", big, **place).status_code == 204
    assert lrs("GET", "activities/state", **place).json == big


# --- statements


def test_what_an_lrs_gives_is_its_own_whatever_was_sent(lrs: Client):
    lrs("POST", "statements", full())
    [kept] = statements(lrs)
    assert kept["stored"] != full()["stored"]
    assert kept["authority"]["account"]["name"] == "full"
    assert (kept["version"], kept["id"]) == (full()["version"], full()["id"])


def test_a_search_without_a_find_is_an_empty_list(lrs: Client):
    reply = lrs("GET", "statements", verb="http://adlnet.gov/expapi/verbs/nobody-did")
    assert (reply.status_code, reply.json) == (200, {"statements": [], "more": ""})


def test_more_holds_for_a_day(pages: Pages, lrs: Client):
    ids = [lrs("POST", "statements", simple()).json[0] for _ in range(3)]
    more = lrs("GET", "statements", limit=2).json["more"]
    pages.school.clock.sleep(24 * 3600)
    assert [one["id"] for one in lrs.follow(more).json["statements"]] == ids[:1]


def test_more_keeps_format_and_attachments(lrs: Client):
    lrs("POST", "statements", [simple(verb=full()["verb"]) for _ in range(3)])
    reply = lrs("GET", "statements", limit=2, format="ids", attachments="false")
    [last] = lrs.follow(reply.json["more"]).json["statements"]
    assert "display" not in last["verb"]


def test_a_statement_about_another_is_found_with_it_within_its_own_place_in_time(lrs: Client):
    lrs("POST", "statements", full())
    lrs("POST", "statements", simple(object=reference(full()["id"]), actor=OTHER))
    late, early = statements(lrs, activity=full()["object"]["id"])
    assert (late["actor"]["account"]["name"], early["id"]) == ("pupil-2", full()["id"])
    assert statements(lrs, activity=full()["object"]["id"], since=early["stored"]) == [late]
    assert statements(lrs, activity=full()["object"]["id"], until=early["stored"]) == [early]
    assert statements(lrs, activity=full()["object"]["id"], limit=1) == [late]


def test_a_reference_within_the_context_finds_nothing(lrs: Client):
    lrs("POST", "statements", full())
    lrs("POST", "statements", simple(context={"statement": reference(full()["id"])}))
    assert len(statements(lrs, activity=full()["object"]["id"])) == 1


def test_a_voided_statement_is_not_shown_but_those_about_it_are(lrs: Client):
    lrs("POST", "statements", full())
    lrs("POST", "statements", simple(object=reference(full()["id"])))
    lrs("POST", "statements", simple(verb=VOIDED, object=reference(full()["id"])))
    found = statements(lrs, activity=full()["object"]["id"])
    assert [one["object"] for one in found] == [reference(full()["id"])] * 2


def test_who_voids_a_voiding_statement_changes_nothing(lrs: Client):
    lrs("POST", "statements", full())
    [voiding] = lrs("POST", "statements", simple(verb=VOIDED, object=reference(full()["id"]))).json
    lrs("POST", "statements", simple(verb=VOIDED, object=reference(voiding)))
    assert lrs("GET", "statements", statementId=voiding).status_code == 200
    assert lrs("GET", "statements", statementId=full()["id"]).status_code == 404


def test_canonical_has_one_language_in_each_map_whichever_each_has(lrs: Client):
    lrs("POST", "statements", full())
    headers = {"Accept-Language": "en, vi;q=0.5"}
    [found] = lrs("GET", "statements", format="canonical", headers=headers).json["statements"]
    definition = found["object"]["definition"]
    maps = [found["verb"]["display"], definition["name"], *(one["description"] for one in definition["choices"])]
    assert [list(one) for one in maps] == [["en"], ["vi"], ["vi"], ["vi"]]


def test_exact_is_what_was_received_whatever_is_known_since(lrs: Client):
    lrs("POST", "statements", full())
    told = {**full()["object"], "definition": {"name": {"vi": "Tên mới"}}}
    lrs("POST", "statements", simple(object=told))
    kept = lrs("GET", "statements", statementId=full()["id"]).json
    assert (kept["object"], kept["verb"]["display"]) == (full()["object"], full()["verb"]["display"])
    assert lrs("GET", "activities", activityId=told["id"]).json["definition"]["name"] == {"vi": "Tên mới"}


# --- documents


@pytest.mark.parametrize("path", PLACES)
def test_documents_of_what_nobody_has_heard_of_are_taken_merged_and_deleted(lrs: Client, path):
    place = PLACES[path]
    assert lrs("POST", path, {"x": "foo", "y": {"a": 1}}, **place).status_code == 204
    assert lrs("POST", path, {"y": {"b": 2}, "z": "faz"}, **place).status_code == 204
    found = lrs("GET", path, **place)
    assert found.json == {"x": "foo", "y": {"b": 2}, "z": "faz"}  # one level deep
    assert found.headers["ETag"] == f'"{hashlib.sha1(found.data).hexdigest()}"'
    assert lrs("DELETE", path, **place).status_code == 204
    assert lrs("GET", path, **place).status_code == 404


@pytest.mark.parametrize("path", PLACES)
def test_lists_hold_ids_since_a_moment_and_have_a_tag_too(lrs: Client, path):
    lrs("POST", path, {}, **PLACES[path])
    shelf = {name: value for name, value in PLACES[path].items() if not name.endswith("Id") or name == "activityId"}
    found = lrs("GET", path, since="2020-01-01T00:00:00Z", **shelf)
    assert (found.json, found.headers["ETag"]) == (["x"], f'"{hashlib.sha1(found.data).hexdigest()}"')
    assert lrs("GET", path, since="2999-01-01T00:00:00Z", **shelf).json == []
    assert lrs("GET", path, since="now", **shelf).status_code == 400


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_each_parameter_that_a_document_needs_is_asked_for(lrs: Client, path, method):
    for name in PLACES[path]:
        if (name == "stateId" and method == "DELETE") or (name in ("stateId", "profileId") and method == "GET"):
            continue  # the whole shelf, a list
        rest = {other: value for other, value in PLACES[path].items() if other != name}
        assert lrs(method, path, {}, headers={"If-None-Match": "*"}, **rest).status_code == 400, name
    odd = {"agent": "x", "activityId": "x"}
    spoilt = {name: odd.get(name, value) for name, value in PLACES[path].items()}
    assert lrs(method, path, {}, headers={"If-None-Match": "*"}, **spoilt).status_code == 400


@pytest.mark.parametrize("path", PLACES)
def test_a_failed_condition_changes_nothing(lrs: Client, path):
    place = PLACES[path]
    lrs("PUT", path, {"a": 1}, headers={"If-None-Match": "*"}, **place)
    tag = lrs("GET", path, **place).headers["ETag"]
    for method in ("PUT", "POST", "DELETE"):
        for condition in ({"If-Match": '"0"'}, {"If-None-Match": "*"}, {"If-None-Match": tag}):
            assert lrs(method, path, {"a": 2}, headers=condition, **place).status_code == 412
    if path != "activities/state":
        reply = lrs("PUT", path, {"a": 2}, **place)
        assert (reply.status_code, "ETag" in reply.json["why"], reply.json["where"]) == (409, True, "If-Match")
    assert lrs("GET", path, **place).json == {"a": 1}
    assert lrs("PUT", path, {"a": 2}, headers={"If-Match": tag}, **place).status_code == 204


def test_nothing_is_packed_so_that_a_tag_is_the_digest_of_what_came(lrs: Client):
    lrs("PUT", "activities/state", {"a": 1}, **PLACES["activities/state"])
    reply = lrs("GET", "activities/state", headers={"Accept-Encoding": "gzip, br"}, **PLACES["activities/state"])
    assert "Content-Encoding" not in reply.headers


def test_a_person_is_told_in_lists_and_nothing_is_said_twice(lrs: Client):
    agent = {"name": "Nguyễn Thử", "mbox": "mailto:thu@example.test"}
    assert lrs("GET", "agents", agent=agent).json == {
        "objectType": "Person", "name": ["Nguyễn Thử"], "mbox": ["mailto:thu@example.test"],
    }  # fmt: skip


# --- the form that stands for a request


def test_a_form_carries_headers_parameters_and_text_in_utf_8(lrs: Client):
    place = PLACES["agents/profile"]
    said = {"content": json.dumps({"tên": "Bài học 😀"}, ensure_ascii=False), "Content-Type": "application/json"}
    put = lrs.form("PUT", "agents/profile", **place, **said)
    assert put.status_code == 400  # a condition is missing
    assert lrs.form("PUT", "agents/profile", **place, **said, **{"If-None-Match": "*"}).status_code == 204
    assert lrs.form("PUT", "agents/profile", **place, **said, **{"If-None-Match": "*"}).status_code == 412
    assert lrs.form("GET", "agents/profile", **place).json == {"tên": "Bài học 😀"}
    assert lrs.form("GET", "statements", unknown="x").status_code == 400
    assert lrs.form("DELETE", "agents/profile", **place).status_code == 204


# --- signed statements


def signed(statement: dict[str, Any], alg: str = "RS256") -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    digest = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}.get(alg, hashes.SHA256())
    parts = [json.dumps({"alg": alg}).encode(), json.dumps(statement).encode()]
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = key.sign(head, padding.PKCS1v15(), digest)
    return head + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")


def sent_signed(lrs: Client, content: bytes, *, along: bool = True) -> int:
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {"usageType": USAGE, "display": {"en": "Signature"}, "contentType": "application/octet-stream"}
    named = simple(
        attachments=[{**attachment, "length": len(content), "sha2": sha2, "fileUrl": "https://x.example.test"}]
    )
    part = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
    pieces = [b"Content-Type: application/json\r\n\r\n" + json.dumps(named).encode()]
    pieces += [part + sha2.encode() + b"\r\n\r\n" + content] if along else []
    body = b"".join(b"--m\r\n" + piece + b"\r\n" for piece in pieces) + b"--m--\r\n"
    status: int = lrs("POST", "statements", body, headers={"Content-Type": "multipart/mixed; boundary=m"}).status_code
    return status


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_taken(lrs: Client, alg):
    assert sent_signed(lrs, signed(simple(), alg)) == 200


def test_a_signature_that_is_none_or_of_another_statement_or_elsewhere_is_refused(lrs: Client):
    assert sent_signed(lrs, b"no signature") == 400
    assert sent_signed(lrs, signed(simple(), "HS256")) == 400
    assert sent_signed(lrs, signed(simple(actor=OTHER))) == 400
    assert sent_signed(lrs, signed(simple()), along=False) == 400
    assert statements(lrs) == []
