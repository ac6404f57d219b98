"""The bridge as a tool in a running Moodle, all by its own pages in Chromium: registered, linked, launched, scored.

`make live … MOODLE_WRITE_TOKEN=… MOODLE_USER=… MOODLE_PASSWORD=…` (docs/live.md), with a user who may manage tools. It
makes a course, a pupil and a tool, and deletes them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bridge.cli.serve import make_house
from bridge.config import CitySettings, MoodleSettings, SchoolSettings, Settings, StoreSettings, WebSettings
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.school import Unit, school_year
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import choose_item, take_course
from bridge.ports.gradebooks import ActivityProgress, NewLineItem
from bridge.ports.launches import RegistrationState
from bridge.ports.passback import PassbackState, Place, Wanted
from bridge.sync.seen import look
from bridge.web.app import create_app
from bridge.web.server import listen, open_server, serving
from bridge.wiring import App, open_app
from bridge.wiring.keeping import found_store
from tests.live.activities import Classroom, signed_in
from tests.live.city import City, city_of
from tests.live.conftest import Report
from tests.live.registering import inside, registered
from tests.live.school import make_world
from tests.web.fakes import FakeEngine

pytestmark = [pytest.mark.live, pytest.mark.writes, pytest.mark.timeout(600), pytest.mark.xdist_group("live")]
SCHOOL, ADMIN = "79000001", "QT01"
SCHOOL_CLASS, SUBJECT, COLUMN = "10A1", "TOAN", "Điểm thử"


@dataclass(frozen=True, repr=False)
class Tool:
    """As another site than the Moodle: on `localhost`, as schools see it."""

    app: App
    url: str


@contextmanager
def tool_beside(room: Classroom, city: City, folder: Path) -> Iterator[Tool]:
    listening = listen("127.0.0.1", 0)  # a port first: the tool's public address stands in its settings
    port = listening.getsockname()[1]
    settings = Settings(
        school=SchoolSettings(code=SCHOOL),
        moodle=MoodleSettings.model_validate({"url": room.url, "token": room.site.token}),
        city=CitySettings.model_validate({"url": city.soap, "user": "bridge", "password": "sandbox"}),
        store=StoreSettings(url=f"sqlite:///{folder}/bridge.sqlite3", keys_file=folder / "bridge.keys"),
        web=WebSettings(url=f"http://localhost:{port}", port=port),
    )
    found_store(settings)
    app = open_app(settings)
    app.pull_roster()
    with serving(open_server(create_app(make_house(app, FakeEngine(), settings.web.url)), listening, threads=4)):
        yield Tool(app, settings.web.url)
    app.store.close()


def world(room: Classroom) -> dict[str, Any]:
    """One class of one pupil; its Toán is the teacher's."""
    made = make_world(SCHOOL, school_year(datetime.now(UTC).date()), {room.pupil_code: SCHOOL_CLASS})
    for row in made["assignments"]:
        row["teacher"] = room.teacher_code if row["subject"] == SUBJECT else row["teacher"]
    return {**made, "teachers": [*made["teachers"], {"code": room.teacher_code, "name": "Giáo viên Thử"}]}


@pytest.fixture(scope="module")
def tool(room: Classroom) -> Iterator[Tool]:
    with TemporaryDirectory(prefix="bridge-live-") as name, ExitStack() as open_:
        city = open_.enter_context(city_of(world(room), Path(name)))
        yield open_.enter_context(tool_beside(room, city, Path(name)))


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


def said(page: Page) -> str:
    """What the tool shows to who was let in."""
    return inside(page).locator("main").inner_text()[:200].replace("\n", " / ")


def test_the_tool_lives_in_a_running_moodle(room: Classroom, browser: Browser, tool: Tool, report: Report):
    app, rows = tool.app, []
    word = app.store.invitations.offer(SCHOOL, actor=ADMIN, now=datetime.now(UTC))
    address = f"{tool.url}/lti/register/{word}"
    with signed_in(browser, room.url, room.teacher) as page, registered(page, room.url, address) as number:
        [made] = app.store.platforms.registrations(SCHOOL)
        assert made.state is RegistrationState.PENDING
        rows.append(("registered and activated", made.name))
        activity = link(page, room, number)
        page.goto(activity)
        rows.append(("opened by who has no role here", said(page)))
        made = app.store.platforms.find(made.id)
        assert (made.state, made.deployments) == (RegistrationState.ACTIVE, (str(number),))
        where = app.place_to_try(made.id, room.course, room.pupil)
        found = app.members().members(made.id, where.memberships)
        assert str(room.pupil) in {one.user for one in found if one.learning}
        tried = {one.trial: one for one in app.selftest().run(where)}
        assert {trial for trial, one in tried.items() if one.trouble or not one.reached} == set()
        rows += [("self-test", str(trial)) for trial in tried]
        with scored(app, made.id, where.collection, str(room.pupil)):
            rows.append(("outbox", "delivered, read back"))
            read_once(app, room)
            with signed_in(browser, room.url, room.teacher_login) as teacher:
                teacher.goto(activity)
                rows.append(("score sheet of the teacher", said(teacher)))
                expect(inside(teacher).locator("table").first).to_contain_text("8.5")  # its page is in English
            with signed_in(browser, room.url, room.pupil_login) as pupil:
                pupil.goto(activity)
                rows.append(("opened by a pupil", said(pupil)))
    report.table("The tool in Moodle", ["step", "seen"], rows)


def read_once(app: App, room: Classroom) -> None:
    """The course is Toán of the class, its one column TX1; both sides are read for the sheet."""
    desk, now = app.desk(), datetime.now(UTC)
    take_course(desk, CourseMap(room.course, SCHOOL_CLASS, SUBJECT, app.year, origin="person"), actor=ADMIN, now=now)
    [item] = [each.id for each in app.sync.lms.items(room.course) if each.name == COLUMN]
    choose_item(
        desk, ItemMap(room.course, item, Term.HK1, Column.TX1, origin="person"), computed=False, actor=ADMIN, now=now
    )
    look(app.sync, Unit(SCHOOL, app.year, SCHOOL_CLASS, SUBJECT, Term.HK1), actor=room.teacher_code)


@contextmanager
def scored(app: App, registration: str, collection: str, pupil: str) -> Iterator[None]:
    """A score by the outbox into a column of our own, read back; the column goes in the end."""
    books = app.gradebooks()
    column = books.provide(registration, collection, NewLineItem(COLUMN, Decimal(10), "live", "cau-noi"))
    try:
        place, now = Place(registration, column.url, pupil), datetime.now(UTC)
        dispatch = app.dispatch()
        dispatch.put(place, Wanted(Decimal("8.5"), Decimal(10), ActivityProgress.COMPLETED, now))
        assert dispatch.work_off() == {PassbackState.DELIVERED: 1}
        [result] = books.results(registration, column.url, user=pupil)
        assert (result.value, result.maximum) == (Decimal("8.5"), Decimal(10))
        yield
    finally:
        books.remove(registration, collection, resource_id="live", tag="cau-noi")
