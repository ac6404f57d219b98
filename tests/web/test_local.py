"""The first admin, made by the link that the server prints; then a password."""

from pathlib import Path

from bridge.domain.actors import Role
from tests.sync.harness import SCHOOL
from tests.web.world import Browser, Pages

GOOD = "một câu dài dễ nhớ"


def offer(pages: Pages) -> str:
    return pages.school.store.accounts.offer(SCHOOL, now=pages.school.clock())


def set_up(browser: Browser, token: str, *, actor: str = "QT01", password: str = GOOD, again: str = GOOD):
    return browser.post("/setup", {"token": token, "actor": actor, "password": password, "again": again})


def roles(pages: Pages) -> list[tuple[str, str]]:
    return [(grant.actor, grant.role) for grant in pages.school.store.grants.grants(SCHOOL)]


def test_the_link_makes_the_first_admin_once(pages: Pages, browser: Browser):
    token = offer(pages)
    assert set_up(browser, token).status_code == 200
    assert browser.at.startswith("/v/")
    assert roles(pages) == [("QT01", Role.ADMIN)]
    assert set_up(pages.browser(), token, actor="QT02").status_code == 403
    assert roles(pages) == [("QT01", Role.ADMIN)]


def test_a_newer_link_shuts_the_older(pages: Pages, browser: Browser):
    older, newer = offer(pages), offer(pages)
    assert set_up(browser, older).status_code == 403
    assert set_up(browser, newer).status_code == 200


def test_a_link_is_good_for_an_hour(pages: Pages, browser: Browser):
    token = offer(pages)
    pages.school.clock.sleep(3601)
    assert set_up(browser, token).status_code == 403


def test_a_wrong_form_does_not_use_the_link_up(pages: Pages, browser: Browser):
    token = offer(pages)
    assert set_up(browser, token, password="short", again="short").status_code == 422
    assert set_up(browser, token, again="another long phrase").status_code == 422
    assert set_up(browser, token, actor="").status_code == 422
    assert set_up(browser, token).status_code == 200


def test_signing_in_takes_the_right_password(pages: Pages, browser: Browser):
    set_up(browser, offer(pages))
    other = pages.browser()
    assert other.post("/sign-in", {"actor": "QT01", "password": "wrong"}).status_code == 403
    assert other.post("/sign-in", {"actor": "nobody", "password": GOOD}).status_code == 403
    assert other.post("/sign-in", {"actor": "QT01", "password": GOOD}).status_code == 200
    assert other.at.startswith("/v/")


def test_no_password_and_no_token_stands_in_the_database(pages: Pages, browser: Browser):
    token = offer(pages)
    set_up(browser, token)
    file = Path(pages.school.url.removeprefix("sqlite:///"))
    kept = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
    assert GOOD.encode() not in kept
    assert token.encode() not in kept
    assert b"argon2id" in kept
