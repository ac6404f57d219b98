"""An unmapped course: suggestions, one click, and which item feeds which column."""

import re
from dataclasses import replace

import pytest

from bridge.ports.lms import ItemKind
from tests.sync.harness import HK1, SCHOOL, TX1, TX2, YEAR, course, item
from tests.web.fakes import launch, two_moodles
from tests.web.world import Browser, Pages


@pytest.fixture
def open_course(pages: Pages) -> Pages:
    """Course 12 is called what it is, and mapped to nothing."""
    clock = pages.school.clock
    pages.school.store.mappings.drop_course(SCHOOL, 12, actor="x", now=clock())
    named = course(12, fullname="Toán 10A1", shortname="T10A1")
    lms = pages.school.lms
    users = lms.pupils(12)
    total = replace(item(12, TX2), id=1299, name="Tổng", idnumber="", kind=ItemKind.CATEGORY)
    lms.add_course(named, users, [item(12, TX1, name="Bài 15 phút"), item(12, TX2, idnumber="", name="KT TX2"), total])
    return pages


def mapped(pages: Pages) -> list[tuple[str, str]]:
    rows = pages.school.store.mappings.courses(SCHOOL, YEAR)
    return [(row.school_class, row.subject) for row in rows if row.course == 12]


def feeds(pages: Pages) -> dict[int, str]:
    return {row.item: row.column for row in pages.school.store.mappings.items(SCHOOL, YEAR) if row.course == 12}


def take(browser: Browser, school_class: str = "10A1", subject: str = "TOAN"):
    return browser.send(browser.here("courses/12/take"), school_class=school_class, subject=subject, term="")


def test_a_launch_from_an_unmapped_course_shows_ranked_suggestions(open_course: Pages, browser: Browser):
    browser.launch(launch())
    assert browser.at == browser.here("courses/12/")
    assert "Lớp 10A1 · Toán" in browser.text
    assert re.search(r"khớp \d+/100", browser.text)
    assert mapped(open_course) == []


def test_one_click_maps_the_course_and_takes_its_tagged_items(open_course: Pages, browser: Browser):
    browser.launch(launch())
    take(browser)
    assert mapped(open_course) == [("10A1", "TOAN")]
    assert feeds(open_course) == {1201: TX1}
    assert "KT TX2" in browser.text


def test_a_name_suggests_and_a_person_chooses(open_course: Pages, browser: Browser):
    browser.launch(launch())
    take(browser)
    browser.send(browser.here("courses/12/items/1202"), place="HK1.TX2")
    assert feeds(open_course) == {1201: TX1, 1202: TX2}
    browser.send(browser.here("courses/12/items/1202"), place="")
    assert feeds(open_course) == {1201: TX1}


def test_a_total_asks_for_a_second_thought(open_course: Pages, browser: Browser):
    browser.launch(launch())
    take(browser)
    assert browser.send(browser.here("courses/12/items/1299"), place="HK1.TX3").status_code == 422
    assert browser.send(browser.here("courses/12/items/1299"), place="HK1.TX3", computed="on").status_code == 200


@pytest.mark.parametrize(("school_class", "subject"), [("10A9", "TOAN"), ("10A1", "ZZZ"), ("", "")])
def test_a_class_or_subject_that_there_is_not_is_refused(open_course: Pages, browser: Browser, school_class, subject):
    browser.launch(launch())
    assert take(browser, school_class, subject).status_code == 422
    assert mapped(open_course) == []


def test_who_does_not_teach_the_class_can_not_map_it(open_course: Pages, browser: Browser):
    browser.launch(launch(user="77", idnumber="GV9"))
    assert "Giáo viên được phân công hoặc quản trị viên" in browser.text
    assert take(browser).status_code == 403
    assert mapped(open_course) == []


def test_another_course_than_the_launch_is_not_shown(open_course: Pages, browser: Browser):
    browser.launch(launch(user="77", idnumber="GV9", course=13))
    assert browser.get(browser.here("courses/12/")).status_code == 403
    assert browser.send(browser.here("courses/13/drop")).status_code == 403


def test_a_pupil_maps_nothing(open_course: Pages, browser: Browser):
    browser.launch(launch(user="11", idnumber="HS11", teaching=False))
    assert browser.get(browser.here("courses/12/")).status_code == 403
    assert take(browser).status_code == 403


def test_unmapping_leaves_what_was_sent(open_course: Pages, browser: Browser):
    browser.launch(launch())
    take(browser)
    browser.send(browser.here("courses/12/drop"))
    assert mapped(open_course) == []


def test_the_sheet_of_a_mapped_course_opens_in_todays_term(pages: Pages, browser: Browser):
    browser.launch(launch())
    assert browser.at.endswith(f"/units/10A1/TOAN/{HK1}/")


def test_a_teacher_of_another_moodle_sees_nothing_of_the_course_with_the_same_number(pages: Pages):
    """Course 12 of one is not course 12 of another; what the city assigns to somebody stays to be seen."""
    pages.registrations.rows = two_moodles(pages.house.app.sync.platform)
    stranger, teacher = pages.browser(), pages.browser()
    stranger.launch(launch(user="88", idnumber="GV9"))
    assert stranger.get(stranger.here("courses/12/")).status_code == 403
    teacher.launch(launch())
    assert teacher.at == teacher.here("units")
