"""Playing in a real Chromium: four frames deep, third-party cookies blocked, tabs closed at bad moments."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bridge.domain.attempts import AttemptState
from bridge.ports.passback import Shown
from bridge.ports.playing import Attempt
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.playing import begin, follow, until
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.classroom import publish
from tests.web.fakes import launch, linking


@pytest.mark.parametrize("base", ["scorm12", "scorm2004"])
def test_close_the_tab_go_on_elsewhere_finish(small: Stage, open_browser: Open, tmp_path: Path, base: str):
    material = publish(small.pages, tmp_path, base)
    learner = small.pages.school.store.attempts

    def of() -> list[Attempt]:
        (link,) = learner.links_of(SCHOOL, material.id)
        return list(learner.of_learner(SCHOOL, link.id, "11"))

    first = open_browser(width=360, height=740)
    with quiet(first):
        page = first.new_page()
        content = begin(small, page, "Bắt đầu", material)
        expect(content.locator("#found")).to_have_text(_fresh(base), timeout=SLOW)
        content.locator("#write").click()
        shot(page, f"player-{base}-360")
        page.close()  # nothing was committed
    until(lambda: of()[0].ended and "chữ ế null" in of()[0].elements.values())
    first.close()
    second = open_browser()
    page = second.new_page()
    content = begin(small, page, "Học tiếp", material)
    expect(content.locator("#found")).to_have_text("true|resume|chữ ế null|incomplete|", timeout=SLOW)
    content.locator("#finish").click()
    expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
    shot(page, f"player-{base}-wide")
    (attempt,) = of()
    assert (attempt.score, attempt.state, attempt.sitting) == (80, AttemptState.CLOSED, 2)
    page.frame("tool").get_by_role("link", name="Về trang bài học").click()  # type: ignore[union-attr]
    frame = page.frame("tool")
    assert frame is not None
    expect(frame.get_by_text("80%").first).to_be_visible(timeout=SLOW)
    shot(page, f"player-{base}-done")
    check(frame)


def _fresh(base: str) -> str:
    return "true|ab-initio||not attempted|" if base == "scorm12" else "true|ab-initio||unknown|"


def test_a_second_tab_asks_first_and_the_first_one_stops(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path)
    context = open_browser()
    first = context.new_page()
    content = begin(small, first, "Bắt đầu", material)
    content.locator("#write").click(timeout=SLOW)
    content.locator("#commit").click()
    expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
    second = context.new_page()
    other = begin(small, second, "Học tiếp ở đây", material)
    expect(other.locator("#found")).to_have_text("true|resume|chữ ế null|incomplete|", timeout=SLOW)
    first.bring_to_front()
    content.locator("#commit").click()
    told = first.frame_locator("iframe[name=tool]").frame_locator("iframe.content").locator("#notice")
    expect(told).to_contain_text("vừa được mở ở một thẻ hoặc máy khác", timeout=SLOW)
    shot(first, "player-other-tab")


HOSTILE = """
const out = [];
const attempt = (name, act) => { try { act(); out.push(name); } catch { /* as it should be */ } };
attempt('parent document', () => { parent.parent.document.title; });
attempt('top document', () => { top.document.title; });
attempt('top location', () => { top.location.href = 'about:blank'; });
attempt('cookie', () => { document.cookie = 'a=1'; if (document.cookie) return; throw 0; });
addEventListener('load', async () => {
  try { await navigator.serviceWorker.register('sw.js'); out.push('service worker'); } catch { /* refused */ }
  try { await fetch('TOOL/sign-in', { credentials: 'include' }); out.push('tool'); } catch { /* refused */ }
  document.getElementById('said').textContent = 'reached: ' + out.join(',');
});
"""


def test_hostile_content_reaches_nothing_of_ours(small: Stage, open_browser: Open, tmp_path: Path):
    script = HOSTILE.replace("TOOL", small.tool)
    material = publish(small.pages, tmp_path, **{"api.js": script, "sw.js": "self.skipWaiting()"})
    page = open_browser().new_page()
    content = begin(small, page, "Bắt đầu", material)
    expect(content.locator("#said")).to_have_text("reached: ", timeout=SLOW)
    assert "/course/" in page.url


def test_a_teacher_chooses_materials_by_keyboard_alone_on_a_phone_too(small: Stage, open_browser: Open, tmp_path: Path):
    publish(small.pages, tmp_path)
    publish(small.pages, tmp_path, "scorm2004")
    for width in (360, 1280):
        context = open_browser(width=width)
        with quiet(context):
            page = context.new_page()
            frame = enter(small, page, linking())
            expect(frame.get_by_role("heading", name="Học liệu")).to_be_visible(timeout=SLOW)
            no_sideways(frame)
            shot(page, f"deep-link-materials-{width}")
            check(frame)
            for box in frame.get_by_role("checkbox", name="Phân số").all():
                box.press("Space")
            frame.get_by_role("button", name="Thêm học liệu đã chọn").press("Enter")
            expect(frame.locator("#returned")).to_have_text("signed", timeout=SLOW)
        assert len(small.pages.tool.answered[-1]) == 2


def in_conflict(both: Stage) -> None:
    """A teacher has entered another score in Moodle, whatever our outbox is doing by itself."""
    outbox, later = both.pages.school.store.passbacks, both.pages.school.clock() + timedelta(days=1)
    claim = outbox.claim(SCHOOL, now=later, seconds=60)
    assert claim is not None
    outbox.conflict(claim, Shown(Decimal("6.5"), Decimal(10)), now=later)


def test_a_teachers_pages_of_attempts_fit_a_phone_and_pass_axe(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path)
    first = open_browser().new_page()
    content = begin(small, first, "Bắt đầu", material)
    content.locator("#finish").click(timeout=SLOW)
    expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
    in_conflict(small)
    for width in (360, 1280):
        context = open_browser(width=width)
        with quiet(context):
            page = context.new_page()
            frame = enter(small, page, launch(custom={"material": material.id}))
            expect(frame.get_by_role("button", name="Giữ điểm trong Moodle")).to_be_visible(timeout=SLOW)
            for name, *links in (
                ("list",),
                ("attempt", "Lần 1"),
                ("questions", "Các lần làm của học sinh", "Thống kê câu hỏi"),
            ):
                for link in links:
                    follow(frame, link)
                expect(frame.get_by_role("heading", name="Luyện tập").first).to_be_visible(timeout=SLOW)
                no_sideways(frame)
                shot(page, f"attempts-{name}-{width}")
                check(frame)
