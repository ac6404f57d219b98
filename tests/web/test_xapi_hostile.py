"""What means harm, or is merely odd, gets a refusal that says why; and it never spoils what others read."""

import hashlib
import json
import time
from typing import Any

import pytest

from bridge.lrs.intake import BATCH, FOUND_BY
from bridge.lrs.parts import HEAD, PARTS, split
from bridge.lrs.values import DEEPEST
from bridge.ports.statements import PAGE
from tests.lrs.samples import LESSON, PUPIL, REGISTRATION, full, put_at, simple
from tests.web.world import Pages
from tests.web.xapi import STATE, Client, basic, open_launch, open_lrs, statements

JSON = {"Content-Type": "application/json"}
SOON = 2.0  # seconds: what is spoken of here took minutes, or would have


@pytest.fixture
def lrs(pages: Pages) -> Client:
    return open_lrs(pages)


@pytest.fixture
def launched(pages: Pages) -> Client:
    return open_launch(pages)


def sent(lrs: Client, text: str | bytes) -> int:
    reply = lrs("POST", "statements", text if isinstance(text, bytes) else text.encode(), headers=JSON)
    status: int = reply.status_code
    return status


def extended(inner: str) -> str:
    """A statement with this JSON in an extension."""
    return json.dumps(simple(result={"extensions": {"x:y": "@"}})).replace('"@"', inner)


# --- JSON


@pytest.mark.parametrize(
    "text",
    [
        '{"actor":{"mbox":"mailto:a@example.test"},' + json.dumps(simple())[1:],
        json.dumps(simple(result={"extensions": {"x:y": 1}})).replace('"x:y": 1', '"x:y": 1, "x:y": 2'),
        extended("1e400"), extended("-1e999"), extended("NaN"),
        extended('"\\ud800"'), extended('"\\udc00\\ud800"'), extended('{"\\udfff": 1}'),
        json.dumps(simple()).encode("utf-16"), json.dumps(simple()).encode("utf-8-sig"),
        json.dumps(simple()).encode() + b"\xff", b'"\xed\xa0\x80"',
        extended("[" * 970 + "]" * 970), extended("[" * 100_000), "[" * 8_000_000,
        extended("9" * 5000),
    ],
    ids=["twice", "twice-in-extension", "1e400", "-1e999", "nan", "half", "turned", "half-name", "utf-16", "bom",
         "no-utf-8", "half-in-utf-8", "deep", "open", "16-mib-of-nesting", "5000-digits"],
)  # fmt: skip
def test_what_is_no_json_of_ours_is_refused(lrs: Client, text):
    assert sent(lrs, text) == 400
    assert statements(lrs, format="ids") == []


def test_pairs_of_halves_and_control_letters_in_texts_are_kept(lrs: Client):
    assert sent(lrs, extended('"\\ud83d\\ude00 \\u0000"')) == 200
    assert statements(lrs)[0]["result"]["extensions"] == {"x:y": "😀 \0"}


def test_an_extension_is_nested_as_deeply_as_everybody_can_read_it_again(lrs: Client):
    assert sent(lrs, extended("[" * DEEPEST + "]" * DEEPEST)) == 200
    assert sent(lrs, extended("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))) == 400
    assert sent(lrs, extended('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1))) == 400
    for format in ("exact", "ids", "canonical"):
        assert len(statements(lrs, format=format, attachments="false")) == 1


@pytest.mark.parametrize(
    "agent", ['{"account":{"homePage":"x:y","name":"\\ud800"}}', '{"mbox":"mailto:a\\u0000@b"}', "["]
)
def test_an_agent_that_is_none_is_refused_wherever_it_is_asked_for(lrs: Client, agent):
    for path in ("statements", "agents", "agents/profile"):
        assert lrs("GET", path, agent=agent).status_code == 400


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("verb.id", "http://x.example.test/\0"), ("object.id", "x:\x85"), ("actor", {"mbox": "mailto:a@b\0"}),
        ("result.duration", "PT٣S"), ("timestamp", "٢٠٢٦-11-20T08:00:00Z"), ("version", "1.0.٣"),
        ("context.language", "vi-٤١٩"),
    ],
)  # fmt: skip
def test_letters_that_only_look_right_are_refused(lrs: Client, path, value):
    assert lrs("POST", "statements", put_at(simple(), path, value)).status_code == 400


def test_a_name_of_megabytes_is_refused_shortly(lrs: Client):
    reply = lrs("POST", "statements", {**simple(), "x" * 1_000_000: 1})
    assert (reply.status_code, len(reply.data) < 1000) == (400, True)


def test_numbers_of_any_size_are_given_out_as_they_came(lrs: Client):
    numbers = [10**30, -(2**63), 0.1, 1e300, 12345678.12345678]
    assert sent(lrs, extended(json.dumps(numbers))) == 200
    assert statements(lrs)[0]["result"]["extensions"]["x:y"] == numbers


# --- more than anybody needs


def test_an_address_without_end_is_refused_at_once(lrs: Client):
    begin = time.process_time()
    assert sent(lrs, json.dumps(simple(actor={"mbox": f"mailto:a@{'b' * 200_000}@"}))) == 400
    assert time.process_time() - begin < SOON


def test_more_statements_than_go_at_once_are_refused(lrs: Client):
    assert sent(lrs, json.dumps([{}] * (BATCH + 1))) == 413


def test_a_statement_that_names_the_whole_country_is_refused(lrs: Client):
    everybody = [{"mbox": f"mailto:{number}@example.test"} for number in range(FOUND_BY + 1)]
    assert sent(lrs, json.dumps(simple(actor={"objectType": "Group", "member": everybody}))) == 413
    assert statements(lrs) == []


def about(id: str, target: str) -> dict[str, Any]:
    return {**simple(), "id": id, "object": {"objectType": "StatementRef", "id": target}}


def numbered(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def test_a_long_chain_of_statements_about_statements_keeps_nobody_waiting(lrs: Client):
    """200 of them took 26 s, with the store locked."""
    begin = time.process_time()
    assert sent(lrs, json.dumps([about(numbered(each), numbered(each + 1)) for each in range(300)])) == 200
    assert time.process_time() - begin < SOON


def test_a_page_of_large_statements_ends_early_and_nothing_is_missed(lrs: Client):
    """Five hundred of 16 MiB would be a page of 8 GiB."""
    ids = [lrs("POST", "statements", simple(result={"response": "x" * 7_000_000})).json[0] for _ in range(6)]
    seen: list[str] = []
    reply = lrs("GET", "statements", ascending="true")
    while True:
        assert len(reply.data) < 2 * PAGE
        seen += [one["id"] for one in reply.json["statements"]]
        if not reply.json["more"]:
            break
        reply = lrs.follow(reply.json["more"])
    assert seen == ids


def test_a_page_ends_early_for_its_attachments_too(lrs: Client):
    for letter in b"abcd":
        content = bytes([letter]) * 6_000_000
        sha2 = hashlib.sha256(content).hexdigest()
        part = PART.replace(SHA2.encode(), sha2.encode()) + b"\r\n" + content
        assert posted(lrs, first(sha2=sha2, length=len(content)), part).status_code == 200
    reply = lrs("GET", "statements", attachments="true")
    more = json.loads(split(reply.data, reply.content_type.partition("boundary=")[2].strip('"'))[0])
    assert (len(more["statements"]), len(reply.data) < 2 * PAGE, bool(more["more"])) == (2, True, True)
    assert len(statements(lrs)) == 4


# --- attachments


def message(*parts: bytes) -> bytes:
    return b"".join(b"--m\r\n" + part + b"\r\n" for part in parts) + b"--m--\r\n"


CONTENT = b"abc"
SHA2 = hashlib.sha256(CONTENT).hexdigest()
NAMED = {**full()["attachments"][0], "sha2": SHA2, "length": 3, "contentType": "text/plain"}
PART = f"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {SHA2}\r\n".encode()


def first(**changes: Any) -> bytes:
    said = {**NAMED, **changes}
    return b"Content-Type: application/json\r\n\r\n" + json.dumps(simple(attachments=[said])).encode()


def posted(client: Client, *parts: bytes) -> Any:
    return client("POST", "statements", message(*parts), headers={"Content-Type": "multipart/mixed; boundary=m"})


@pytest.mark.parametrize(
    "parts",
    [
        [first(), b"Content-Type: text/\xff\r\n" + PART + b"\r\nabc"],
        [first(), b"Content-Type: " + b"(" * 3000 + b"\r\n" + PART + b"\r\nabc"],
        [first(), b"Content-Type: text/plain" + b"; a=b" * HEAD + b"\r\n" + PART + b"\r\nabc"],
        [first(), b"Content-Type: image/png\r\n" + PART + b"\r\nabc"],
        [first(length=4), b"Content-Length: 3\r\n" + PART + b"\r\nabc"],
        [first(), b"Content-Length: x\r\n" + PART + b"\r\nabc"],
        [first(), PART + b"\r\nabd"],
        [first(sha2="a" * 64), PART + b"\r\nabc"],
        [first(), PART.replace(b"binary", b"base64") + b"\r\nYWJj"],
        [b"Content-Type: text/plain\r\n\r\n{}"],
        [b"\r\n{}"],
    ],
    ids=["letters", "comments", "long", "other-type", "length", "no-length", "hash", "foreign",
         "base64", "no-json", "no-headers"],
)  # fmt: skip
def test_a_part_that_is_not_what_it_says_is_refused(lrs: Client, parts):
    begin = time.process_time()
    assert posted(lrs, *parts).status_code == 400
    assert time.process_time() - begin < SOON
    assert statements(lrs) == []


def test_a_part_that_says_no_length_needs_none(lrs: Client):
    """Some senders count letters: the hash tells that the bytes are the ones that were meant."""
    assert posted(lrs, first(length=4), PART + b"\r\nabc").status_code == 200
    assert posted(lrs, first(), b"Content-Length: 3\r\n" + PART + b"\r\nabc").status_code == 200


def test_parts_without_number_are_refused(lrs: Client):
    assert posted(lrs, *[PART + b"\r\nabc"] * (PARTS + 1)).status_code == 413


def test_an_attachment_may_have_blank_lines_of_any_kind_and_no_type(lrs: Client):
    content = b"\n\nx\r\n\r\ny"
    sha2 = hashlib.sha256(content).hexdigest()
    part = PART.replace(SHA2.encode(), sha2.encode()).replace(b"\r\n", b"\n") + b"\n" + content
    assert posted(lrs, first(sha2=sha2, length=len(content)), part).status_code == 200
    reply = lrs("GET", "statements", attachments="true")
    assert content in reply.data and b"Content-Type: application/octet-stream" in reply.data


def test_nobody_changes_the_type_of_an_attachment_that_is_there(lrs: Client):
    kind = b"Content-Type: text/plain\r\n"
    assert posted(lrs, first(), kind + PART + b"\r\nabc").status_code == 200
    assert (
        posted(lrs, first(contentType="text/html"), kind.replace(b"plain", b"html") + PART + b"\r\nabc").status_code
        == 200
    )
    assert lrs("GET", "statements", attachments="true").data.count(b"Content-Type: text/plain\r\nContent-Tr") == 1


# --- documents, and the form that stands for headers


PLACE = {**STATE, "stateId": "x"}


@pytest.mark.parametrize("kind", ["text/plain\r\nX-Evil: 1", "text/plain; x=ế", "text/\0"])
def test_a_form_sets_no_header_that_a_server_would_not_take(lrs: Client, kind):
    assert lrs.form("PUT", "activities/state", content="x", **{"Content-Type": kind}, **PLACE).status_code == 400
    assert lrs("GET", "activities/state", **PLACE).status_code == 404


def test_head_in_a_form_has_no_body_either(lrs: Client):
    lrs("PUT", "activities/state", {"a": 1}, **PLACE)
    reply = lrs.form("HEAD", "activities/state", **PLACE)
    assert (reply.status_code, reply.data, bool(reply.headers["ETag"])) == (200, b"", True)


def test_a_document_that_can_not_be_written_again_is_not_merged(lrs: Client):
    """On the way from refused to unreadable lies no server error."""
    lrs("PUT", "activities/state", b"{}", headers=JSON, **PLACE)
    for depth in range(900, 1000):
        deep = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
        assert lrs("POST", "activities/state", deep, headers=JSON, **PLACE).status_code in (204, 400)


def test_names_that_a_database_can_not_keep_are_refused(lrs: Client):
    assert lrs("PUT", "activities/state", {}, **{**PLACE, "stateId": "a\0b"}).status_code == 400
    assert lrs("GET", "statements", headers=basic("full\0", "s")).status_code == 401


def test_since_belongs_to_lists_alone(lrs: Client):
    since = {"since": "2020-01-01T00:00:00Z"}
    lrs("PUT", "activities/state", {}, **PLACE)
    assert lrs("GET", "activities/state", **STATE, **since).json == ["x"]
    assert lrs("DELETE", "activities/state", **STATE, **since).status_code == 400
    assert lrs("PUT", "activities/state", {}, **PLACE, **since).status_code == 400


# --- a lesson that reaches beyond its launch


def test_a_launch_neither_lists_nor_clears_what_other_launches_keep(lrs: Client, launched: Client):
    lrs("PUT", "activities/state", {}, **PLACE, registration=full()["id"])
    lrs("PUT", "activities/state", {}, **PLACE, registration=REGISTRATION)
    for method in ("GET", "DELETE"):
        assert launched(method, "activities/state", **STATE).status_code == 403
    assert launched("DELETE", "activities/state", **STATE, registration=REGISTRATION).status_code == 204
    assert lrs("GET", "activities/state", **STATE, registration=full()["id"]).json == ["x"]


def test_what_the_lms_said_at_launch_stays_as_it_is(lrs: Client, launched: Client):
    """cmi5 §10: the lesson must not change or delete LMS.LaunchData."""
    place = {**STATE, "stateId": "LMS.LaunchData", "registration": REGISTRATION}
    lrs("PUT", "activities/state", {"launchMode": "Normal"}, **place)
    for method in ("PUT", "POST", "DELETE"):
        assert launched(method, "activities/state", {"launchMode": "Review"}, **place).status_code == 403
    launched("PUT", "activities/state", {}, **{**place, "stateId": "own"})
    assert launched("DELETE", "activities/state", **STATE, registration=REGISTRATION).status_code == 204
    assert launched("GET", "activities/state", **STATE, registration=REGISTRATION).json == ["LMS.LaunchData"]
    assert launched("GET", "activities/state", **place).json == {"launchMode": "Normal"}


def test_a_launch_changes_what_is_said_of_its_own_lesson_alone(lrs: Client, launched: Client):
    other = f"{LESSON}/other"
    for id in (LESSON, other):
        lrs("POST", "statements", simple(object={"id": id, "definition": {"name": {"vi": "Bài 1"}}}))
        spoken = {"id": id, "definition": {"name": {"vi": "Khác", "en": "Lesson 1"}}}
        assert launched("POST", "statements", simple(object=spoken, context={"registration": REGISTRATION})).json
    names = [lrs("GET", "activities", activityId=id).json["definition"]["name"] for id in (LESSON, other)]
    assert names == [{"vi": "Khác", "en": "Lesson 1"}, {"vi": "Bài 1", "en": "Lesson 1"}]


# --- the same statement again


VERB = {"id": "http://adlnet.gov/expapi/verbs/answered"}
TEAM = [PUPIL, {"mbox": "mailto:an@example.test"}]


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("verb.display", {"vi": "làm"}, 204), ("object.definition.name", {"vi": "Khác"}, 204),
        ("timestamp", "2026-11-20T01:00:00.123Z", 204), ("timestamp", "2026-11-20T01:00:00.124Z", 409),
        ("context.team.member", [*reversed(TEAM)], 204), ("context.team.member", [PUPIL], 409),
        ("context.instructor.mbox", "mailto:gv@EXAMPLE.test", 204),
        ("context.instructor.mbox", "mailto:GV@example.test", 409),
        ("context.registration", REGISTRATION.upper(), 204), ("result.duration", "PT90.5S", 409),
        ("context.contextActivities.parent", [{"id": LESSON}], 204), ("authority", {"mbox": "mailto:x@y.z"}, 204),
        ("stored", "2020-01-01T00:00:00Z", 204), ("version", "1.0.0", 204), ("result.response", "b", 409),
        ("object.id", f"{LESSON}/q2", 409), ("verb.id", "http://adlnet.gov/expapi/verbs/passed", 409),
    ],
    ids=lambda part: str(part)[:50],
)  # fmt: skip
def test_what_an_lrs_may_write_in_another_way_makes_no_other_statement(lrs: Client, path, value, status):
    """Data §2.3.1: exceptions to immutability are ignored when statements are compared, all else is not."""
    put_at(begun := full(), "context.team.member", TEAM)
    assert lrs("PUT", "statements", begun, statementId=begun["id"]).status_code == 204
    again = put_at(put_at(full(), "context.team.member", TEAM), path, value)
    assert lrs("PUT", "statements", again, statementId=again["id"]).status_code == status
    assert statements(lrs)[0]["result"] == full()["result"]
