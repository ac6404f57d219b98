"""The pages in a real browser, inside another site's frame."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from bridge.domain.scores import Column, mark
from bridge.ports.launches import Launch
from tests.packager.build.oracles import npm_folder
from tests.sync.harness import cell_of
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.class45 import COURSE
from tests.web.fakes import launch, linking

FOCUSED = "(each => (each.labels?.length ? each.labels[0] : each).textContent.trim())(document.activeElement)"
SLOW = 20_000  # milliseconds: a busy machine


@contextmanager
def quiet(context: BrowserContext, *, but: str = "") -> Iterator[None]:
    """No word in any console while this goes on, but of what a browser always says."""
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield
    assert [each for each in said if not but or but not in each] == []


def teacher() -> Launch:
    return launch(course=COURSE)


def pupil(code: str = "HS101") -> Launch:
    return launch(user=code[2:], idnumber=code, course=COURSE, teaching=False)


def enter(stage: Stage, page: Page, found: Launch) -> Frame:
    """Click in the course: the course's page with the tool in its frame."""
    state = f"s{len(stage.pages.tool.launches)}"
    stage.pages.tool.launches[state] = found
    page.goto(f"{stage.platform}/course/{state}")
    frame = page.frame("tool")
    assert frame is not None
    return frame


def sheet(stage: Stage, page: Page) -> Frame:
    """A teacher at the sheet, after it was read."""
    frame = enter(stage, page, teacher())
    expect(frame.locator("table.sheet")).to_be_visible(timeout=SLOW)
    return frame


def check(frame: Frame) -> None:
    """axe: WCAG 2.2 A and AA, in this frame alone."""
    source = (npm_folder() / "axe-core" / "axe.min.js").read_text("utf-8")
    frame.wait_for_load_state()
    frame.evaluate(source)
    found = frame.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]] == []


def no_sideways(frame: Frame) -> None:
    """Nothing but the tables' own scrollers is wider than the frame."""
    frame.wait_for_load_state()
    assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("third_party", [False, True], ids=["third-party cookies blocked", "allowed"])
def test_a_launch_in_a_frame_works(school45: Stage, open_browser: Open, third_party: bool):
    context = open_browser(third_party=third_party)
    with quiet(context):
        frame = sheet(school45, context.new_page())
        assert frame.locator("tbody tr").count() == 45


def test_confirm_send_and_the_city_has_it(school45: Stage, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        shot(page, "sheet-before")
        check(frame)
        frame.get_by_role("link", name="Xem và xác nhận").first.click()
        expect(frame.get_by_role("heading", level=1)).to_contain_text("ĐĐGtx1 · 11A5 · Toán")
        shot(page, "column-confirm")
        check(frame)
        frame.get_by_role("button", name="Xác nhận và gửi").click()
        expect(frame.get_by_text("CSDL ngành đã nhận 45 điểm")).to_be_visible(timeout=SLOW)
        shot(page, "sheet-sent")
        check(frame)
        with frame.expect_navigation(timeout=SLOW):  # the sheet has as many rows
            frame.get_by_role("link", name="Xem biên nhận").click()
        expect(frame.locator("tbody tr")).to_have_count(45)
        shot(page, "receipts")
        check(frame)
    assert school45.pages.school.city.book.records


def test_a_hold_is_settled_with_a_reason(school45: Stage, open_browser: Open):
    for number in (103, 117):
        school45.pages.school.city.edit(cell_of(f"HS{number}", Column.TX2, "TOAN"), mark(99))
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        frame.get_by_role("link", name="Xem và quyết định").click()
        expect(frame.get_by_role("heading", level=1)).to_contain_text("Đang giữ")
        shot(page, "holds")
        check(frame)
        frame.locator("tbody a").first.click()
        expect(frame.get_by_text("Ở CSDL ngành")).to_be_visible()
        shot(page, "cell-held")
        check(frame)
        frame.get_by_label("Lý do").fill("đã hỏi lại học sinh")
        frame.get_by_role("button", name="Gửi điểm từ Moodle").click()
        expect(frame.get_by_text("1 điểm đã được đồng ý, chưa gửi")).to_be_visible()
        frame.get_by_role("button", name="Gửi lên CSDL ngành").click()
        expect(frame.get_by_text("CSDL ngành đã nhận 1 điểm")).to_be_visible(timeout=SLOW)


def test_an_unmapped_course_is_mapped_by_a_click(unmapped45: Stage, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = enter(unmapped45, page, teacher())
        expect(frame.get_by_role("button", name="Đúng, ghép vào lớp này").first).to_be_visible(timeout=SLOW)
        shot(page, "map-course")
        check(frame)
        frame.get_by_role("button", name="Đúng, ghép vào lớp này").first.click()
        expect(frame.get_by_role("heading", level=1)).to_contain_text("Ghép cột")
        shot(page, "map-items")
        check(frame)
        frame.get_by_role("link", name="Tới bảng điểm").click()
        expect(frame.locator("table.sheet")).to_be_visible(timeout=SLOW)


def test_a_pupil_sees_the_own_scores(school45: Stage, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        sheet(school45, page)
        frame = enter(school45, page, pupil())
        expect(frame.get_by_role("heading", name="Điểm của em")).to_be_visible()
        expect(frame.get_by_text("ĐĐGgk")).to_be_visible()
        shot(page, "pupil")
        check(frame)


def test_deep_linking_goes_back_to_the_platform(school45: Stage, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = enter(school45, page, linking(course=COURSE))
        expect(frame.get_by_role("button", name="Chọn mục này")).to_be_visible()
        shot(page, "deep-link")
        check(frame)
        frame.get_by_role("button", name="Chọn mục này").click()
        expect(frame.locator("#returned")).to_have_text("signed")


def test_without_any_cookie_a_window_of_its_own_is_offered_once(school45: Stage, open_browser: Open):
    """As in a browser that keeps no partitioned cookie: the answer to the probe is no."""
    context = open_browser()
    page = context.new_page()
    page.route("**/lti/cookie", lambda route: route.fulfill(status=200, body="no", content_type="text/plain"))
    with quiet(context):
        frame = enter(school45, page, teacher())
        button = frame.get_by_role("button", name="Mở trong cửa sổ mới")
        expect(button).to_be_visible()
        shot(page, "no-cookie")
        check(frame)
        with context.expect_page() as opened:
            button.click()
        expect(button).to_be_disabled()
        expect(frame.get_by_text("Đã mở cửa sổ mới")).to_be_visible()
        expect(opened.value.locator("table.sheet")).to_be_visible(timeout=SLOW)


def test_the_whole_page_opens_in_a_window_and_knows_who_it_is(school45: Stage, open_browser: Open):
    context = open_browser(width=1920, height=1080)
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        with context.expect_page() as opened:
            frame.get_by_role("button", name="Mở toàn trang").click()
        window = opened.value
        expect(window.locator("table.sheet")).to_be_visible(timeout=SLOW)
        shot(window, "whole-page-1920")
        check(window.main_frame)


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_only_the_table_scrolls_sideways(school45: Stage, open_browser: Open, width: int):
    context = open_browser(width=width, height=740)
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        no_sideways(frame)
        shot(page, f"phone-{width}")
        frame.get_by_role("link", name="Xem và xác nhận").first.click()
        expect(frame.get_by_role("button", name="Xác nhận và gửi")).to_be_visible()
        no_sideways(frame)
        shot(page, f"phone-{width}-column")
        check(frame)
        frame = enter(school45, page, pupil())
        expect(frame.get_by_role("heading", name="Điểm của em")).to_be_visible()
        no_sideways(frame)
        shot(page, f"phone-{width}-pupil")


def test_in_english_nothing_vietnamese_is_left_but_names(school45: Stage, open_browser: Open):
    context = open_browser(language="en-GB")
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        frame.get_by_role("link", name="English").click()
        expect(frame.get_by_role("heading", level=1)).to_contain_text("Score sheet")
        shot(page, "sheet-english")
        check(frame)
        left = frame.locator(".todo").inner_text() + frame.locator(".facts").inner_text()
        assert not re.search(r"[ăâđêôơưạảãàáẹẻẽèéịỉĩìíọỏõòóụủũùúỵỷỹỳý]", left.replace("ĐĐGtx", ""))


def test_by_keyboard_alone_a_column_is_confirmed(school45: Stage, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = sheet(school45, page)
        press_until(page, frame, "Xem và xác nhận")
        page.keyboard.press("Enter")
        expect(frame.get_by_role("button", name="Xác nhận và gửi")).to_be_visible()
        press_until(page, frame, "Xác nhận và gửi")
        page.keyboard.press("Enter")
        expect(frame.get_by_text("CSDL ngành đã nhận 45 điểm")).to_be_visible(timeout=SLOW)


def test_signing_in_without_an_lms(school45: Stage, open_browser: Open):
    school = school45.pages.school
    token = school.store.accounts.offer("79000001", now=school.clock())
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        page.goto(f"{school45.tool}/setup#{token}")
        expect(page.get_by_label("Mã thiết lập")).to_have_value(token)
        assert token not in page.url
        page.get_by_label("Mã nhân viên").fill("QT01")
        page.get_by_label("Mật khẩu", exact=True).fill("một câu dài dễ nhớ")
        page.get_by_label("Nhập lại mật khẩu").fill("một câu dài dễ nhớ")
        shot(page, "setup")
        check(page.main_frame)
        page.get_by_role("button", name="Tạo tài khoản").click()
        expect(page.get_by_role("heading", name="Toàn trường")).to_be_visible()
        shot(page, "home")
        check(page.main_frame)
        page.get_by_role("button", name="Đăng xuất").click()
        expect(page.get_by_role("heading", name="Đã đăng xuất")).to_be_visible()
        page.get_by_role("link", name="Đăng nhập").click()
        expect(page.get_by_label("Mã nhân viên")).to_be_visible()
        shot(page, "sign-in")
        check(page.main_frame)


def test_another_site_can_not_frame_the_pages(school45: Stage, open_browser: Open):
    school45.pages.registrations.rows = []
    page = open_browser().new_page()
    page.goto(f"{school45.platform}/course/x")
    page.evaluate("url => { document.querySelector('iframe').src = url }", f"{school45.tool}/sign-in")
    page.wait_for_timeout(1000)
    frame = page.frame("tool")
    assert frame is not None
    assert frame.locator("form").count() == 0


def press_until(page: Page, frame: Frame, name: str) -> None:
    """Tab until what has the focus is called so, by its label or by itself."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if frame.evaluate(FOCUSED) == name:
            return
    raise AssertionError(f"{name} is not reached by the keyboard")
