"""`bridge serve` as schools run it: founded by `bridge init`, its own process, commands typed in another window."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.city import City
from tests.web.browser.demo import BRIDGE, ROOT

ADMIN = "QT01"


@dataclass(frozen=True, repr=False)
class Served:
    """As another site than the Moodle: on `localhost`, as schools see it."""

    config: Path
    url: str
    env: Mapping[str, str]

    def bridge(self, *words: str, may: tuple[int, ...] = (0,)) -> dict[str, Any]:
        done = subprocess.run(
            self.words("--json", *words), capture_output=True, text=True, cwd=ROOT, env=self.env, check=False
        )
        assert done.returncode in may, done.stdout[-2000:] + done.stderr[-2000:]
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def words(self, *words: str) -> list[str]:
        return [*BRIDGE, "--config", str(self.config), "--as", ADMIN, "--lang", "en", *words]


@contextmanager
def served(folder: Path, *, school: str, moodle: str, token: str, city: City) -> Iterator[Served]:
    """Founded with the read token of docs/moodle-setup.md, its class lists pulled, its pages on a free port."""
    port = _free_port()
    url = f"http://localhost:{port}"
    secrets = {"BRIDGE_MOODLE__TOKEN": token, "BRIDGE_CITY__PASSWORD": "sandbox"}
    where = {"BRIDGE_WEB__URL": url, "BRIDGE_WEB__PORT": str(port)}
    it = Served(folder / "bridge.toml", url, {**os.environ, **secrets, **where, "COLUMNS": "400"})
    known = {"school": school, "moodle-url": moodle, "city-url": city.soap, "city-user": "bridge"}
    options = [word for name, value in known.items() for word in (f"--{name}", value)]
    it.bridge("init", *options, "--environment", "test", "--admin", ADMIN, may=(0, 3))
    it.bridge("roster", "pull")
    with (
        (folder / "serve.log").open("w") as log,
        subprocess.Popen(
            it.words("--json", "serve"), stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=it.env
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["url"] == url
            yield it
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)
    assert process.returncode == 0


def _free_port() -> int:
    """The tool's public address stands in its settings, so its port is known first."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
