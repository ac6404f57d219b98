"""A lesson that may stand in no frame: its window is opened by a press, found again, missed when it is closed."""

from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bridge.domain.attempts import AttemptState
from bridge.ports.playing import Attempt
from tests.materials.units import OWN_WINDOW
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.playing import begin, until
from tests.web.browser.test_pages import SLOW, check, quiet
from tests.web.classroom import publish


def doorway(both: Stage, page: Page, button: str, material: object) -> FrameLocator:
    """The player's page, which keeps the lesson's window."""
    begin(both, page, button, material)
    return page.frame_locator("iframe[name=tool]").frame_locator("iframe.content")


def press(page: Page, door: FrameLocator, name: str) -> Page:
    with page.expect_popup(timeout=SLOW) as opened:
        door.get_by_role("button", name=name).click(timeout=SLOW)
    return opened.value


def attempt(both: Stage, material: object) -> Attempt:
    table = both.pages.school.store.attempts
    (link,) = table.links_of(SCHOOL, material.id)  # type: ignore[attr-defined]
    return table.of_learner(SCHOOL, link.id, "11")[-1]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_press_opens_the_lesson_in_a_window_and_its_score_arrives(
    small: Stage, open_browser: Open, tmp_path: Path, width: int
):
    material = publish(small.pages, tmp_path, "cmi5", **OWN_WINDOW)
    context = open_browser(width=width, height=740)
    page = context.new_page()
    with quiet(context, but="can escape its sandboxing"):  # out of a frame of ours it could; this one is in none
        door = doorway(small, page, "Bắt đầu", material)
        expect(door.get_by_text("mở trong một cửa sổ riêng")).to_be_visible(timeout=SLOW)
        shot(page, f"own-window-door-{width}")
        lesson = press(page, door, "Mở bài học")
        expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
        assert lesson.evaluate("window.self === window.top")
        shot(lesson, f"own-window-lesson-{width}")
        expect(door.get_by_text("đang mở trong một cửa sổ khác")).to_be_visible()
        expect(door.get_by_role("button", name="Đến cửa sổ bài học")).to_be_visible()
        shot(page, f"own-window-open-{width}")
        inner = next(each for each in page.frames if "/p/" in each.url)
        check(inner)
        lesson.locator("#pass").click()
        expect(lesson.locator("#said")).to_have_text("passed 200", timeout=SLOW)
        lesson.locator("#bye").click()
        expect(lesson.locator("#said")).to_have_text("terminated 200", timeout=SLOW)
        lesson.close()
        expect(door.get_by_text("Bài học đã báo kết thúc")).to_be_visible(timeout=SLOW)
        expect(door.get_by_role("button")).to_have_count(0)
        shot(page, f"own-window-ended-{width}")
        found = attempt(small, material)
        assert (found.state, found.score) == (AttemptState.CLOSED, 80)


def test_a_window_that_was_closed_in_the_middle_is_opened_again(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path, "cmi5", **OWN_WINDOW)
    page = open_browser().new_page()
    door = doorway(small, page, "Bắt đầu", material)
    lesson = press(page, door, "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    lesson.close()
    expect(door.get_by_text("Cửa sổ bài học đã đóng")).to_be_visible(timeout=SLOW)
    shot(page, "own-window-closed")
    lesson = press(page, door, "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    assert attempt(small, material).sitting == 2


def test_after_a_reload_the_same_window_is_used_and_no_second_one(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path, "cmi5", **OWN_WINDOW)
    context = open_browser()
    page = context.new_page()
    door = doorway(small, page, "Bắt đầu", material)
    lesson = press(page, door, "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    inner = next(each for each in page.frames if "/p/" in each.url)
    inner.evaluate("location.reload()")
    expect(door.get_by_text("mở trong một cửa sổ riêng")).to_be_visible(timeout=SLOW)
    door.get_by_role("button", name="Mở bài học").click()
    until(lambda: attempt(small, material).sitting == 2)
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    assert len([each for each in context.pages if each != page and each.url.startswith("http")]) == 1


def test_a_browser_that_opens_no_window_is_told_what_to_do(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path, "cmi5", **OWN_WINDOW)
    context = open_browser(width=360, height=740)
    context.add_init_script("window.open = () => null")
    page = context.new_page()
    door = doorway(small, page, "Bắt đầu", material)
    door.get_by_role("button", name="Mở bài học").click(timeout=SLOW)
    expect(door.get_by_text("đã chặn cửa sổ bài học")).to_be_visible(timeout=SLOW)
    shot(page, "own-window-blocked-360")
    with context.expect_page() as opened:
        door.get_by_role("link", name="mở bài học ở thẻ mới").click()
    expect(opened.value.locator("#said")).to_have_text("initialized 200", timeout=SLOW)


def test_who_is_handed_the_address_of_a_lesson_learns_as_nobody(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path, "cmi5", **OWN_WINDOW)
    page = open_browser().new_page()
    lesson = press(page, doorway(small, page, "Bắt đầu", material), "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    other = open_browser().new_page()
    other.goto(lesson.url)
    expect(other.locator("#said")).to_have_text("no key", timeout=SLOW)
    answer = other.goto(lesson.url.partition("/files/")[0] + "/")
    assert answer is not None and answer.status == 401
    assert attempt(small, material).sitting == 1


HOSTILE = """
const out = [];
const first = location.search !== '?2';
const attempt = (name, act) => { if (first) try { act(); out.push(name); } catch { /* as it should be */ } };
const above = opener;
attempt('document of the page', () => { above.parent.document.title; });
attempt('document of the course', () => { above.top.document.title; });
attempt('address of the course', () => { above.top.location.href = 'about:blank'; });
attempt('address of the page', () => { above.parent.location.href = 'about:blank'; });
attempt('through a script of the opener', () => { above.Function("top.location.href = 'about:blank'")(); });
addEventListener('load', async () => {
  try { await navigator.serviceWorker.register('sw.js'); out.push('service worker'); } catch { /* refused */ }
  try { await fetch('TOOL/sign-in', { credentials: 'include' }); out.push('tool'); } catch { /* refused */ }
  if (!first) return;
  const second = open('index.html?2');
  setTimeout(() => {
    if (second) attempt('out of a further window', () => {
      second.Function("opener.opener.top.location.href = 'about:blank'")(); });
    document.getElementById('said').textContent = 'reached: ' + out.join(',');
  }, 1500);
});
"""


def test_hostile_content_in_a_window_of_its_own_reaches_nothing_of_ours(
    small: Stage, open_browser: Open, tmp_path: Path
):
    files = {**OWN_WINDOW, "au.js": HOSTILE.replace("TOOL", small.tool), "sw.js": "self.skipWaiting()"}
    material = publish(small.pages, tmp_path, "cmi5", **files)
    page = open_browser().new_page()
    lesson = press(page, doorway(small, page, "Bắt đầu", material), "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("reached: ", timeout=SLOW)
    assert "/course/" in page.url and "/play/" in page.frame("tool").url  # type: ignore[union-attr]
