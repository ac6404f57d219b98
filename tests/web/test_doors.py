"""Every route says who may enter; nothing that forgot to say it opens."""

import pytest
from flask import Flask

from bridge.domain.rights import Action
from bridge.web.doors import Door, door_of
from tests.web.world import Pages

PUBLIC = {
    "static", "health.health", "health.ready", "metrics.show", "letters.ask", "letters.stop",
    "lti.login", "lti.cookie", "lti.launch", "lti.jwks", "lti.register",
    "lti.registration", "local.setup", "local.set_up", "local.front", "local.sign_in", "local.signed_in", "local.ended",
    "local.windowed", "xapi.statements", "xapi.state", "xapi.activity_profile", "xapi.agent_profile", "xapi.activities",
    "xapi.agents", "xapi.about",
}  # fmt: skip
XAPI = {name for name in PUBLIC if name.startswith("xapi.")}  # by credentials of their own, never by a cookie
FOREIGN = {"lti.login", "lti.launch", "letters.stop", *XAPI}


def doors(app: Flask) -> dict[str, Door | None]:
    return {name: door_of(view) for name, view in app.view_functions.items()}


def test_every_route_says_who_may_enter(pages: Pages):
    assert {name for name, door in doors(pages.flask).items() if door is None} == set()


def test_only_these_are_open_to_anybody(pages: Pages):
    assert {name for name, door in doors(pages.flask).items() if door and not door.visit} == PUBLIC


def test_only_a_platform_a_mail_reader_and_learning_content_may_post_from_elsewhere(pages: Pages):
    assert {name for name, door in doors(pages.flask).items() if door and door.foreign_forms} == FOREIGN


def test_a_page_of_a_visit_carries_the_visit_and_a_right_about_a_unit_its_unit(pages: Pages):
    of_visits = {name for name, door in doors(pages.flask).items() if door and door.visit}
    of_units = {name for name, door in doors(pages.flask).items() if door and door.action in (
        Action.SEE_CITY, Action.CONFIRM, Action.RELEASE, Action.SETTLE, Action.CLEAR_COLUMN)}  # fmt: skip
    for rule in pages.flask.url_map.iter_rules():
        if rule.endpoint in of_visits:
            assert "visit" in rule.arguments, rule
        if rule.endpoint in of_units:
            assert {"school_class", "subject", "term"} <= rule.arguments, rule


def test_what_guesses_a_secret_is_bounded(pages: Pages):
    found = doors(pages.flask)
    bounded = {
        "lti.login",
        "lti.launch",
        "lti.register",
        "local.set_up",
        "local.signed_in",
        "local.windowed",
        "letters.stop",
    }
    assert {name for name in bounded if found[name].rate is None} == set()


def test_a_view_that_forgot_its_door_stays_shut(pages: Pages, browser):
    pages.flask.view_functions["health.health"] = lambda: "open"
    assert browser.get("/health").status_code == 403


@pytest.mark.parametrize("path", ["/v/none/", "/v//", "/lti/deep-link/none"])
def test_without_a_visit_there_is_nothing_to_see(browser, path):
    assert browser.get(path).status_code == 404
