"""From the end of a lesson to the city's book, as its pupil sees it on a phone."""

from pathlib import Path

from playwright.sync_api import Page, expect

from bridge.domain.scores import mark
from bridge.ports.lms import ItemKind
from bridge.sync.seen import look
from tests.sync.harness import TEACHER, TX1, UNIT, item
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.playing import begin
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.classroom import publish, pupil


def test_a_pupil_sees_on_a_phone_when_the_score_reached_the_book(small: Stage, open_browser: Open, tmp_path: Path):
    school, material = small.pages.school, publish(small.pages, tmp_path)
    school.lms.put_item(12, item(12, TX1, kind=ItemKind.ACTIVITY, module="lti", resource_link="l1"))
    context = open_browser(width=360, height=740)
    page = context.new_page()

    def seen(words: str, name: str, language: str = "vi") -> None:
        frame = enter(small, page, pupil(material))
        if language == "en":
            frame.get_by_role("link", name="English").click()
        expect(frame.get_by_text(words)).to_be_visible(timeout=SLOW)
        shot(page, f"in-book-{name}-360")
        check(frame)
        no_sideways(frame)

    content = begin(small, page, "Bắt đầu", material)
    with quiet(context):
        content.locator("#finish").click(timeout=SLOW)
        expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
        read_again(small)
        seen("Chưa có. Giáo viên xem và xác nhận trước khi gửi.", "not-yet")
        school.put("HS11", "8")
        school.plan()
        school.confirm("HS11")
        school.run()
        seen("Điểm đã vào sổ điểm lúc", "arrived")
        school.edit("HS11", mark(95))
        read_again(small)
        seen("Khác với kết quả của bài này lúc này", "other")
        seen("This is another score than this lesson's result now", "other-en", "en")
        leads_to_all_scores(page)


def read_again(both: Stage) -> None:
    assert look(both.pages.house.app.sync, UNIT, actor=TEACHER) is not None


def leads_to_all_scores(page: Page) -> None:
    frame = page.frame("tool")
    assert frame is not None
    frame.get_by_role("link", name="See the scores in the city's book").press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text("My scores")
