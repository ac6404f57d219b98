"""The pages over a small school, and a browser that keeps cookies as one does."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from bridge.config import CitySettings, MaterialSettings, MoodleSettings, SchoolSettings, Settings
from bridge.duties.engine import works
from bridge.jobs.worker import Worker
from bridge.ports.launches import Launch
from bridge.web import cookies
from bridge.web.app import create_app
from bridge.web.house import House
from bridge.wiring import App
from tests.sync.harness import SCHOOL, YEAR, School
from tests.web.fakes import FakeTool, MemoryRegistrations, MemoryVisits, Recognising

URL = "https://bridge.example.test"
SETTINGS = Settings(
    school=SchoolSettings(code=SCHOOL, year=YEAR),
    moodle=MoodleSettings(url="https://moodle.test"),
    city=CitySettings(url="https://city.test", user="bridge"),
)


@dataclass
class Pages:
    """Everything that a test of the pages touches."""

    school: School
    tool: FakeTool
    visits: MemoryVisits
    registrations: MemoryRegistrations
    house: House
    flask: Flask

    def browser(self) -> "Browser":
        return Browser(self)

    def work(self) -> None:
        """Do every job that waits, as the engine beside the server does."""
        app = self.house.app
        worker = Worker(app.store.jobs, works(app), school=SCHOOL, clock=self.school.clock, holder="test", lease=60)
        for job in app.store.jobs.due(SCHOOL, now=self.school.clock(), limit=10):
            worker.look(job)


@dataclass
class Browser:
    """One browser. Every form goes out as from a page of ours, unless a test says otherwise."""

    pages: Pages
    client: Any = None
    at: str = ""  # the address after the last redirect
    text: str = ""
    visit: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def __post_init__(self) -> None:
        self.client = self.pages.flask.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._seen(self.client.get(path, base_url=URL, follow_redirects=True, **more))

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self._seen(
            self.client.post(path, data=data or {}, headers=headers, base_url=URL, follow_redirects=True, **more)
        )

    def send(self, path: str, **fields: Any) -> TestResponse:
        """A form of this visit, with its seal."""
        return self.post(path, {"csrf": self.csrf, **fields})

    def launch(self, found: Launch) -> TestResponse:
        """Login, the cookie, the platform's answer: as a click in the course brings it."""
        state = f"s{len(self.pages.tool.launches)}"
        self.pages.tool.launches[state] = found
        self.get(f"/lti/login?iss=x&client_id=y&login_hint={state}")
        reply = self.post("/lti/launch", {"state": state}, headers={"Sec-Fetch-Site": "cross-site"})
        here = re.search(r"/(?:v|deep-link)/([^/]+)", self.at)
        self.visit = here[1] if here else ""
        return reply

    def here(self, path: str = "") -> str:
        return f"/v/{self.visit}/{path}"

    @property
    def csrf(self) -> str:
        return self.pages.visits.kept[self.visit][0].csrf if self.visit in self.pages.visits.kept else ""

    def cookie(self, name: str = cookies.SESSION) -> str:
        found = self.client.get_cookie(name, domain="bridge.example.test")
        return found.value if found is not None else ""

    def _seen(self, reply: TestResponse) -> TestResponse:
        self.at, self.text = reply.request.path, reply.data.decode("utf-8", "replace")
        reply.close()  # a file that was sent
        return reply


def open_pages(school: School) -> Pages:
    tool, visits, registrations = FakeTool(), MemoryVisits(school.clock()), MemoryRegistrations()
    app = App(_settings(school), school.store, school.sync())
    house = House(
        app=app,
        url=URL,
        tool=tool,
        visits=visits,
        visitors=Recognising(),
        registrations=registrations,
        accounts=school.store.accounts,
        jobs=school.store.jobs,
    )
    return Pages(school, tool, visits, registrations, house, create_app(house))


def _settings(school: School) -> Settings:
    """Materials lie beside the test's own database."""
    folder = Path(school.url.removeprefix("sqlite:///")).parent / "materials"
    return SETTINGS.model_copy(update={"materials": MaterialSettings(shelf_folder=folder, largest_mib=8)})
