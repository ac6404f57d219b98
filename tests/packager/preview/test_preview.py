"""`preview`: every format opens, its calls are seen as they happen, and nothing but this machine is spoken to."""

import threading
import zipfile
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from content_packager import RefusedPackage, Standard, build
from content_packager.preview import staged
from content_packager.preview.app import make_app
from tests.packager.build.lessons import write_files, write_lesson

FIRST = {
    Standard.SCORM_12: "LMSInitialize",
    Standard.SCORM_2004: "Initialize",
    Standard.TINCAN: "GET activities/state resume",
    Standard.CMI5: "POST fetch",
}
FORMATS = ("scorm12", "scorm2004-3", "scorm2004-4", "xapi", "cmi5")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder, out = tmp_path_factory.mktemp("lesson"), tmp_path_factory.mktemp("out")
    return {one.format: one.path for one in build(write_lesson(folder), FORMATS, out).packages}


@pytest.fixture
def shown(packages, request):
    """(stage, address) of a running preview."""
    with staged(packages[request.param]) as stage:
        server = make_server("127.0.0.1", 0, make_app(stage, "vi", secret="secret"), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield stage, f"http://127.0.0.1:{server.port}/secret/"
        server.shutdown()
        thread.join()
        server.server_close()


def tick(lesson, question, *values):
    for value in values:
        lesson.locator(f"#{question} input[value='{value}']").check()
    lesson.locator(f"#{question} button").click()


def write(lesson, question, text):
    lesson.locator(f"#{question} input").fill(text)
    lesson.locator(f"#{question} button").click()


def answer_everything(lesson):
    """A unit of cmi5 is the first part alone."""
    tick(lesson, "q1", 0)
    write(lesson, "q2", "3,14")
    if lesson.locator("#q3").count():
        lesson.locator("#next").click()
        tick(lesson, "q3", 0, 2)
        tick(lesson, "q4", 0)
        write(lesson, "q5", "H2O")


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("shown", FORMATS, indirect=True)
def test_a_lesson_is_played_and_its_calls_are_seen(shown, browser):
    stage, address = shown
    strangers, errors = [], []
    page = browser.new_page()
    page.on("request", lambda sent: None if sent.url.startswith(address[:22]) else strangers.append(sent.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    lesson = page.frame_locator("#package")
    lesson.locator("html[data-ready=true]").wait_for()
    answer_everything(lesson)
    page.locator("#score", has_text="1").wait_for()
    rows = page.locator("#calls tr")
    called = [rows.nth(place).locator("td").nth(1).inner_text() for place in range(rows.count())]
    page.close()
    assert FIRST[stage.launches[0].standard] in called[:2]
    assert len(called) >= 4  # answers that are given at once may travel together
    assert (strangers, errors) == ([], [])


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("shown", ["scorm12", "cmi5"], indirect=True)
def test_opening_again_goes_on_and_beginning_anew_forgets(shown, browser):
    _, address = shown
    page = browser.new_page()
    page.goto(address)
    lesson = page.frame_locator("#package")
    lesson.locator("#q1 input[value='0']").check()
    lesson.locator("#q1 button").click()
    page.locator("#saved", has_text="s").wait_for()
    page.get_by_role("button", name="Mở lại").click()
    page.frame_locator("#package").locator("#q1[data-verdict=right]").wait_for()
    page.get_by_role("button", name="Làm lại từ đầu").click()
    page.frame_locator("#package").locator("html[data-ready=true] #q1:not([data-verdict])").wait_for()
    page.close()


@pytest.fixture
def client(packages):
    with staged(packages["scorm12"]) as stage:
        yield make_app(stage, "en", secret="secret").test_client()


def test_without_the_secret_word_there_is_nothing(client):
    assert client.get("/secret/").status_code == 200
    assert [client.get(path).status_code for path in ("/", "/guess/", "/guess/package/index.html")] == [404] * 3


def test_a_name_that_points_here_from_elsewhere_is_refused(client):
    assert client.get("/secret/", headers={"Host": "evil.example"}).status_code == 421


def test_no_file_beside_the_package_is_given_out(client):
    paths = ["../files", "..%2f..%2fetc/passwd", "/etc/passwd", "nothing.html"]
    assert {client.get(f"/secret/package/{path}").status_code for path in paths} <= {404, 308, 301}


def test_a_film_can_be_wound_forward(client):
    with client.get("/secret/package/index.html", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, len(part.data)) == (206, 4)


def test_a_package_without_a_page_says_so(tmp_path):
    manifest = '<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" identifier="x"/>'
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
    with staged(tmp_path / "empty.zip") as stage:
        page = make_app(stage, "en", secret="s").test_client().get("/s/")
    assert "no page that can be opened" in page.get_data(as_text=True)


def test_what_is_no_package_is_refused(tmp_path):
    path = write_files(tmp_path, {"a.zip": "no zip"}) / "a.zip"
    with pytest.raises(RefusedPackage), staged(path):
        pass


def test_the_files_are_gone_afterwards(packages):
    with staged(packages["scorm12"]) as stage:
        files: Path = stage.files
        assert (files / "index.html").is_file()
    assert not files.exists()
