"""The pages of those who see to a whole school, in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from bridge.ports.lms import LmsFinding
from tests.web.browser.conftest import PASSWORD, Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.fakes import launch
from tests.web.test_passbacks import PLACE, conflict_at, dead_at, register


@contextmanager
def admin_at(stage: Stage, open_browser: Open, path: str = "", **screen: object) -> Iterator[Page]:
    """Signed in without an LMS, at a page of the school; not a word in the console."""
    context = open_browser(**screen)
    page = context.new_page()
    with quiet(context):
        page.goto(f"{stage.tool}/sign-in")
        page.locator("input[name=actor]").fill("QT01")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button").last.click()
        expect(page.locator("nav.places")).to_be_visible()
        if path:
            page.goto(page.url.replace("/school/", f"/{path}"))
        yield page


def seen(page: Page, name: str) -> None:
    """A picture for people to look at; judged by axe; nothing but tables scrolls sideways."""
    shot(page, name)
    check(page.main_frame)
    no_sideways(page.main_frame)


# path, name of the picture
PAGES = [
    ("", "coverage"), ("school/holds", "holds"), ("school/late", "late"), ("runs/", "runs"), ("policies/", "policies"),
    ("jobs/", "jobs"), ("people/", "people"), ("audit/", "audit"), ("platforms/", "platforms"),
    ("passbacks/", "passbacks"), ("selftest/", "selftest"),
    ("releases/", "releases"), ("mapping/", "mapping"), ("connections/", "connections"), ("notices/", "notices"),
    ("runs/run-1", "run"), ("runs/run-1/plan", "plan"), ("platforms/doctor?case=K7Q2MN", "doctor"), ("units", "units"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name"), PAGES, ids=[name for _, name in PAGES])
def test_a_page_of_the_school_is_for_everybody(school60: Stage, open_browser: Open, path: str, name: str):
    """At a desk, on a phone, on a class-room screen, in both languages."""
    for width, suffix in ((1280, ""), (360, "-360"), (1920, "-1920")):
        with admin_at(school60, open_browser, path, width=width) as page:
            seen(page, f"school-{name}{suffix}")
            page.goto(f"{page.url}{'&' if '?' in page.url else '?'}lang=en")
            expect(page.locator("html")).to_have_attribute("lang", "en")
            check(page.main_frame)


def test_the_map_leads_to_a_sheet_by_keyboard_alone(school60: Stage, open_browser: Open):
    with admin_at(school60, open_browser) as page:
        link = page.locator("table a.k-waiting").first
        for _ in range(400):
            page.keyboard.press("Tab")
            if link.evaluate("each => each === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/units/"))


def test_scores_in_conflict_are_shown_with_both_values_and_settled_by_a_press(school60: Stage, open_browser: Open):
    pages = school60.pages
    conflict_at(pages, PLACE)
    dead_at(pages, PLACE._replace(user="13"))
    with admin_at(school60, open_browser, "passbacks/") as page:
        seen(page, "school-passbacks-open")
        expect(page.get_by_role("heading", level=2)).to_have_count(2)
        page.get_by_role("button", name=re.compile("Giữ điểm trong Moodle")).click()
        expect(page.get_by_role("heading", level=2)).to_have_count(1)
    with admin_at(school60, open_browser, "passbacks/", width=360) as page:
        seen(page, "school-passbacks-360")


def test_the_self_test_ends_on_a_green_and_red_list(school60: Stage, open_browser: Open):
    pages = school60.pages
    pages.school.store.platforms.learn(register(pages), "1", now=pages.school.clock())
    with admin_at(school60, open_browser, "selftest/") as page:
        page.locator("input[name=course]").fill("2")
        page.locator("input[name=user]").fill("12")
        page.get_by_role("button", name="Bắt đầu kiểm tra").click()
        expect(page.locator("ol.lines li")).to_have_count(7, timeout=20_000)
        seen(page, "school-selftest-done")
        expect(page.locator("ol.lines .st-held")).to_have_count(1)
        expect(page.locator("nav.places a[aria-current=page]")).to_have_text("Kết nối")
        page.goto(f"{page.url}?lang=en")
        seen(page, "school-selftest-done-en")


def test_courses_are_mapped_many_at_once_and_taken_back(school60: Stage, open_browser: Open):
    with admin_at(school60, open_browser, "mapping/") as page:
        page.get_by_role("button", name="Tìm gợi ý").click()
        ticked = page.locator("input[name=row]:checked")
        expect(ticked.first).to_be_visible(timeout=3 * SLOW)
        count = ticked.count()
        seen(page, "school-mapping-suggested")
        page.get_by_role("button", name="Ghép các khoá đã chọn").click()
        expect(page.get_by_text(f"đã ghép {count} khoá học")).to_be_visible(timeout=3 * SLOW)
        check(page.main_frame)
        page.get_by_role("button", name="Hoàn tác lần ghép này").click()
        expect(page.get_by_text(f"Đã bỏ ghép {count} khoá học")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_connection_is_tested_and_explained(school60: Stage, open_browser: Open, width: int):
    surplus = LmsFinding("FUNCTION_SURPLUS", False, {"functions": ["core_grades_get_grade_tree_of_courses"] * 3})
    school60.pages.school.lms.examine = lambda: [surplus]  # type: ignore[method-assign]
    with admin_at(school60, open_browser, "connections/", width=width) as page:
        page.get_by_role("button", name="Kiểm tra Moodle").click()
        expect(page.get_by_text("Kiểm tra lúc")).to_be_visible(timeout=SLOW)
        expect(page.get_by_role("link", name="externalservices")).to_be_visible()
        seen(page, f"school-connections-tested-{width}")


@pytest.mark.parametrize("third_party", [False, True], ids=["third-party cookies blocked", "allowed"])
def test_a_department_head_releases_inside_moodle_by_keyboard_alone(
    school60: Stage, open_browser: Open, third_party: bool
):
    """TT01 sees to maths and computing: three of the four columns that wait."""
    page = open_browser(third_party=third_party).new_page()
    with quiet(page.context):
        frame = enter(school60, page, launch(user="TT01", idnumber="TT01", course=99))
        frame.get_by_role("link", name="Duyệt", exact=True).click()
        expect(frame.locator("input[name=column]")).to_have_count(3)
        shot(page, "leader-in-frame")
        check(frame)
        frame.get_by_role("button", name="Chọn cả môn Toán").focus()
        page.keyboard.press("Enter")
        for _ in range(20):
            page.keyboard.press("Tab")
            if frame.evaluate("document.activeElement.textContent.trim()") == "Duyệt các cột đã chọn":
                break
        page.keyboard.press("Enter")
        expect(frame.get_by_text("Đã duyệt 6 điểm")).to_be_visible()
        expect(frame.locator("input[name=column]")).to_have_count(1)
        check(frame)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_principal_sees_the_school_inside_moodle_and_changes_nothing(school60: Stage, open_browser: Open, width: int):
    page = open_browser(width=width).new_page()
    with quiet(page.context):
        frame = enter(school60, page, launch(user="HT01", idnumber="HT01", course=99))
        expect(frame.locator("nav.places")).to_be_visible(timeout=SLOW)
        for path in ("school/", "school/holds", "school/late", "releases/", "runs/", "mapping/", "jobs/", "people/"):
            frame.goto(re.sub(r"(/v/[^/]+)/.*", rf"\1/{path}", frame.url))
            expect(frame.get_by_role("heading", level=1)).to_be_visible()
            no_sideways(frame)
            check(frame)
        assert frame.get_by_role("button", name="Trao quyền").count() == 0
        shot(page, f"principal-in-frame-{width}")
