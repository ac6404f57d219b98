"""SCORM 1.2 prerequisites over HTTP: a part is shut with its reason until they are met, however it is asked for."""

import re
from pathlib import Path

import pytest

from bridge.domain.actors import Grant
from tests.materials.parts import with_prerequisites
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room, publish
from tests.web.fakes import launch
from tests.web.test_parts import come, open_part, say, signs
from tests.web.test_play import Content, attempts
from tests.web.world import Browser, Pages


def room_with(pages: Pages, folder: Path, **scripts: str) -> Pages:
    open_room(pages, folder)
    pages.material = publish(pages, folder, "scorm12", **with_prerequisites(**scripts))  # type: ignore[attr-defined]
    pages.base = "scorm12"  # type: ignore[attr-defined]
    return pages


def reasons(browser: Browser) -> list[str]:
    return re.findall(r'class="quiet why">([^<]+)<', browser.text)


def test_what_must_be_done_first_is_named_beside_the_shut_part(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I2="I1", I3="I1&I2")
    browser = come(room)
    assert signs(browser) == [("Phần 1", "○"), ("Phần 2", "✕"), ("Đọc thêm", "✕")]
    assert reasons(browser) == ["Cần làm xong trước: Phần 1.", "Cần làm xong trước: Phần 1, Phần 2."]
    assert re.findall(r'name="part" value="(\d)"', browser.text) == ["1"]
    say(room, open_part(room), score="80")
    browser = come(room)
    assert (signs(browser), reasons(browser)) == (
        [("Phần 1", "✓"), ("Phần 2", "○"), ("Đọc thêm", "✕")],
        ["Cần làm xong trước: Phần 2."],
    )


def test_whoever_asks_for_it_all_the_same_is_told_and_gets_no_token(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I2="I1")
    browser = come(room)
    assert browser.send(browser.here("play/"), part="2").status_code == 200
    assert "/p/" not in browser.text and "Chưa mở được phần 2: Phần 2" in browser.text
    browser.get(browser.here(f"play/{attempts(room)[0].id}/parts/2"))
    assert "/p/" not in browser.text


def test_a_token_from_before_opens_no_part_that_is_shut_since(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I2="~I1=completed")
    second = open_part(room, 2)
    say(room, open_part(room, 1), status="completed")
    reply = second.post("sit", {})
    assert (reply.status_code, reply.get_json()["code"]) == (403, "PART_SHUT")
    assert reasons(come(room)) == ["Bài học chỉ cho mở phần này trong điều kiện khác."]


def test_what_a_heading_asks_for_is_asked_for_everything_under_it(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, H1="I1=passed")
    say(room, open_part(room), score="30")  # below the pass mark of 50
    assert [sign for _, sign in signs(come(room))] == ["✓", "✕", "✕"]
    say(room, open_part(room, 1), score="50")
    assert [sign for _, sign in signs(come(room))] == ["✓", "○", "○"]


@pytest.mark.parametrize("script", ["I9", "I1 I2", "I4", "~" * 99 + "I1", "I1&&", ""])
def test_what_nobody_could_meet_shuts_nothing(pages: Pages, tmp_path: Path, script: str):
    room = room_with(pages, tmp_path, I2=script)
    assert [sign for _, sign in signs(come(room))] == ["○", "○", "○"]
    open_part(room, 2).sit()


def test_the_button_goes_on_with_the_first_part_that_may_be_opened(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I1="I3")
    content = open_part(room)
    assert b"index.html?2" in content.get().data


def test_a_shut_part_is_seen_by_who_reviews(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I2="I1")
    room.school.store.grants.grant(SCHOOL, Grant("HT", "principal"), by="x", now=room.school.clock())
    browser = room.browser()
    browser.launch(launch(user="HT", idnumber="HT"))
    browser.get(browser.here(f"play/preview/{room.material.id}/{room.material.newest.number}/parts/2"))
    Content(room, browser).sit()
