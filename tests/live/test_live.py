"""The main job from a running Moodle into the stand-in city: `make live MOODLE_URL=… MOODLE_TOKEN=…` (docs/live.md)."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from bridge.domain.errors import RemoteError
from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.plans import Gate, PlanHead
from bridge.domain.scale import converter
from bridge.domain.scores import BLANK, Column, Term, Unreadable
from bridge.domain.subjects import Kind
from bridge.mapping.desk import Desk, accept, add_class, is_computed, suggest, take_course
from bridge.people.pull import pull
from bridge.ports.lms import Gradebook, Lms
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import Tally, tally
from bridge.sync.report import report as report_of
from bridge.sync.words import confirm
from bridge.wiring import App
from bridge.wiring.tables import read_lexicon
from bridge.words import Words
from sandbox.city.codes import table
from tests.live.conftest import Bridge, Report
from tests.live.expected import Expectation, Fed, Place, expect_course
from tests.live.raw import Course
from tests.live.school import School

pytestmark = [pytest.mark.live, pytest.mark.timeout(3600), pytest.mark.xdist_group("live")]

ACTOR = "LIVE"
EVERYTHING = Scope()
SLOTS = [(term, column) for term in Term for column in Column]


def test_the_site_has_nothing_that_forbids_syncing(lms: Lms, report: Report) -> None:
    words = Words("en")
    findings = lms.examine()
    said = [(words.finding(row.code, row.facts), row) for row in findings]
    rows = [("serious" if row.serious else "", row.code, sentence.what, sentence.next) for sentence, row in said]
    report.table("What the bridge finds about the site", ["", "code", "what", "next"], rows)
    assert [row.code for row in findings if row.serious] == []


def test_every_visible_course_is_read_as_it_stands(lms: Lms, courses: list[Course], report: Report) -> None:
    """Counts, pupils, columns and values against the raw answers; what Moodle refuses to us it refuses there too."""
    listed = {course.id: course for course in lms.catalogue()}
    assert listed.keys() == {course.id for course in courses}
    causes: Counter[str] = Counter()
    rows: list[tuple[object, ...]] = []
    for course in courses:
        begun = time.perf_counter()
        try:
            people = lms.pupils(course.id)
            book = lms.gradebook(course.id, users=[one.user_id for one in people if one.active])
        except RemoteError as error:
            rows.append((course.id, "–", "–", "–", "–", error.facts.get("reason") or error.facts.get("why")))
            assert course.refusal, f"course {course.id}: {error}"
            continue
        seconds = time.perf_counter() - begun
        _check_course(course, {one.user_id: one.idnumber for one in people if one.active}, book)
        assert listed[course.id].idnumber == course.idnumber
        causes.update(_unreadable(book))
        values = sum(cell.raw is not None for cells in book.cells.values() for cell in cells)
        rows.append((course.id, len(book.cells), len(book.items), values, f"{seconds:.1f}", ""))
    report.table("Courses", ["course", "active pupils", "columns", "values", "seconds", "refused"], rows)
    report.table("Cells that can't be read as a score", ["cause", "cells"], list(causes.most_common()))


def _check_course(course: Course, active: dict[int, str], book: Gradebook) -> None:
    """Differences are counted before they are asserted, so that a failure shows nobody's idnumber or mark."""
    pupils_agree = active == course.active
    assert pupils_agree, f"course {course.id}: other active pupils"
    assert book.cells.keys() == course.active.keys() == course.rows.keys()
    wrong: Counter[int] = Counter()
    for user, cells in book.cells.items():
        assert [item.id for item in book.items] == [cell["id"] for cell in course.rows[user]]
        for cell, theirs in zip(cells, course.rows[user], strict=True):
            held_back = cell.raw is None and bool(cell.word)
            wrong[theirs["id"]] += not held_back and cell.raw != _decimal(theirs.get("graderaw"))
    assert {item: count for item, count in wrong.items() if count} == {}, f"course {course.id}"


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _unreadable(book: Gradebook) -> Iterator[str]:
    for place, item in enumerate(book.items):
        convert = converter(item.low, item.high, words=item.words, kind=Kind.COMMENT if item.words else Kind.SCORED)
        for cells in book.cells.values():
            score = convert(*cells[place])
            if isinstance(score, Unreadable):
                yield score.cause
            elif score is BLANK:
                yield "(blank)"


def test_the_city_gets_what_the_gradebooks_say(
    bridge: Bridge, courses: list[Course], school: School, report: Report
) -> None:
    app, city = bridge.app, bridge.city
    _prepare(app)
    _map(app, courses, school, report)
    expected = _expectation(app, courses, school)
    plan = _plan(app)
    first = tally(app.store.plans.units(plan.id))
    confirmed = confirm(app.sync, plan.id, Gate.CONFIRM, wanted=lambda _unit, _cell: True, actor=ACTOR)
    sent = _run(app)
    report.table("First sync", ["what", "cells"], [*_counts(first), ("confirmed", confirmed), *sorted(sent.items())])
    report.table("Not carried, by the suite's own reading", ["why", "count"], sorted(expected.withheld.items()))
    applied = city.applied()
    assert sent.keys() <= {"accepted"}
    assert _run(app) == Counter()
    assert city.applied() == applied
    _compare(city.book(), expected)
    report.say(f"The city holds {len(city.book())} marks, each as Moodle has it. The second sync sent nothing.")
    app.store.audit.verify(app.school)


def _prepare(app: App) -> None:
    now = app.sync.world.now()
    pull(app.sync.city, app.store.rosters, school=app.school, year=app.year, now=now)
    for column in Column:
        app.store.mappings.set_policy(app.school, column, Policy.CONFIRM, actor=ACTOR, now=now)


def _map(app: App, courses: list[Course], school: School, report: Report) -> None:
    """What the matcher is sure of as it says; all other courses explicitly, each to a subject still free."""
    desk = Desk(
        app.school,
        app.year,
        app.sync.lms,
        app.store.rosters,
        app.store.mappings,
        read_lexicon(None),
        app.sync.subjects,
        app.settings.sync.accept_above,
    )
    suggestions = suggest(desk, watch=_ignore)
    sure = accept(desk, suggestions, actor=ACTOR, now=app.sync.world.now(), watch=_ignore)
    taken = {(row.school_class, row.subject) for row in sure}
    left = [course for course in courses if course.rows and course.id not in {row.course for row in sure}]
    by_hand = [course.id for course in left if _map_by_hand(desk, course, school.classes_of(course), taken)]
    for course in courses:
        _map_items(desk, course)
    verdicts = Counter(type(row.verdict).__name__ for row in suggestions)
    rows = [*sorted(verdicts.items()), ("mapped by the matcher", len(sure)), ("mapped by the suite", len(by_hand))]
    report.table("Mapping", ["what", "courses"], [*rows, ("items", len(_items(app)))])
    assert sure or by_hand


def _map_by_hand(desk: Desk, course: Course, classes: list[str], taken: set[tuple[str, str]]) -> bool:
    """To each class of the course, with the first subject of the right kind that none of them has yet."""
    words = any(item.words for item in desk.lms.items(course.id) if not is_computed(item))
    kind = "NHANXET" if words else "DIEM"
    subjects = [code for code, row in table("subjects").items() if row["kind"] == kind]
    free = [code for code in subjects if not taken & {(name, code) for name in classes}]
    if not classes or not free:
        return False
    taken |= {(name, free[0]) for name in classes}
    for place, name in enumerate(classes):
        take = add_class if place else take_course
        take(desk, CourseMap(course.id, name, free[0], desk.year, origin="person"), actor=ACTOR, now=_now())
    return True


def _map_items(desk: Desk, course: Course) -> None:
    """Where no item carries a tag, the first columns of the book are filled in the gradebook's order."""
    mapped = {row.course for row in desk.mappings.courses(desk.school, desk.year)}
    tagged = {row.course for row in desk.mappings.items(desk.school, desk.year)}
    if course.id not in mapped or course.id in tagged:
        return
    items = [item for item in desk.lms.items(course.id) if not is_computed(item)]
    for item, (term, column) in zip(items, SLOTS, strict=False):
        row = ItemMap(course.id, item.id, term, column, origin="person")
        desk.mappings.set_item(desk.school, row, actor=ACTOR, now=_now())


def _expectation(app: App, courses: list[Course], school: School) -> Expectation:
    by_id = {course.id: course for course in courses}
    maps = app.store.mappings.courses(app.school, app.year)
    found = Expectation()
    for number in sorted({row.course for row in maps}):
        mine = [row for row in maps if row.course == number]
        fed = [Fed(row.item, row.term.value, row.column.value) for row in _items(app) if row.course == number]
        classes = [row.school_class for row in mine]
        expect_course(found, by_id[number], school=school, classes=classes, subject=mine[0].subject, fed=fed)
    return found


def _items(app: App) -> list[ItemMap]:
    return list(app.store.mappings.items(app.school, app.year))


def _plan(app: App) -> PlanHead:
    return runs.plan(app.sync, EVERYTHING, actor=ACTOR, watch=_ignore)


def _run(app: App) -> Counter[str]:
    """One sync; how many rows ended how, the refused ones by the city's code."""
    done = runs.run(app.sync, EVERYTHING, actor=ACTOR, watch=_ignore)
    assert done.failures == ()
    rows = report_of(app.sync, done.head.id, done=done).rows
    return Counter(row.state if row.state == "accepted" else f"{row.state}: {row.code}" for row in rows)


def _ignore(_: object) -> None:
    """Nobody watches."""


def _now() -> datetime:
    return datetime.now(UTC)


def _counts(counts: Tally) -> list[tuple[object, ...]]:
    parts = (("would be sent", counts.sends), ("waits", counts.waits), ("held", counts.holds), ("left", counts.skips))
    return [(f"{name}: {code}", number) for name, part in parts for code, number in sorted(part.items())]


def _compare(book: list[dict[str, object]], expected: Expectation) -> None:
    """Place by place; a failure tells how many differ and in which columns, never whose mark is what."""
    got = {Place(*(str(row[name]) for name in ("pupil", "subject", "term", "column"))): row["value"] for row in book}
    missing = expected.values.keys() - got.keys()
    surplus = got.keys() - expected.values.keys() - expected.open
    wrong = [place for place in expected.values.keys() & got.keys() if not _same(expected.values[place], got[place])]
    kinds = {"missing": missing, "surplus": surplus, "wrong": wrong}
    told = {kind: Counter(place[1:] for place in places) for kind, places in kinds.items() if places}
    assert told == {}


def _same(wanted: str, got: object) -> bool:
    if wanted in ("D", "CD"):
        return wanted == got
    return Fraction(wanted) == Fraction(str(got))
