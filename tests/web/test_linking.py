"""The deep linking dialogue: materials chosen for a course, and what becomes of them when pupils come."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.materials import MaterialState, ScorePolicy, Step
from bridge.materials import approval
from bridge.ports.launches import Launch
from bridge.ports.materials import Material, Turned
from bridge.ports.playing import Terms
from tests.sync.harness import SCHOOL
from tests.web.classroom import HEAD, publish, pupil
from tests.web.fakes import linking
from tests.web.world import Browser, Pages


@pytest.fixture
def two(pages: Pages, tmp_path: Path) -> list[Material]:
    return [publish(pages, tmp_path), publish(pages, tmp_path, "scorm2004")]


def choose(browser: Browser, found: Launch | None = None, **fields: Any):
    browser.launch(found or linking())
    assert browser.at == f"/lti/deep-link/{browser.visit}"
    return browser.send(f"{browser.at}/materials", **fields)


def test_several_materials_go_into_the_course_at_once_with_their_terms(pages: Pages, two: list[Material]):
    browser = pages.browser()
    choose(browser, material=[row.id for row in two], graded="1", policy="AVERAGE", attempts="3", pass_mark="62,5")
    assert 'value="signed"' in browser.text
    (items,) = pages.tool.answered
    assert [item.custom["material"] for item in items] == [row.id for row in two]
    assert {item.maximum for item in items} == {10.0}
    assert items[0].custom | {"material": ""} == {
        "material": "", "placed_in": "12", "graded": "1", "policy": "AVERAGE", "attempts": "3", "pass_mark": "62.5",
    }  # fmt: skip
    assert items[0].url == "https://bridge.example.test/lti/launch"


def test_an_ungraded_choice_makes_no_column(pages: Pages, two: list[Material]):
    choose(pages.browser(), material=two[0].id)
    ((item,),) = pages.tool.answered
    assert (item.maximum, item.custom["graded"]) == (None, "0")


def test_a_pupil_who_opens_what_was_chosen_plays_by_the_terms_that_were_chosen(pages: Pages, two: list[Material]):
    choose(pages.browser(), material=two[0].id, graded="1", policy="FIRST", attempts="2", by_completion="1")
    custom = dict(pages.tool.answered[0][0].custom)
    browser = pages.browser()
    browser.launch(pupil(two[0], custom=custom))
    assert browser.at.endswith("/play/") and "Bắt đầu" in browser.text
    (link,) = pages.school.store.attempts.links_of(SCHOOL, two[0].id)
    assert link.terms == Terms(graded=True, policy=ScorePolicy.FIRST, attempts=2, by_completion=True)


def test_what_moodle_does_not_take_is_said(pages: Pages, two: list[Material]):
    browser = pages.browser()
    browser.launch(linking())
    assert "được tính ngay" in browser.text and "Hạn nộp" in browser.text


def test_searching_keeps_what_was_chosen(pages: Pages, two: list[Material]):
    browser = pages.browser()
    choose(browser, material=two[0].id, find="1", q="khong co gi nhu the", attempts="4")
    assert f'value="{two[0].id}" checked' in browser.text and two[1].id not in browser.text
    assert 'value="4"' in browser.text
    assert pages.tool.answered == []


def test_only_what_is_in_use_can_be_chosen(pages: Pages, two: list[Material]):
    seen = MaterialState.PUBLISHED
    approval.take(pages.house.app.library(), Turned(two[0].id, 1, seen, Step.WITHDRAW, seen, "Sai"), permits=HEAD)
    browser = pages.browser()
    browser.launch(linking())
    assert two[0].id not in browser.text and two[1].id in browser.text
    assert choose(pages.browser(), material=two[0].id).status_code == 404


def test_what_was_opened_in_this_course_before_is_marked(pages: Pages, two: list[Material]):
    pages.browser().launch(pupil(two[0]))
    browser = pages.browser()
    browser.launch(linking())
    assert browser.text.count("hoạt động và cột điểm thứ hai") == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Chưa chọn học liệu nào"),
        ({"attempts": "nhiều"}, "nhiều"),
        ({"pass_mark": "101"}, "101"),
    ],
)
def test_a_choice_that_cannot_be_is_told(pages: Pages, two: list[Material], fields: dict[str, str], says: str):
    browser = pages.browser()
    more = {} if not fields else {"material": two[0].id}
    assert choose(browser, **more, **fields).status_code == 422
    assert says in browser.text and pages.tool.answered == []


def test_a_dialogue_for_one_takes_one(pages: Pages, two: list[Material]):
    one = linking()
    assert one.deep_linking is not None
    one = replace(one, deep_linking=replace(one.deep_linking, multiple=False))
    browser = pages.browser()
    browser.launch(one)
    assert 'type="radio"' in browser.text
    assert choose(pages.browser(), one, material=[row.id for row in two]).status_code == 422


def test_a_place_that_takes_no_links_is_told(pages: Pages):
    other = linking()
    assert other.deep_linking is not None
    browser = pages.browser()
    reply = browser.launch(replace(other, deep_linking=replace(other.deep_linking, accepts=("file",))))
    assert reply.status_code == 422 and "chỉ nhận: file" in browser.text


def test_who_came_as_a_learner_chooses_nothing(pages: Pages, two: list[Material]):
    learner = linking()
    browser = pages.browser()
    assert browser.launch(replace(learner, person=replace(learner.person, teaching=False))).status_code == 403
