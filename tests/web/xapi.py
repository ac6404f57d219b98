"""What tests of the LRS over HTTP share: a client with its credentials, both syntaxes."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bridge.ports.statements import Credential, Reach
from tests.lrs.samples import HOME, LESSON, PUPIL, REGISTRATION
from tests.sync.harness import SCHOOL
from tests.web.world import URL, Pages

VERSION = {"X-Experience-API-Version": "1.0.3"}
OTHER = {"objectType": "Agent", "account": {"homePage": HOME, "name": "pupil-2"}}
KEY = json.dumps([HOME, "pupil-1"])
STATE = {"activityId": LESSON, "agent": PUPIL}
FORM = "application/x-www-form-urlencoded"


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"}


class Client:
    def __init__(self, pages: Pages, name: str, secret: str) -> None:
        self._client = pages.flask.test_client()
        self._headers = {**VERSION, **basic(name, secret)}

    def __call__(self, method: str, path: str, body: Any = None, *, headers: Any = None, **params: Any) -> Any:
        sent = {**self._headers, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body, sent = json.dumps(body).encode(), {"Content-Type": "application/json", **sent}
        address = f"/xapi/{path}?{urlencode(_said(params))}"
        return self._client.open(address, method=method, data=body, headers=sent, base_url=URL)

    def form(self, method: str, path: str, **fields: Any) -> Any:
        """The same in the alternate syntax: everything in a form."""
        data = urlencode(_said({**self._headers, **fields}))
        return self._client.post(f"/xapi/{path}?method={method}", data=data, content_type=FORM, base_url=URL)

    def follow(self, more: str) -> Any:
        """The next page."""
        return self._client.get(more, headers=self._headers, base_url=URL)


def _said(params: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in params.items()}


def open_lrs(pages: Pages) -> Client:
    """A program that an admin trusts."""
    pages.school.store.credentials.add(SCHOOL, Credential("full", Reach.FULL), secret="s")
    return Client(pages, "full", "s")


def open_launch(pages: Pages) -> Client:
    """A lesson, opened by a pupil: its own registration and activities only."""
    until = pages.school.clock() + timedelta(hours=1)
    session = Credential("au", Reach.SESSION, until, REGISTRATION, KEY, (LESSON,))
    pages.school.store.credentials.add(SCHOOL, session, secret="s")
    return Client(pages, "au", "s")


def statements(client: Client, **params: Any) -> list[dict[str, Any]]:
    reply = client("GET", "statements", **params)
    assert reply.status_code == 200, reply.data
    found: list[dict[str, Any]] = reply.json["statements"]
    return found
