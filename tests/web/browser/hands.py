"""How a person reaches what is on a page: with a pointer, or with the keys alone."""

import json
from typing import Protocol

from playwright.sync_api import Locator, Page

from tests.web.browser.test_pages import SLOW

MOST = 200  # more than any page of ours has stops
AT = "e => document.activeElement === e"


class Hand(Protocol):
    def press(self, target: Locator) -> None: ...

    def tick(self, target: Locator) -> None:
        """A radio button or a box to tick."""
        ...

    def write(self, target: Locator, text: str) -> None: ...

    def choose(self, target: Locator, value: str) -> None:
        """In a list, by its value."""
        ...


class Pointer:
    def press(self, target: Locator) -> None:
        target.click(timeout=SLOW)

    def tick(self, target: Locator) -> None:
        target.check(timeout=SLOW)

    def write(self, target: Locator, text: str) -> None:
        target.fill(text, timeout=SLOW)

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value, timeout=SLOW)


class Keys:
    """Tab until it is there, however many frames deep, and then what a person would press. Nothing is focused by a
    script: what Tab cannot reach fails."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        self._until(target, AT, "Tab")
        self.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        """Tab stops once in a group of radio buttons; the arrows go round in it, and tick where they come."""
        if target.get_attribute("type") == "radio":
            self._until(target, "e => document.activeElement.name === e.name", "Tab")
            self._until(target, AT, "ArrowDown")
        self._until(target, AT, "Tab")
        if not target.is_checked():
            self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        self._until(target, AT, "Tab")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, value: str) -> None:
        self._until(target, AT, "Tab")
        self.page.keyboard.press("Home")
        self._until(target, f"e => e.value === {json.dumps(value)}", "ArrowDown")

    def _until(self, target: Locator, true: str, key: str) -> None:
        target.wait_for(timeout=SLOW)
        for _ in range(MOST):
            if target.evaluate(true):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never comes to {target}")
