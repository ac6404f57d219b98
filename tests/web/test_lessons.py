"""Lessons of xAPI and cmi5 on the content's host: launch, the key given once, what they say, what it comes to."""

import json
import re
from base64 import b64decode
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import UUID

import pytest

from bridge.domain.actors import Grant
from bridge.domain.attempts import AttemptState
from bridge.packages.packager import Packager
from bridge.ports.materials import Standard
from bridge.ports.passback import Place
from bridge.ports.statements import Query
from tests.lrs.samples import put_at
from tests.packager.check.packages import BASES, replaced, write_zip
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room, publish, pupil
from tests.web.fakes import launch
from tests.web.test_play import Content, attempts
from tests.web.world import Pages

VERBS = "http://adlnet.gov/expapi/verbs/"
ADL = "https://w3id.org/xapi/adl/verbs/"
CMI5 = {"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}
MOVE_ON = {"id": "https://w3id.org/xapi/cmi5/context/categories/moveon"}
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION, MASTERY = f"{EXTENSION}sessionid", f"{EXTENSION}masteryscore"


@pytest.fixture
def room(pages: Pages, tmp_path: Path, request: pytest.FixtureRequest) -> Pages:
    open_room(pages, tmp_path, getattr(request, "param", "cmi5"))
    return pages


_numbers = count(1)  # of what lessons say
SECOND = """<au id="https://truong.example/bai-2"><title><langstring lang="vi">Bài 2</langstring></title>
<description><langstring lang="vi">Bài 2</langstring></description><url>index.html</url></au>"""
xapi = pytest.mark.parametrize("room", ["tincan"], indirect=True)


class Lesson:
    """A lesson in its frame: its launch parameters, its key, its words."""

    def __init__(self, room: Pages, content: Content, *, key: str = "") -> None:
        self.room, self.content = room, content
        self.told = content.post("launch", {}).get_json()
        self.query = {name: found[0] for name, found in parse_qs(urlsplit(self.told["url"]).query).items()}
        self.key = key or self.query.get("auth", "")
        self.data: dict[str, Any] = {}

    @property
    def activity(self) -> str:
        return self.query.get("activityId") or self.query["activity_id"]

    def fetch(self) -> dict[str, str]:
        path = self.query["fetch"].removeprefix(self.content.origin)
        reply = self.content.client.post(path, base_url=self.content.origin)
        assert reply.status_code == 200
        return reply.get_json()

    def begin(self) -> "Lesson":
        """As an assignable unit does: its key, its launch data, its first word."""
        self.key = f"Basic {self.fetch()['auth-token']}"
        self.data = self.ask("activities/state", stateId="LMS.LaunchData", activityId=self.activity,
                             agent=self.query["actor"], registration=self.query["registration"]).get_json()  # fmt: skip
        assert self.say("initialized").status_code == 200
        return self

    def ask(self, resource: str, **params: str):
        return self.content.client.get(
            f"/xapi/{resource}", query_string=params, headers=self.headers, base_url=self.content.origin
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self.key, "X-Experience-API-Version": "1.0.3"}

    def statement(self, verb: str, *, result: Any = None, categories: tuple[Any, ...] = (CMI5,)) -> dict[str, Any]:
        template = self.data.get("contextTemplate", {})
        context = {**template, "registration": self.query["registration"]}
        if categories:
            context["contextActivities"] = {**template.get("contextActivities", {}), "category": list(categories)}
        if "score" in (result or {}) and "masteryScore" in self.data:
            context["extensions"] = {**template["extensions"], MASTERY: self.data["masteryScore"]}
        found = {
            "id": str(UUID(int=next(_numbers), version=4)),
            "actor": json.loads(self.query["actor"]),
            "verb": {"id": f"{VERBS}{verb}"},
            "object": {"id": self.activity},
            "context": context,
            "timestamp": "2026-11-20T08:00:00Z",
        }
        return {**found, "result": result} if result is not None else found

    def say(self, verb: str, **more: Any):
        return self.send(self.statement(verb, **more))

    def send(self, *statements: dict[str, Any]):
        body = json.dumps(list(statements))
        return self.content.client.post(
            "/xapi/statements", data=body, content_type="application/json", headers=self.headers,
            base_url=self.content.origin,
        )  # fmt: skip

    def verbs(self) -> list[str]:
        """Everything in the registration, in the order of its coming."""
        wanted = Query(registration=self.query["registration"], ascending=True)
        kept = self.room.school.store.statements.find(SCHOOL, wanted)
        return [json.loads(one.body)["verb"]["id"].rpartition("/")[2] for one in kept]


def open_lesson(room: Pages, **more: Any) -> Lesson:
    browser = room.browser()
    browser.launch(pupil(room.material, **more))
    assert browser.send(browser.here("play/")).status_code == 200, browser.text
    return Lesson(room, Content(room, browser))


def passed(scaled: float = 0.8) -> dict[str, Any]:
    return {"success": True, "score": {"scaled": scaled}, "duration": "PT9S"}


def waits(room: Pages):
    return room.house.app.store.passbacks.find(SCHOOL, Place("r1", "https://m/items/7", "11"))


def test_the_launch_says_all_that_cmi5_asks_and_names_nobody(room: Pages):
    lesson = open_lesson(room)
    assert {"endpoint", "fetch", "actor", "registration", "activityId"} <= lesson.query.keys()
    assert lesson.query["lop"] == "6"  # the unit's own query stays
    assert lesson.query["registration"] == attempts(room)[0].id
    account = json.loads(lesson.query["actor"])["account"]
    assert re.fullmatch(r"[0-9a-f]{32}", account["name"]) and "HS11" not in lesson.told["url"]
    assert lesson.activity != "https://truong.example/bai"  # another one than the publisher's (§8.1.5)


def test_the_launch_data_lie_there_before_the_lesson_and_it_cannot_change_them(room: Pages):
    lesson = open_lesson(room).begin()
    assert (lesson.data["launchMode"], lesson.data["moveOn"], lesson.data["masteryScore"]) == ("Normal", "Passed", 0.5)
    assert (lesson.data["launchParameters"], lesson.data["entitlementKey"]) == ("a=1", {"courseStructure": "k"})
    template = lesson.data["contextTemplate"]
    assert template["contextActivities"]["grouping"] == [{"id": "https://truong.example/bai"}]
    params = {"stateId": "LMS.LaunchData", "activityId": lesson.activity, "agent": lesson.query["actor"],
              "registration": lesson.query["registration"]}  # fmt: skip
    reply = lesson.content.client.put(
        "/xapi/activities/state", query_string=params, data="{}", headers=lesson.headers,
        base_url=lesson.content.origin,
    )  # fmt: skip
    assert reply.status_code == 403
    assert lesson.verbs() == ["launched", "initialized"]


@pytest.mark.parametrize("of", ["https://truong.example/bai", "https://truong.example/khoa"])
def test_what_was_agreed_with_a_publisher_lies_beside_the_key_of_the_structure(room: Pages, of: str):
    agreed(room, **{of: "abc-456-1111", "https://truong.example/khac": "x"})
    lesson = open_lesson(room).begin()
    assert lesson.data["entitlementKey"] == {"courseStructure": "k", "alternate": "abc-456-1111"}


def test_a_unit_without_a_key_gets_none_whatever_was_agreed(room: Pages, tmp_path: Path):
    bare = replaced(BASES["cmi5"]["cmi5.xml"], "<entitlementKey>k</entitlementKey>", "")
    room.material = publish(room, tmp_path, "cmi5", **{"cmi5.xml": bare})
    agreed(room, **{"https://truong.example/bai": "abc"})
    assert "entitlementKey" not in open_lesson(room).begin().data


def agreed(room: Pages, **known: str) -> None:
    settings = room.house.app.settings
    materials = settings.materials.model_copy(update={"entitlements": known})
    object.__setattr__(settings, "materials", materials)  # frozen settings of this one test


def test_the_key_is_given_out_once(room: Pages):
    lesson = open_lesson(room)
    token = b64decode(lesson.fetch()["auth-token"]).decode()
    assert token.startswith(lesson.query["registration"])
    assert lesson.fetch()["error-code"] == "1"
    path = lesson.query["fetch"].removeprefix(lesson.content.origin)
    assert lesson.content.client.get(path, base_url=lesson.content.origin).status_code == 405
    forged = lesson.content.client.post(path[:-3] + "AAA", base_url=lesson.content.origin)
    assert (forged.status_code, forged.get_json()["error-code"]) == (200, "2")


def test_what_a_lesson_says_becomes_the_score_in_the_gradebook(room: Pages):
    lesson = open_lesson(room).begin()
    lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON))
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score, attempt.passed) == (AttemptState.FINISHED, 80, True)
    assert waits(room).wanted.value == 80
    lesson.say("terminated", result={"duration": "PT9S"})
    assert attempts(room)[0].state is AttemptState.CLOSED
    assert lesson.verbs() == ["launched", "initialized", "passed", "satisfied", "satisfied", "terminated"]


def test_block_and_course_are_satisfied_once_by_what_move_on_asks(room: Pages):
    lesson = open_lesson(room).begin()
    lesson.say("failed", result={"success": False, "score": {"scaled": 0.2}, "duration": "PT9S"},
               categories=(CMI5, MOVE_ON))  # fmt: skip
    assert "satisfied" not in lesson.verbs()
    lesson = Lesson(room, lesson.content).begin()
    lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON))
    lesson.say("completed", result={"completion": True, "duration": "PT9S"}, categories=(CMI5, MOVE_ON))
    assert lesson.verbs().count("satisfied") == 2
    statements = lesson.ask("statements", verb=f"{ADL}satisfied").get_json()["statements"]
    kinds = [one["object"]["definition"]["type"].rpartition("/")[2] for one in statements]
    assert sorted(kinds) == ["block", "course"]
    ids = {one["object"]["id"] for one in statements}
    assert len(ids) == 2 and not any(id in BASES["cmi5"]["cmi5.xml"] for id in ids)  # ours, not the publisher's
    published = [one["context"]["contextActivities"]["grouping"][-1]["id"] for one in statements]
    assert sorted(published) == ["https://truong.example/khoa", "https://truong.example/khoi"]
    assert {one["context"]["extensions"][SESSION] for one in statements} == {
        lesson.data["contextTemplate"]["extensions"][SESSION]
    }


def test_a_session_that_is_opened_again_is_abandoned_and_its_key_is_worth_nothing(room: Pages):
    first = open_lesson(room).begin()
    second = Lesson(room, first.content).begin()
    assert second.verbs() == ["launched", "initialized", "abandoned", "launched", "initialized"]
    (abandoned,) = second.ask("statements", verb=f"{ADL}abandoned").get_json()["statements"]
    assert abandoned["context"]["extensions"][SESSION].endswith(".1") and "duration" in abandoned["result"]
    assert first.say("terminated", result={"duration": "PT1S"}).status_code == 401
    assert first.fetch()["error-code"] == "2"
    told = first.content.post("still", {"sitting": 1})
    assert (told.status_code, told.get_json()["code"]) == (409, "OTHER_SITTING")
    assert first.content.post("still", {"sitting": 2}).status_code == 200


def test_a_session_lasted_from_its_launch_to_the_last_word_of_the_lesson(room: Pages):
    first = open_lesson(room)
    room.school.clock.sleep(5)
    first.begin()
    room.school.clock.sleep(60)
    first.say("experienced", categories=())
    room.school.clock.sleep(86_400)
    second = open_lesson(room).begin()
    (abandoned,) = second.ask("statements", verb=f"{ADL}abandoned").get_json()["statements"]
    assert abandoned["result"]["duration"].startswith("PT65.")


def test_a_launch_that_never_began_is_abandoned_too_and_once(room: Pages):
    first = open_lesson(room)
    Lesson(room, first.content)
    third = Lesson(room, first.content).begin()
    assert third.verbs() == ["launched", "abandoned", "launched", "abandoned", "launched", "initialized"]


def test_the_key_of_a_session_runs_out_soon_after_its_goodbye(room: Pages):
    lesson = open_lesson(room).begin()
    goodbye = lesson.statement("terminated", result=DURATION, categories=(CMI5,))
    assert lesson.send(goodbye).status_code == 200
    assert lesson.send(goodbye).status_code == 200  # a page that was not heard says it again
    assert keep(lesson).status_code == 204  # and what it sent beside
    room.school.clock.sleep(121)
    assert keep(lesson).status_code == lesson.send(goodbye).status_code == 401


def keep(lesson: Lesson) -> Any:
    """What a page keeps of itself when it goes."""
    params = {"stateId": "bookmark", "activityId": lesson.activity, "agent": lesson.query["actor"],
              "registration": lesson.query["registration"]}  # fmt: skip
    return lesson.content.client.put(
        "/xapi/activities/state", query_string=params, data="3", headers=lesson.headers, base_url=lesson.content.origin
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_nothing_is_read_with_the_key_of_a_session_that_has_ended(room: Pages, method: str):
    lesson = open_lesson(room).begin()
    ask = getattr(lesson.content.client, method)
    for status in (200, 401):
        for place in ("statements", "agents/profile?agent=" + quote(lesson.query["actor"])):
            reply = ask(f"/xapi/{place}", headers=lesson.headers, base_url=lesson.content.origin)
            assert reply.status_code == status
        lesson.say("terminated", result=DURATION)


def test_the_launch_is_told_with_all_that_the_lesson_was_given(room: Pages):
    lesson = open_lesson(room).begin()
    (launched,) = lesson.ask("statements", verb=f"{VERBS}launched").get_json()["statements"]
    facts = {name.removeprefix(EXTENSION): value for name, value in launched["context"]["extensions"].items()}
    url = facts.pop("launchurl")
    assert facts == {
        "sessionid": lesson.data["contextTemplate"]["extensions"][SESSION],
        "launchmode": "Normal",
        "moveon": "Passed",
        "masteryscore": 0.5,
        "launchparameters": "a=1",
    }
    assert lesson.told["url"].startswith(f"{url}&") and url.endswith("?lop=6")  # the unit's own query, and none of ours
    assert launched["context"]["contextActivities"]["grouping"] == [{"id": "https://truong.example/bai"}]
    assert launched["object"]["id"] == lesson.activity
    assert launched["actor"] == json.loads(lesson.query["actor"])


def test_a_session_that_ended_is_not_abandoned(room: Pages):
    first = open_lesson(room).begin()
    first.say("terminated", result={"duration": "PT1S"})
    assert "abandoned" not in Lesson(room, first.content).begin().verbs()


DURATION, DONE = {"duration": "PT9S"}, {"completion": True}
ID = "2f4a8f0e-6f0a-4d3b-9d0c-1a2b3c4d5e6f"
JUDGED = (CMI5, MOVE_ON)
ID = "2f4a8f0e-6f0a-4d3b-9d0c-1a2b3c4d5e6f"
ALIEN = {"objectType": "StatementRef", "id": ID}
RAW = {"success": True, "score": {"scaled": 0.8, "raw": 8, "max": 10}, **DURATION}
REFUSED = [
    ("no session", "answered", {}, (), {"context.extensions": ...}),
    ("another session", "answered", {}, (), {"context.extensions": {SESSION: "x"}}),
    ("without the template's grouping", "answered", {}, (), {"context.contextActivities": {}}),
    ("without an id", "answered", {}, (), {"id": ...}),
    ("without a moment", "answered", {}, (), {"timestamp": ...}),
    ("a moment of local time", "answered", {}, (), {"timestamp": "2026-11-20T15:00:00+07:00"}),
    ("moveon where nothing counts", "answered", {}, (MOVE_ON,), {}),
    ("a second initialized", "initialized", None, (CMI5,), {}),
    ("a verb of the LMS", "launched", None, (CMI5,), {}),
    ("passed without its time", "passed", {"success": True}, JUDGED, {}),
    ("failed without its time", "failed", {"success": False}, JUDGED, {}),
    ("completed without its time", "completed", DONE, JUDGED, {}),
    ("passed that was no success", "passed", {"success": False, **DURATION}, JUDGED, {}),
    ("passed that says nothing of success", "passed", DURATION, JUDGED, {}),
    ("failed that was a success", "failed", {"success": True, **DURATION}, JUDGED, {}),
    ("completed that tells of success", "completed", {"success": True, **DONE, **DURATION}, JUDGED, {}),
    ("passed below the mastery score", "passed", passed(0.4), JUDGED, {}),
    ("failed above it", "failed", {"success": False, "score": {"scaled": 0.6}, **DURATION}, JUDGED, {}),
    ("a score that names no mastery score", "passed", passed(), JUDGED, {"context.extensions": "session alone"}),
    ("a score below nothing", "failed", {"success": False, "score": {"scaled": -0.1}, **DURATION}, JUDGED, {}),
    ("a raw score without its bounds", "passed", RAW, JUDGED, {}),
    ("completed with a score", "completed", {**DONE, "score": {"scaled": 1}, **DURATION}, JUDGED, {}),
    ("completed that was not", "completed", DURATION, JUDGED, {}),
    ("passed that tells of completion", "passed", {**passed(), **DONE}, JUDGED, {}),
    ("completed without moveon", "completed", {**DONE, **DURATION}, (CMI5,), {}),
    ("passed without moveon", "passed", passed(), (CMI5,), {}),
    ("terminated with moveon", "terminated", DURATION, JUDGED, {}),
    ("terminated without its time", "terminated", {}, (CMI5,), {}),
    ("another activity", "terminated", DURATION, (CMI5,), {"object": {"id": "https://else.example/x"}}),
    ("another learner", "terminated", DURATION, (CMI5,), {"actor": {"mbox": "mailto:a@example.test"}}),
    ("a group of the learner's account", "terminated", DURATION, (CMI5,), {"actor.objectType": "Group"}),
    ("another registration", "terminated", DURATION, (CMI5,), {"context.registration": ID}),
    ("voiding", "voided", None, (), {"object": ALIEN}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "result", "categories", "change"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cmi5_forbids_is_refused_and_nothing_of_the_request_is_kept(
    room: Pages, verb: str, result: Any, categories: tuple[Any, ...], change: dict[str, Any]
):
    lesson = open_lesson(room).begin()
    wrong = lesson.statement(verb, result=result, categories=categories)
    for path, value in change.items():
        put_at(wrong, path, lesson.data["contextTemplate"]["extensions"] if value == "session alone" else value)
    good = lesson.statement("experienced", categories=())
    reply = lesson.send(good, wrong)
    assert reply.status_code == 403, reply.data
    assert lesson.verbs() == ["launched", "initialized"]


def test_each_verb_comes_once_in_a_session_and_one_verdict(room: Pages):
    lesson = open_lesson(room).begin()
    failed = {"success": False, "score": {"scaled": 0.2}, **DURATION}
    assert lesson.say("failed", result=failed, categories=JUDGED).status_code == 200
    assert lesson.say("failed", result=failed, categories=JUDGED).status_code == 403
    assert lesson.say("passed", result=passed(), categories=JUDGED).status_code == 403
    assert lesson.say("passed", result=passed(), categories=()).status_code == 200  # of its own: no verdict of cmi5's
    assert attempts(room)[0].score == 20
    again = Lesson(room, lesson.content).begin()
    assert again.say("passed", result=passed(), categories=JUDGED).status_code == 200
    assert attempts(room)[0].score == 80


def test_a_unit_that_asks_for_nothing_is_satisfied_as_soon_as_it_is_launched(pages: Pages, tmp_path: Path):
    open_room(pages, tmp_path, "cmi5")
    manifest = replaced(BASES["cmi5"]["cmi5.xml"], 'moveOn="Passed"', 'moveOn="NotApplicable"')
    pages.material = publish(pages, tmp_path, "cmi5", **{"cmi5.xml": manifest})
    lesson = open_lesson(pages).begin()
    assert lesson.verbs() == ["launched", "satisfied", "satisfied", "initialized"]


def test_nothing_is_said_before_initialized_or_after_terminated(room: Pages):
    lesson = open_lesson(room)
    lesson.key = f"Basic {lesson.fetch()['auth-token']}"
    lesson.data = {"contextTemplate": {
        "contextActivities": {"grouping": [{"id": "https://truong.example/bai"}]},
        "extensions": {SESSION: f"{lesson.query['registration']}.1"}}}  # fmt: skip
    assert lesson.say("experienced", categories=()).status_code == 403
    assert lesson.say("initialized").status_code == 200
    assert lesson.say("experienced", categories=()).status_code == 200
    assert lesson.say("terminated", result=DURATION).status_code == 200
    assert lesson.say("experienced", categories=()).status_code == 403


def test_a_pass_comes_once_and_no_failure_after_it(room: Pages):
    lesson = open_lesson(room).begin()
    once = {**lesson.statement("passed", result=passed(), categories=(CMI5, MOVE_ON)),
            "id": ID}  # fmt: skip
    assert lesson.send(once).status_code == 200
    assert lesson.send(once).status_code == 200  # a page that was not heard says the same again
    assert lesson.say("passed", result=passed(0.9), categories=(CMI5, MOVE_ON)).status_code == 403
    failed = {"success": False, "score": {"scaled": 0.1}, **DURATION}
    assert lesson.say("failed", result=failed, categories=(CMI5, MOVE_ON)).status_code == 403
    assert attempts(room)[0].score == 80


def test_a_key_opens_its_own_registration_only(room: Pages):
    mine = open_lesson(room).begin()
    theirs = open_lesson(room, code="HS12").begin()
    assert mine.ask("statements", registration=theirs.query["registration"]).status_code == 403
    params = {"activityId": mine.activity, "agent": theirs.query["actor"], "stateId": "x",
              "registration": theirs.query["registration"]}  # fmt: skip
    assert mine.ask("activities/state", **params).status_code == 403
    wrong = mine.statement("experienced", categories=())
    wrong["context"]["registration"] = theirs.query["registration"]
    assert mine.send(wrong).status_code == 403


def test_completed_comes_once_in_a_registration(room: Pages):
    first = open_lesson(room).begin()
    assert first.say("completed", result={**DONE, **DURATION}, categories=JUDGED).status_code == 200
    second = Lesson(room, first.content).begin()
    assert second.say("completed", result={**DONE, **DURATION}, categories=JUDGED).status_code == 403


def test_a_session_of_the_same_attempt_has_the_same_activity(room: Pages):
    first = open_lesson(room)
    second = Lesson(room, first.content)
    assert (second.activity, second.query["registration"]) == (first.activity, first.query["registration"])
    assert second.query["fetch"] != first.query["fetch"]


def test_blanks_around_what_a_structure_says_are_none_of_it(tmp_path: Path):
    told = replaced(BASES["cmi5"]["cmi5.xml"], "<url>index.html?lop=6</url>", "<url>\n  index.html?lop=6\n</url>")
    told = replaced(told, 'id="https://truong.example/bai"', 'id=" https://truong.example/bai "')
    told = replaced(told, "<entitlementKey>k<", "<entitlementKey> k\n<")
    plain, spaced = (
        write_zip(tmp_path / f"{name}.zip", {**BASES["cmi5"], "cmi5.xml": text})
        for name, text in (("plain", BASES["cmi5"]["cmi5.xml"]), ("spaced", told))
    )
    assert Packager().parts(spaced, Standard.CMI5) == Packager().parts(plain, Standard.CMI5)


def test_the_pass_mark_of_the_link_is_the_mastery_score(room: Pages):
    lesson = open_lesson(room, custom={"pass_mark": "75"}).begin()
    assert lesson.data["masteryScore"] == 0.75


def test_a_teacher_sees_what_a_cmi5_lesson_was_answered(room: Pages):
    lesson = open_lesson(room).begin()
    about = {"id": f"{lesson.activity}#q1", "definition": {"description": {"vi": "3 bình phương?"}}}
    lesson.send(
        {**lesson.statement("answered", result={"response": "6", "success": False}, categories=()), "object": about}
    )
    lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON))
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    browser.get(browser.here(f"play/attempts/{attempts(room)[0].id}"))
    assert "3 bình phương?" in browser.text and "✕ sai" in browser.text
    browser.get(browser.here("play/attempts/questions"))
    assert "6 (1)" in browser.text


def test_a_teacher_waives_a_cmi5_lesson_with_a_reason(room: Pages):
    lesson = open_lesson(room).begin()
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    here = browser.here(f"play/attempts/{attempts(room)[0].id}")
    assert browser.send(here, turn="waive", why=" ").status_code == 422
    assert browser.send(here, turn="waive", why="Ốm").status_code == 200
    assert lesson.verbs() == ["launched", "initialized", "waived", "satisfied", "satisfied"]
    said = lesson.ask("statements", ascending="true").get_json()["statements"]
    sessions = [one["context"]["extensions"][SESSION] for one in said]
    assert sessions[0] == sessions[1] != sessions[2] == sessions[3] == sessions[4]  # a session of its own
    waived = said[2]
    assert (waived["result"]["success"], waived["result"]["completion"]) == (True, True)
    assert waived["result"]["extensions"] == {"https://w3id.org/xapi/cmi5/result/extensions/reason": "Ốm"}
    assert MOVE_ON["id"] in [one["id"] for one in waived["context"]["contextActivities"]["category"]]
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score) == (AttemptState.CLOSED, None)
    assert waits(room) is None  # let off is no mark
    assert browser.send(here, turn="waive", why="Ốm").status_code == 422


def test_each_unit_knows_the_blocks_and_the_course_that_hold_it(tmp_path: Path):
    two = BASES["cmi5"]["cmi5.xml"].replace("</block>", SECOND + "</block>")
    for files in (BASES["cmi5"], {**BASES["cmi5"], "cmi5.xml": two}):
        for part in Packager().parts(write_zip(tmp_path / "units.zip", files), Standard.CMI5):
            assert [kind for _, kind in part.above] == ["block", "course"]


def test_a_preview_is_a_browse_that_judges_nothing(room: Pages):
    room.school.store.grants.grant(SCHOOL, Grant("HT", "principal"), by="x", now=room.school.clock())
    browser = room.browser()
    browser.launch(launch(user="HT", idnumber="HT"))
    browser.get(browser.here(f"play/preview/{room.material.id}/1"))
    lesson = Lesson(room, Content(room, browser)).begin()
    assert lesson.data["launchMode"] == "Browse"
    assert lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON)).status_code == 403
    assert room.school.store.attempts.links_of(SCHOOL, room.material.id) == []


@xapi
def test_a_tin_can_lesson_plays_with_a_key_of_its_own_and_its_score_counts(room: Pages):
    lesson = open_lesson(room)
    assert lesson.activity == "https://truong.example/bai-1" and lesson.key.startswith("Basic ")
    assert (
        lesson.say("completed", result={"completion": True, "score": {"scaled": 0.65}}, categories=()).status_code
        == 200
    )
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 65)
    assert lesson.say("terminated", categories=()).status_code == 200
    assert attempts(room)[0].state is AttemptState.CLOSED
    assert waits(room).wanted.value == 65


@xapi
def test_a_goodbye_of_an_earlier_day_ends_no_later_sitting(room: Pages):
    first = open_lesson(room)
    first.say("terminated", categories=())
    room.school.clock.sleep(60)
    second = open_lesson(room)
    second.say("completed", result={"completion": True}, categories=())
    second.say("passed", result={"success": True, "score": {"scaled": 0.9}}, categories=())
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score) == (AttemptState.FINISHED, 90)
