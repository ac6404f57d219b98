"""The stand-ins alone, and the whole way on a made-up school."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.world import ROOT

BRIDGE = [sys.executable, "-c", "from bridge.cli import main; main()"]


@pytest.mark.parametrize(("name", "ending"), [("city", signal.SIGINT), ("lms", signal.SIGTERM)])
def test_a_stand_in_runs_until_it_is_stopped(tmp_path: Path, name: str, ending: signal.Signals) -> None:
    words = ["--json", "sandbox", name, "--port", "0", "--folder", str(tmp_path), "--pupils", "300"]
    with subprocess.Popen([*BRIDGE, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert requests.get(url, timeout=10).status_code == 200
        process.send_signal(ending)
        assert process.wait(timeout=20) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)


@contextmanager
def stand_in(name: str, folder: Path) -> Iterator[dict[str, str]]:
    words = ["--json", "sandbox", name, "--port", "0", "--folder", str(folder), "--pupils", "300"]
    with subprocess.Popen([*BRIDGE, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def test_what_the_stand_ins_print_is_what_init_asks_for(tmp_path: Path) -> None:
    """README's way from nothing to a first preview, as somebody walks it who has no city yet."""
    (tmp_path / "city").mkdir()
    here = tmp_path / "here"
    here.mkdir()

    def bridge(*words: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            [*BRIDGE, "--json", "--as", "QT01", *words],
            capture_output=True,
            text=True,
            cwd=here,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        return done.returncode, json.loads(done.stdout.splitlines()[-1])

    with stand_in("city", tmp_path / "city") as city, stand_in("lms", tmp_path / "lms") as lms:
        moodle = ("--moodle-url", lms["url"], "--moodle-token", lms["token"])
        login = ("--city-kind", "soap", "--city-url", city["soap"], "--city-user", city["user"])
        about = ("--city-password", city["password"], "--environment", "test", "--admin", "QT01")
        assert bridge("init", "--school", city["school"], *moodle, *login, *about)[0] == 0
        assert bridge("roster", "pull")[0] == 0
        assert bridge("map", "suggest", "--accept")[1]["taken"]
        code, plan = bridge("sync", "plan", "--class", "10A1", "--term", "HK1")
    assert (code, plan["units"] > 0, plan["wait"]["CONFIRM"] > 0) == (3, True, True)


def told_by_the_demo(*words: str, before: Sequence[str] = ()) -> tuple[str, str]:
    """The story and what else it prints, each in one line; its seven heads stand in their order."""
    env = {**os.environ, "ONCE": "1", "COLUMNS": "100"}
    classes = [word for name in ("10A1", "10A2", "10A3") for word in ("--class", name)]
    command = [*BRIDGE, "--lang", "en", *before, "demo", "--pupils", "300", *classes, *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    story, rest = (done.stderr, done.stdout) if before else (done.stdout, done.stderr)
    assert done.returncode == 0, story
    heads = [line for line in story.splitlines() if line[:3] in {f"{number}. " for number in range(1, 10)}]
    assert [line[0] for line in heads] == list("1234567")
    assert max(map(len, story.splitlines())) < 250
    return " ".join(story.split()), rest


def test_the_demo_goes_all_the_way_and_ends_by_itself() -> None:
    said, document = told_by_the_demo(before=["--json"])
    assert json.loads(document)["open_rows"] == 0
    for outcome in (
        "1 teachers confirm 1 score",
        "The city has recorded 1 score;",
        "asked for 1 times instead of sending again, and the city made 1 changes",
        "The trail verifies",
    ):
        assert outcome in said


def test_the_demo_by_files_goes_all_the_way_and_nothing_is_lost_between_the_page_and_the_ledger() -> None:
    """What was filled is what the page took and refused, what the ledger then says, and what a new download shows."""
    said, rest = told_by_the_demo("--files")
    assert rest == ""

    def number(pattern: str) -> int:
        [found] = re.findall(pattern, said)
        return int(found.replace(",", ""))

    confirmed = number(r"teachers confirm ([\d,]+) scores")
    filled, taken = number(r"Filled ([\d,]+) cells in"), number(r"The page says: ([\d,]+) scores recorded")
    refused = number(r"recorded, ([\d,]+) scores refused \(with an error file\)")
    assert confirmed == filled == taken + refused > 1_000
    assert refused > 5
    assert number(r"Batch \w+: ([\d,]+) scores in the city's book") == taken
    again = " ".join(said[said.index("5. Downloading again") :].replace("│", " ").split())
    assert f"Skip Already the same {taken - 1} " in again, "all but the one that somebody typed over"
    assert f"the column is locked. ({refused})" in again
    assert "The trail verifies" in said
