"""The stand-in city as a process, with one world and no file kept."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests


class City:
    def __init__(self, said: dict[str, str]) -> None:
        self.soap = said["soap"]
        self._url = said["url"]

    def book(self) -> list[dict[str, Any]]:
        return [row for row in self._get("scores") if row["live"]]

    def applied(self) -> int:
        return len(self._get("applied"))

    def _get(self, name: str) -> Any:
        return requests.get(f"{self._url}/sandbox/{name}", timeout=60).json()


@contextmanager
def city_of(world: dict[str, Any], folder: Path) -> Iterator[City]:
    file = folder / "world.json"
    file.write_text(json.dumps(world, ensure_ascii=False), "utf-8")
    command = [sys.executable, "-m", "sandbox.city", "--port", "0", "--world", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield City(json.loads(process.stdout.readline()))
        finally:
            process.terminate()
            process.wait()
