"""Parts that wait for others, in a real Chromium: shut with their reason, open once that is done."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.materials.parts import STEP_BY_STEP, sequenced, tells, waits_for, with_prerequisites
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, check, enter, no_sideways, quiet
from tests.web.browser.test_parts import back
from tests.web.classroom import publish, pupil


def test_a_part_that_waits_says_for_what_and_opens_when_it_is_done(small: Stage, open_browser: Open, tmp_path: Path):
    material = publish(small.pages, tmp_path, "scorm12", **with_prerequisites(I2="I1", I3="I1&I2"))
    context = open_browser(width=360, height=740)
    page = context.new_page()
    with quiet(context):
        frame = enter(small, page, pupil(material))
        expect(frame.locator(".parts .st")).to_contain_text(["○", "✕", "✕"], timeout=SLOW)
        expect(frame.get_by_text("Cần làm xong trước: Phần 1, Phần 2.")).to_be_visible()
        expect(frame.get_by_role("button", name="Mở phần 2: Phần 2")).to_have_count(0)
        no_sideways(frame)
        check(frame)
        shot(page, "order-shut-360")
        frame.get_by_role("button", name="Bắt đầu").click()
        content = page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")
        expect(content.locator("#found")).to_contain_text("ab-initio", timeout=SLOW)
        frame.get_by_role("link", name="Phần sau").click()  # too early
        expect(frame.get_by_role("alert")).to_contain_text("Chưa mở được phần 2: Phần 2", timeout=SLOW)
        shot(page, "order-too-early-360")
        check(frame)
        frame.get_by_role("button", name="Học tiếp", exact=False).first.click()
        content.locator("#finish").click(timeout=SLOW)
        expect(content.locator("#said")).to_have_text("true", timeout=SLOW)
        back(page, "✓", "○", "✕")
    wide = open_browser(width=1280, height=900).new_page()
    frame = enter(small, wide, pupil(material))
    expect(frame.locator(".parts .st")).to_contain_text(["✓", "○", "✕"], timeout=SLOW)
    shot(wide, "order-shut-1280")


PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Bài</title></head><body>
<p id="found"></p><button id="fail">Trượt</button> <button id="pass">Đạt</button>
<script src="api.js"></script></body></html>"""
LEADS = """
const api = parent.API_1484_11; api.Initialize('');
const ask = (name) => api.GetValue(`adl.nav.request_valid.${name}`);
const show = () => { document.getElementById('found').textContent = [location.search, ask('continue'), ask('previous'),
  ask('choice.{target=I1}'), ask('choice.{target=I2}')].join('|'); };
const end = (score, request) => { api.SetValue('cmi.score.scaled', score);
  api.SetValue('cmi.completion_status', 'completed'); api.SetValue('cmi.exit', 'normal'); api.Commit(''); show();
  if (api.GetValue('adl.nav.request_valid.continue') !== 'true') return;
  api.SetValue('adl.nav.request', request); api.Terminate(''); };
show();
document.getElementById('fail').onclick = () => end('0.2', 'continue');
document.getElementById('pass').onclick = () => end('0.9', 'continue');
"""


def test_content_leads_from_part_to_part_where_its_rules_let_it(small: Stage, open_browser: Open, tmp_path: Path):
    flow = '<imsss:controlMode choice="false" flow="true"/>'
    files = {
        **sequenced(whole=STEP_BY_STEP, I1=tells(1), I2=waits_for(1), H1=flow),
        "index.html": PAGE,
        "api.js": LEADS,
    }
    material = publish(small.pages, tmp_path, "scorm2004", **files)
    context = open_browser(width=360, height=740)
    page = context.new_page()
    with quiet(context):
        frame = enter(small, page, pupil(material))
        expect(frame.locator(".parts .st")).to_contain_text(["○", "✕", "✕"], timeout=SLOW)
        expect(frame.get_by_text("Cần đạt trước: Phần 1.")).to_be_visible()
        no_sideways(frame)
        check(frame)
        shot(page, "sequenced-360")
        frame.get_by_role("button", name="Bắt đầu").click()
        content = page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")
        expect(content.locator("#found")).to_have_text("|false|false|true|false", timeout=SLOW)
        content.locator("#fail").click()
        expect(content.locator("#found")).to_have_text("|false|false|true|false")
        content.locator("#pass").click()  # it asks, may, and is led on
        expect(content.locator("#found")).to_contain_text("?2|true|true|true|true", timeout=SLOW)
        expect(frame.get_by_text("Phần 2/3")).to_be_visible()
        expect(frame.get_by_role("link", name="Phần trước")).to_be_visible()
        shot(page, "sequenced-second-360")
        content.locator("#pass").click()
        expect(content.get_by_text("Đọc thêm")).to_be_visible(timeout=SLOW)
        back(page, "✓", "✓", "✓")
    wide = open_browser(width=1280, height=900).new_page()
    frame = enter(small, wide, pupil(material))
    expect(frame.locator(".parts .st")).to_contain_text(["✓", "✓", "✓"], timeout=SLOW)
    shot(wide, "sequenced-1280")


LEAVES = """
const api = parent.API_1484_11; api.Initialize('');
document.getElementById('found').textContent = api.GetValue('cmi.entry');
const end = (request) => { api.SetValue('cmi.suspend_data', 'trang 3'); api.SetValue('cmi.exit', 'suspend');
  api.SetValue('adl.nav.request', request); api.Terminate(''); };
document.getElementById('fail').onclick = () => end('suspendAll');
document.getElementById('pass').onclick = () => end('exitAll');
"""


@pytest.mark.parametrize("button", ["#fail", "#pass"], ids=["suspendAll", "exitAll"])
def test_content_that_asks_to_be_left_leads_to_the_lessons_page(
    small: Stage, open_browser: Open, tmp_path: Path, button: str
):
    material = publish(small.pages, tmp_path, "scorm2004", **{"index.html": PAGE, "api.js": LEAVES})
    page = open_browser().new_page()
    frame = enter(small, page, pupil(material))
    frame.get_by_role("button", name="Bắt đầu").click()
    content = page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")
    content.locator(button).click(timeout=SLOW)
    frame.get_by_role("button", name="Học tiếp").click(timeout=SLOW)
    expect(content.locator("#found")).to_have_text("resume", timeout=SLOW)
