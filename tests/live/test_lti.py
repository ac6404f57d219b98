"""The bridge as a tool in a running Moodle, all by its own pages in Chromium: registered, linked, launched, scored.

`make live … MOODLE_WRITE_TOKEN=… MOODLE_USER=… MOODLE_PASSWORD=…` (docs/live.md), with a user who may manage tools. It
makes a course, a pupil and a tool, and deletes them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from bridge.cli.serve import make_house
from bridge.config import CitySettings, MoodleSettings, SchoolSettings, Settings, StoreSettings, WebSettings
from bridge.passback.selftest import Trial
from bridge.ports.gradebooks import ActivityProgress, NewLineItem
from bridge.ports.launches import RegistrationState
from bridge.ports.passback import PassbackState, Place, Wanted
from bridge.web.app import create_app
from bridge.web.server import listen, open_server, serving
from bridge.wiring import App, open_app
from bridge.wiring.keeping import found_store
from tests.live.activities import Classroom, Person, chromium, classroom, signed_in
from tests.live.conftest import Report

pytestmark = [pytest.mark.live, pytest.mark.writes, pytest.mark.timeout(600), pytest.mark.xdist_group("live")]
SCHOOL, ADMIN = "79000001", "QT01"


class NoEngine:
    """What is queued waits for nobody here."""

    def notify(self, job: str) -> None: ...

    def start(self) -> None: ...

    def stop(self, *, patience: float) -> bool:
        return True


@dataclass(frozen=True, repr=False)
class Tool:
    """As another site than the Moodle: on `localhost`, as schools see it."""

    app: App
    url: str


@contextmanager
def tool_beside(moodle: str, folder: Path) -> Iterator[Tool]:
    listening = listen("127.0.0.1", 0)  # a port first: the tool's public address stands in its settings
    port = listening.getsockname()[1]
    settings = Settings(
        school=SchoolSettings(code=SCHOOL),
        moodle=MoodleSettings.model_validate({"url": moodle, "token": "0" * 32}),
        city=CitySettings.model_validate({"url": "http://127.0.0.1:1/none", "user": "bridge", "password": "none"}),
        store=StoreSettings(url=f"sqlite:///{folder}/bridge.sqlite3", keys_file=folder / "bridge.keys"),
        web=WebSettings(url=f"http://localhost:{port}", port=port),
    )
    found_store(settings)
    app = open_app(settings)
    with serving(open_server(create_app(make_house(app, NoEngine(), settings.web.url)), listening, threads=4)):
        yield Tool(app, settings.web.url)
    app.store.close()


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    found = {name: os.environ.get(name, "") for name in ("MOODLE_URL", "MOODLE_USER", "MOODLE_PASSWORD")}
    assert all(found.values()), "needs MOODLE_URL, MOODLE_USER and MOODLE_PASSWORD: see docs/live.md"
    person = Person(found["MOODLE_USER"], found["MOODLE_PASSWORD"])
    with classroom(found["MOODLE_URL"], os.environ["MOODLE_WRITE_TOKEN"], person) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def tool(room: Classroom) -> Iterator[Tool]:
    with TemporaryDirectory(prefix="bridge-live-") as name, tool_beside(room.url, Path(name)) as made:
        yield made


@contextmanager
def registered(page: Page, room: Classroom, tool: Tool) -> Iterator[int]:
    """By one address, as docs/moodle-setup.md tells it; the tool's number in Moodle. Taken away afterwards."""
    word = tool.app.store.invitations.offer(SCHOOL, actor=ADMIN, now=datetime.now(UTC))
    tools = f"{room.url}/mod/lti/toolconfigure.php"
    page.goto(tools, wait_until="networkidle")
    known = cards(page)
    page.fill("#tool-url", f"{tool.url}/lti/register/{word}")
    page.click("#tool-create-button")
    frame_at(page, "/lti/register").locator("[data-close]").click()
    page.wait_for_function("known => document.querySelectorAll('.tool-card').length > known", arg=len(known))
    [number] = cards(page) - known
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


def cards(page: Page) -> set[str]:
    page.locator(".tool-card, #tool-list-container").first.wait_for()
    return {str(card.get_attribute("data-type-id")) for card in page.locator(".tool-card").all()}


def link(page: Page, room: Classroom, number: int) -> str:
    """An activity chosen by deep linking and saved; its address."""
    page.goto(f"{room.url}/course/modedit.php?add=lti&type=&course={room.course}&section=0&typeid={number}")
    page.get_by_role("button", name="Select content").click()
    frame = inside(page)
    frame.locator("main form button.btn-primary").first.click()
    expect(page.locator("#id_name")).not_to_have_value("", timeout=30_000)
    page.click("#id_submitbutton")
    page.wait_for_url("**/mod/lti/**")
    return page.url


def inside(page: Page) -> Frame:
    """The tool's page in Moodle's frame, after the launch."""
    return frame_at(page, "/v/", "/lti/deep-link")


def said(page: Page) -> str:
    """What the tool tells who was let in. This school has no class lists yet, so it opens nothing and says so."""
    return inside(page).locator("main").inner_text()[:200].replace("\n", " / ")


def frame_at(page: Page, *parts: str) -> Frame:
    for _ in range(300):
        for frame in page.frames:
            if frame.url.startswith("http://localhost:") and any(part in frame.url for part in parts):
                frame.wait_for_load_state()
                return frame
        page.wait_for_timeout(100)
    raise AssertionError([frame.url.partition("?")[0] for frame in page.frames])


def test_the_tool_lives_in_a_running_moodle(room: Classroom, browser: Browser, tool: Tool, report: Report):
    app, rows = tool.app, []
    with signed_in(browser, room.url, room.teacher) as page, registered(page, room, tool) as number:
        [made] = app.store.platforms.registrations(SCHOOL)
        assert made.state is RegistrationState.PENDING
        rows.append(("registered and activated", made.name))
        activity = link(page, room, number)
        page.goto(activity)
        rows.append(("opened by who teaches", said(page)))
        made = app.store.platforms.find(made.id)
        assert (made.state, made.deployments) == (RegistrationState.ACTIVE, (str(number),))
        with signed_in(browser, room.url, room.pupil_login) as pupil:
            pupil.goto(activity)
            rows.append(("opened by a pupil", said(pupil)))
        where = app.place_to_try(made.id, room.course, room.pupil)
        found = app.members().members(made.id, where.memberships)
        assert str(room.pupil) in {one.user for one in found if one.learning}
        tried = {one.trial: one for one in app.selftest().run(where)}
        assert {trial for trial, one in tried.items() if one.trouble or not one.reached} == {Trial.CITY}
        rows += [("self-test", str(trial)) for trial in tried if trial is not Trial.CITY]
        rows.append(("outbox", scored(app, made.id, where.collection, str(room.pupil))))
    report.table("The tool in Moodle", ["step", "seen"], rows)


def scored(app: App, registration: str, collection: str, pupil: str) -> str:
    """A score by the outbox into a column of our own, read back; the column goes."""
    books = app.gradebooks()
    column = books.provide(registration, collection, NewLineItem("Thử", Decimal(10), "live", "cau-noi"))
    try:
        place, now = Place(registration, column.url, pupil), datetime.now(UTC)
        dispatch = app.dispatch()
        dispatch.put(place, Wanted(Decimal("8.5"), Decimal(10), ActivityProgress.COMPLETED, now))
        assert dispatch.work_off() == {PassbackState.DELIVERED: 1}
        [result] = books.results(registration, column.url, user=pupil)
        assert (result.value, result.maximum) == (Decimal("8.5"), Decimal(10))
    finally:
        books.remove(registration, collection, resource_id="live", tag="cau-noi")
    return "delivered, read back"
