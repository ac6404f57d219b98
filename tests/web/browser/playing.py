"""What the tests of playing share: a click in the course, the button of the pupil's page, the content's frame."""

import time
from collections.abc import Callable

from playwright.sync_api import Frame, FrameLocator, Page, expect

from tests.web.browser.hands import Hand, Pointer
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, enter
from tests.web.classroom import pupil


def begin(both: Stage, page: Page, button: str, material: object) -> FrameLocator:
    """Four frames deep."""
    frame = enter(both, page, pupil(material))  # type: ignore[arg-type]
    frame.get_by_role("button", name=button).click(timeout=SLOW)
    return page.frame_locator("iframe[name=tool]").frame_locator("iframe.content").frame_locator("#content")


def follow(frame: Frame, link: str) -> None:
    """On to the next page, and not only away from this one."""
    with frame.expect_navigation(timeout=SLOW):
        frame.get_by_role("link", name=link).click(timeout=SLOW)


def answer(content: FrameLocator, question: str, *values: int, text: str = "", hand: Hand | None = None) -> None:
    """Rightly, in a lesson of ours."""
    hand, form = hand or Pointer(), content.locator(f"#{question}")
    for value in values:
        hand.tick(form.locator(f"input[value='{value}']"))
    if text:
        hand.write(form.locator("input"), text)
    hand.press(form.get_by_role("button"))
    expect(form).to_have_attribute("data-verdict", "right", timeout=SLOW)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
