"""A material with several parts on a phone: the list, each part opened, left and gone on with, the score of all."""

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from bridge.domain.attempts import AttemptState
from tests.materials.parts import SEVERAL
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.classroom import publish, pupil


def back(page: Page, *signs: str) -> Frame:
    """The list, once what the part said at the last moment is there."""
    frame = page.frame("tool")
    assert frame is not None
    frame.get_by_role("link", name="Về trang bài học").click()
    expect(frame.locator(".parts .st")).to_contain_text(signs, timeout=SLOW)
    return frame


@pytest.mark.parametrize("base", ["scorm12", "scorm2004"])
def test_parts_are_opened_one_by_one_and_the_score_is_of_all(
    small: Stage, open_browser: Open, tmp_path: Path, base: str
):
    material = publish(small.pages, tmp_path, base, **SEVERAL[base])
    table = small.pages.school.store.attempts
    context = open_browser(width=360, height=740)
    page = context.new_page()
    with quiet(context):
        frame = enter(small, page, pupil(material))
        expect(frame.get_by_role("heading", name="Các phần")).to_be_visible(timeout=SLOW)
        expect(frame.locator(".parts .st")).to_contain_text(["○", "○", "○"])
        no_sideways(frame)
        check(frame)
        frame.get_by_role("button", name="Mở phần 2: Phần 2").click()
        content = page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")
        content.locator("#write").click(timeout=SLOW)
        shot(page, f"part-{base}-360")
        frame = back(page, "○", "●", "○")
        frame.get_by_role("button", name="Học tiếp").click()
        content.locator("#finish").click(timeout=SLOW)
        expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
        frame.get_by_role("link", name="Phần sau").click()
        expect(content.locator("#found")).to_contain_text("resume|chữ ế null", timeout=SLOW)
        content.locator("#finish").click()
        expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
        frame = back(page, "✓", "✓", "○")
        shot(page, f"parts-{base}-360")
        check(frame)
        frame.get_by_role("button", name="Mở phần 3: Đọc thêm").click()
        expect(content.get_by_text("Đọc thêm")).to_be_visible(timeout=SLOW)
        frame = back(page, "✓", "✓", "✓")
        expect(frame.get_by_text("80%").first).to_be_visible(timeout=SLOW)
        shot(page, f"parts-{base}-done")
    (link,) = table.links_of(SCHOOL, material.id)
    (attempt,) = table.of_learner(SCHOOL, link.id, "11")
    assert (attempt.state, attempt.score) == (AttemptState.CLOSED, 80)
