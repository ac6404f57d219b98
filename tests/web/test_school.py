"""The coverage map: what it shows, and to whom."""

import re

import pytest

from bridge.domain.actors import Grant, Role
from tests.sync.harness import SCHOOL
from tests.web.fakes import launch, linking
from tests.web.world import Browser, Pages


def granted(pages: Pages, actor: str, role: Role, *subjects: str) -> Browser:
    """Somebody of the school's, come from Moodle."""
    pages.school.store.grants.grant(SCHOOL, Grant(actor, role, subjects), by=actor, now=pages.school.clock())
    browser = pages.browser()
    browser.launch(launch(user=actor, idnumber=actor, course=99))
    return browser


@pytest.fixture
def admin(pages: Pages) -> Browser:
    return granted(pages, "QT01", Role.ADMIN)


def cells(browser: Browser) -> dict[str, str]:
    """Each unit's cell by its address, in words."""
    found = re.findall(r'href="[^"]*/units/(\w+/\w+/\w+)/">(.*?)</a>', browser.text)
    return {place: " ".join(re.sub("<[^>]+>", " ", text).split()) for place, text in found}


def test_every_unit_that_is_taught_stands_there_with_its_state(pages: Pages, admin: Browser):
    pages.school.put("HS11", "8")
    pages.school.plan()
    admin.get(admin.here("school/"))
    assert cells(admin) == {
        "10A1/TOAN/HK1": "● chờ 1", "10A1/GDTC/HK1": "◇ đã ghép", "10A2/TOAN/HK1": "◇ đã ghép",
    }  # fmt: skip


def test_what_nothing_feeds_is_unmapped(pages: Pages, admin: Browser):
    pages.school.store.mappings.drop_course(SCHOOL, 12, actor="x", now=pages.school.clock())
    admin.get(admin.here("school/"))
    assert cells(admin)["10A1/TOAN/HK1"] == "○ chưa ghép"


def test_a_state_is_picked_out(pages: Pages, admin: Browser):
    pages.school.put("HS11", "8")
    pages.school.plan()
    admin.get(admin.here("school/?state=WAITING"))
    assert "10A1/TOAN/HK1" in cells(admin)
    assert "10A2/TOAN/HK1" not in cells(admin)


def test_a_department_head_sees_the_own_subjects_alone(pages: Pages):
    head = granted(pages, "TT01", Role.DEPARTMENT_HEAD, "GDTC")
    head.get(head.here("school/"))
    assert set(cells(head)) == {"10A1/GDTC/HK1"}


def test_a_teacher_sees_the_own_classes(pages: Pages, browser: Browser):
    browser.launch(launch())
    assert browser.get(browser.here("school/")).status_code == 200
    assert "10A1/TOAN/HK1" in cells(browser)
    places = browser.text.partition("<nav")[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", places) == ["Bảng điểm", "Kho học liệu"]


def test_a_pupil_and_the_dialogue_have_no_places(browser: Browser):
    browser.launch(launch(teaching=False, idnumber="HS11", user="11"))
    assert "<nav" not in browser.text
    browser.launch(linking())
    assert "Thêm vào khoá học" in browser.text and "<nav" not in browser.text


@pytest.mark.parametrize("who", [{"teaching": False, "idnumber": "HS11"}, {"idnumber": "GV9"}, {"idnumber": ""}])
def test_whoever_sees_to_nothing_is_told_so(browser: Browser, who: dict[str, object]):
    browser.launch(launch(user="77", **who))
    assert browser.get(browser.here("school/")).status_code == 403


def test_a_right_that_has_ended_opens_nothing(pages: Pages, admin: Browser):
    pages.school.store.grants.revoke(SCHOOL, "QT01", Role.ADMIN, by="QT02", now=pages.school.clock())
    assert admin.get(admin.here("school/")).status_code == 403


@pytest.mark.parametrize("query", ["?term=HK9", "?state=<script>", "?term=&state=&x=" + "y" * 5000])
def test_what_the_address_says_wrongly_is_passed_over(admin: Browser, query: str):
    assert admin.get(admin.here(f"school/{query}")).status_code == 200
    assert "<script>" not in admin.text


def test_where_nobody_was_pulled_yet_the_way_on_is_told(pages: Pages, admin: Browser):
    pages.school.store.rosters.save_assignments(SCHOOL, 2026, [])
    for course in (12, 13, 14):
        pages.school.store.mappings.drop_course(SCHOOL, course, actor="x", now=pages.school.clock())
    admin.get(admin.here("school/"))
    assert "Cập nhật danh sách lớp" in admin.text
