"""The platform in a real Chromium that blocks third-party cookies: Moodle on `localhost`, the tool on `127.0.0.1`.

The tool is a small one of its own; what is shown here is the platform's half: frames, windows, the messages between
them, the form that must be saved.
"""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from playwright.sync_api import BrowserContext, FrameLocator, Page, Playwright, expect

from sandbox.lms import running
from sandbox.lms.lti.records import NEW_WINDOW
from sandbox.lms.server import Running
from sandbox.school import generate
from sandbox.serving import address, open_server, serving
from tests.sandbox.lti_tool import key_set, sign, unread

pytestmark = pytest.mark.xdist_group("chromium")

COURSE = 2
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim"
_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_CLOSE = "<button onclick=\"parent.postMessage({subject: 'org.imsglobal.lti.close'}, '*')\">Xong</button>"
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--remote-debugging-pipe",
    "--disable-site-isolation-trials",
    "about:blank",
]


def _tool() -> Flask:
    app = Flask("tool")
    known: dict[str, str] = {}

    @app.get("/jwks")
    def jwks() -> ResponseReturnValue:
        return key_set()

    @app.get("/register")
    def register() -> ResponseReturnValue:
        platform = requests.get(request.args["openid_configuration"], timeout=5).json()
        known["auth"] = platform["authorization_endpoint"]
        bearer = {"Authorization": f"Bearer {request.args['registration_token']}"}
        requests.post(platform["registration_endpoint"], json=_registration(), headers=bearer, timeout=5)
        return _CLOSE

    @app.post("/login")
    def login() -> ResponseReturnValue:
        asked = {key: request.form[key] for key in ("client_id", "login_hint", "lti_message_hint")}
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "nonce": "n"}
        return redirect(f"{known['auth']}?{urlencode({**asked, **fixed, 'redirect_uri': _here('launch')})}")

    @app.post("/launch")
    def launch() -> ResponseReturnValue:
        claims = unread(request.form["id_token"])
        settings = claims.get(f"{_DL}/deep_linking_settings")
        if settings is None:
            return f"<h1>{html.escape(claims['name'])}</h1>"
        return "".join(_choice(claims, settings["deep_link_return_url"], count) for count in (0, 1, 2))

    return app


def _here(path: str) -> str:
    return f"{request.host_url}{path}"


def _registration() -> dict[str, Any]:
    deep = {"type": "LtiDeepLinkingRequest", "target_link_uri": _here("launch")}
    return {
        "response_types": ["id_token"],
        "initiate_login_uri": _here("login"),
        "redirect_uris": [_here("launch")],
        "client_name": "Cầu nối",
        "jwks_uri": _here("jwks"),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
        _TOOL: {
            "domain": request.host,
            "target_link_uri": _here("launch"),
            "claims": ["name"],
            "messages": [deep],
        },
    }


def _choice(claims: dict[str, Any], back: str, count: int) -> str:
    line = {"scoreMaximum": 10, "resourceId": "R1", "tag": "HK1.TX1"}
    items = [{"type": "ltiResourceLink", "title": f"Bài {number}", "lineItem": line} for number in range(1, count + 1)]
    said = {"iss": claims["aud"], "iat": claims["iat"], "exp": claims["exp"], f"{_DL}/content_items": items}
    field = f'<input type="hidden" name="JWT" value="{sign(said)}">'
    return f'<form method="post" action="{html.escape(back)}">{field}<button>Lấy {count}</button></form>'


@pytest.fixture
def tool() -> Iterator[str]:
    server = open_server(_tool(), port=0)
    with serving(server, name="tool"):
        yield address(server)


@pytest.fixture
def lms() -> Iterator[Running]:
    with running(generate(1).site, host="localhost") as served:
        yield served


@pytest.fixture(scope="module")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Third-party cookies blocked; playwright's own arguments would switch storage partitioning off."""
    profile = tmp_path_factory.mktemp("profile")
    (profile / "Default").mkdir()
    (profile / "Default" / "Preferences").write_text('{"profile": {"cookie_controls_mode": 1}}', "utf-8")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "chromium is missing: apt-get install chromium"
    expect.set_options(timeout=30_000)  # a busy machine is no defect of a page
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=path, ignore_default_args=True, args=_ARGUMENTS
    )
    yield context
    context.close()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()
    assert problems == []


def enter(page: Page, lms: Running, who: str) -> None:
    page.goto(f"{lms.url}/people/{COURSE}")
    page.get_by_role("button", name=who).first.click()


def choose(page: Page, count: int) -> None:
    page.get_by_role("link", name="Thêm hoạt động").click()
    page.get_by_role("button", name="Chọn nội dung").click()
    _frame(page, "iframe[name=contentitem-page-iframe]").get_by_role("button", name=f"Lấy {count}").click()
    expect(page.locator("dialog")).not_to_be_visible()


def _frame(page: Page, selector: str) -> FrameLocator:
    return page.frame_locator(selector)


def test_a_tool_is_registered_in_a_frame_activated_chosen_saved_and_launched(
    page: Page, lms: Running, tool: str
) -> None:
    page.goto(lms.url)
    page.get_by_role("button", name="Quản lí công cụ ngoài").click()
    page.get_by_label("Địa chỉ (URL)").fill(f"{tool}/register")
    page.get_by_role("button", name="Thêm LTI Advantage").click()
    _frame(page, "#registration-frame").get_by_role("button", name="Xong").click()
    expect(page.get_by_text("Chờ kích hoạt")).to_be_visible()
    page.get_by_role("button", name="Kích hoạt").click()
    page.get_by_role("button", name="Hiện trong bảng chọn").click()

    enter(page, lms, "GV0001")
    choose(page, 0)
    expect(page.locator("#notices")).to_be_empty()
    expect(page.get_by_label("Tên hoạt động")).to_have_value("")
    page.get_by_role("link", name="Huỷ bỏ").click()
    choose(page, 1)
    expect(page.get_by_label("Tên hoạt động")).to_have_value("Bài 1")
    page.get_by_role("button", name="Lưu và trở về").click()
    choose(page, 2)
    expect(page.get_by_text("Bài 2 (có điểm, tối đa 10)")).to_be_visible()
    page.get_by_role("button", name="Lưu và trở về").click()
    expect(page.locator(".activities a")).to_have_text(["Bài 1", "Bài 1", "Bài 2"])

    page.locator(".activities a").first.click()
    expect(_frame(page, "#contentframe").get_by_role("heading")).to_have_text("Phạm Thuỳ Tuyết")
    page.reload()
    expect(_frame(page, "#contentframe").get_by_role("heading")).to_have_text("Phạm Thuỳ Tuyết")


def test_a_pupil_launches_in_a_new_window(page: Page, browser: BrowserContext, lms: Running, tool: str) -> None:
    begun = requests.post(f"{lms.url}/sandbox/registrations", json={}, timeout=5).json()
    requests.get(f"{tool}/register", params=begun, timeout=5)
    link = {"op": "add_link", "course": COURSE, "tool": 1, "name": "Bài", "container": NEW_WINDOW}
    assert requests.post(f"{lms.url}/sandbox/changes", json=link, timeout=5).status_code == 200
    enter(page, lms, "HS000010")
    name = page.locator(".usermenu").inner_text().partition(" ·")[0]
    expect(page.get_by_role("link", name="Thêm hoạt động")).to_have_count(0)
    with browser.expect_page() as opened:
        page.locator("a[data-window]").click()
    expect(opened.value.get_by_role("heading")).to_have_text(name)
    assert opened.value.url == f"{tool}/launch"
    opened.value.close()
