"""`bridge demo` as a person meets it: the stand-in Moodle as an LTI 1.3 platform, real launches, real marks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.web.browser.conftest import Open, shot
from tests.web.browser.demo import Demo, course_as, demo_of
from tests.web.browser.test_pages import SLOW, check, quiet


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_of("10A1", "10A2", "10A3") as found:
        yield found


def come_as(page: Page, demo: Demo, code: str) -> Frame:
    """Choose a person, and click the link in the course."""
    course_as(page, demo.sheet, code)
    page.locator("#region-main").get_by_role("link", name="Bảng điểm gửi CSDL ngành").click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    return page.frames[-1]


def test_the_teacher_the_principal_and_a_pupil_come_in_by_a_launch(demo: Demo, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        come_as(page, demo, "GV0001")
        tool = page.frame_locator("iframe")
        expect(tool.locator("table.sheet")).to_be_visible(timeout=SLOW)
        expect(tool.get_by_text("đã ở CSDL").first).to_be_visible()
        shot(page, "demo-teacher")
        check(page.frames[-1])
        come_as(page, demo, "HT01")
        expect(tool.locator("table.sheet")).to_be_visible(timeout=SLOW)
        come_as(page, demo, "HS000016")
        expect(tool.get_by_role("heading", name="Điểm của em")).to_be_visible(timeout=SLOW)
        shot(page, "demo-pupil")
        check(page.frames[-1])


def test_a_stranger_to_the_city_is_told_what_to_do(demo: Demo, open_browser: Open):
    """A pupil whose ID number the city does not know."""
    page = open_browser().new_page()
    come_as(page, demo, "HS999999")
    expect(page.frame_locator("iframe").get_by_text("Nhờ người quản trị điền mã số")).to_be_visible(timeout=SLOW)


def test_a_pupil_opens_the_lesson_at_once(demo: Demo, open_browser: Open):
    page = open_browser(width=360, height=740).new_page()
    course_as(page, demo.lesson, "HS0")
    page.locator("#region-main").get_by_role("link", name="Độ to và độ cao của âm").click()
    page.frame_locator("#contentframe").get_by_role("button", name="Bắt đầu").click(timeout=SLOW)
    content = page.frame_locator("#contentframe").frame_locator("iframe.content").frame_locator("#content")
    content.locator("html[data-ready=true]").wait_for(timeout=SLOW)
    shot(page, "demo-lesson-360")
