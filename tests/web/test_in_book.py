"""A pupil's page of a lesson says when its score reached the city's book, and nothing that is not known."""

import html
import re
from decimal import Decimal

import pytest

from bridge.domain.mapping import Policy
from bridge.domain.scores import Column, mark
from bridge.domain.sheets import Activity
from bridge.ports.lms import ItemKind
from bridge.sync.own import own_fed
from tests.sync.harness import SCHOOL, TX1, item, item_id
from tests.web.classroom import pupil
from tests.web.fakes import launch, two_moodles
from tests.web.test_play import learn
from tests.web.test_sheet import confirm, looked
from tests.web.world import Browser, Pages

NOT_YET, OTHER = "Chưa có. Giáo viên xem và xác nhận", "Khác với kết quả của bài này"


@pytest.fixture
def room(fed_room: Pages) -> Pages:
    return fed_room


def feed(room: Pages, **more: object) -> None:
    kept = {"kind": ItemKind.ACTIVITY, "module": "lti", "resource_link": "l1", **more}
    room.school.lms.put_item(12, item(12, TX1, **kept))  # type: ignore[arg-type]


def finish(room: Pages, code: str = "HS11", raw: str = "80", **more: object) -> None:
    content = learn(room, code, **more)
    content.commit(
        content.sit()["sitting"], 1, final=True, cmi__core__lesson_status="passed", cmi__core__score__raw=raw
    )


def look(room: Pages) -> Browser:
    browser = room.browser()
    browser.launch(launch())
    return looked(browser)


def send(room: Pages, code: str = "HS11", raw: str = "8") -> None:
    """As Moodle has it, a teacher confirms it."""
    room.school.put(code, raw)
    confirm(look(room))
    room.work()


def said(room: Pages, code: str = "HS11", *, english: bool = False, **more: object) -> str:
    """The lines about the city's book on the lesson's page, as a person reads them."""
    browser = room.browser()
    browser.launch(pupil(room.material, code, **more))  # type: ignore[attr-defined]
    browser.get(browser.here(f"play/?lang={'en' if english else 'vi'}"))
    head = "In the city&#39;s book" if english else "Trong sổ điểm của CSDL ngành"
    lines = re.findall(rf"<div class=\"told\"><dt>{head}(.*?)</dd></div>", browser.text, re.S)
    return " | ".join(" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines)


def test_what_was_confirmed_is_there_with_its_time(room: Pages):
    finish(room)
    send(room)
    assert re.fullmatch(r"Toán, ĐĐGtx1, Học kỳ I 8,0 · Điểm đã vào sổ điểm lúc \d\d:\d\d 20/11/2026", said(room))
    assert re.search(r"8\.0 · Your score reached the city's book at \d\d:\d\d", said(room, english=True))


def test_before_it_arrives_it_is_not_yet_there(room: Pages):
    finish(room)
    look(room)
    assert said(room) == f"Toán, ĐĐGtx1, Học kỳ I {NOT_YET} trước khi gửi."
    assert "Not yet." in said(room, english=True)


@pytest.mark.parametrize("why", ["never looked at", "ungraded", "another tool's", "other Moodle", "unmapped", "off"])
def test_where_it_feeds_nothing_nothing_is_said(room: Pages, why: str):
    finish(room, custom={"graded": "0"} if why == "ungraded" else {})
    if why == "another tool's":
        feed(room, resource_link="l2")
    if why != "never looked at":
        look(room)
    if why == "other Moodle":
        room.registrations.rows = two_moodles(room.house.app.sync.platform)
    now, mappings = room.school.clock(), room.school.store.mappings
    if why == "unmapped":
        mappings.drop_item(SCHOOL, 12, item_id(12, TX1), actor="x", now=now)
    if why == "off":
        mappings.set_policy(SCHOOL, TX1, Policy.OFF, actor="x", now=now)
    assert said(room) == ""


def test_what_was_confirmed_and_sent_by_commands_alone_is_there_too(room: Pages):
    """Nobody has opened a page of the score sheet."""
    finish(room)
    room.school.put("HS11", "8")
    room.school.run()
    assert NOT_YET in said(room)
    assert room.school.confirm("HS11") == 1
    room.school.run()
    assert re.fullmatch(r"Toán, ĐĐGtx1, Học kỳ I 8,0 · Điểm đã vào sổ điểm lúc \d\d:\d\d 20/11/2026", said(room))


def test_an_activity_that_is_gone_from_the_gradebook_feeds_nothing_any_more(room: Pages):
    finish(room)
    room.school.run()
    assert NOT_YET in said(room)
    feed(room, resource_link="l2")
    room.school.run()
    assert said(room) == ""


def test_another_value_in_the_book_is_shown_as_such(room: Pages):
    finish(room)
    send(room)
    room.school.edit("HS11", mark(95))
    look(room)
    assert re.fullmatch(rf"Toán, ĐĐGtx1, Học kỳ I 9,5 · Có trong sổ điểm khi xem lúc .*{OTHER}.*", said(room))


def test_a_better_attempt_after_the_sending_is_another_value(room: Pages):
    finish(room)
    send(room)
    finish(room, raw="90")
    assert re.search(rf"8,0 · Điểm đã vào sổ điểm lúc .*{OTHER}", said(room))
    send(room, raw="9")
    assert "9,0 · Điểm đã vào sổ điểm" in said(room) and OTHER not in said(room)


def test_what_the_book_had_before_anything_was_finished_is_no_result_of_this(room: Pages):
    room.school.edit("HS11", mark(70))
    look(room)
    assert re.search(rf"7,0 · Có trong sổ điểm .*{OTHER}", said(room))


def test_a_record_that_is_gone_is_not_there(room: Pages):
    finish(room)
    send(room)
    room.school.edit("HS11", None)
    look(room)
    assert NOT_YET in said(room)


def test_each_pupil_sees_the_own_and_a_stranger_nothing(room: Pages):
    for code in ("HS11", "HS12"):
        finish(room, code)
    send(room)
    assert "8,0" in said(room)
    assert NOT_YET in said(room, "HS12")
    assert said(room, "HS99") == ""  # an account that no pupil of the school has


@pytest.mark.parametrize(
    ("reached", "high", "book", "agrees"),
    [
        ("72.5", "10", 73, True),
        ("72.49999999999999", "10", 73, True),  # a browser's 0.725; Moodle keeps 7.25
        ("72.4", "10", 73, False),
        ("100", "4", 100, True),
        ("66.66666666666666", "3", 67, True),
        ("0", "10", 0, True),
    ],
)
def test_a_result_is_compared_as_it_comes_by_way_of_moodle(
    room: Pages, reached: str, high: str, book: int, agrees: bool
):
    feed(room, high=high)
    room.school.edit("HS11", mark(book))
    look(room)
    app = room.house.app
    key = app.store.rosters.directory(SCHOOL).key_of["HS11"]
    (found,) = own_fed(app.sync, key, Activity(12, "l1"), Decimal(reached))
    assert (found.column, found.agrees) == (Column.TX1, agrees)
