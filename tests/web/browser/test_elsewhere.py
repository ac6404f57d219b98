"""A unit on another site: told before it is opened, in a window of its own, heard from there."""

from pathlib import Path

from playwright.sync_api import Route, expect

from bridge.domain.attempts import AttemptState
from tests.materials.units import OWN_WINDOW
from tests.packager.check.packages import replaced
from tests.web.browser.conftest import Open, shot
from tests.web.browser.platform import Stage
from tests.web.browser.playing import until
from tests.web.browser.test_own_window import attempt, doorway, press
from tests.web.browser.test_pages import SLOW, check
from tests.web.classroom import publish

SITE = "https://noi-khac.example"


def serve(route: Route) -> None:
    """The other site: the same unit, nothing of ours."""
    name = route.request.url.partition("?")[0].rpartition("/")[2]
    kinds = {"html": "text/html", "js": "text/javascript"}
    route.fulfill(body=OWN_WINDOW[name], content_type=f"{kinds[name.rpartition('.')[2]]}; charset=utf-8")


def test_its_score_arrives_and_it_has_no_hold_of_our_pages(small: Stage, open_browser: Open, tmp_path: Path):
    away = replaced(OWN_WINDOW["cmi5.xml"], "index.html?lop=6", f"{SITE}/index.html?lop=6")
    material = publish(small.pages, tmp_path, "cmi5", **{**OWN_WINDOW, "cmi5.xml": away})
    context = open_browser(width=360, height=740)
    context.route(f"{SITE}/**", serve)
    context.grant_permissions(["local-network-access"])  # the tool of this test is on this machine
    page = context.new_page()
    door = doorway(small, page, "Bắt đầu", material)
    expect(door.get_by_text("ngoài hệ thống của trường: noi-khac.example")).to_be_visible(timeout=SLOW)
    check(next(each for each in page.frames if "/p/" in each.url))
    shot(page, "elsewhere-door-360")
    lesson = press(page, door, "Mở bài học")
    expect(lesson.locator("#said")).to_have_text("initialized 200", timeout=SLOW)
    assert lesson.url.startswith(SITE)
    assert lesson.evaluate("window.opener === null && document.referrer === ''")
    lesson.locator("#pass").click()
    expect(lesson.locator("#said")).to_have_text("passed 200", timeout=SLOW)
    lesson.locator("#bye").click()
    until(lambda: attempt(small, material).state is AttemptState.CLOSED)
    assert attempt(small, material).score == 80
    lesson.close()
    expect(door.get_by_text("Bài học đã báo kết thúc")).to_be_visible(timeout=SLOW)
