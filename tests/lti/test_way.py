"""The tool and the stand-in Moodle over real HTTP: invited, registered, activated, launched, seen."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from bridge.cli.serve import make_house
from bridge.config import CitySettings, MoodleSettings, SchoolSettings, Settings, WebSettings
from bridge.web.app import create_app
from bridge.web.server import listen, open_server, serving
from bridge.wiring import App
from sandbox.lms import running
from sandbox.school import generate
from tests.sync.harness import SCHOOL, YEAR, School, open_school
from tests.web.fakes import FakeEngine


@dataclass
class Way:
    lms: str
    tool: str
    school: School
    teacher: int
    course: int


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    school = open_school(Path(tmp_path_factory.mktemp("school")))
    with running(generate(1).site, host="localhost", clock=lambda: school.clock().timestamp()) as lms:
        listening = listen("127.0.0.1", 0)  # a port first: the tool's public address stands in its settings
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = Settings(
            school=SchoolSettings(code=SCHOOL, year=YEAR),
            moodle=MoodleSettings(url=lms.url),
            city=CitySettings(url="https://city.test", user="bridge"),
            web=WebSettings(url=url, port=port),
        )
        app = App(settings, school.store, school.sync())
        server = open_server(create_app(make_house(app, FakeEngine(), url)), listening, threads=4)
        with serving(server):
            yield Way(lms.url, url, school, 11, 2)
    school.store.close()


@pytest.fixture(scope="module")
def registered(way: Way) -> int:
    """The tool's number at the platform, registered through the tool's own page."""
    word = way.school.store.invitations.offer(SCHOOL, actor="QT01", now=way.school.clock())
    begun = requests.post(f"{way.lms}/sandbox/registrations", json={}, timeout=10).json()
    params = {"openid_configuration": begun["openid_configuration"], "registration_token": begun["registration_token"]}
    page = requests.get(f"{way.tool}/lti/register/{word}", params=params, timeout=10)
    assert (page.status_code, "Đang chờ kích hoạt" in page.text) == (200, True)
    return 1


@pytest.fixture(scope="module")
def activity(way: Way, registered: int) -> int:
    """The course module of a link to the tool."""
    changes = [
        {"op": "set_tool", "tool": registered, "state": "configured", "coursevisible": 2},
        {"op": "add_link", "course": way.course, "tool": registered, "name": "Sổ điểm", "grade": 0},
    ]
    made = requests.post(f"{way.lms}/sandbox/changes", json=changes, timeout=10).json()
    return int(next(one for one in (made if isinstance(made, list) else [made]) if one and "cmid" in one)["cmid"])


def form_of(page: str) -> tuple[str, dict[str, str]]:
    action = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert action is not None, page[:400]
    fields = re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page)
    return html.unescape(action[1]), {name: html.unescape(value) for name, value in fields}


def launched(way: Way, activity: int, user: int) -> requests.Response:
    """What a browser does after a click: both sites keep their cookies."""
    moodle, tool = requests.Session(), requests.Session()
    moodle.post(f"{way.lms}/login/index.php", data={"user": user}, timeout=10)
    action, fields = form_of(moodle.get(f"{way.lms}/mod/lti/launch.php", params={"id": activity}, timeout=10).text)
    login = tool.post(action, data=fields, timeout=10)
    binding = login.headers["Set-Cookie"].partition(";")[0]
    going = re.search(r'data-go="([^"]+)"', login.text)
    assert going is not None
    answer = moodle.get(html.unescape(going[1]), timeout=10)
    action, fields = form_of(answer.text)
    assert "id_token" in fields, answer.text[:600]
    return tool.post(action, data=fields, headers={"Cookie": binding}, allow_redirects=False, timeout=10)


def test_the_way_from_an_invitation_to_a_visit(way: Way, activity: int):
    reply = launched(way, activity, way.teacher)
    assert reply.status_code == 303, reply.text[:800]
    assert re.search(r"/v/[0-9a-f]{32}/$", urlsplit(reply.headers["Location"]).path)
    [known] = [one for one in way.school.store.platforms.registrations(SCHOOL) if one.issuer == way.lms]
    assert (known.state.value, known.deployments != ()) == ("ACTIVE", True)


def test_the_login_of_a_stranger_ends_on_a_page_with_a_case(way: Way):
    page = requests.get(f"{way.tool}/lti/login?iss=https://x.example.test&login_hint=1", timeout=10)
    [case] = way.school.store.cases.list(SCHOOL, limit=1)
    assert (page.status_code, case.code in page.text) == (403, True)
