"""The bridge as a tool of a running Moodle, by Moodle's own pages: registered, activated, and taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Frame, Page, expect


@contextmanager
def registered(page: Page, moodle: str, invitation: str) -> Iterator[int]:
    """By one address, as docs/moodle-setup.md tells it; the tool's number in Moodle. Taken away afterwards."""
    tools = f"{moodle}/mod/lti/toolconfigure.php"
    page.goto(tools, wait_until="networkidle")
    known = _cards(page)
    page.fill("#tool-url", invitation)
    page.click("#tool-create-button")
    frame_at(page, "/lti/register").locator("[data-close]").click()
    page.wait_for_function("known => document.querySelectorAll('.tool-card').length > known", arg=len(known))
    [number] = _cards(page) - known
    card = page.locator(f".tool-card[data-type-id='{number}']")
    card.locator("a.activate").click()
    expect(page.locator(f".tool-card[data-type-id='{number}'] a.activate")).to_be_hidden()
    try:
        yield int(number)
    finally:
        page.goto(tools, wait_until="networkidle")
        page.locator(f".tool-card[data-type-id='{number}'] a.delete").click()
        page.get_by_role("button", name="Delete").click()
        page.wait_for_load_state("networkidle")


def _cards(page: Page) -> set[str]:
    page.locator(".tool-card, #tool-list-container").first.wait_for()
    return {str(card.get_attribute("data-type-id")) for card in page.locator(".tool-card").all()}


def inside(page: Page) -> Frame:
    """The tool's page in Moodle's frame, after the launch."""
    return frame_at(page, "/v/", "/lti/deep-link")


def frame_at(page: Page, *parts: str) -> Frame:
    for _ in range(300):
        for frame in page.frames:
            if frame.url.startswith("http://localhost:") and any(part in frame.url for part in parts):
                frame.wait_for_load_state()
                return frame
        page.wait_for_timeout(100)
    raise AssertionError([frame.url.partition("?")[0] for frame in page.frames])
