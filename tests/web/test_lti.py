"""Login, launch, registration and deep linking at the HTTP line."""

from bridge.domain.errors import NotFound
from bridge.ports.launches import RegistrationState
from bridge.web import cookies
from tests.web.fakes import PLATFORM, launch, linking, registration
from tests.web.world import Browser, Pages


def cookie_line(reply, name: str) -> str:
    return next(line for line in reply.headers.getlist("Set-Cookie") if line.startswith(f"{name}="))


def test_a_login_sets_the_binding_and_asks_whether_it_came_back(browser: Browser):
    reply = browser.get("/lti/login?iss=x&client_id=y&login_hint=s1")
    line = cookie_line(reply, cookies.BINDING)
    assert all(word in line for word in ("Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"))
    assert "Domain" not in line
    assert f'data-go="{PLATFORM}/auth?state=s1"' in browser.text
    assert browser.get("/lti/cookie").text == "yes"


def test_where_no_cookie_comes_back_the_page_hears_it(pages: Pages):
    assert pages.browser().get("/lti/cookie").text == "no"


def test_the_new_window_gets_the_same_login_and_nothing_else(browser: Browser):
    browser.get("/lti/login?iss=x&client_id=y&login_hint=s1&lti_message_hint=m&evil=<b>")
    assert 'name="lti_message_hint" value="m"' in browser.text
    assert 'target="_blank"' in browser.text
    assert "evil" not in browser.text


def test_a_second_tab_keeps_the_binding_of_the_first(browser: Browser):
    browser.get("/lti/login?login_hint=s1")
    held = browser.cookie(cookies.BINDING)
    browser.get("/lti/login?login_hint=s2")
    assert browser.cookie(cookies.BINDING) == held


def test_a_launch_begins_a_visit_under_a_session_cookie(browser: Browser):
    assert browser.launch(launch()).status_code == 200
    assert browser.at == browser.here("units/10A1/TOAN/HK1/")
    assert browser.cookie()


def test_a_launch_without_its_cookie_ends_on_a_page_with_a_case(pages: Pages, browser: Browser):
    pages.tool.launches["s"] = launch()
    pages.browser().get("/lti/login?login_hint=s")
    reply = browser.post("/lti/launch", {"state": "s"})
    assert reply.status_code == 403
    assert "K7Q2" in browser.text
    assert not browser.cookie()


def test_a_state_is_used_once(browser: Browser):
    browser.launch(launch())
    assert browser.post("/lti/launch", {"state": "s0"}).status_code == 403


def test_a_registration_waits_until_the_first_launch(pages: Pages, browser: Browser):
    pages.registrations.rows = [registration(state=RegistrationState.PENDING)]
    browser.get("/lti/register/invited?openid_configuration=https://moodle.example.test/c&registration_token=t")
    assert "Đang chờ kích hoạt trong Moodle" in browser.text
    assert "/lti/registration/r1" in browser.text
    pages.registrations.rows = [registration()]
    browser.get("/lti/registration/r1")
    assert "Đã hoạt động" in browser.text
    assert "hx-get" not in browser.text


def test_a_registration_without_an_invitation_is_refused(browser: Browser):
    assert browser.get("/lti/register/guessed?openid_configuration=x").status_code == 403


def test_deep_linking_answers_with_the_score_sheet(pages: Pages, browser: Browser):
    browser.launch(linking())
    assert browser.at == f"/lti/deep-link/{browser.visit}"
    browser.send(browser.at)
    assert f'action="{PLATFORM}/return"' in browser.text
    assert 'value="signed"' in browser.text
    assert [item.title for item in pages.tool.answered[0]] == ["Bảng điểm gửi CSDL ngành"]


def test_an_ordinary_launch_has_no_content_to_choose(browser: Browser):
    browser.launch(launch())
    assert browser.get(f"/lti/deep-link/{browser.visit}").status_code == 404


def test_the_keys_are_public(browser: Browser):
    assert browser.get("/lti/jwks").json == {"keys": []}


def test_an_unknown_registration_is_not_found(pages: Pages, browser: Browser):
    assert browser.get("/lti/registration/none").status_code == 404
    assert NotFound.code == "NOT_FOUND"
