"""`bridge demo` as a person meets it: the stand-in Moodle as an LTI 1.3 platform, real launches, real marks."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.web.browser.conftest import Open, shot
from tests.web.browser.test_pages import SLOW, check, quiet

ROOT = Path(__file__).parents[3]
BRIDGE = [sys.executable, "-u", "-c", "from bridge.cli import main; main()"]


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address that the demo tells people to open; ended politely, and silent on the way."""
    words = ["--lang", "vi", "demo", "--pupils", "300"]
    words += [word for name in ("10A1", "10A2", "10A3") for word in ("--class", name)]
    env = {**os.environ, "COLUMNS": "400", "ONCE": ""}
    with subprocess.Popen(
        [*BRIDGE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env
    ) as process:
        assert process.stdout is not None
        found = (re.search(r"Mở (http://localhost:\d+/people/\d+)", line) for line in process.stdout)
        yield next(each for each in found if each)[1]
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=40)
        assert (process.returncode, complaints) == (0, "")


def come_as(page: Page, demo: str, code: str) -> Frame:
    """Choose a person, and click the link in the course."""
    page.goto(demo)
    page.get_by_role("button", name=code).first.click()
    page.locator("#region-main").get_by_role("link", name="Bảng điểm gửi CSDL ngành").click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    return page.frames[-1]


def test_the_teacher_the_principal_and_a_pupil_come_in_by_a_launch(demo: str, open_browser: Open):
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        come_as(page, demo, "GV0001")
        tool = page.frame_locator("iframe")
        expect(tool.locator("table.sheet")).to_be_visible(timeout=SLOW)
        expect(tool.get_by_text("đã ở CSDL").first).to_be_visible()
        shot(page, "demo-teacher")
        check(page.frames[-1])
        come_as(page, demo, "HT01")
        expect(tool.locator("table.sheet")).to_be_visible(timeout=SLOW)
        come_as(page, demo, "HS000016")
        expect(tool.get_by_role("heading", name="Điểm của em")).to_be_visible(timeout=SLOW)
        shot(page, "demo-pupil")
        check(page.frames[-1])


def test_a_stranger_to_the_city_is_told_what_to_do(demo: str, open_browser: Open):
    """A pupil whose ID number the city does not know."""
    page = open_browser().new_page()
    come_as(page, demo, "HS999999")
    expect(page.frame_locator("iframe").get_by_text("Nhờ người quản trị điền mã số")).to_be_visible(timeout=SLOW)
