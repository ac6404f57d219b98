"""A material in a running Moodle, as its people see it: brought, approved, placed, learnt, confirmed for the city."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Error, Frame, FrameLocator, Page, Playwright, expect

from tests.live.activities import LAST_WORDS, Classroom, Person, sign_in
from tests.live.registering import inside
from tests.web.browser.conftest import SHOTS, new_profile
from tests.web.browser.test_lessons import answer

SLOW = 30_000  # milliseconds: a Moodle, a bridge, a city and a browser on one machine
SHEET = "Score sheet for the city"


class Lesson(NamedTuple):
    format: str
    column: str  # of HK1, which its activity shall feed
    suffix: str = ""  # " (copy)" of one that Moodle has duplicated

    @property
    def title(self) -> str:
        return f"Bài thử {self.format}{self.suffix}"


@dataclass(frozen=True, repr=False)
class Stage:
    """Who is where: browsers with fresh profiles, third-party cookies blocked as Debian's Chromium does by default."""

    playwright: Playwright
    folder: Path
    room: Classroom
    tool: int  # its number in this Moodle
    numbers: Iterator[int]

    @contextmanager
    def as_(self, person: Person, *, width: int = 1280, height: int = 1000) -> Iterator[Page]:
        profile = self.folder / f"profile-{next(self.numbers)}"
        context = new_profile(self.playwright, profile, width=width, height=height, language="en-GB")
        page = context.new_page()
        try:
            yield sign_in(page, self.room.url, person)
        except (AssertionError, Error):
            shot(page, "live-materials-broken")
            raise
        finally:
            context.close()

    def open(self, page: Page, name: str) -> Frame:
        """A click in the course."""
        page.goto(f"{self.room.url}/course/view.php?id={self.room.course}")
        page.locator(".activityname a", has_text=name).first.click()
        return inside(page)


def shot(page: Page, name: str) -> None:
    """As it stands before a person: made longer, Moodle would move its drawers."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def stage_of(playwright: Playwright, folder: Path, room: Classroom, tool: int) -> Stage:
    return Stage(playwright, folder, room, tool, count(1))


def select_content(stage: Stage, page: Page) -> Frame:
    """The tool's dialogue, out of Moodle's form for a new activity."""
    room = stage.room
    page.goto(f"{room.url}/course/modedit.php?add=lti&type=&course={room.course}&section=0&typeid={stage.tool}")
    page.get_by_role("button", name="Select content").click()
    return inside(page)


def place_sheet(stage: Stage, page: Page) -> None:
    select_content(stage, page).get_by_role("button", name="Choose this item").click()
    _save(page)


def _save(page: Page) -> None:
    """Moodle's form says that something was chosen; then it is saved."""
    expect(page.locator("#id_name")).not_to_have_value("", timeout=SLOW)
    page.click("#id_submitbutton2")
    page.wait_for_url("**/course/view.php**")


def library(stage: Stage, page: Page) -> Frame:
    """By the score sheet of the course, over its place in the bar."""
    frame = stage.open(page, SHEET)
    frame.get_by_role("link", name="Class score sheets").first.click()
    frame.get_by_role("link", name="Learning materials").first.click()
    expect(frame.get_by_role("heading", name="Learning materials", level=1)).to_be_visible(timeout=SLOW)
    return frame


def bring(stage: Stage, page: Page, lesson: Lesson, package: Path, *, subject: str) -> None:
    """The teacher brings the package and hands it in."""
    frame = library(stage, page)
    frame.get_by_role("link", name="Add a material").click()
    frame.locator("#files").set_input_files(package)
    frame.locator("#title").fill(lesson.title)
    frame.locator("#subject").select_option(subject)
    frame.get_by_role("button", name="Upload").click()
    frame.get_by_role("button", name="Hand in to the department").click(timeout=SLOW)
    expect(frame.get_by_text("Waits for the department").first).to_be_visible(timeout=SLOW)


def turn(stage: Stage, page: Page, lesson: Lesson, *steps: str) -> None:
    frame = library(stage, page)
    frame.get_by_role("link", name=lesson.title).first.click()
    for step in steps:
        frame.get_by_role("button", name=step).click(timeout=SLOW)
        expect(frame.get_by_role("button", name=step)).to_be_hidden(timeout=SLOW)


def place(stage: Stage, page: Page, lessons: Sequence[Lesson]) -> None:
    """All in one dialogue: graded, 60 % to pass, two attempts."""
    frame = select_content(stage, page)
    for lesson in lessons:
        frame.get_by_role("checkbox", name=lesson.title).check(timeout=SLOW)
    frame.locator("input[name=pass_mark]").fill("60")
    frame.locator("input[name=attempts]").fill("2")
    shot(page, "live-materials-dialogue")
    frame.get_by_role("button", name="Add the chosen materials").click()
    expect(page.get_by_text("Graded activity (Maximum grade: 10)")).to_have_count(len(lessons), timeout=SLOW)
    shot(page, "live-materials-form")
    _save(page)
    shot(page, "live-materials-course")
    for lesson in lessons:
        expect(page.locator(".activityname a", has_text=lesson.title)).to_have_count(1)


def sit_down(stage: Stage, page: Page, lesson: Lesson, button: str) -> FrameLocator:
    stage.open(page, lesson.title).get_by_role("button", name=button).click(timeout=SLOW)
    content = page.frame_locator("#contentframe").frame_locator("iframe.content").frame_locator("#content")
    content.locator("html[data-ready=true]").wait_for(timeout=SLOW)
    return content


def learn_half(stage: Stage, lesson: Lesson) -> None:
    """On a phone; the tab is closed in the middle with nothing pressed."""
    with stage.as_(stage.room.pupil_login, width=400, height=800) as page:
        answer(sit_down(stage, page, lesson, "Begin"), "q1", 0)
        shot(page, f"live-{lesson.format}-400")
        page.close()
        page.context.new_page().wait_for_timeout(LAST_WORDS)


def learn_the_rest(stage: Stage, lesson: Lesson) -> None:
    with stage.as_(stage.room.pupil_login) as page:
        content = sit_down(stage, page, lesson, "Continue")
        expect(content.locator("#q1")).to_have_attribute("data-verdict", "right", timeout=SLOW)
        answer(content, "q2", text="3,14")
        # In cmi5 each part is a unit of its own.
        following = inside(page).get_by_role("link", name="Next part")
        (following if lesson.format == "cmi5" else content.locator("#next")).click()
        answer(content, "q3", 0, 2)
        answer(content, "q4", 0)
        answer(content, "q5", text="h2o")
        frame = inside(page)
        frame.get_by_role("link", name="Back", exact=True).click()
        expect(frame.get_by_text("100%").first).to_be_visible(timeout=SLOW)
        shot(page, f"live-{lesson.format}-done")


def fail(stage: Stage, lesson: Lesson) -> None:
    """Every answer wrong."""
    with stage.as_(stage.room.pupil_login) as page:
        content = sit_down(stage, page, lesson, "Begin")
        for question, given in (("q1", 1), ("q2", "9"), ("q3", 1), ("q4", 1), ("q5", "x")):
            if question == "q3":
                content.locator("#next").click()
            form = content.locator(f"#{question}")
            if isinstance(given, int):
                form.locator(f"input[value='{given}']").check()
            else:
                form.locator("input").fill(given)
            form.get_by_role("button").click()
            expect(form).to_have_attribute("data-verdict", "wrong", timeout=SLOW)
        inside(page).get_by_role("link", name="Back", exact=True).click()
        expect(inside(page).get_by_text("0%").first).to_be_visible(timeout=SLOW)


def send_again(stage: Stage, lesson: Lesson) -> None:
    with stage.as_(stage.room.teacher_login) as page:
        stage.open(page, lesson.title).get_by_role("button", name="Send the scores to Moodle again").click()
        expect(inside(page).get_by_role("heading", name=lesson.title)).to_be_visible(timeout=SLOW)
        shot(page, "live-materials-sent-again")


def map_course(stage: Stage, page: Page) -> None:
    """The course's page asks what it is: a name that says nothing is answered by what the teacher teaches."""
    frame = stage.open(page, SHEET)
    frame.get_by_text("Choose among the classes you teach").click(timeout=SLOW)
    frame.get_by_role("button", name="10A1").click()
    expect(frame.locator("h1", has_text="columns")).to_be_visible(timeout=SLOW)


def map_column(stage: Stage, page: Page, lesson: Lesson) -> None:
    frame = stage.open(page, SHEET)
    shot(page, "live-materials-sheet")
    frame.get_by_role("link", name=re.compile("Columns of course")).first.click(timeout=SLOW)
    row = frame.locator("tr", has_text=lesson.title)
    row.locator("select[name=place]").select_option(f"HK1.{lesson.column}")
    row.get_by_role("button").click()
    expect(row.get_by_text("✓").first).to_be_visible(timeout=SLOW)


def confirm_column(stage: Stage, page: Page, lesson: Lesson) -> None:
    frame = stage.open(page, SHEET)
    with frame.expect_navigation(timeout=SLOW):
        frame.get_by_role("button", name="Read again").click(timeout=SLOW)
    frame.locator(f"table.sheet thead a[href$='{lesson.column}']").click(timeout=SLOW)
    source = frame.get_by_role("region", name=f"Source and evidence: {lesson.title}")
    expect(source.locator("tbody tr")).to_have_count(1, timeout=SLOW)
    expect(frame.get_by_text("look at the attempts and minutes")).to_be_visible()
    shot(page, f"live-{lesson.format}-column")
    frame.get_by_role("button", name="Confirm and send").click()
    expect(frame.get_by_text("The city has accepted 1 score")).to_be_visible(timeout=SLOW)
    shot(page, f"live-{lesson.format}-confirmed")
