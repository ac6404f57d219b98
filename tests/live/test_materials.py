"""Materials in a running Moodle, from the upload into the city's book, in four formats of one registration.

`make live … MOODLE_WRITE_TOKEN=… MOODLE_USER=… MOODLE_PASSWORD=…` (docs/live.md), with a user who may manage tools. It
makes a course, four people and a tool, and deletes them.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Playwright

from content_packager import build
from tests.live.activities import Classroom, Person, enrolled, signed_in
from tests.live.city import City, city_of
from tests.live.conftest import Access, Report
from tests.live.learning import (
    Lesson,
    Stage,
    bring,
    confirm_column,
    fail,
    learn_half,
    learn_the_rest,
    map_column,
    map_course,
    place,
    place_sheet,
    send_again,
    stage_of,
    turn,
)
from tests.live.registering import registered
from tests.live.served import Served, served
from tests.live.test_lti import SCHOOL, SCHOOL_CLASS, SUBJECT, world
from tests.packager.build.lessons import SETTINGS, write_lesson
from tests.web.browser.playing import until

pytestmark = [pytest.mark.live, pytest.mark.writes, pytest.mark.timeout(900), pytest.mark.xdist_group("live")]
LESSONS = [
    Lesson(name, f"TX{number}") for number, name in enumerate(("scorm12", "scorm2004-4", "xapi", "cmi5"), start=1)
]
NON_EDITING = 4  # the role id of a fresh Moodle
NOT_ALL_SENT = (0, 3, 4)


class School(NamedTuple):
    """Everything that runs, and what the teacher has put into the course."""

    stage: Stage
    tool: Served
    city: City


@pytest.fixture(scope="module")
def school(access: Access, room: Classroom, browser: Browser, playwright: Playwright) -> Iterator[School]:
    mark = secrets.token_hex(4)
    head, principal = (
        Person(f"{name}-{mark}", f"Aa1.{secrets.token_urlsafe(12)}") for name in ("to-truong", "hieu-truong")
    )
    with TemporaryDirectory(prefix="bridge-live-") as name, ExitStack() as open_:
        folder = Path(name)
        for person in (head, principal):
            open_.enter_context(enrolled(room.site, person, room.course, NON_EDITING))
        city = open_.enter_context(city_of(world(room), folder))
        tool = open_.enter_context(served(folder, school=SCHOOL, moodle=access.url, token=access.token, city=city))
        tool.bridge("roles", "grant", head.name, "department_head", "--subject", SUBJECT)
        tool.bridge("roles", "grant", principal.name, "principal")
        page = open_.enter_context(signed_in(browser, room.url, room.teacher))
        number = open_.enter_context(registered(page, room.url, tool.bridge("lti", "invite")["url"]))
        stage = stage_of(playwright, folder, room, number)
        furnish(stage, folder, head, principal)
        yield School(stage, tool, city)


def furnish(stage: Stage, folder: Path, head: Person, principal: Person) -> None:
    """Every lesson brought, approved and placed, and the course known as Toán of the class."""
    packages = {
        one.format: one.path
        for one in build(
            write_lesson(folder / "lesson", settings=SETTINGS), [each.format for each in LESSONS], folder / "out"
        ).packages
    }
    with stage.as_(stage.room.teacher_login) as page:
        place_sheet(stage, page)
        map_course(stage, page)
        for lesson in LESSONS:
            bring(stage, page, lesson, packages[lesson.format], subject=SUBJECT)
    for person, steps in ((head, ["Pass on to the principal"]), (principal, ["Approve", "Bring into use"])):
        with stage.as_(person) as page:
            for lesson in LESSONS:
                turn(stage, page, lesson, *steps)
    with stage.as_(stage.room.teacher_login) as page:
        place(stage, page, LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=[each.format for each in LESSONS])
def test_a_material_goes_from_the_upload_into_the_citys_book(lesson: Lesson, school: School, report: Report):
    stage, room = school.stage, school.stage.room
    before = room.grade(lesson.title)
    assert (before["graderaw"], before["grademin"], before["grademax"]) == (None, 0, 10), "an empty column out of 10"
    learn_half(stage, lesson)
    halfway = room.grade(lesson.title)
    assert halfway["graderaw"] is None, "half a lesson is no mark"
    learn_the_rest(stage, lesson)
    until(lambda: room.grade(lesson.title)["graderaw"] == 10, seconds=60)
    with stage.as_(room.teacher_login) as page:
        map_column(stage, page, lesson)
        sync(school)
        assert in_city(school, lesson) is None, "what was played goes to no city before a teacher has seen it"
        confirm_column(stage, page, lesson)
    assert in_city(school, lesson) == "10.0"
    applied = school.city.applied()
    sync(school)
    assert school.city.applied() == applied, "nothing is sent twice"
    cell = room.grade(lesson.title)
    report.table(
        f"{lesson.format} from the upload into the city's book",
        ["halfway", "in Moodle", "range", "in the city"],
        [(halfway["graderaw"], cell["gradeformatted"], cell["rangeformatted"], in_city(school, lesson))],
    )


def test_a_duplicate_has_a_score_of_its_own_which_comes_back_with_the_pupil(school: School):
    """A zero stands there as a zero; Moodle takes it away with the enrolment, and a teacher's press brings it back."""
    stage, room, lesson = school.stage, school.stage.room, LESSONS[0]
    elder, copy = room.grade(lesson.title)["graderaw"], lesson._replace(suffix=" (copy)")
    room.duplicate(lesson.title)
    fail(stage, copy)
    until(lambda: room.grade(copy.title)["graderaw"] == 0, seconds=60)
    assert room.grade(lesson.title)["graderaw"] == elder
    room.leave_and_come_back()
    assert room.grade(copy.title)["graderaw"] is None
    send_again(stage, copy)
    until(lambda: room.grade(copy.title)["graderaw"] == 0, seconds=60)


def sync(school: School) -> None:
    words = ("sync", "run", "--class", SCHOOL_CLASS, "--subject", SUBJECT, "--term", "HK1")
    school.tool.bridge(*words, may=NOT_ALL_SENT)


def in_city(school: School, lesson: Lesson) -> object:
    place = (school.stage.room.pupil_code, lesson.column)
    return next((row["value"] for row in school.city.book() if (row["pupil"], row["column"]) == place), None)
