"""The stand-in Moodle as a process of its own, as a school's Moodle is: it ends with the test, whatever hangs on it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).parents[2]


class StandIn(NamedTuple):
    url: str
    token: str


@contextmanager
def standing_in(site: dict[str, Any]) -> Iterator[StandIn]:
    """Serves a site on a free loopback port until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "site.json"
        file.write_text(json.dumps(site, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-m", "sandbox.lms", "--site", str(file), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
            try:
                assert process.stdout is not None
                yield StandIn(**json.loads(process.stdout.readline()))
            finally:
                process.kill()
