"""What the tests of single pages share: going there inside the frame, and judging a page in both languages."""

import re

from playwright.sync_api import Frame, Page, expect

from tests.web.browser.conftest import shot
from tests.web.browser.test_pages import SLOW, check, no_sideways

SIDES = [(360, 740), (1280, 900)]  # a phone upright, a desk


def go(frame: Frame, path: str) -> None:
    """To a page of this visit, as a link in the frame leads there."""
    found = re.search(r"/v/[^/]+/", frame.url)
    assert found is not None, frame.url
    frame.evaluate("path => window.location.assign(path)", found[0] + path)
    frame.wait_for_url(f"**{found[0]}{path}", timeout=SLOW)


def judged(page: Page, frame: Frame, name: str) -> None:
    """A picture for people to look at; judged by axe; nothing but tables scrolls sideways."""
    frame.wait_for_load_state()
    _whole_shot(page, frame, name)
    check(frame)
    no_sideways(frame)


def _whole_shot(page: Page, frame: Frame, name: str) -> None:
    """The frame scrolls by itself, so the window is made as high as what is in it."""
    size = page.viewport_size
    assert size is not None
    room = frame.evaluate("document.documentElement.scrollHeight - window.innerHeight")
    page.set_viewport_size({"width": size["width"], "height": size["height"] + room})
    shot(page, name)
    page.set_viewport_size(size)


def in_both_languages(page: Page, frame: Frame, name: str) -> None:
    """A page that an address leads to."""
    judged(page, frame, name)
    frame.get_by_role("link", name="English").click()
    expect(frame.locator("html")).to_have_attribute("lang", "en", timeout=SLOW)
    judged(page, frame, f"{name}-en")
    frame.get_by_role("link", name="Tiếng Việt").click()
    expect(frame.locator("html")).to_have_attribute("lang", "vi", timeout=SLOW)
