"""What every answer tells the browser, and what it never says."""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import ConfigProblem, StoreProblem
from bridge.ports.launches import Registration
from bridge.web import app as web_app
from bridge.web.app import check_address
from bridge.web.house import KEY
from tests.web.fakes import PLATFORM, MemoryRegistrations, launch, registration
from tests.web.world import Browser, Pages

VENDOR = Path(web_app.__file__).parent / "static" / "vendor"
TEMPLATES = Path(web_app.__file__).parent / "templates"


def test_every_answer_is_strict(browser: Browser):
    for path in ("/health", "/sign-in", "/nothing", "/v/none/", "/lti/jwks"):
        headers = browser.get(path).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"]
        assert "X-Frame-Options" not in headers


def test_only_registered_platforms_may_frame_us(pages: Pages, browser: Browser):
    assert f"frame-ancestors 'self' {PLATFORM};" in browser.get("/sign-in").headers["Content-Security-Policy"]
    pages.registrations.rows = [registration(issuer="https://evil.test; script-src *", auth_url="javascript:alert(1)")]
    found = browser.get("/sign-in").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self';" in found
    assert "script-src *" not in found


class Away(MemoryRegistrations):
    def registrations(self, school: str) -> Sequence[Registration]:
        raise StoreProblem(why="LOCKED", detail=school)


def test_a_store_that_is_away_takes_the_frames_and_leaves_the_rest_of_the_policy(pages: Pages):
    pages.flask.extensions[KEY] = replace(pages.house, registrations=Away())
    reply = pages.browser().get("/sign-in")
    assert reply.status_code == 200
    assert "frame-ancestors 'self';" in reply.headers["Content-Security-Policy"]


def test_what_nobody_frames_does_not_ask_the_store(pages: Pages, browser: Browser):
    for path in ("/health", "/ready", "/static/bridge.css"):
        assert "frame-ancestors 'self';" in browser.get(path).headers["Content-Security-Policy"]


def test_static_files_are_kept_by_their_hash(pages: Pages, browser: Browser):
    with pages.flask.test_request_context():
        address = web_app.asset("bridge.css")
    assert "immutable" in browser.get(address).headers["Cache-Control"]
    assert browser.get("/static/bridge.css").headers["Cache-Control"] == "no-store"


def test_what_came_from_elsewhere_is_what_was_pinned():
    rows = [line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]
    assert {name.removeprefix("./") for _, name in rows} == {each.name for each in VENDOR.iterdir()} - {"SHA256SUMS"}
    for digest, name in rows:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_a_script_or_a_style_of_its_own(template: Path):
    text = template.read_text("utf-8")
    assert " style=" not in text
    assert " on" not in {word[:3] for word in text.split('"') if word.startswith(" on")}
    assert "<script>" not in text
    assert "://" not in text


@pytest.mark.parametrize(
    "url", ["http://bridge.example", "bridge.example", "https://a.example/path", "https://", "http://localhost.evil"]
)
def test_an_address_over_which_no_cookie_would_hold_is_refused(url):
    with pytest.raises(ConfigProblem):
        check_address(url)


@pytest.mark.parametrize("url", ["https://bridge.example", "http://localhost:8000", "http://127.0.0.1"])
def test_https_and_loopback_will_do(url):
    check_address(url)


def test_the_log_names_pages_and_never_ids_names_or_tokens(browser: Browser, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="bridge.web")
    browser.launch(launch())
    browser.get(f"{browser.here()}?lang=en")
    browser.send(browser.here("window"))
    browser.get("/v/none/")
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert {line["page"] for line in lines} >= {"lti.login", "lti.launch", "home.show", "local.window"}
    assert all(set(line) <= {"event", "method", "page", "status", "ms", "case"} for line in lines)
    text = caplog.text
    for secret in (browser.visit, browser.csrf, browser.cookie(), "GV1", "Người", "s0"):
        assert secret not in text


def test_a_defect_is_told_by_a_code_and_its_place(pages: Pages, browser: Browser, caplog):
    caplog.set_level(logging.INFO, logger="bridge.web")

    def broken() -> None:
        raise RuntimeError("Nguyễn Văn Thử 8,5")

    view = pages.flask.view_functions["health.health"]
    broken.door = view.door  # type: ignore[attr-defined]
    pages.flask.view_functions["health.health"] = broken
    assert browser.get("/health").status_code == 500
    case = json.loads(caplog.records[0].getMessage())["case"]
    assert case in browser.text
    assert "Nguyễn" not in caplog.text + browser.text


def test_health_and_readiness(pages: Pages, browser: Browser):
    assert browser.get("/health").json == {"status": "ok"}
    assert browser.get("/ready").json == {"status": "ok"}


def test_both_languages_by_a_link_and_then_by_the_browsers_memory(browser: Browser):
    assert '<html lang="vi">' in browser.get("/sign-in").text
    assert "Staff code" in browser.get("/sign-in?lang=en").text
    assert "Staff code" in browser.get("/sign-in").text
