"""A made-up school, both stand-ins as processes of their own, and a bridge in this process that is mapped onto them."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from bridge.config import Settings
from bridge.config.loading import load_settings
from bridge.domain.mapping import CourseMap, Policy
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import Desk, take_course
from bridge.people.pull import pull
from bridge.sync.context import World
from bridge.wiring import App, open_app
from bridge.wiring.keeping import found_store
from bridge.wiring.process import new_id, now
from bridge.wiring.tables import read_lexicon

ACTOR = "bench"
YEAR = 2026
SEED = 2026
CONFIG = """
[school]
code = "{school}"
year = {year}
[moodle]
url = "{lms}"
token_file = "token"
[city]
url = "{soap}"
user = "bridge"
password_file = "password"
"""


@dataclass(frozen=True, slots=True)
class School:
    """`lms` and `city` are the addresses of the stand-ins' own pages, which count the calls that they get."""

    settings: Settings
    lms: str
    city: str

    def forget_calls(self) -> None:
        for url in (self.lms, self.city):
            requests.delete(f"{url}/sandbox/calls", timeout=30).raise_for_status()

    def calls(self) -> Counter[str]:
        """How often each function of either remote was called since the last `forget_calls`."""
        counts: Counter[str] = Counter()
        for url in (self.lms, self.city):
            counts.update(requests.get(f"{url}/sandbox/calls", timeout=30).json()["calls"])
        return counts

    def marks(self, unit: Unit) -> int:
        """How many marks stand in the city's book of a unit."""
        where = {"school": unit.school, "year": unit.year, "term": unit.term, "subject": unit.subject}
        asked = {**where, "class": unit.school_class}
        rows: list[dict[str, object]] = requests.get(f"{self.city}/sandbox/scores", params=asked, timeout=30).json()
        return sum(row["value"] is not None for row in rows)


@contextmanager
def mapped_school(pupils: int, *, courses: int | None = None) -> Iterator[School]:
    """A school of 12 classes or more, its courses of the year mapped by what is really so, nothing sent yet.

    `courses` maps only so many of them.
    """
    with TemporaryDirectory(prefix="bridge-bench-") as name:
        folder = Path(name)
        world, site, truth = (folder / f"{part}.json" for part in ("city", "site", "truth"))
        _run("sandbox.school", "--seed", SEED, "--pupils", pupils, "--city", world, "--site", site, "--truth", truth)
        with (
            _stand_in("sandbox.city", "--port", 0, "--state", folder / "city.sqlite3", "--world", world) as city,
            _stand_in("sandbox.lms", "--port", 0, "--site", site) as lms,
        ):
            settings = _configure(folder, _read(world)["school"]["code"], city=city, lms=lms)
            app = open_bridge(settings)
            _map(app, _read(truth)["courses"][:courses])
            yield School(settings, lms["url"], city["url"])


def open_bridge(settings: Settings) -> App:
    """As a new process would: with new connections to both remotes, and nothing known of them."""
    return open_app(settings, world=World(now=now, new_id=new_id, sleep=time.sleep))


@contextmanager
def _stand_in(*words: object) -> Iterator[dict[str, str]]:
    with subprocess.Popen([sys.executable, "-m", *map(str, words)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _run(*words: object) -> None:
    subprocess.run([sys.executable, "-m", *map(str, words)], check=True)


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _configure(folder: Path, school: str, *, city: dict[str, str], lms: dict[str, str]) -> Settings:
    config = folder / "bridge.toml"
    config.write_text(CONFIG.format(school=school, year=YEAR, lms=lms["url"], soap=city["soap"]), "utf-8")
    (folder / "token").write_text(lms["token"], "utf-8")
    (folder / "password").write_text("sandbox", "utf-8")
    settings = load_settings(config)
    found_store(settings)
    return settings


def _map(app: App, courses: list[dict[str, Any]]) -> None:
    """Every column is sent without asking, so that the first run leaves nothing to do."""
    pull(app.sync.city, app.store.rosters, school=app.school, year=app.year, now=now())
    rosters, mappings, sync = app.store.rosters, app.store.mappings, app.sync
    desk = Desk(app.school, app.year, sync.lms, rosters, mappings, read_lexicon(None), sync.subjects, 90)
    for row in courses:
        for school_class in [row["class"]] if row["class"] else row["groups"].values():
            if row["subject"] and row["year"] == YEAR:
                term = Term(row["term"]) if row["term"] else None
                course = CourseMap(row["course"], school_class, row["subject"], YEAR, term)
                take_course(desk, course, actor=ACTOR, now=now())
    for column in Column:
        mappings.set_policy(app.school, column, Policy.AUTO, actor=ACTOR, now=now())
