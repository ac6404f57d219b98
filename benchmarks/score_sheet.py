"""What the class score sheet costs the server: 45 pupils × 8 columns, all gates, rights and the vault's names included.

Ours: the whole request, from the cookie to the last byte. Bare: the page alone, written by the same template from a
sheet that is there already. Run: `python -m benchmarks.score_sheet`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import g, render_template

from benchmarks.measure import Row, in_turn
from bridge.domain.school import Assignment
from bridge.domain.scores import Term
from bridge.sync.seen import look
from bridge.sync.sheet import open_sheet
from bridge.web.unitpages import about
from tests.sync.harness import SCHOOL, TEACHER, YEAR, School
from tests.web.class45 import COURSE, UNIT, map_class, open_class
from tests.web.fakes import launch
from tests.web.world import URL, Browser, open_pages

BUDGET, MILLISECONDS = 4.0, 100.0


def run(*, rounds: int = 7, times: int = 10) -> Row:
    with TemporaryDirectory(prefix="bench-sheet-") as folder:
        school = open_class(Path(folder))
        map_class(school)
        _staff(school)
        look(school.sync(), UNIT, actor=TEACHER)
        browser = Browser(open_pages(school))
        browser.launch(launch(course=COURSE))
        sheet = open_sheet(school.sync(), UNIT)
        with _at_the_sheet(browser):
            page = partial(render_template, "sheet/show.html", sheet=sheet, old=False, **about())
            found = in_turn(partial(_whole, browser), page, rounds=rounds, times=times)
        size = len(browser.text.encode())
        school.store.close()
    figures = {"rounds": rounds, "page_alone_ms": round(found.bare * 1000, 1), "bytes": size}
    spent = round(found.ours * 1000, 1)
    return Row("score_sheet", found.ratio, BUDGET, figures, {"milliseconds": (spent, MILLISECONDS)})


def _staff(school: School) -> None:
    """The rest of a big school's assignments: 60 classes × 14 subjects × 2 terms. Rights are read from them."""
    others = [
        Assignment(f"GV{number % 120}", f"C{number // 14}", f"S{number % 14}", term, name=f"Người Dạy {number % 120}")
        for number in range(60 * 14)
        for term in Term
    ]
    mine = school.store.rosters.assignments(SCHOOL, YEAR)
    school.store.rosters.save_assignments(SCHOOL, YEAR, [*mine, *others])


def _whole(browser: Browser) -> None:
    reply = browser.get(browser.at)
    assert reply.status_code == 200


@contextmanager
def _at_the_sheet(browser: Browser) -> Iterator[None]:
    """As the gate leaves a request of the teacher's."""
    pages = browser.pages
    with pages.flask.test_request_context(browser.at, base_url=URL):
        g.visit, g.unit, g.class_name = pages.visits.kept[browser.visit][0], UNIT, UNIT.school_class
        g.permits, g.class_name = pages.house.app.permits(g.visit.actor), UNIT.school_class
        yield


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
