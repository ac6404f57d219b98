"""Kill the bridge before each durable step of the way by files: done again, it ends as if it had not been killed.

The person's part (the download, the upload, the site's error file) is the stand-in city's page, met as a browser would.
"""

import shutil
import signal
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from bridge.cli.batches import LIST, REPORT
from bridge.cli.demo_files import Page
from bridge.domain.scores import Term
from tests.crash import oracle
from tests.crash.test_crash import SEED
from tests.crash.world import YEAR, World, made_world

CONFIG = """
[school]
code = "79000001"
year = 2026
[moodle]
url = "{lms}"
[city]
kind = "workbook"
folder = "city"
school_name = "{{name}}"
level = "THPT"
fresh_hours = 240
[sync]
lease_seconds = 60
mass_change_percent = 100
"""
# What a second attempt may count otherwise is left out: versions that were issued and never sent are not issued again.
LEDGER = "SELECT pupil, subject, term, book_column, score, city_version, cancelled FROM ledger ORDER BY 1, 2, 3, 4"
ROWS = """SELECT pupil, book_column, op, score, outcome, refusal FROM submission_rows
          WHERE coalesce(outcome, '') <> 'superseded' ORDER BY 1, 2, 4, 5, 6"""
WORDS = "SELECT position, outcome, refusal, count(*) FROM byhand_words GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
OPEN = "SELECT count(*) FROM submissions WHERE ended_at IS NULL"


@dataclass
class Clerk:
    """One school's bridge, which may be copied and gone on with from there."""

    world: World
    home: Path
    page: Page

    def do(self, work: str, **words: Any) -> int:
        paths = {"out": str(self.home / "lo.zip"), "config": str(self.home / "bridge.toml")}
        return self.world.order(work=work, **paths, **words)

    def copied(self, into: Path) -> "Clerk":
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(self.home, into)
        return Clerk(self.world, into, self.page)

    def outcome(self) -> dict[str, Any]:
        """All that is kept, but for what a second attempt may call by another name or date."""
        with closing(sqlite3.connect(self.home / "bridge.sqlite3")) as db:
            found: dict[str, Any] = {query: db.execute(query).fetchall() for query in (LEDGER, ROWS, WORDS, OPEN)}
        found["folder"] = {path.name: path.read_bytes() for path in (self.home / "city").glob("*.xlsx")}
        found["drafts"] = [path.name for path in (self.home / "city").glob(".*.draft")]
        if (self.home / "lo.zip").exists():
            with zipfile.ZipFile(self.home / "lo.zip") as batch:
                found["batch"] = {name: batch.read(name) for name in batch.namelist() if name not in (LIST, REPORT)}
        return found


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    """Set up: lists taken in and pulled, three courses mapped; TX1 goes by itself, TX2 is confirmed."""
    sys.stdout.write(f"seed {SEED}\n")
    with made_world(tmp_path, SEED, CONFIG) as world:
        home = tmp_path / "home"
        home.mkdir()
        [school] = requests.get(f"{world.city}/sandbox/schools", timeout=30).json()
        settings = (tmp_path / "bridge.toml").read_text("utf-8")
        (home / "bridge.toml").write_text(settings.replace("{name}", school["name"]), "utf-8")
        page = Page(f"{world.city}/{school['school']}/{YEAR}/tep", tmp_path / "Downloads")
        made = Clerk(world, home, page)
        assert made.do("take", paths=[str(path) for path in page.lists()]) == 0
        assert made.do("", setup=world.mappings()) == 0
        yield made


def downloads(clerk: Clerk) -> list[str]:
    """The score workbooks that the courses feed, fresh from the page."""
    return [str(clerk.page.score_workbook(one.school_class, one.subject, Term.HK1)) for one in clerk.world.courses]


def killed_before_each_step(clerk: Clerk, work: str, spare: Path, **words: Any) -> int:
    """The work, done to its end; and from the same beginning killed before each step of it, and done again."""
    start = clerk.copied(spare / "start")
    assert clerk.do(work, **words) == 0
    expected = clerk.outcome()
    for step in count(1):
        again = start.copied(spare / "again")
        status = again.do(work, step=step, **words)
        if status == 0:
            assert again.outcome() == expected
            return step - 1
        assert status == -signal.SIGKILL, status
        assert again.do(work, **words) == 0, f"after a kill before step {step} of {work}"
        found = again.outcome()
        for name, value in expected.items():
            assert found[name] == value, f"{name} differs after a kill before step {step} of {work}"
        oracle.check_trail(again.home / "bridge.sqlite3")
    raise AssertionError("not reached")


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("crash-files")
def test_killed_before_each_durable_step_by_files_nothing_is_lost_doubled_or_wrong(
    clerk: Clerk, tmp_path: Path
) -> None:
    world = clerk.world
    steps = {"take": killed_before_each_step(clerk, "take", tmp_path, paths=downloads(clerk))}
    assert clerk.do("confirm") == 0
    steps["fill"] = killed_before_each_step(clerk, "fill", tmp_path)
    lock = {"term": "HK1", "class": "10A2", "subject": "TOAN", "column": "TX2"}
    requests.post(f"{world.city}/sandbox/locks", json=lock, timeout=30).raise_for_status()
    said = clerk.page.upload(clerk.home / "lo.zip")
    assert said["accepted"] > 20, said
    assert said["refused"] > 5, said
    errors = [str(clerk.page.error_file(said["error_file"]))]
    steps["accept"] = killed_before_each_step(clerk, "accept", tmp_path, errors=errors)
    assert min(steps.values()) >= 5, steps
    sys.stdout.write(f"{steps}\n")
    check_both_sides(clerk, refused=said["refused"])
    assert clerk.page.upload(clerk.home / "lo.zip")["accepted"] == 0, "an upload of the same batch changes nothing"


def check_both_sides(clerk: Clerk, *, refused: int) -> None:
    """The city's book is what the rules say, but for the locked column; the ledger says so, and a new look agrees."""
    world = clerk.world
    marks = oracle.moodle_marks(world.gradebooks(), world.courses, world.rosters())
    locked = {cell for cell in marks if (cell.subject, cell.column) == ("TOAN", "TX2")}
    book = [row for row in world.get(f"{world.city}/sandbox/scores") if row["live"] and row["term"] == "HK1"]
    got = {oracle.Cell(row["pupil"], row["subject"], row["column"]): row["value"] for row in book}
    wanted = {cell: value for cell, value in marks.items() if cell not in locked}
    assert {cell: got.get(cell) for cell in wanted} == wanted
    with closing(sqlite3.connect(clerk.home / "bridge.sqlite3")) as db:
        (accepted,) = db.execute("SELECT count(*) FROM ledger WHERE score IS NOT NULL").fetchone()
        (left,) = db.execute("SELECT count(*) FROM submission_rows WHERE lower(outcome) = 'refused'").fetchone()
    assert left == refused
    assert accepted >= len(wanted)
    assert clerk.do("take", paths=downloads(clerk)) == 0
    assert clerk.do("confirm") == 0
    before = clerk.outcome()
    assert clerk.do("fill") == 0
    assert (clerk.outcome()[ROWS], clerk.outcome()[LEDGER]) == (before[ROWS], before[LEDGER]), "nothing is left to send"
