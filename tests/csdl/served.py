"""The sandbox city as its own process, for tests: many schools, so that each test has one to itself."""

import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import requests

from bridge.csdl.soap.city import SoapCity
from bridge.csdl.soap.endpoint import Endpoint


class Served:
    """`school` is the one that was made last. Each has an account of its own: ids of submissions are per account."""

    def __init__(self, **settings: object) -> None:
        command = [sys.executable, "-m", "sandbox.city", "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert self._process.stdout is not None
        said = json.loads(self._process.stdout.readline())
        self._soap, self._url = said["soap"], f"{said['url']}/sandbox"
        self._numbers = count(1)
        self.school = ""
        self.put("settings", settings)

    def new_city(self, world: dict[str, Any], **endpoint: Any) -> SoapCity:
        """A city's view of this world, under a new code of the school."""
        self.school = school = f"79{next(self._numbers):06}"
        accounts = [{"user": school, "password": "sandbox", "schools": [school]}]
        self.post("worlds", world | {"school": world["school"] | {"code": school}, "accounts": accounts})
        there = Endpoint(url=self._soap, user=school, password="sandbox", **endpoint)
        return SoapCity(school, there, sleep=lambda _: None)

    def post(self, path: str, body: object) -> None:
        requests.post(f"{self._url}/{path}", json=body, timeout=10).raise_for_status()

    def put(self, path: str, body: object) -> None:
        requests.put(f"{self._url}/{path}", json=body, timeout=10).raise_for_status()

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)
