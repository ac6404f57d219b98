"""The leader's own page: what it counts, what a press releases, and what it leaves alone."""

import html
import re
from datetime import timedelta

import pytest

from bridge.domain.actors import Role
from bridge.domain.mapping import Policy
from bridge.domain.scores import mark
from tests.sync.harness import SCHOOL, TX1, UNIT
from tests.web.fakes import launch
from tests.web.test_school import granted
from tests.web.world import Browser, Pages


@pytest.fixture
def waiting(pages: Pages) -> Pages:
    """Two scores of 10A1 that their teacher has confirmed."""
    pages.school.policy(Policy.RELEASE, TX1)
    pages.school.put("HS11", "8")
    pages.school.put("HS12", "9")
    pages.school.plan()
    pages.school.confirm()
    return pages


@pytest.fixture
def principal(waiting: Pages) -> Browser:
    return granted(waiting, "HT01", Role.PRINCIPAL)


def boxes(browser: Browser) -> list[str]:
    browser.get(browser.here("releases/"))
    return [html.unescape(value) for value in re.findall(r'name="column" value="([^"]+)"', browser.text)]


def test_a_column_that_waits_is_counted_and_released_by_a_press(waiting: Pages, principal: Browser):
    ticked = boxes(principal)
    assert "2 điểm đang chờ duyệt" in principal.text
    assert [text.split("|")[1:] for text in ticked] == [["10A1", "TOAN", "HK1", "TX1", "2"]]
    principal.send(principal.here("releases/"), column=ticked)
    assert "Đã duyệt 2 điểm" in principal.text
    assert boxes(principal) == []
    waiting.school.run()
    assert (waiting.school.book("HS11"), waiting.school.book("HS12")) == (mark(80), mark(90))


def test_pressed_twice_it_is_one_release(waiting: Pages, principal: Browser):
    ticked = boxes(principal)
    for _ in range(2):
        assert principal.send(principal.here("releases/"), column=ticked).status_code == 200
    assert "chưa duyệt" not in principal.text
    given = [row for row in waiting.school.store.audit.show(SCHOOL, limit=99) if row.actor == "HT01"]
    assert [row.what for row in given].count("score.release") == 2  # one a score


def test_a_yes_is_to_what_was_counted_and_to_nothing_more(waiting: Pages, principal: Browser):
    seen = boxes(principal)[0]
    fewer = seen.rsplit("|", 1)[0] + "|1"
    principal.send(principal.here("releases/"), column=[fewer])
    assert "1 cột đã thay đổi" in principal.text
    waiting.school.run()
    assert waiting.school.book("HS11") is None


def test_a_score_that_changed_after_the_release_waits_again(waiting: Pages, principal: Browser):
    principal.send(principal.here("releases/"), column=boxes(principal))
    waiting.school.put("HS11", "7")
    waiting.school.run()
    assert waiting.school.book("HS11") is None
    assert waiting.school.book("HS12") == mark(90)


def test_a_department_head_releases_the_own_subjects_alone(waiting: Pages, principal: Browser):
    ticked = boxes(principal)
    own, other = (
        granted(waiting, "TT01", Role.DEPARTMENT_HEAD, "TOAN"),
        granted(waiting, "TT02", Role.DEPARTMENT_HEAD, "GDTC"),
    )
    assert boxes(other) == []
    assert other.send(other.here("releases/"), column=ticked).status_code == 403
    assert "Toán" not in other.text.partition("<main")[2]
    assert boxes(own) == ticked
    assert own.send(own.here("releases/"), column=ticked).status_code == 200
    assert "Đã duyệt 2 điểm" in own.text


@pytest.mark.parametrize("who", [{"idnumber": "GV1"}, {"idnumber": "HS11", "teaching": False}, {"idnumber": "XX"}])
def test_nobody_else_releases_anything(waiting: Pages, principal: Browser, browser: Browser, who: dict[str, object]):
    ticked = boxes(principal)
    browser.launch(launch(user="7", **who))
    assert browser.send(browser.here("releases/"), column=ticked).status_code == 403
    waiting.school.run()
    assert waiting.school.book("HS11") is None


def test_numbers_of_yesterday_are_shown_and_not_released(waiting: Pages, principal: Browser):
    ticked = boxes(principal)
    waiting.school.clock.at += timedelta(hours=25)
    assert boxes(principal) == []
    assert "quá 24 giờ" in principal.text
    assert principal.send(principal.here("releases/"), column=ticked).status_code == 409


@pytest.mark.parametrize("text", [
    "", "x", "last|10A1|TOAN|HK1|TX1", "last|10A1|TOAN|HK3|TX1|2", "last|10A1|TOAN|HK1|TX9|2",
    "last|10A1|TOAN|HK1|TX1|-2", "last|10A1|TOAN|HK1|TX1|9999999", "none|10A1|TOAN|HK1|TX1|2",
])  # fmt: skip
def test_what_no_line_has_said_is_not_found(waiting: Pages, principal: Browser, text: str):
    assert principal.send(principal.here("releases/"), column=[text]).status_code == 404


def test_nothing_ticked_is_told(principal: Browser):
    assert principal.send(principal.here("releases/")).status_code == 422


def test_the_counts_of_each_subject_stand_below(waiting: Pages, principal: Browser):
    principal.get(principal.here(f"releases/?term={UNIT.term}"))
    table = principal.text.partition("<tbody>")[2]
    assert re.search(r"Toán</th><td>0/2</td><td>–</td><td>2</td><td>–</td>", table)


@pytest.mark.parametrize("query", ["?released=x&others=-1", "?released=" + "9" * 400, "?term=HK9", "?released=<b>"])
def test_however_an_address_is_written_it_is_a_page(principal: Browser, query: str):
    assert principal.get(principal.here(f"releases/{query}")).status_code == 200
    assert "<b>" not in principal.text.partition("<h1")[2].partition("</h1>")[0]
