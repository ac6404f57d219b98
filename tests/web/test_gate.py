"""Forms from elsewhere, of other sessions, by other browsers; two tabs; a session that ends in the middle."""

from dataclasses import replace

import pytest

from bridge.web import cookies
from bridge.web.gate import origin_of
from bridge.web.house import KEY, house
from tests.sync.harness import YEAR
from tests.web.fakes import launch
from tests.web.world import URL, Browser, Pages


@pytest.fixture
def teacher(browser: Browser) -> Browser:
    browser.launch(launch())
    return browser


def test_a_form_of_ours_is_taken(teacher: Browser):
    assert teacher.send(teacher.here("window")).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_another_site_is_refused(teacher: Browser, site):
    reply = teacher.post(teacher.here("window"), {"csrf": teacher.csrf}, headers={"Sec-Fetch-Site": site})
    assert reply.status_code == 403


@pytest.mark.parametrize(("origin", "status"), [(URL, 200), ("null", 403), (f"{URL}.evil.test", 403), ("", 403)])
def test_a_browser_that_does_not_say_where_from_must_name_our_origin(teacher: Browser, origin, status):
    teacher.headers = {"Origin": origin} if origin else {}
    assert teacher.send(teacher.here("window")).status_code == status


@pytest.mark.parametrize("seal", ["", "wrong", "ế"])
def test_a_form_without_the_seal_of_its_visit_is_refused(teacher: Browser, seal):
    assert teacher.post(teacher.here("window"), {"csrf": seal}).status_code == 403


def test_the_seal_of_another_tab_does_not_fit(teacher: Browser):
    first, seal = teacher.visit, teacher.csrf
    teacher.launch(launch(course=13))
    assert teacher.visit != first
    assert teacher.post(teacher.here("window"), {"csrf": seal}).status_code == 403


def test_two_tabs_of_one_teacher_live_side_by_side(teacher: Browser):
    first = teacher.here()
    teacher.launch(launch(course=13))
    assert (teacher.get(first).status_code, teacher.get(teacher.here()).status_code) == (200, 200)


def test_an_address_alone_opens_nothing_in_another_browser(pages: Pages, teacher: Browser):
    other = pages.browser()
    assert other.get(teacher.here()).status_code == 404
    other.launch(launch(user="12"))
    assert other.get(teacher.here()).status_code == 404


def test_the_next_person_at_the_same_computer_ends_the_visits_of_the_one_before(teacher: Browser):
    before = teacher.here()
    teacher.launch(launch(user="99", idnumber="HS11", teaching=False))
    assert teacher.get(before).status_code == 404


def test_a_session_that_ends_in_the_middle_says_so_and_changes_nothing(teacher: Browser):
    path, seal = teacher.here("end"), teacher.csrf
    teacher.send(path)
    reply = teacher.post(path, {"csrf": seal})
    assert reply.status_code == 404
    assert "Phiên làm việc đã kết thúc" in teacher.text
    assert "Chưa có gì thay đổi" in teacher.text


def test_a_window_of_its_own_has_a_visit_of_its_own(pages: Pages, teacher: Browser):
    ticket = teacher.send(teacher.here("window")).json["ticket"]
    window = pages.browser()
    assert window.post("/window", {"ticket": ticket}).status_code == 200
    assert window.at.startswith("/v/")
    assert window.at != teacher.here()
    assert pages.browser().post("/window", {"ticket": ticket}).status_code == 403


def test_a_session_that_no_browser_of_ours_wrote_is_not_kept(pages: Pages):
    with pages.flask.test_request_context("/", environ_overrides={"HTTP_COOKIE": f"{cookies.SESSION}=mine.é"}):
        assert not cookies.session_for("GV1").startswith("mine.")


@pytest.mark.parametrize("address", ["http://[x", "javascript:alert(1)", "//moodle.test", ""])
def test_what_is_no_address_has_no_origin(address):
    assert origin_of(address) == ""


def test_pages_are_those_of_the_school_year_of_today(pages: Pages):
    app = pages.house.app
    school = app.settings.school.model_copy(update={"year": None})
    settings = app.settings.model_copy(update={"school": school})
    pages.flask.extensions[KEY] = replace(pages.house, app=replace(app, settings=settings))
    pages.school.clock.at = pages.school.clock.at.replace(year=YEAR + 1, month=9)
    with pages.flask.test_request_context():
        assert house().app.year == YEAR + 1
        assert house() is house()


def test_a_form_that_is_too_large_is_refused(teacher: Browser):
    assert teacher.send(teacher.here("window"), much="x" * 300_000).status_code == 413


def test_knocking_too_often_is_told_when_to_come_again(browser: Browser):
    replies = [browser.post("/sign-in", {"actor": "QT01", "password": "wrong"}).status_code for _ in range(12)]
    assert (replies[0], replies[-1]) == (403, 429)
    assert "giây" in browser.text
