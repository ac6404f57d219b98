"""The whole way of a material and of its score, in a real browser over real processes, third-party cookies blocked.

Teachers bring one in each format, the department head and the principal approve it, it is placed by deep linking; a
pupil begins on a phone, closes the tab in the middle and goes on elsewhere; the score reaches the stand-in Moodle's
column; a run sends nothing of it before the teacher has mapped and confirmed the column; then the stand-in city has it
in its book. One of the four goes by the keys alone, and there axe looks at every page.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Frame, FrameLocator, Page, expect

from content_packager import build
from tests.packager.build.lessons import SETTINGS, write_lesson
from tests.web.browser.conftest import Open, shot
from tests.web.browser.demo import Demo, course_as, demo_of
from tests.web.browser.hands import Hand, Keys, Pointer
from tests.web.browser.playing import answer, until
from tests.web.browser.test_pages import SLOW, check, no_sideways

SCHOOL_CLASS, COLUMN = "10A1", "TX4"  # of HK1, and fed by nothing yet
HEAD, PRINCIPAL, PUPIL = "GV0001", "HT01", "HS000003"
SHEET, SHEETS = "Bảng điểm gửi CSDL ngành", "Bảng điểm các lớp"


class Way(NamedTuple):
    """A format, and the course of the class in which it is tried: each has a column of its own to fill."""

    format: str
    course: int
    subject: str
    teacher: str
    by_keys: bool = False

    @property
    def title(self) -> str:
        return f"Bài thử {self.format}"

    def hand(self, page: Page) -> Hand:
        return Keys(page) if self.by_keys else Pointer()

    def look(self, page: Page, name: str) -> None:
        """Once is enough: the pages are the same for every format."""
        if self.by_keys:
            shot(page, f"way-{name}")
            check(tool_frame(page))
            no_sideways(tool_frame(page))


WAYS = [
    Way("scorm12", 11, "VATLI", "GV0017"),
    Way("scorm2004-4", 12, "HOAHOC", "GV0019", by_keys=True),
    Way("xapi", 13, "SINHHOC", "GV0021"),
    Way("cmi5", 14, "TINHOC", "GV0025"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_of(SCHOOL_CLASS) as found:
        yield found


@pytest.mark.parametrize("third_party", [False, True], ids=["blocked", "allowed"])
def test_what_tells_that_third_party_cookies_are_blocked_tells_also_when_they_are_not(
    demo: Demo, open_browser: Open, third_party: bool
):
    page = open_browser(third_party=third_party).new_page()
    library_as(demo, page, Pointer(), "GV0001", 2)
    assert takes_cookies(page) is third_party


def test_from_an_upload_into_the_citys_book(demo: Demo, open_browser: Open, tmp_path: Path):
    assert {(in_city(demo, way), in_moodle(demo, way)) for way in WAYS} == {(None, None)}
    staff = open_browser().new_page()
    for way in WAYS:
        bring(demo, staff, way, package(tmp_path / way.format, way))
    for code, steps in ((HEAD, ["Tổ chuyên môn đồng ý"]), (PRINCIPAL, ["Hiệu trưởng duyệt", "Đưa vào dùng"])):
        approve(demo, staff, code, steps)
    phone, elsewhere = open_browser(width=360, height=740), open_browser()
    for way in WAYS:
        place(demo, staff, way)
        learn_half(demo, phone.new_page(), way)
        assert in_moodle(demo, way) is None, "an attempt that goes on is no score"
        learn_the_rest(demo, elsewhere.new_page(), way)
    for way in WAYS:
        until(lambda way=way: in_moodle(demo, way) == 10)  # type: ignore[misc]
        map_column(demo, staff, way)
    sync(demo)
    assert {in_city(demo, way) for way in WAYS} == {None}, (
        "what was played goes to no city before a teacher has seen it"
    )
    for way in WAYS:
        confirm_column(demo, staff, way)
        assert in_city(demo, way) == "10.0"
    sync(demo)
    assert {in_city(demo, way) for way in WAYS} == {"10.0"}


def takes_cookies(page: Page) -> bool:
    """Whether a cookie without a partition, of the tool in Moodle's frame, is kept by the browser."""
    frame = tool_frame(page)
    assert urlsplit(frame.url).hostname != urlsplit(page.url).hostname
    return "probe=1" in frame.evaluate("document.cookie = 'probe=1; SameSite=None; Secure', document.cookie")


def package(folder: Path, way: Way) -> Path:
    (folder / "lesson").mkdir(parents=True)
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


def sync(demo: Demo) -> None:
    """A run as the clock starts it; it tells by its exit code that something waits or is held."""
    demo.bridge("sync", "run", "--class", SCHOOL_CLASS, "--term", "HK1", may=(0, 3, 4))


def tool(page: Page) -> FrameLocator:
    return page.frame_locator("#contentframe")


def tool_frame(page: Page) -> Frame:
    frame = page.locator("#contentframe, iframe[name=contentitem-page-iframe]").element_handle().content_frame()
    assert frame is not None
    return frame


def activity(hand: Hand, page: Page, name: str) -> None:
    hand.press(page.locator("#region-main").get_by_role("link", name=name, exact=True))


def library_as(demo: Demo, page: Page, hand: Hand, code: str, course: int) -> None:
    """By the score sheet of a course, over its place in the bar, to the library."""
    course_as(page, f"{demo.lms}/people/{course}", code)
    activity(hand, page, SHEET)
    tool(page).locator("table.sheet").wait_for(timeout=SLOW)  # until then the page turns over by itself
    hand.press(tool(page).get_by_role("link", name=SHEETS).first)
    hand.press(tool(page).get_by_role("link", name="Kho học liệu").first)
    tool(page).get_by_role("heading", level=1, name="Kho học liệu").wait_for(timeout=SLOW)


def bring(demo: Demo, page: Page, way: Way, path: Path) -> None:
    """The teacher brings the package and hands it in."""
    if way.subject != "VATLI":  # there the demo itself has put one
        demo.change({"op": "add_link", "tool": 1, "name": SHEET, "course": way.course})
    hand, frame = way.hand(page), tool(page)
    library_as(demo, page, hand, way.teacher, way.course)
    assert not takes_cookies(page)
    way.look(page, "library")
    hand.press(frame.get_by_role("link", name="Thêm học liệu"))
    with page.expect_file_chooser() as chooser:
        hand.press(frame.locator("#files"))
    chooser.value.set_files(path)
    hand.write(frame.get_by_label("Tên học liệu"), way.title)
    hand.choose(frame.locator("#subject"), way.subject)
    way.look(page, "upload")
    hand.press(frame.get_by_role("button", name="Tải lên"))
    hand.press(frame.get_by_role("button", name="Gửi tổ chuyên môn"))
    expect(frame.get_by_text("Chờ tổ chuyên môn").first).to_be_visible(timeout=SLOW)
    way.look(page, "handed-in")


def approve(demo: Demo, page: Page, code: str, steps: list[str]) -> None:
    library_as(demo, page, Pointer(), code, 2)
    for way in WAYS:
        hand = way.hand(page)
        hand.press(tool(page).get_by_role("link", name=way.title).first)
        for step in steps:
            hand.press(tool(page).get_by_role("button", name=step))
            expect(tool(page).get_by_role("button", name=step)).to_have_count(0, timeout=SLOW)
        way.look(page, f"approved-{code}")
        hand.press(tool(page).get_by_role("link", name="Kho học liệu").first)


def place(demo: Demo, page: Page, way: Way) -> None:
    """In Moodle's own form, out of its dialogue; graded, as the dialogue has it at first."""
    hand = way.hand(page)
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    hand.press(page.get_by_role("link", name="+ Thêm hoạt động").first)
    hand.press(page.get_by_role("button", name="Chọn nội dung"))
    chosen = page.frame_locator("iframe[name=contentitem-page-iframe]")
    hand.tick(chosen.get_by_role("checkbox", name=way.title))
    way.look(page, "dialogue")
    hand.press(chosen.get_by_role("button", name="Thêm học liệu đã chọn"))
    expect(page.locator("#selected")).to_contain_text("Đã chọn", timeout=SLOW)
    hand.press(page.get_by_role("button", name="Lưu và trở về"))
    expect(page.locator("#region-main").get_by_role("link", name=way.title)).to_be_visible(timeout=SLOW)


def sit_down(demo: Demo, page: Page, way: Way, button: str) -> FrameLocator:
    hand = way.hand(page)
    course_as(page, f"{demo.lms}/people/{way.course}", PUPIL)
    activity(hand, page, way.title)
    tool(page).get_by_role("button", name=button).wait_for(timeout=SLOW)
    assert not takes_cookies(page)
    way.look(page, "pupil")
    hand.press(tool(page).get_by_role("button", name=button))
    content = tool(page).frame_locator("iframe.content").frame_locator("#content")
    content.locator("html[data-ready=true]").wait_for(timeout=SLOW)
    return content


def learn_half(demo: Demo, page: Page, way: Way) -> None:
    """The tab is closed in the middle with nothing pressed."""
    content = sit_down(demo, page, way, "Bắt đầu")
    answer(content, "q1", 0, hand=way.hand(page))
    way.look(page, "lesson")
    page.close()


def learn_the_rest(demo: Demo, page: Page, way: Way) -> None:
    hand, content = way.hand(page), sit_down(demo, page, way, "Học tiếp")
    expect(content.locator("#q1")).to_have_attribute("data-verdict", "right", timeout=SLOW)
    answer(content, "q2", text="3,14", hand=hand)
    # In cmi5 each part is a unit of its own.
    hand.press(tool(page).get_by_role("link", name="Phần sau") if way.format == "cmi5" else content.locator("#next"))
    answer(content, "q3", 0, 2, hand=hand)
    answer(content, "q4", 0, hand=hand)
    answer(content, "q5", text="h2o", hand=hand)
    hand.press(tool(page).get_by_role("link", name="Về trang bài học"))
    expect(tool(page).get_by_text("100%").first).to_be_visible(timeout=SLOW)
    way.look(page, "learnt")
    page.close()


def map_column(demo: Demo, page: Page, way: Way) -> None:
    """A teacher's choice: the lesson's column feeds one of the book's."""
    hand = way.hand(page)
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    activity(hand, page, SHEET)
    hand.press(tool(page).get_by_role("link", name="Ghép cột của khoá học"))
    choice = tool(page).get_by_label(f"Cột của {way.title}")
    hand.choose(choice, f"HK1.{COLUMN}")
    hand.press(tool(page).locator("tr", has=choice).get_by_role("button"))
    expect(tool(page).locator("tr", has_text=way.title).get_by_text("✓").first).to_be_visible(timeout=SLOW)
    way.look(page, "mapped")


def confirm_column(demo: Demo, page: Page, way: Way) -> None:
    hand = way.hand(page)
    course_as(page, f"{demo.lms}/people/{way.course}", way.teacher)
    activity(hand, page, SHEET)
    hand.press(tool(page).get_by_role("button", name="Đọc lại"))
    hand.press(tool(page).locator("table.sheet").get_by_role("link", name="ĐĐGtx4"))
    expect(tool(page).get_by_role("heading", name="Nguồn và bằng chứng")).to_be_visible(timeout=SLOW)
    way.look(page, "column")
    hand.press(tool(page).get_by_role("button", name="Xác nhận và gửi"))
    expect(tool(page).get_by_text("CSDL ngành đã nhận 1 điểm")).to_be_visible(timeout=SLOW)
    way.look(page, "confirmed")
