"""Scores that a browser reported: where they come from and what speaks against them, before anybody says yes."""

import html
import re

import pytest

from bridge.materials import teaching
from bridge.ports.lms import ItemKind
from tests.sync.harness import SCHOOL, TX1, TX2, item
from tests.web.classroom import pupil
from tests.web.fakes import launch, two_moodles
from tests.web.test_play import Content, learn
from tests.web.test_sheet import SHEET, confirm, looked
from tests.web.world import Browser, Pages

FAST, FORGED, NEVER, REOPENED = "HS13", "HS14", "HS15", "HS16"


@pytest.fixture
def room(fed_room: Pages) -> Pages:
    return fed_room


def play(room: Pages, code: str, *, answers: int = 3, minutes: int = 10, **more: object) -> Content:
    """One answer a minute, then the end."""
    content = learn(room, code, **more)
    sitting, raw = content.sit()["sitting"], {"cmi__core__score__raw": "80"}
    for number in range(minutes):
        room.school.clock.sleep(60)
        said = {f"cmi.interactions.{number}.id": f"q{number}"} if number < answers else {}
        content.commit(sitting, number + 1, cmi__core__lesson_status="incomplete", **said)
    content.commit(sitting, 99, final=True, cmi__core__lesson_status="passed", **raw)
    return content


def sheet_of(room: Pages, *marked: str) -> Browser:
    for code in marked:
        room.school.put(code, "8")
    browser = room.browser()
    browser.launch(launch())
    looked(browser)
    browser.get(browser.here(f"{SHEET}columns/TX1"))
    return browser


def hints(browser: Browser) -> dict[str, str]:
    """What the table of evidence says of each pupil."""
    table = re.search(r'aria-labelledby="source-.*?</table>', browser.text, re.S)
    assert table is not None, browser.text
    rows = re.findall(r'<th scope="row">Người Thử (\d+)</th><td(?: class="wide")?>(.*?)</td>(.*?)</tr>', table[0], re.S)
    return {code: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", odd)).split()) for code, odd, _ in rows}


@pytest.fixture
def teacher(room: Pages) -> Browser:
    for code in ("HS11", "HS12", "HS21", "HS22"):
        play(room, code)
    play(room, FAST, minutes=1, answers=1)
    play(room, FORGED, answers=0, minutes=9)
    play(room, REOPENED)
    (link,) = room.school.store.attempts.links_of(SCHOOL, room.material.id)  # type: ignore[attr-defined]
    player = room.house.app.player()
    attempt = player.attempts.of_learner(SCHOOL, link.id, REOPENED[2:])[0]
    teaching.reopen(player, attempt, actor="GV1", why="mất điện")
    return sheet_of(room, "HS11", "HS12", FAST, FORGED, NEVER)


def test_a_played_column_shows_material_version_and_activity(teacher: Browser):
    for said in ("Nguồn và bằng chứng: Luyện tập", "Phân số bằng nhau", "phiên bản đã làm: 1", "khoá học số 12"):
        assert said in teacher.text


def test_each_pupil_has_attempts_and_time_and_what_is_odd(teacher: Browser):
    assert hints(teacher) == {
        "11": "–",
        "12": "–",
        "13": "● xong nhanh hơn hẳn các bạn",
        "14": "● có điểm mà không trả lời câu nào",
        "15": "● có điểm nhưng chưa hoàn thành lần nào ở đây",
        "16": "● giáo viên đã cho làm tiếp",
    }
    assert "4 học sinh có dấu hiệu nên xem lại" in teacher.text
    assert "Đây chỉ là gợi ý để hỏi lại học sinh, không phải kết luận" in teacher.text
    assert re.search(r"Người Thử 11</th><td>–</td><td>1</td><td>10</td><td>\d\d:\d\d 20/11/2026</td>", teacher.text)


def test_the_same_in_english(teacher: Browser):
    teacher.get(teacher.here(f"{SHEET}columns/TX1?lang=en"))
    assert "Source and evidence: Luyện tập" in teacher.text
    assert hints(teacher)["13"] == "● finished far faster than the others"
    assert "They are hints to ask the pupil, not verdicts" in teacher.text


def test_evidence_stops_nobody_from_saying_yes(room: Pages, teacher: Browser):
    confirm(teacher)
    room.work()
    assert room.school.book(FAST) is not None


def test_an_attempt_that_was_set_aside_is_no_evidence(room: Pages):
    play(room, "HS11")
    (link,) = room.school.store.attempts.links_of(SCHOOL, room.material.id)  # type: ignore[attr-defined]
    player = room.house.app.player()
    (attempt,) = player.attempts.of_learner(SCHOOL, link.id, "11")
    teaching.reset(player, attempt, actor="GV1", why="làm hộ")
    assert hints(sheet_of(room, "HS11")) == {"11": "● có điểm nhưng chưa hoàn thành lần nào ở đây"}


@pytest.mark.parametrize("elsewhere", ["course", "platform", "column"])
def test_what_was_played_elsewhere_says_nothing_here(room: Pages, elsewhere: str):
    """The same number in another course, at another Moodle, or a column that no tool of ours marks."""
    play(room, "HS11", course=13 if elsewhere == "course" else 12)
    if elsewhere == "platform":
        room.registrations.rows = two_moodles(room.house.app.sync.platform)
    if elsewhere == "column":
        room.school.lms.put_item(12, item(12, TX1, kind=ItemKind.ACTIVITY, module="scorm"))
    browser = sheet_of(room, "HS11")
    assert "Nguồn và bằng chứng" not in browser.text
    assert "Bài này không chạy qua Cầu nối" in browser.text


def test_a_column_that_nobody_played_has_no_such_words(room: Pages):
    room.school.put("HS11", "7", TX2)
    browser = sheet_of(room, "HS11")
    browser.get(browser.here(f"{SHEET}columns/TX2"))
    assert "bằng chứng" not in browser.text and "Cầu nối nên" not in browser.text


def test_a_pupil_never_sees_it(room: Pages, teacher: Browser):
    browser = room.browser()
    browser.launch(pupil(room.material, "HS11"))  # type: ignore[attr-defined]
    assert browser.get(browser.here(f"{SHEET}columns/TX1")).status_code == 403
