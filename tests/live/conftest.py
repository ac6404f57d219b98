"""The Moodle that MOODLE_URL and MOODLE_TOKEN name, read raw once, and a bridge between it and a stand-in city."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, Playwright
from rich.console import Console
from rich.table import Table

from bridge.config import CitySettings, MoodleSettings, SchoolSettings, Settings, StoreSettings
from bridge.wiring import App, open_app
from bridge.wiring.keeping import found_store
from bridge.wiring.remotes import make_lms
from tests.live.activities import Classroom, Person, chromium, classroom
from tests.live.city import City, city_of
from tests.live.raw import Course, Site
from tests.live.school import School, make_school


@dataclass(frozen=True, repr=False)
class Access:
    url: str
    token: str

    def settings(self) -> MoodleSettings:
        return MoodleSettings.model_validate({"url": self.url, "token": self.token, "read_timeout": 60})


@pytest.fixture(scope="session")
def access() -> Access:
    url, token = os.environ.get("MOODLE_URL"), os.environ.get("MOODLE_TOKEN")
    if not url or not token:
        pytest.skip("needs MOODLE_URL and MOODLE_TOKEN: see docs/live.md")
    return Access(url, token)


@pytest.fixture(scope="session")
def courses(access: Access) -> list[Course]:
    found = Site(access.url, access.token).courses()
    assert any(course.rows for course in found), "this token sees no course with pupils"
    return found


@pytest.fixture(scope="session")
def school(courses: list[Course]) -> School:
    return make_school(courses)


@pytest.fixture(scope="session")
def lms(access: Access) -> object:
    return make_lms(access.settings())


@dataclass(frozen=True, repr=False)
class Bridge:
    app: App
    city: City


@pytest.fixture(scope="session")
def bridge(access: Access, school: School) -> Iterator[Bridge]:
    """Everything in a folder that goes away with the suite: idnumbers of real pupils stay nowhere."""
    with TemporaryDirectory(prefix="bridge-live-") as name, city_of(school.world, Path(name)) as city:
        settings = Settings(
            school=SchoolSettings(code=school.code, year=school.year),
            moodle=access.settings(),
            city=CitySettings.model_validate({"url": city.soap, "user": "bridge", "password": "sandbox"}),
            store=StoreSettings(url=f"sqlite:///{name}/bridge.sqlite3", keys_file=Path(name) / "bridge.keys"),
        )
        found_store(settings)
        app = open_app(settings)
        yield Bridge(app, city)
        app.store.close()


class Report:
    """Tables on the terminal: ids, codes and counts, never a name, an idnumber or a mark."""

    def __init__(self) -> None:
        self._console = Console(width=150)

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)

    def table(self, title: str, heads: list[str], rows: list[tuple[object, ...]]) -> None:
        table = Table(title=title, title_justify="left")
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*map(str, row))
        self._console.print(table)


@pytest.fixture(scope="session")
def report() -> Report:
    return Report()


@pytest.fixture(scope="module")
def room() -> Iterator[Classroom]:
    found = {name: os.environ.get(name, "") for name in ("MOODLE_URL", "MOODLE_USER", "MOODLE_PASSWORD")}
    assert all(found.values()), "needs MOODLE_URL, MOODLE_USER and MOODLE_PASSWORD: see docs/live.md"
    person = Person(found["MOODLE_USER"], found["MOODLE_PASSWORD"])
    with classroom(found["MOODLE_URL"], os.environ["MOODLE_WRITE_TOKEN"], person) as made:
        yield made


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as running:
        yield running
