"""A pupil sees the own scores as the city's book has them, and nothing of anybody else."""

import re

import pytest

from bridge.domain.scores import mark
from tests.sync.harness import TX2
from tests.web.fakes import launch
from tests.web.test_sheet import confirm, looked
from tests.web.world import Browser, Pages


@pytest.fixture
def teacher(pages: Pages) -> Browser:
    for number in range(11, 17):
        pages.school.put(f"HS{number}", f"{number - 7}")
    browser = pages.browser()
    browser.launch(launch())
    return looked(browser)


def pupil(pages: Pages, code: str = "HS11") -> Browser:
    browser = pages.browser()
    browser.launch(launch(user=code[2:], idnumber=code, teaching=False))
    return browser


def scores(browser: Browser) -> list[str]:
    return re.findall(r'class="v">([^<]+)<', browser.text)


def test_what_moodle_has_is_not_yet_in_the_book(pages: Pages, teacher: Browser):
    browser = pupil(pages)
    assert browser.at == browser.here("own")
    assert "Chưa có điểm nào" in browser.text


def test_what_the_city_accepted_is_there_with_its_time(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    browser = pupil(pages)
    assert scores(browser) == ["4,0"]
    assert "20/11/2026" in browser.text
    assert "Toán" in browser.text


def test_what_somebody_typed_into_the_book_is_there_once_it_was_seen(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", mark(95), TX2)
    assert scores(pupil(pages)) == []
    looked(teacher)
    assert scores(pupil(pages)) == ["9,5"]


def test_what_was_changed_in_the_book_counts_over_what_we_sent(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    pages.school.edit("HS11", mark(95))
    looked(teacher)
    assert scores(pupil(pages)) == ["9,5"]
    pages.school.edit("HS11", None)
    looked(teacher)
    assert scores(pupil(pages)) == []


def test_nothing_of_anybody_else(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    text = pupil(pages).text
    assert "Người Thử" not in text
    assert scores(pupil(pages, "HS12")) == ["5,0"]
    for word in ("trung bình", "xếp hạng", "5,0", "9,0"):
        assert word not in text


@pytest.mark.parametrize("idnumber", ["", "HS99", "GV1"])
def test_who_is_no_pupil_is_told_what_to_do(pages: Pages, idnumber):
    browser = pages.browser()
    reply = browser.launch(launch(user="50", idnumber=idnumber, teaching=False))
    assert reply.status_code == 403
    assert "mã số" in browser.text


def test_a_teacher_has_no_own_scores(pages: Pages, teacher: Browser):
    assert teacher.get(teacher.here("own")).status_code == 403
