"""A lesson in a window of its own over HTTP: its page, what its address is worth, what stands between it and us."""

from pathlib import Path

import pytest

from tests.materials.units import OWN_WINDOW, UNIT
from tests.web.classroom import open_room, publish
from tests.web.test_lessons import CMI5, DURATION, MOVE_ON, Lesson, open_lesson, passed
from tests.web.test_play import attempts, learn
from tests.web.world import Pages

SCRIPT = 'own/{}.js"'


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path, "cmi5")
    pages.material = publish(pages, tmp_path, "cmi5", **OWN_WINDOW, **{"doc.pdf": "%PDF", "a.svg": "<svg/>"})
    return pages


def address(lesson: Lesson) -> str:
    """What stands in the bar of the lesson's window, up to its files."""
    return lesson.told["url"].partition("/files/")[0].removeprefix(lesson.content.origin)


def test_a_unit_that_wants_its_own_window_gets_it_and_any_other_a_frame(room: Pages, tmp_path: Path):
    own = learn(room)
    assert SCRIPT.format("window") in own.get().text and 'id="open"' in own.get().text
    assert SCRIPT.format("opening") in own.get("window").text
    room.material = publish(room, tmp_path, "cmi5", **UNIT)
    framed = learn(room)
    assert SCRIPT.format("lesson") in framed.get().text and 'id="open"' not in framed.get().text


def test_what_stands_alone_has_a_sandbox_of_its_own(room: Pages):
    content = learn(room)
    for name in ("", "window", "files/index.html", "files/a.svg", "files/none.html"):
        policy = content.get(name).headers["Content-Security-Policy"]
        assert "; sandbox allow-scripts" in policy and "allow-top-navigation" not in policy
    framed = content.get("files/index.html", headers={"Sec-Fetch-Dest": "iframe"})
    assert "sandbox" not in framed.headers["Content-Security-Policy"]  # the frame has it
    assert "sandbox" not in content.get("files/doc.pdf").headers["Content-Security-Policy"]


def test_no_document_and_no_word_of_a_lesson_is_kept_by_a_browser(room: Pages):
    lesson = open_lesson(room).begin()
    for reply in (lesson.content.get("files/index.html"), lesson.content.get("files/a.svg"), lesson.ask("statements")):
        assert reply.headers["Cache-Control"] == "no-store"
    assert lesson.content.get("files/au.js").headers["Cache-Control"] == "private, max-age=600"


def test_the_address_in_the_bar_opens_files_and_nothing_else(room: Pages):
    lesson = open_lesson(room).begin()
    bar, lesson.content.path = lesson.content.path, f"{address(lesson)}/"
    assert bar != lesson.content.path
    assert lesson.content.get("files/au.js").status_code == 200
    assert lesson.content.get().status_code == lesson.content.get("window").status_code == 401
    for name in ("launch", "still", "sit", "commit"):
        assert lesson.content.post(name, {}).status_code == 401
    assert lesson.fetch()["error-code"] == "1"
    assert attempts(room)[0].sitting == 1


def test_the_page_that_keeps_the_window_learns_that_the_lesson_has_ended(room: Pages):
    lesson = open_lesson(room).begin()
    assert lesson.content.post("still", {"sitting": 1}).get_json() == {"ok": True, "ended": False, "closed": False}
    lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON))
    lesson.say("terminated", result=DURATION)
    assert lesson.content.post("still", {"sitting": 1}).get_json() == {"ok": True, "ended": True, "closed": True}


def test_a_page_left_open_after_the_goodbye_learns_no_more(room: Pages):
    lesson = open_lesson(room).begin()
    lesson.say("terminated", result=DURATION)
    before = attempts(room)[0].seconds
    for _ in range(5):
        room.school.clock.sleep(15)
        assert lesson.content.post("still", {"sitting": 1}).status_code == 200
    assert attempts(room)[0].seconds == before
