"""A real Chromium, third-party cookies blocked or allowed by its own preferences."""

import json
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Frame, Page, Playwright

from bridge.domain.mapping import Policy
from tests.sync.harness import SCHOOL, open_school
from tests.web.browser.platform import Stage, stage
from tests.web.class45 import map_class, open_class
from tests.web.school60 import furnish, open_whole_school

ROOT = Path(__file__).parents[3]
PASSWORD = "một câu dài dễ nhớ"
SHOTS = ROOT / "var" / "screenshots"

# Playwright's own arguments switch the partitioning of storage off, so none of them is used.
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-gpu",
    "--mute-audio",
    # With a process a site, Playwright loses a frame that changes site faster than it can attach to it (seen: the page
    # had arrived, the frame never did). What cookies, storage and origins do is the same without.
    "--disable-site-isolation-trials",
]
# What a browser does by default depends on who built it.
ALLOWED = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
BLOCKED = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


Open = Callable[..., BrowserContext]


CONTEXTS = pytest.StashKey[list[BrowserContext]]()


@pytest.fixture
def open_browser(request: pytest.FixtureRequest, playwright: Playwright, tmp_path: Path) -> Iterator[Open]:
    """A fresh profile: `open_browser(third_party=True, width=…, height=…, language=…)`."""
    opened: list[BrowserContext] = []
    request.node.stash[CONTEXTS] = opened
    with ExitStack() as stack:

        def open_one(**how: Any) -> BrowserContext:
            context = new_profile(playwright, tmp_path / f"profile-{len(list(tmp_path.iterdir()))}", **how)
            stack.callback(context.close)
            opened.append(context)
            return context

        yield open_one


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed tells what stood in its browsers."""
    report = yield
    if report.when == "call" and report.failed:
        pages = [page for context in item.stash.get(CONTEXTS, []) for page in context.pages]
        report.sections += [("frame", told) for page in pages for told in map(_told, page.frames)]
    return report


def _told(frame: Frame) -> str:
    try:
        return f"{frame.url}\n{frame.locator('body').inner_text(timeout=1000)[:1000]}"
    except Error as error:  # it may be on its way to another page
        return f"{frame.url}\n{error}"


def new_profile(
    playwright: Playwright,
    folder: Path,
    *,
    third_party: bool = False,
    width: int = 1280,
    height: int = 900,
    language: str = "vi-VN",
) -> BrowserContext:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is missing: sh scripts/install-packages chromium"
    (folder / "Default").mkdir(parents=True, exist_ok=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(ALLOWED if third_party else BLOCKED))
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=path,
        ignore_default_args=True,
        args=[*ARGUMENTS, f"--user-data-dir={folder}", "about:blank"],
        viewport={"width": width, "height": height},
        locale=language,
        bypass_csp=False,
        reduced_motion="reduce",  # no colour is judged in the middle of a fade
    )
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def school45(tmp_path: Path) -> Iterator[Stage]:
    """A class of 45, mapped."""
    school = open_class(tmp_path)
    map_class(school)
    with stage(school) as both:
        yield both
    school.store.close()


@pytest.fixture
def unmapped45(tmp_path: Path) -> Iterator[Stage]:
    school = open_class(tmp_path)
    with stage(school) as both:
        yield both
    school.store.close()


@pytest.fixture
def school60(tmp_path: Path) -> Iterator[Stage]:
    """A whole school in the middle of a term, and somebody who sees to all of it: QT01."""
    school = open_whole_school(tmp_path)
    now = school.clock()
    school.store.accounts.found(
        SCHOOL, school.store.accounts.offer(SCHOOL, now=now), actor="QT01", password=PASSWORD, now=now
    )
    furnish(school)
    with stage(school) as both:
        yield both
    school.store.close()


def shot(page: Page, name: str) -> None:
    """For people to look at; git ignores the folder."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Stage]:
    school = open_school(tmp_path, policy=Policy.CONFIRM)
    with stage(school) as both:
        yield both
    school.store.close()
