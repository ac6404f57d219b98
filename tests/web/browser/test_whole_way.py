"""The whole way of a material and of its score, in a real browser over real processes, third-party cookies blocked.

A teacher brings it, the department head and the principal approve it, it is placed by deep linking; a pupil begins on a
phone, closes the tab in the middle and goes on elsewhere; the score reaches the stand-in Moodle's column, the teacher
maps and confirms that column, `bridge sync` sends it, and the stand-in city has it in its book.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from playwright.sync_api import FrameLocator, Page, expect

from content_packager import build
from tests.packager.build.lessons import SETTINGS, write_lesson
from tests.web.browser.conftest import Open, shot
from tests.web.browser.demo import Demo, course_as, demo_of
from tests.web.browser.test_lessons import answer
from tests.web.browser.test_pages import SLOW
from tests.web.browser.test_player import _until

SCHOOL_CLASS, COLUMN = "10A1", "TX4"  # of HK1, and fed by nothing yet
HEAD, PRINCIPAL, PUPIL = "GV0001", "HT01", "HS000003"
SHEET = "Bảng điểm gửi CSDL ngành"


class Way(NamedTuple):
    """A format, and the course of the class in which it is tried: each has a column of its own to fill."""

    format: str
    course: int
    subject: str
    teacher: str

    @property
    def title(self) -> str:
        return f"Bài thử {self.format}"


WAYS = [
    Way("scorm12", 11, "VATLI", "GV0017"),
    Way("scorm2004-4", 12, "HOAHOC", "GV0019"),
    Way("xapi", 13, "SINHHOC", "GV0021"),
    Way("cmi5", 14, "TINHOC", "GV0025"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_of(SCHOOL_CLASS) as found:
        yield found


@pytest.mark.parametrize("way", WAYS, ids=[way.format for way in WAYS])
def test_from_an_upload_into_the_citys_book(demo: Demo, open_browser: Open, tmp_path: Path, way: Way):
    assert (in_city(demo, way), in_moodle(demo, way)) == (None, None)
    page = open_browser().new_page()
    bring(demo, page, way, package(tmp_path, way))
    approve(demo, page, way)
    place(demo, page, way)
    page.context.close()
    learn_half(demo, open_browser, way)
    learn_the_rest(demo, open_browser, way)
    _until(lambda: in_moodle(demo, way) == 10)
    page = open_browser().new_page()
    map_column(demo, page, way)
    words = ("sync", "run", "--class", SCHOOL_CLASS, "--subject", way.subject, "--term", "HK1")
    demo.bridge(*words, may=(0, 3, 4))
    assert in_city(demo, way) is None, "what was played goes to no city before a teacher has seen it"
    confirm_column(demo, page, way)
    demo.bridge(*words, may=(0, 3, 4))
    assert in_city(demo, way) == "10.0"


def package(folder: Path, way: Way) -> Path:
    (folder / "lesson").mkdir()
    (made,) = build(write_lesson(folder / "lesson", settings=SETTINGS), [way.format], folder / "out").packages
    return made.path


def in_moodle(demo: Demo, way: Way) -> float | None:
    """What stands in the column of the activity."""
    (course,) = requests.get(f"{demo.lms}/sandbox/scores", params={"course": way.course}, timeout=30).json()
    column = next((one["id"] for one in course["items"] if one["name"] == way.title), None)
    user = next(one["user"] for one in course["enrolments"] if one["idnumber"] == PUPIL)
    return next((cell["raw"] for cell in course["cells"] if (cell["item"], cell["user"]) == (column, user)), None)


def in_city(demo: Demo, way: Way) -> Any:
    """What the book shows."""
    asked = {"class": SCHOOL_CLASS, "subject": way.subject, "term": "HK1"}
    rows = requests.get(f"{demo.city}/sandbox/scores", params=asked, timeout=30).json()
    return next((row["value"] for row in rows if (row["pupil"], row["column"]) == (PUPIL, COLUMN)), None)


def tool(page: Page) -> FrameLocator:
    return page.frame_locator("#contentframe")


def activity(page: Page, name: str) -> None:
    page.locator("#region-main").get_by_role("link", name=name, exact=True).click()


def library_as(demo: Demo, page: Page, code: str, course: int) -> None:
    """By the score sheet of a course, over its place in the bar, to the library."""
    course_as(page, f"{demo.lms}/people/{course}", code)
    activity(page, SHEET)
    tool(page).get_by_role("heading", level=1).wait_for(timeout=SLOW)
    tool(page).get_by_role("link", name="Bảng điểm các lớp").first.click()
    tool(page).get_by_role("link", name="Kho học liệu").first.click()


def bring(demo: Demo, page: Page, way: Way, path: Path) -> None:
    """The teacher brings the package and hands it in."""
    sheet = {"op": "add_link", "tool": 1, "name": SHEET, "course": way.course}
    if way.subject != "VATLI":  # there the demo itself has put one
        demo.change(sheet)
    library_as(demo, page, way.teacher, way.course)
    frame = tool(page)
    frame.get_by_role("link", name="Thêm học liệu").click()
    frame.locator("#files").set_input_files(path)
    frame.get_by_label("Tên học liệu").fill(way.title)
    frame.locator("#subject").select_option(way.subject)
    frame.get_by_role("button", name="Tải lên").click()
    frame.get_by_role("button", name="Gửi tổ chuyên môn").click(timeout=SLOW)
    expect(frame.get_by_text("Chờ tổ chuyên môn").first).to_be_visible(timeout=SLOW)


def approve(demo: Demo, page: Page, way: Way) -> None:
    for code, steps in ((HEAD, ["Tổ chuyên môn đồng ý"]), (PRINCIPAL, ["Hiệu trưởng duyệt", "Đưa vào dùng"])):
        library_as(demo, page, code, 2)
        tool(page).get_by_role("link", name=way.title).click()
        for step in steps:
            tool(page).get_by_role("button", name=step).click(timeout=SLOW)
    expect(tool(page).get_by_text("Đang dùng").first).to_be_visible(timeout=SLOW)
    shot(page, f"way-{way.format}-approved")


def place(demo: Demo, page: Page, way: Way) -> None:
    """In Moodle's own form, out of its dialogue; graded, as the dialogue has it at first."""
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    page.get_by_role("link", name="+ Thêm hoạt động").first.click()
    page.get_by_role("button", name="Chọn nội dung").click()
    chosen = page.frame_locator("iframe[name=contentitem-page-iframe]")
    chosen.get_by_role("checkbox", name=way.title).check(timeout=SLOW)
    chosen.get_by_role("button", name="Thêm học liệu đã chọn").click()
    expect(page.locator("#selected")).to_contain_text("Đã chọn", timeout=SLOW)
    page.get_by_role("button", name="Lưu và trở về").click()
    expect(page.locator("#region-main").get_by_role("link", name=way.title)).to_be_visible()


def sit_down(demo: Demo, page: Page, way: Way, button: str) -> FrameLocator:
    course_as(page, f"{demo.lms}/people/{way.course}", PUPIL)
    activity(page, way.title)
    tool(page).get_by_role("button", name=button).click(timeout=SLOW)
    content = tool(page).frame_locator("iframe.content").frame_locator("#content")
    content.locator("html[data-ready=true]").wait_for(timeout=SLOW)
    return content


def learn_half(demo: Demo, open_browser: Open, way: Way) -> None:
    """On a phone; the tab is closed in the middle with nothing pressed."""
    context = open_browser(width=360, height=740)
    page = context.new_page()
    answer(sit_down(demo, page, way, "Bắt đầu"), "q1", 0)
    shot(page, f"way-{way.format}-360")
    page.close()
    context.close()
    assert in_moodle(demo, way) is None


def learn_the_rest(demo: Demo, open_browser: Open, way: Way) -> None:
    context = open_browser()
    page = context.new_page()
    content = sit_down(demo, page, way, "Học tiếp")
    expect(content.locator("#q1")).to_have_attribute("data-verdict", "right", timeout=SLOW)
    answer(content, "q2", text="3,14")
    if way.format != "cmi5":  # there each part is a unit of its own
        content.locator("#next").click()
        answer(content, "q3", 0, 2)
        answer(content, "q4", 0)
        answer(content, "q5", text="h2o")
    tool(page).get_by_role("link", name="Về trang bài học").click()
    expect(tool(page).get_by_text("100%").first).to_be_visible(timeout=SLOW)
    context.close()


def map_column(demo: Demo, page: Page, way: Way) -> None:
    """A teacher's choice: the lesson's column feeds one of the book's."""
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    activity(page, SHEET)
    tool(page).get_by_role("link", name="Ghép cột của khoá học").click(timeout=SLOW)
    choice = tool(page).get_by_label(f"Cột của {way.title}")
    choice.select_option(f"HK1.{COLUMN}")
    tool(page).locator("tr", has=choice).get_by_role("button").click()
    expect(tool(page).locator("tr", has_text=way.title).get_by_text("✓").first).to_be_visible(timeout=SLOW)


def confirm_column(demo: Demo, page: Page, way: Way) -> None:
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    activity(page, SHEET)
    tool(page).get_by_role("button", name="Đọc lại").click(timeout=SLOW)
    tool(page).locator("table.sheet").get_by_role("link", name="ĐĐGtx4").click(timeout=SLOW)
    shot(page, f"way-{way.format}-column")
    tool(page).get_by_role("button", name="Xác nhận").click(timeout=SLOW)
    shot(page, f"way-{way.format}-confirmed")
