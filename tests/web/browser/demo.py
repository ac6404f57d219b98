"""`bridge demo` as its own processes, for tests: the stand-in city, the stand-in Moodle, the pages and the jobs."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import requests
from playwright.sync_api import Page

ROOT = Path(__file__).parents[3]
BRIDGE = [sys.executable, "-u", "-c", "from bridge.cli import main; main()"]
_TOLD = re.compile(
    r"(?s)vẫn chạy: (?P<city>http://\S+) · (?P<lms>http://\S+?)\.\n.*--config (?P<config>\S+) "
    r".*Mở (?P<sheet>http://\S+/people/\d+),.*Học sinh: mở (?P<lesson>http://\S+/people/\d+),"
)


class Demo(NamedTuple):
    """What the demo tells people: `sheet` and `lesson` are pages of courses, where one chooses who to be."""

    city: str
    lms: str
    config: str
    sheet: str
    lesson: str

    def bridge(self, *words: str, may: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """The command line in another window, as the administrator."""
        command = [*BRIDGE, "--config", self.config, "--as", "QT01", "--json", *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode in may, done.stdout + done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def change(self, *changes: dict[str, Any]) -> None:
        """In the stand-in Moodle."""
        requests.post(f"{self.lms}/sandbox/changes", json=changes, timeout=30).raise_for_status()


@contextmanager
def demo_of(*classes: str) -> Iterator[Demo]:
    """Ended politely, and silent on the way."""
    words = ["--lang", "vi", "demo", "--pupils", "300", *(word for name in classes for word in ("--class", name))]
    env = {**os.environ, "COLUMNS": "400", "ONCE": ""}
    with subprocess.Popen(
        [*BRIDGE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env
    ) as process:
        try:
            yield _told(process)
        finally:
            process.send_signal(signal.SIGTERM)
            _, complaints = process.communicate(timeout=40)
        assert (process.returncode, complaints) == (0, "")


def _told(process: subprocess.Popen[str]) -> Demo:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := _TOLD.search(said):
            return Demo(**found.groupdict())
    raise AssertionError(said[-500:] + (process.stderr.read() if process.stderr else ""))


def course_as(page: Page, people: str, code: str) -> None:
    """Choose a person: the course's page."""
    page.goto(people)
    page.get_by_role("button", name=code).first.click()
