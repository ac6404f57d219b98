"""The stand-ins alone, and the whole way on a made-up school."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

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


def test_the_demo_goes_all_the_way_and_ends_by_itself() -> None:
    env = {**os.environ, "ONCE": "1", "COLUMNS": "100"}
    words = [*BRIDGE, "--lang", "en", "demo", "--pupils", "300"]
    words += [word for name in ("10A1", "10A2", "10A3") for word in ("--class", name)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    story = [line for line in done.stdout.splitlines() if line[:3] in {f"{number}. " for number in range(1, 7)}]
    assert [line[0] for line in story] == list("123456")
    said = " ".join(done.stdout.split())
    for outcome in (
        "1 teachers confirm 1 score",
        "The city has recorded 1 score;",
        "asked for 1 times instead of sending again, and the city made 1 changes",
        "The trail verifies",
    ):
        assert outcome in said
    assert max(map(len, done.stdout.splitlines())) < 200
