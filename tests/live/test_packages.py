"""Our packages in a running Moodle's SCORM activity: uploaded, played twice by a pupil, read back from the gradebook.

`make live … MOODLE_WRITE_TOKEN=… MOODLE_USER=… MOODLE_PASSWORD=…` (docs/live.md). It makes a course and a pupil, and
deletes both.
"""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator

from content_packager import build
from tests.live.activities import Classroom, playing, signed_in, upload
from tests.live.conftest import Report
from tests.packager.build.lessons import SETTINGS, write_lesson

pytestmark = [pytest.mark.live, pytest.mark.writes, pytest.mark.timeout(600), pytest.mark.xdist_group("live")]
FORMATS = ["scorm12", "scorm2004-3", "scorm2004-4"]
KEPT = {
    "scorm12": {"id", "time", "type", "weighting", "student_response", "result", "latency",
                "correct_responses_0.pattern"},
    "scorm2004": {"id", "timestamp", "type", "weighting", "description", "learner_response", "result", "latency",
                  "correct_responses.0.pattern"},
}  # fmt: skip
"""What we write of each answer: an LMS is free to drop any of it in silence."""
STATUS = {
    "scorm12": {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80"},
    "scorm2004-3": {"cmi.completion_status": "completed", "cmi.success_status": "passed", "cmi.score.raw": "80"},
    "scorm2004-4": {"cmi.completion_status": "completed", "cmi.success_status": "passed", "cmi.score.raw": "80"},
}


@pytest.fixture(scope="module")
def activities(room: Classroom, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Format → address of an activity with the package."""
    lesson: Path = write_lesson(tmp_path_factory.mktemp("lesson"), settings=SETTINGS + "attempts = 2\n")
    built = build(lesson, FORMATS, tmp_path_factory.mktemp("out"))
    with signed_in(browser, room.url, room.teacher) as page:
        return {one.format: upload(page, room, one.path, name=one.format) for one in built.packages}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_pupil_who_comes_back_is_marked_once_for_all_answers(
    kind: str, room: Classroom, browser: Browser, activities: dict[str, str], report: Report
) -> None:
    time_of_both = 0.0
    with playing(browser, room, activities[kind]) as lesson:
        begun = time.monotonic()
        tick(lesson, "q1", 1)
        write(lesson, "q2", "3,14")
        lesson.locator("#next").click()
        time_of_both += time.monotonic() - begun
    halfway = room.grade(kind)
    assert halfway["graderaw"] is None, "half a test is no mark"

    with playing(browser, room, activities[kind]) as lesson:
        begun = time.monotonic()
        assert lesson.locator("#parts button").nth(1).get_attribute("aria-current") == "step"
        tick(lesson, "q3", 0, 2)
        tick(lesson, "q4", 0)
        write(lesson, "q5", "  h2o ")
        lesson.locator("#result").get_by_text("80").wait_for()
        time_of_both += time.monotonic() - begun
    grade, heard = room.grade(kind), room.heard(kind)
    report.table(
        f"{kind} in the gradebook",
        ["halfway", "at the end", "shown", "range"],
        [(halfway["graderaw"], grade["graderaw"], grade["gradeformatted"], grade["rangeformatted"])],
    )
    report.table(f"{kind}: what the activity kept", ["element", "value"],
                 [(name, value) for name, value in sorted(heard.items()) if "suspend" not in name])  # fmt: skip
    assert grade["graderaw"] == 80
    assert seconds(heard["total_time"]) >= time_of_both - 0.1, "the time of a sitting was lost"
    assert {name: heard.get(name) for name in STATUS[kind]} == STATUS[kind]
    answers = interactions(heard)
    assert {answer["id"] for answer in answers} == {"q1", "q2", "q3", "q4", "q5"}
    assert all(answer.keys() >= KEPT[kind.partition("-")[0]] for answer in answers)


def seconds(text: str) -> float:
    """HH:MM:SS.SS of 1.2, or the ISO duration that Moodle makes in 2004."""
    if text.startswith("P"):
        found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
        assert found, text
        parts = [float(part or 0) for part in found.groups()]
    else:
        parts = [float(part) for part in text.split(":")]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def interactions(heard: dict[str, str]) -> list[dict[str, str]]:
    """Moodle counts `interactions_0.id` in 1.2 and `interactions.0.id` in 2004."""
    found: dict[str, dict[str, str]] = {}
    for name, value in heard.items():
        match = re.match(r"cmi\.interactions[._](\d+)\.(.+)", name)
        if match:
            found.setdefault(match[1], {})[match[2]] = value
    return list(found.values())


def tick(lesson: FrameLocator, question: str, *values: int) -> None:
    form = lesson.locator(f"#{question}")
    for value in values:
        form.locator(f"input[value='{value}']").check()
    form.get_by_role("button").click()


def write(lesson: FrameLocator, question: str, text: str) -> None:
    form = lesson.locator(f"#{question}")
    form.locator("input").fill(text)
    form.get_by_role("button").click()
