"""A real lesson of ours in each of its four formats, from the course into the outbox, third-party cookies blocked."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bridge.domain.attempts import AttemptState
from bridge.ports.passback import Place
from bridge.ports.playing import Attempt
from content_packager import build
from tests.packager.build.lessons import SETTINGS, write_lesson
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.playing import answer, begin, until
from tests.web.browser.test_pages import SLOW, quiet
from tests.web.classroom import publish_file

FORMATS = ["scorm12", "scorm2004-4", "xapi", "cmi5"]


def sit_down(both: Stage, page: Page, button: str, material: object) -> FrameLocator:
    content = begin(both, page, button, material)
    content.locator("html[data-ready=true]").wait_for(timeout=SLOW)
    return content


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_lesson_on_a_phone_the_rest_elsewhere_and_the_score_waits_for_moodle(
    small: Stage, open_browser: Open, tmp_path: Path, format: str
):
    (tmp_path / "lesson").mkdir()
    (made,) = build(write_lesson(tmp_path / "lesson", settings=SETTINGS), [format], tmp_path / "out").packages
    material = publish_file(small.pages, made.path)
    table = small.pages.school.store.attempts

    def mine() -> Attempt:
        (link,) = table.links_of(SCHOOL, material.id)
        return table.of_learner(SCHOOL, link.id, "11")[-1]

    first = open_browser(width=360, height=740)
    # A state that was never written is a 404 (xAPI, Communication §2.3), which a browser tells its console.
    with quiet(first) if format.startswith("scorm") else nullcontext():
        page = first.new_page()
        content = sit_down(small, page, "Bắt đầu", material)
        answer(content, "q1", 0)
        shot(page, f"lesson-{format}-360")
        page.close()  # in the middle, with nothing pressed
    first.close()
    assert mine().state is AttemptState.OPEN
    page = open_browser().new_page()
    content = sit_down(small, page, "Học tiếp", material)
    expect(content.locator("#q1")).to_have_attribute("data-verdict", "right", timeout=SLOW)
    answer(content, "q2", text="3,14")
    tool = page.frame_locator("iframe[name=tool]")
    # In cmi5 each part is a unit of its own.
    (tool.get_by_role("link", name="Phần sau") if format == "cmi5" else content.locator("#next")).click()
    answer(content, "q3", 0, 2)
    answer(content, "q4", 0)
    answer(content, "q5", text="h2o")
    until(lambda: mine().state is not AttemptState.OPEN)
    shot(page, f"lesson-{format}-wide")
    page.close()
    until(lambda: mine().state is AttemptState.CLOSED)
    assert mine().score == 100
    waiting = small.pages.house.app.store.passbacks.find(SCHOOL, Place("r1", "https://m/items/7", "11"))
    assert waiting is not None and waiting.wanted.value == 100
