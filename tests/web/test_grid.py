"""The mapping of the whole school on one page, and connections that are tested there."""

import re

import pytest

from bridge.domain.actors import Role
from bridge.domain.errors import Unreachable
from bridge.domain.mapping import CourseMap
from bridge.ports.lms import LmsFinding
from tests.sync.harness import SCHOOL, TX1, YEAR, course, item
from tests.web.fakes import launch
from tests.web.test_mapping import mapped
from tests.web.test_school import granted
from tests.web.world import Browser, Pages


@pytest.fixture
def admin(pages: Pages) -> Browser:
    """Course 12 is called what it is, and mapped to nothing."""
    school = pages.school
    school.store.mappings.drop_course(SCHOOL, 12, actor="x", now=school.clock())
    named = course(12, fullname="Toán 10A1 2026-2027", shortname="T10A1", idnumber=f"{SCHOOL}|{YEAR}|10A1|TOAN")
    school.lms.add_course(named, school.lms.pupils(12), [item(12, TX1, name="Bài 15 phút")])
    return granted(pages, "QT01", Role.ADMIN)


def suggested(pages: Pages, admin: Browser) -> list[str]:
    """The rows that can be ticked, after suggestions were looked for."""
    admin.send(admin.here("mapping/suggest"))
    pages.work()
    admin.get(admin.here("mapping/"))
    return re.findall(r'name="row" value="([^"]+)"', admin.text)


def test_a_suggestion_is_told_with_reasons_ticked_and_taken(pages: Pages, admin: Browser):
    rows = suggested(pages, admin)
    assert rows == ["12|10A1|TOAN|"]
    assert "checked" in admin.text
    admin.send(admin.here("mapping/take"), row=rows)
    watched = admin.at
    pages.work()
    admin.get(watched)
    assert admin.at == admin.here("mapping/")
    assert mapped(pages) == [("10A1", "TOAN")]


def test_what_was_taken_is_undone_by_one_press(pages: Pages, admin: Browser):
    admin.send(admin.here("mapping/take"), row=suggested(pages, admin))
    pages.work()
    admin.get(admin.here("mapping/"))
    undo = re.search(r"/mapping/undo/\w+", admin.text)
    assert undo is not None
    admin.send(admin.here(undo[0].removeprefix("/")))
    assert mapped(pages) == []
    assert "Đã bỏ ghép 1 khoá học" in admin.text


def test_two_admins_at_the_same_course_the_second_is_told_and_nothing_is_lost(pages: Pages, admin: Browser):
    rows = suggested(pages, admin)
    now = pages.school.clock()
    pages.school.store.mappings.set_course(SCHOOL, CourseMap(12, "10A2", "TOAN", YEAR), actor="QT02", now=now)
    admin.send(admin.here("mapping/take"), row=rows)
    pages.work()
    admin.get(admin.here("mapping/"))
    assert "Người khác đã ghép trước" in admin.text
    assert mapped(pages) == [("10A2", "TOAN")]


def test_on_the_page_of_one_course_too(pages: Pages, admin: Browser, browser: Browser):
    browser.launch(launch())
    now = pages.school.clock()
    pages.school.store.mappings.set_course(SCHOOL, CourseMap(12, "10A2", "TOAN", YEAR), actor="QT02", now=now)
    place = {"school_class": "10A1", "subject": "TOAN", "term": ""}
    assert browser.send(browser.here("courses/12/take"), **place).status_code == 409
    assert "Người khác vừa ghép lại khoá học 12" in browser.text
    assert mapped(pages) == [("10A2", "TOAN")]


@pytest.mark.parametrize("row", ["", "12|10A9|TOAN|", "12|10A1|ZZ|", "x", "12|10A1|TOAN|HK7"])
def test_a_row_that_was_not_offered_is_refused(pages: Pages, admin: Browser, row: str):
    assert admin.send(admin.here("mapping/take"), row=row).status_code == 422
    assert mapped(pages) == []


def test_a_principal_looks_and_takes_nothing(pages: Pages, admin: Browser):
    suggested(pages, admin)
    principal = granted(pages, "HT01", Role.PRINCIPAL)
    principal.get(principal.here("mapping/"))
    assert "Toán 10A1 2026-2027" in principal.text
    assert 'name="row"' not in principal.text
    principal.send(principal.here("mapping/take"), row="12|10A1|TOAN|")
    pages.work()
    assert mapped(pages) == []


@pytest.mark.parametrize("path", ["mapping/", "connections/"])
def test_nobody_else_comes_in(pages: Pages, admin: Browser, browser: Browser, path: str):
    browser.launch(launch())
    assert browser.get(browser.here(path)).status_code == 403
    head = granted(pages, "TT01", Role.DEPARTMENT_HEAD, "TOAN")
    assert head.get(head.here(path)).status_code == 403


@pytest.mark.parametrize("query", ["?find=" + "x" * 9000, "?above=9999999", "?above=-1", "?undone=<b>"])
def test_a_filter_of_any_kind_is_a_page(admin: Browser, query: str):
    assert admin.get(admin.here(f"mapping/{query}")).status_code == 200
    assert "<b>" not in admin.text.partition("Đã bỏ ghép")[2][:40]


# --- connections


def outcome_of(pages: Pages, admin: Browser, part: str) -> str:
    admin.send(admin.here(f"connections/{part}"))
    pages.work()
    admin.get(admin.here("connections/"))
    return admin.text


@pytest.mark.parametrize("part", ["moodle", "city", "idnumbers", "store"])
def test_a_part_is_tested_by_a_press(pages: Pages, admin: Browser, part: str):
    assert "Kiểm tra lúc" in outcome_of(pages, admin, part)


def test_what_is_wrong_is_explained_with_what_to_do(pages: Pages, admin: Browser):
    pages.school.lms.examine = lambda: [LmsFinding("NO_MAPPING", True, {"year": 2026})]  # type: ignore[method-assign]
    assert "nghiêm trọng" in outcome_of(pages, admin, "moodle")


def test_what_is_to_be_changed_in_moodle_is_a_link_to_it(pages: Pages, admin: Browser):
    found = LmsFinding("FUNCTION_MISSING", True, {"function": "core_<b>"})
    pages.school.lms.examine = lambda: [found]  # type: ignore[method-assign]
    said = outcome_of(pages, admin, "moodle")
    assert 'href="https://moodle.test/admin/settings.php?section=externalservices"' in said
    assert "<code>core_&lt;b&gt;</code>" in said


def test_a_remote_that_is_away_is_a_finding_and_not_a_failure(pages: Pages, admin: Browser):
    def away() -> None:
        raise Unreachable(remote="moodle", operation="examine", reason="TIMEOUT")

    pages.school.lms.examine = away  # type: ignore[method-assign,assignment]
    assert "Chưa kiểm tra được." in outcome_of(pages, admin, "moodle")


def test_a_part_that_there_is_not_is_not_found(admin: Browser):
    assert admin.send(admin.here("connections/everything")).status_code == 404
