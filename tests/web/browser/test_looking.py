"""A pupil looks again at what is finished: from the list of attempts, on a phone and beside a course."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.materials.units import UNIT
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.classroom import publish, pupil


@pytest.mark.parametrize("width", [360, 1280])
def test_from_the_list_of_attempts_into_the_finished_lesson_and_back(
    small: Stage, open_browser: Open, tmp_path: Path, width: int
):
    material = publish(small.pages, tmp_path, "cmi5", **UNIT)
    context = open_browser(width=width, height=740)
    page = context.new_page()
    with quiet(context):
        frame = enter(small, page, pupil(material, custom={"review": "1"}))
        frame.get_by_role("button", name="Bắt đầu").click(timeout=SLOW)
        content = page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")
        expect(content.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
        for button, word in (("#pass", "passed"), ("#bye", "terminated")):
            content.locator(button).click()
            expect(content.locator("#said")).to_have_text(f"{word} 200", timeout=SLOW)
        frame.get_by_role("link", name="Về trang bài học").click()
        again = frame.get_by_role("link", name="Xem lại lần 1")
        expect(again).to_be_visible(timeout=SLOW)
        no_sideways(frame)
        check(frame)
        shot(page, f"looking-list-{width}")
        again.click()
    expect(frame.get_by_text("không tính điểm")).to_be_visible(timeout=SLOW)
    expect(content.locator("#mode")).to_have_text("Review", timeout=SLOW)
    expect(content.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    content.locator("#pass").click()
    expect(content.locator("#said")).to_have_text("passed 403", timeout=SLOW)
    shot(page, f"looking-lesson-{width}")
    no_sideways(frame)
    check(frame)
    (link,) = small.pages.school.store.attempts.links_of(SCHOOL, material.id)
    (attempt,) = small.pages.school.store.attempts.of_learner(SCHOOL, link.id, "11")
    assert (attempt.sitting, attempt.score) == (1, 80)
