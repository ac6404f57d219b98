"""A pupil looks at a finished cmi5 attempt again: who may, what the lesson is told, and that nothing counts."""

from pathlib import Path

import pytest

from bridge.domain.attempts import AttemptState
from bridge.ports.playing import Attempt
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room, publish, pupil
from tests.web.fakes import launch
from tests.web.test_lessons import DONE, DURATION, JUDGED, SESSION, VERBS, Lesson, open_lesson, passed
from tests.web.test_play import Content, attempts
from tests.web.world import Browser, Pages

ALLOWED = {"custom": {"review": "1"}}


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path, "cmi5")
    return pages


def finished(room: Pages) -> Lesson:
    lesson = open_lesson(room, **ALLOWED).begin()
    lesson.say("passed", result=passed(), categories=JUDGED)
    lesson.say("terminated", result=DURATION)
    return lesson


def mine(room: Pages, **more: object) -> Browser:
    browser = room.browser()
    browser.launch(pupil(room.material, **{**ALLOWED, **more}))
    return browser


def look(room: Pages) -> Lesson:
    browser = mine(room)
    reply = browser.get(browser.here(f"play/{attempts(room)[0].id}/review"))
    assert reply.status_code == 200, browser.text
    return Lesson(room, Content(room, browser))


def score(attempt: Attempt) -> tuple[object, ...]:
    return attempt.state, attempt.score, attempt.sitting, attempt.seconds, attempt.revision


def test_a_finished_attempt_is_looked_at_again_in_review_and_nothing_is_judged(room: Pages):
    finished(room)
    before = score(attempts(room)[0])
    browser = mine(room)
    assert "Xem lại" in browser.get(browser.here("play/")).text
    lesson = look(room).begin()
    assert lesson.data["launchMode"] == "Review"
    assert lesson.query["registration"] == attempts(room)[0].id  # what it kept is there
    refused = [
        ("passed", passed()),
        ("failed", {"success": False, "score": {"scaled": 0.1}, **DURATION}),
        ("completed", {**DONE, **DURATION}),
    ]
    for verb, result in refused:
        assert lesson.say(verb, result=result, categories=JUDGED).status_code == 403
    launched = lesson.ask("statements", verb=f"{VERBS}launched").get_json()["statements"][0]
    assert launched["context"]["extensions"][SESSION.replace("sessionid", "launchmode")] == "Review"
    assert lesson.say("terminated", result=DURATION).status_code == 200
    assert score(attempts(room)[0]) == before
    assert lesson.verbs()[-3:] == ["launched", "initialized", "terminated"]
    assert [each.kind for each in room.school.store.attempts.events(SCHOOL, attempts(room)[0].id)][-1] == "reviewed"


def test_what_is_answered_while_looking_is_no_answer(room: Pages):
    first = open_lesson(room, **ALLOWED).begin()
    about = {"object": {"id": f"{first.activity}#q1"}}
    first.send({**first.statement("answered", result={"response": "9", "success": True}, categories=()), **about})
    first.say("passed", result=passed(), categories=JUDGED)
    first.say("terminated", result=DURATION)
    again = look(room).begin()
    wrong = again.statement("answered", result={"response": "6", "success": False}, categories=())
    assert again.send({**wrong, **about}).status_code == 200
    (answer,) = room.house.app.player().spoken(attempts(room)[0].id)
    assert (answer.given, answer.right) == ("9", True)


@pytest.mark.parametrize("how", ["not allowed", "not finished", "set aside", "somebody else's"])
def test_nobody_else_and_nothing_else_is_looked_at(room: Pages, how: str):
    terms = {"custom": {}} if how == "not allowed" else ALLOWED
    lesson = open_lesson(room, **terms).begin()
    if how != "not finished":
        lesson.say("passed", result=passed(), categories=JUDGED)
        lesson.say("terminated", result=DURATION)
    if how == "set aside":
        teacher = room.browser()
        teacher.launch(launch(custom={"material": room.material.id}))
        teacher.send(teacher.here(f"play/attempts/{attempts(room)[0].id}"), turn="reset", why="Nhầm")
    code = "HS12" if how == "somebody else's" else "HS11"
    browser = mine(room, code=code)
    assert "review" not in browser.get(browser.here("play/")).text
    reply = browser.get(browser.here(f"play/{attempts(room)[0].id}/review"))
    assert reply.status_code == (404 if how == "somebody else's" else 403)


def test_a_look_ends_when_the_teacher_lets_the_attempt_go_on(room: Pages):
    finished(room)
    lesson = look(room).begin()
    teacher = room.browser()
    teacher.launch(launch(custom={"material": room.material.id}))
    teacher.send(teacher.here(f"play/attempts/{attempts(room)[0].id}"), turn="reopen", why="Thêm giờ")
    assert lesson.content.post("launch", {}).status_code == 403
    going = open_lesson(room, **ALLOWED).begin()
    assert going.data["launchMode"] == "Normal"
    assert lesson.say("terminated", result=DURATION).status_code == 401  # its key went with the new sitting
    assert going.verbs().count("abandoned") == 1
    assert attempts(room)[0].state is not AttemptState.CLOSED


def test_a_second_look_takes_the_key_of_the_first(room: Pages):
    finished(room)
    first = look(room).begin()
    second = Lesson(room, first.content)
    assert first.fetch()["error-code"] == "2"
    second.begin()
    assert first.say("terminated", result=DURATION).status_code == 401
    assert second.fetch()["error-code"] == "1"
    assert second.content.post("still", {"sitting": 0}).get_json() == {"ok": True}


def test_a_scorm_lesson_is_not_looked_at(pages: Pages, tmp_path: Path):
    open_room(pages, tmp_path)
    pages.material = publish(pages, tmp_path)
    browser = mine(pages)
    browser.send(browser.here("play/"))
    content = Content(pages, browser)
    sitting = content.sit()["sitting"]
    content.commit(sitting, 1, final=True, cmi__core__lesson_status="completed")
    assert "review" not in browser.get(browser.here("play/")).text
