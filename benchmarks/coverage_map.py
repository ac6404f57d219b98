"""What the coverage map costs the server: 60 classes × 14 subjects in two terms, seen by an admin.

Ours: the whole request, from the cookie to the last byte, with every right asked. Bare: the page alone, written by the
same template from a map that is there already. Run: `python -m benchmarks.coverage_map`.
"""

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import g, render_template

from benchmarks.measure import Row, in_turn
from bridge.domain.actors import Grant, Role
from bridge.domain.rights import Action
from bridge.domain.tallies import Coverage
from bridge.overview.coverage import coverage_map
from bridge.overview.units import unit_states
from tests.sync.harness import HK1, SCHOOL, Term
from tests.web.fakes import launch
from tests.web.school60 import open_whole_school
from tests.web.world import URL, Browser, Pages, open_pages

BUDGET, MILLISECONDS = 7.0, 150.0


def run(*, classes: int = 60, rounds: int = 7, times: int = 3) -> Row:
    with TemporaryDirectory(prefix="bench-coverage-") as folder:
        school = open_whole_school(Path(folder), count=classes)
        school.store.grants.grant(SCHOOL, Grant("QT01", Role.ADMIN), by="QT01", now=school.clock())
        pages = open_pages(school)
        browser = Browser(pages)
        browser.launch(launch(user="QT01", idnumber="QT01", course=99))
        path = browser.here("school/?term=HK1")
        with pages.flask.test_request_context(path, base_url=URL):
            g.visit = pages.visits.kept[browser.visit][0]
            g.permits = pages.house.app.permits(g.visit.actor)
            page = partial(render_template, "school/coverage.html", **_made(pages))
            found = in_turn(partial(_whole, browser, path), page, rounds=rounds, times=times)
        size = len(browser.text.encode())
        school.store.close()
    figures = {"rounds": rounds, "classes": classes, "page_alone_ms": round(found.bare * 1000, 1), "bytes": size}
    return Row(
        "coverage_map", found.ratio, BUDGET, figures, {"milliseconds": (round(found.ours * 1000, 1), MILLISECONDS)}
    )


def _whole(browser: Browser, path: str) -> None:
    reply = browser.get(path)
    assert reply.status_code == 200


def _made(pages: Pages) -> dict[str, object]:
    """What the view gives to the template."""
    app = pages.house.app
    subjects = app.sync.subjects.by_code
    states = unit_states(app.shelf(), lambda unit: g.permits.may(Action.SEE_CITY, unit))
    found = coverage_map(app.shelf(), states, HK1, list(subjects))
    return {"map": found, "states": list(Coverage), "only": None, "terms": list(Term), "subjects": subjects}


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
