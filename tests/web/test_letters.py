"""The link in each letter, and `/metrics`: both without a visit."""

from dataclasses import replace

import pytest

from bridge.config import WebSettings
from bridge.duties.asks import ask_of
from bridge.ports.jobs import JobKind
from tests.sync.harness import SCHOOL
from tests.web.world import SETTINGS, Browser, Pages


@pytest.fixture
def token(pages: Pages) -> str:
    store, now = pages.house.app.store, pages.house.app.sync.world.now()
    store.addresses.set_address(SCHOOL, "GV1", "gv1@truong.example", language="vi", by="QT01", now=now)
    return store.addresses.recipients(SCHOOL)[0].token


def wanted(pages: Pages) -> bool:
    return pages.house.app.store.addresses.recipients(SCHOOL)[0].wanted


def test_looking_at_the_link_changes_nothing(pages: Pages, browser: Browser, token: str) -> None:
    assert browser.get(f"/letters/stop/{token}").status_code == 200
    assert "Không nhận nữa" in browser.text
    assert "gv1@" not in browser.text
    assert wanted(pages)


def test_the_button_ends_the_letters(pages: Pages, browser: Browser, token: str) -> None:
    assert browser.post(f"/letters/stop/{token}").status_code == 200
    assert "không gửi thư tổng hợp nữa" in browser.text
    assert not wanted(pages)


def test_a_mail_reader_ends_them_with_one_click_from_anywhere(pages: Pages, browser: Browser, token: str) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    reply = browser.post(f"/letters/stop/{token}", {"List-Unsubscribe": "One-Click"}, headers=elsewhere)
    assert (reply.status_code, wanted(pages)) == (200, False)


@pytest.mark.parametrize("bad", ["x", "A" * 43, "..%2F.."])
def test_another_link_opens_nothing(pages: Pages, browser: Browser, token: str, bad: str) -> None:
    assert browser.get(f"/letters/stop/{bad}").status_code == 404
    assert browser.post(f"/letters/stop/{bad}").status_code == 404
    assert wanted(pages)


def test_guessing_is_slowed_down(browser: Browser, token: str) -> None:
    codes = [browser.post(f"/letters/stop/{n}").status_code for n in range(20)]
    assert codes[0] == 404
    assert codes[-1] == 429


def metrics(pages: Pages, *networks: str, asks: str = "127.0.0.1"):
    settings = SETTINGS.model_copy(update={"web": WebSettings(metrics_from=networks)})
    house = replace(pages.house, app=replace(pages.house.app, settings=settings))
    pages.flask.extensions["bridge"] = house
    return pages.browser().get("/metrics", environ_overrides={"REMOTE_ADDR": asks})


@pytest.mark.parametrize("networks", [(), ("10.0.0.0/8",), ("::1",)])
def test_metrics_are_for_the_named_addresses_only(pages: Pages, networks: tuple[str, ...]) -> None:
    assert metrics(pages, *networks).status_code == 404


@pytest.mark.parametrize(("asks", "status"), [("::ffff:10.1.2.3", 200), ("::ffff:11.1.2.3", 404), ("unknown", 404)])
def test_an_address_is_known_in_any_spelling(pages: Pages, asks: str, status: int) -> None:
    assert metrics(pages, "10.0.0.0/8", asks=asks).status_code == status


def test_metrics_tell_of_jobs_and_of_no_person(pages: Pages) -> None:
    app = pages.house.app
    app.store.jobs.enqueue(ask_of(SCHOOL, JobKind.SYNC), now=app.sync.world.now())
    reply = metrics(pages, "127.0.0.0/8")
    text = reply.get_data(as_text=True)
    assert reply.status_code == 200
    assert reply.content_type.startswith("text/plain; version=0.0.4")
    assert 'bridge_jobs{kind="sync",state="queued"} 1.0' in text
    assert "bridge_job_wait_seconds 0.0" in text
    assert 'bridge_job_next_timestamp_seconds{kind="sync"}' in text
    assert "bridge_open_rows 0.0" in text
    assert "process_cpu_seconds_total" in text
