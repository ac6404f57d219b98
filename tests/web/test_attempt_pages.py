"""What a pupil and a teacher read of an attempt: in words, with questions counted from one."""

import html
import re
from pathlib import Path

import pytest

from bridge.ports.passback import Shown
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room, pupil
from tests.web.test_play import attempts, done, learn, teacher
from tests.web.world import Pages


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path)
    return pages


def told(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_a_timeline_counts_questions_from_one_and_says_what_the_package_said_in_words(room: Pages):
    content = learn(room)
    said = {f"cmi__interactions__{number}__id": f"q{number}" for number in (0, 1, 10)}
    content.commit(content.sit()["sitting"], 1, cmi__core__lesson_status="not attempted", **said)
    browser = teacher(room)
    browser.get(browser.here(f"play/attempts/{attempts(room)[0].id}"))
    assert "trả lời câu 1, 2, 11" in told(browser.text)
    assert "trạng thái chưa làm" in told(browser.text)


def test_the_list_says_in_words_how_an_attempt_ended(room: Pages):
    done(learn(room))
    assert "Đã xong đã học hết" in told(teacher(room).text)


def test_the_pupils_page_looks_again_until_the_score_is_there(room: Pages):
    done(learn(room))
    browser = room.browser()
    browser.launch(pupil(room.material))
    assert "Đang được gửi vào Moodle" in browser.text and "looks=1" in browser.text
    browser.get(browser.here("play/?looks=6"))
    assert "looks=7" not in browser.text, "not for ever"
    outbox, now = room.school.store.passbacks, room.school.clock()
    claim = outbox.claim(SCHOOL, now=now, seconds=60)
    assert claim is not None
    outbox.delivered(claim, Shown(claim.row.wanted.value, claim.row.wanted.maximum), now=now)
    browser.get(browser.here("play/"))
    assert "Điểm đã vào Moodle" in browser.text and "looks=" not in browser.text


def test_that_a_change_of_the_terms_changes_nothing_is_said_plainly(room: Pages):
    done(learn(room))
    browser = teacher(room)
    browser.send(browser.here("play/terms"), graded="1", policy="LATEST")
    assert "Không học sinh nào có điểm tính khác." in told(browser.text)
