"""Whatever is put into an address, a query or a form of any page: an answer with a sentence, never a defect."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from bridge.domain.actors import Role
from bridge.web import app as web_app
from bridge.web.app import BODY
from tests.web.classroom import open_room, pupil
from tests.web.fakes import launch
from tests.web.test_school import granted
from tests.web.world import Browser, Pages

NASTY = {
    "nothing": "",
    "NUL": "\x00",
    "markup": "'\"><script>alert(1)</script>",
    "more than 64 bits": "9" * 30,
    "more digits than Python reads": "9" * 5000,
    "below zero": "-1",
    "digits of other scripts": "٣²",
    "half a letter": "\ud800",
    "way out": "../../etc/passwd",
    "long": "ế" * 3000,
    "rows": "12|10A1|TOAN|HK1;x|y;;99999999999999999999|10A1|TOAN|",
    "no day": "9999-99-99",
    "no address": "http://[x",
    "signs of SQL": "%_' OR 1=1 --",
}
FIELDS = re.compile(r'(?:field|day_field|day_demanded|get|getlist|asked)\(?\[?"([a-z_]+)"')
SOUND = {
    "school_class": "10A1", "subject": "TOAN", "term": "HK1", "column": "TX1", "course": "12", "item": "1",
    "number": "1", "run": "last", "kind": "SYNC", "part": "store",
}  # fmt: skip
TOO_LARGE = 413
ENDS = ("local.sign_out", "static")


def fields() -> list[str]:
    """Every name by which a view of ours asks for something."""
    sources = Path(web_app.__file__).parent.glob("*.py")
    return sorted({name for source in sources for name in FIELDS.findall(source.read_text("utf-8"))} - {"csrf"})


def routes(pages: Pages, method: str) -> list[Rule]:
    found = [rule for rule in pages.flask.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted((rule for rule in found if rule.endpoint not in ENDS), key=lambda rule: rule.rule)


def both(rule: Rule, browser: Browser, value: str) -> tuple[str, str]:
    return address(rule, browser), address(rule, browser, value)


def defects(found: dict[str, list[int]]) -> dict[str, list[int]]:
    return {rule: statuses for rule, statuses in found.items() if max(statuses) >= 500}


def address(rule: Rule, browser: Browser, value: str | None = None) -> str:
    """Of the rule, with this value in every place; None: with sound ones."""
    of = {name: SOUND.get(name, "x") if value is None else value for name in rule.arguments} | {"visit": browser.visit}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda place: quoted(of[place[1]]), rule.rule)


def _pieces(names: list[str], size: int) -> list[list[str]]:
    return [names[first : first + size] for first in range(0, len(names), size)]


def forms(value: str) -> Iterator[dict[str, str]]:
    """Every field with this value, in as many forms as a body takes: one that is too large never reaches a view."""
    text = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for some in _pieces(fields(), max(1, BODY // 2 // (len(quoted(text)) + 40))):
        yield dict.fromkeys(some, text)


def sent(rule: Rule, browser: Browser, value: str) -> list[int]:
    """All forms to the sound address, and one to that with this value in it, where hardly any form is ever read."""
    (sound, strange), (first, *others) = both(rule, browser, value), forms(value)
    posts = [(strange, first), *((sound, form) for form in (first, *others))]
    found = [browser.send(path, **form).status_code for path, form in posts]
    assert TOO_LARGE not in found
    return found


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def admin(pages: Pages) -> Browser:
    return granted(pages, "QT01", Role.ADMIN)


@pytest.fixture
def teacher(pages: Pages, browser: Browser) -> Browser:
    pages.school.put("HS11", "8")
    pages.school.run()
    browser.launch(launch())
    return browser


@pytest.fixture
def in_a_lesson(pages: Pages, tmp_path: Path) -> list[Browser]:
    """A pupil with an attempt, and the teacher of the course: only they come as far as the pages of a lesson."""
    open_room(pages, tmp_path)
    material = pages.material  # type: ignore[attr-defined]
    found = [pages.browser(), pages.browser()]
    for browser, come in zip(found, (pupil(material), launch(custom={"material": material.id})), strict=True):
        browser.launch(come)
    assert found[0].send(found[0].here("play/")).status_code == 200
    return found


def test_the_names_of_all_fields_are_known():
    assert {"plan", "why", "cell", "choice", "row", "day", "limit", "above", "done"} <= set(fields())


@pytest.mark.parametrize("who", ["admin", "teacher"])
@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_no_address_and_no_query_is_a_defect(pages: Pages, request: pytest.FixtureRequest, who: str, value: str):
    browser: Browser = request.getfixturevalue(who)
    query = "&".join(f"{name}={quoted(value)}" for name in fields() if name != "lang")
    found = {
        rule.rule: [
            browser.get(path).status_code for path in (*both(rule, browser, value), f"{address(rule, browser)}?{query}")
        ]
        for rule in routes(pages, "GET")
    }
    assert defects(found) == {}


@pytest.mark.parametrize("who", ["admin", "teacher"])
@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_no_form_is_a_defect(pages: Pages, request: pytest.FixtureRequest, who: str, value: str):
    browser: Browser = request.getfixturevalue(who)
    found = {rule.rule: sent(rule, browser, value) for rule in routes(pages, "POST")}
    assert defects(found) == {}


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_no_address_no_query_and_no_form_is_a_defect_in_a_lesson(pages: Pages, in_a_lesson: list[Browser], value: str):
    query = "&".join(f"{name}={quoted(value)}" for name in fields() if name != "lang")
    found: dict[str, list[int]] = {}
    for browser in in_a_lesson:
        for rule in (each for each in routes(pages, "GET") if "/play/" in each.rule):
            paths = (*both(rule, browser, value), f"{address(rule, browser)}?{query}")
            found.setdefault(rule.rule, []).extend(browser.get(path).status_code for path in paths)
        for rule in (each for each in routes(pages, "POST") if "/play/" in each.rule):
            found.setdefault(rule.rule, []).extend(sent(rule, browser, value))
    assert defects(found) == {}
