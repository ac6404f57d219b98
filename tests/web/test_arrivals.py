"""What of a lesson's scores did not arrive in Moodle: its teacher sees why, decides, and sends again."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.ports.launches import ScoreService
from bridge.ports.passback import PassbackState, Place, Shown, Trouble
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room
from tests.web.fakes import launch
from tests.web.test_play import done, learn
from tests.web.world import Browser, Pages

COLUMN = "https://m/items/7"
PLACE = Place("r1", COLUMN, "11")
ENTERED = Shown(Decimal(7), Decimal(10))
GONE = Trouble("REFUSED", {"remote": "platform", "operation": "scores", "reason": "COLUMN_GONE", "theirs": 404})


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    """A pupil has finished with 80 %, which waits to be sent."""
    open_room(pages, tmp_path)
    done(learn(pages))
    return pages


def end(room: Pages, how: str, *what: Any) -> None:
    outbox, now = room.school.store.passbacks, room.school.clock()
    claim = outbox.claim(SCHOOL, now=now, seconds=60)
    getattr(outbox, how)(claim, *what, now=now)


def state(room: Pages) -> PassbackState:
    found = room.school.store.passbacks.find(SCHOOL, PLACE)
    assert found is not None
    return found.state


def teacher(room: Pages, idnumber: str = "GV1", **more: Any) -> Browser:
    browser = room.browser()
    scores = ScoreService("https://m/items", COLUMN, frozenset())
    browser.launch(launch(idnumber=idnumber, custom={"material": room.material.id}, scores=scores, **more))
    return browser


def settle(browser: Browser, choice: str, seen: str = "7/10") -> int:
    return browser.send(browser.here("play/arrivals/settle"), learner="11", seen=seen, choice=choice).status_code


def test_the_teacher_of_the_course_decides_what_stays(room: Pages):
    end(room, "conflict", ENTERED)
    browser = teacher(room)
    assert "Giữ điểm trong Moodle" in browser.text and "Điểm người nhập trong Moodle" in browser.text
    assert settle(browser, "SEND_OURS", seen="6/10") == 404
    assert state(room) is PassbackState.CONFLICT
    assert settle(browser, "KEEP_THEIRS") == 200
    assert state(room) is PassbackState.KEPT
    browser.get(browser.here("play/attempts"))
    assert "Giữ điểm trong Moodle" not in browser.text


def test_sending_ours_is_bound_to_what_the_page_showed(room: Pages):
    end(room, "conflict", ENTERED)
    assert settle(teacher(room), "SEND_OURS") == 200
    found = room.school.store.passbacks.find(SCHOOL, PLACE)
    assert found is not None
    assert (found.state, found.allowed) == (PassbackState.WAITING, ENTERED)


def test_why_a_score_was_given_up_is_said_with_its_cure(room: Pages):
    end(room, "dead", GONE)
    assert "Cột điểm hoặc khóa học này không còn trong Moodle" in teacher(room).text


def test_several_scores_with_one_cure_are_told_once(room: Pages):
    end(room, "dead", GONE)
    done(learn(room, "HS12"))
    end(room, "dead", GONE)
    assert teacher(room).text.count("không còn trong Moodle") == 1


def test_all_scores_of_the_activity_are_looked_at_again_by_a_press(room: Pages):
    end(room, "delivered", Shown(Decimal(8), Decimal(10)))
    browser = teacher(room)
    assert "Gửi lại điểm sang Moodle" in browser.text and "Điểm chưa vào Moodle" not in browser.text
    assert browser.send(browser.here("play/arrivals/again")).status_code == 200
    assert state(room) is PassbackState.WAITING


@pytest.mark.parametrize("path", ["settle", "again"])
def test_a_pupil_decides_nothing(room: Pages, path: str):
    end(room, "conflict", ENTERED)
    pupil = room.browser()
    pupil.launch(launch(user="11", idnumber="HS11", teaching=False, custom={"material": room.material.id}))
    fields = {"learner": "11", "seen": "7/10", "choice": "SEND_OURS"}
    assert pupil.send(pupil.here(f"play/arrivals/{path}"), **fields).status_code == 403
    assert state(room) is PassbackState.CONFLICT
