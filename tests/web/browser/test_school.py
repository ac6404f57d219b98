"""The pages of those who see to a whole school, in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import PASSWORD, Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import check, no_sideways, quiet
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
        expect(page.locator("nav.places a[aria-current=page]")).to_have_text("LTI")
        page.goto(f"{page.url}?lang=en")
        seen(page, "school-selftest-done-en")
