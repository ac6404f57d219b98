"""Materials with several parts over HTTP: the list, each part's own state, the score of all; SCORM and cmi5."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.actors import Grant
from bridge.domain.attempts import AttemptState
from bridge.lrs.cmi5terms import SATISFIED, said
from tests.materials.parts import SEVERAL
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room, publish, pupil
from tests.web.fakes import launch
from tests.web.test_lessons import CMI5, MOVE_ON, Lesson, passed, waits
from tests.web.test_play import Content, attempts
from tests.web.world import Browser, Pages

scorm = pytest.mark.parametrize("room", ["scorm12", "scorm2004"], indirect=True)
units = pytest.mark.parametrize("room", ["cmi5"], indirect=True)
WORDS = {
    "scorm12": ("cmi.core.lesson_status", "cmi.core.score.raw", "{0}"),
    "scorm2004": ("cmi.completion_status", "cmi.score.scaled", "0.{0}"),
}


@pytest.fixture
def room(pages: Pages, tmp_path: Path, request: pytest.FixtureRequest) -> Pages:
    open_room(pages, tmp_path, request.param)
    pages.material = publish(pages, tmp_path, request.param, **SEVERAL[request.param])  # type: ignore[attr-defined]
    pages.base = request.param  # type: ignore[attr-defined]
    return pages


def come(room: Pages, **more: Any) -> Browser:
    browser = room.browser()
    browser.launch(pupil(room.material, **more))
    return browser


def open_part(room: Pages, part: int | None = None, **more: Any) -> Content:
    browser = come(room, **more)
    assert browser.send(browser.here("play/"), **({"part": str(part)} if part else {})).status_code == 200
    return Content(room, browser)


def say(room: Pages, content: Content, *, status: str = "completed", score: str = "", final: bool = True) -> None:
    named, scored, form = WORDS[room.base]
    elements = {named: status, "cmi.suspend_data": "của phần này", **({scored: form.format(score)} if score else {})}
    said = {"sitting": content.sit()["sitting"], "sequence": 1, "final": final, "elements": elements}
    assert content.post("commit", said).status_code == 200


def signs(browser: Browser) -> list[tuple[str, str]]:
    return re.findall(
        r'class="what">\d\. ([^<]+)</span>\s*<span class="st[^"]*"><span aria-hidden="true">(.)', browser.text
    )


@scorm
def test_parts_are_listed_as_the_manifest_has_them_hidden_ones_and_other_ways_left_out(room: Pages):
    browser = come(room)
    assert signs(browser) == [("Phần 1", "○"), ("Phần 2", "○"), ("Đọc thêm", "○")]
    assert browser.text.count("Chương 2") == 1 and "Ẩn" not in browser.text and "nữa" not in browser.text


@scorm
def test_each_part_has_its_own_state_and_the_score_is_of_all(room: Pages):
    first = open_part(room)
    say(room, first, score="80")
    assert signs(come(room)) == [("Phần 1", "✓"), ("Phần 2", "○"), ("Đọc thêm", "○")]
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score) == (AttemptState.OPEN, None), "a part is no whole"
    assert waits(room) is None
    second = open_part(room)  # the button goes to the first that is not done
    assert "cmi.suspend_data" not in second.sit()["elements"]
    say(room, second, score="40")
    open_part(room).sit()  # says nothing: it is done when it was opened
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score, attempt.progress) == (AttemptState.FINISHED, 60, 1)
    assert waits(room).wanted.value == 60
    assert signs(come(room)) == [("Phần 1", "✓"), ("Phần 2", "✓"), ("Đọc thêm", "✓")]


@scorm
def test_a_part_goes_on_where_it_was_left_and_a_done_one_may_be_opened_again(room: Pages):
    say(room, open_part(room, 2), status="incomplete")
    say(room, open_part(room, 1), score="30")
    assert signs(come(room))[:2] == [("Phần 1", "✓"), ("Phần 2", "●")]
    again = open_part(room, 2).sit()["elements"]
    assert again["cmi.suspend_data"] == "của phần này" and "resume" in again.values()
    say(room, open_part(room, 1), score="90")
    say(room, open_part(room, 2), score="50")
    open_part(room, 3).sit()
    assert attempts(room)[0].score == 70, "the newest of each"


def pass_mark(room: Pages, part: int, **more: Any) -> float | None:
    """What content is told, in SCORM's own scale."""
    elements = open_part(room, part, **more).sit()["elements"]
    names = ("cmi.student_data.mastery_score", "cmi.scaled_passing_score")
    return next((float(elements[name]) for name in names if name in elements), None)


@scorm
def test_the_pass_mark_of_a_part_is_its_own(room: Pages):
    assert [pass_mark(room, part) for part in (1, 2)] == [50 if room.base == "scorm12" else 0.5, None]


@scorm
def test_a_pass_mark_that_a_teacher_chose_is_for_every_part(room: Pages):
    mark = {"pass_mark": "70"}
    assert {pass_mark(room, part, custom=mark) for part in (1, 2)} == {70 if room.base == "scorm12" else 0.7}


@scorm
def test_an_older_sitting_in_another_part_writes_no_more(room: Pages):
    first, second = open_part(room, 1), open_part(room, 2)
    sitting = first.sit()["sitting"]
    newer = second.sit()["sitting"]
    assert second.commit(newer, 1, cmi__suspend_data="zwei").status_code == 200
    assert first.commit(sitting, 1, cmi__suspend_data="eins").status_code == 409


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 5000, "٣", "²", "-1", "hai"], ids=lambda typed: f"{len(typed)}")
@scorm
def test_what_is_no_number_of_a_part_opens_the_one_to_go_on_with(room: Pages, typed: str):
    browser = come(room)
    assert browser.send(browser.here("play/"), part=typed).status_code == 200
    assert browser.send(browser.here("play/"), part="9" * 17).status_code == 404
    assert browser.get(browser.here(f"play/?looks={typed}")).status_code == 200


@scorm
def test_a_part_that_there_is_not_is_not_found_and_a_token_opens_its_own(room: Pages):
    browser = come(room)
    assert browser.send(browser.here("play/"), part="4").status_code == 404
    content = open_part(room, 2)
    assert b"index.html?2" in content.get().data
    say(room, content, status="incomplete")
    credit = "cmi.core.credit" if room.base == "scorm12" else "cmi.credit"  # kept from the first look on: it was opened
    own = {name for name in attempts(room)[0].elements if not name.startswith("0/")}
    assert own == {f"2/{name}" for name in (WORDS[room.base][0], "cmi.suspend_data", credit)}


def unit(room: Pages, part: int) -> Lesson:
    return Lesson(room, open_part(room, part)).begin()


def satisfied(room: Pages) -> list[str]:
    lrs = room.house.app.lrs("https://bridge.example.test/xapi/")
    return [one["object"]["id"] for one in said(lrs, attempts(room)[0].id, SATISFIED)]


@units
def test_units_are_satisfied_one_by_one_then_the_block_then_the_course(room: Pages):
    first = unit(room, 1)
    assert first.say("passed", result=passed(0.8), categories=(CMI5, MOVE_ON)).status_code == 200
    assert satisfied(room) == []
    first.say("terminated", result={"duration": "PT9S"})
    second = unit(room, 2)
    assert second.activity != first.activity
    assert second.data["moveOn"] == "Completed" and "masteryScore" not in second.data
    done = {"completion": True, "duration": "PT9S"}
    assert second.say("completed", result=done, categories=(CMI5, MOVE_ON)).status_code == 200
    above = [re.sub(r"/[0-9a-f-]{36}$", "", one) for one in satisfied(room)]
    assert above == [f"{first.activity}/block", f"{first.activity}/course"]  # the third asks for nothing
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score) == (AttemptState.OPEN, None), "the third was not opened yet"
    assert signs(come(room)) == [("Bài 1", "✓"), ("Bài 2", "✓"), ("Ôn tập", "○")]
    second.say("terminated", result={"duration": "PT9S"})
    third = unit(room, 3)
    assert third.say("passed", result=passed(0.4), categories=(CMI5, MOVE_ON)).status_code == 200
    third.say("terminated", result={"duration": "PT9S"})
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score, attempt.passed) == (AttemptState.CLOSED, 60, True)
    assert waits(room).wanted.value == 60


@units
def test_a_unit_that_was_left_without_a_word_is_abandoned_as_itself(room: Pages):
    left = unit(room, 1)
    there = unit(room, 2)
    abandoned = [
        one for one in there.ask("statements").get_json()["statements"] if one["verb"]["id"].endswith("abandoned")
    ]
    assert [one["object"]["id"] for one in abandoned] == [left.activity]


@units
def test_what_a_kill_left_unsaid_of_a_part_is_made_good_at_the_next_opening(room: Pages):
    first = unit(room, 1)
    first.say("passed", result=passed(0.8), categories=(CMI5, MOVE_ON))
    table, (attempt,) = room.school.store.attempts, attempts(room)

    def killed(before):
        return type(before)(**{**{name: getattr(before, name) for name in before.__slots__}, "elements": {}}), ()

    table.change(SCHOOL, attempt.id, killed)
    assert signs(come(room))[0] == ("Bài 1", "○")
    unit(room, 2)
    assert signs(come(room))[0] == ("Bài 1", "✓")


@scorm
def test_a_page_that_was_opened_before_there_were_parts_still_commits(room: Pages):
    content, player = open_part(room, 1), room.house.app.player()
    said, _, _ = content.path.removeprefix("/p/").partition(".")
    old = "|".join(urlsafe_b64decode(said + "=" * (-len(said) % 4)).decode().split("|")[:3])
    raw = [old.encode(), player.seal(old)[:16]]
    content.path = "/p/" + ".".join(urlsafe_b64encode(each).rstrip(b"=").decode() for each in raw) + "/"
    say(room, content, status="incomplete")
    assert attempts(room)[0].elements["cmi.suspend_data"] == "của phần này"


@units
def test_a_teacher_who_lets_a_pupil_off_lets_off_every_unit(room: Pages):
    unit(room, 1)
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    here = browser.here(f"play/attempts/{attempts(room)[0].id}")
    assert browser.send(here, turn="waive", why="Ốm").status_code == 200
    (attempt,) = attempts(room)
    assert (attempt.state, attempt.score, attempt.progress) == (AttemptState.CLOSED, None, 1)
    assert len(satisfied(room)) == 2
    assert [sign for _, sign in signs(come(room))] == ["✓", "✓", "✓"]


@scorm
def test_who_reviews_a_material_sees_every_part(room: Pages):
    room.school.store.grants.grant(SCHOOL, Grant("HT", "principal"), by="x", now=room.school.clock())
    browser = room.browser()
    browser.launch(launch(user="HT", idnumber="HT"))
    number = room.material.newest.number
    browser.get(browser.here(f"play/preview/{room.material.id}/{number}"))
    assert "Phần 1/3: Phần 1" in browser.text
    (after,) = re.findall(r'href="([^"]+/parts/2)"', browser.text)
    browser.get(after)
    assert "Phần 2/3: Phần 2" in browser.text and b"index.html?2" in Content(room, browser).get().data
