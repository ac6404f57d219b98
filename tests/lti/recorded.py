"""Replies of a real Moodle 4.5.6 at the HTTP line, and our adapters before them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import responses

from bridge.lti.access import Access
from bridge.lti.door import Door
from bridge.lti.services import Services
from bridge.lti.signing import Signer
from tests.lti.adapters import Adapters
from tests.lti.platform import ISSUER, SCHOOL, Platform

RECORDINGS = Path(__file__).parent.parent / "recordings" / "lti"
TOKEN = f"{ISSUER}/mod/lti/token.php"
HERE = "r1"  # the registration of `open_platform`


def recording(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return read


def body_of(name: str) -> str:
    body = recording(name)["response"]
    return body if isinstance(body, str) else json.dumps(body)


@dataclass
class Recorded(Adapters):
    """What was recorded, answered in turn. `slept` are the pauses between attempts."""

    platform: Platform
    line: responses.RequestsMock
    slept: list[float] = field(default_factory=list)

    @property
    def services(self) -> Services:  # type: ignore[override]
        store, clock = self.platform.store, self.platform.clock
        door = Door(resolve=lambda _: ["203.0.114.9"], attempts=3, sleep=self.slept.append)
        return Services(store.platforms, Access(store.tokens, Signer(store.lti_keys, SCHOOL, clock), door, clock), door)

    def grant(self, name: str = "token--ok-all-scopes", **more: Any) -> None:
        made = recording(name)
        answer = {**made["response"], **more}
        self.line.post(TOKEN, json=answer, status=made["status"], content_type=made["headers"]["content-type"])

    def play(self, *names: str) -> None:
        """Each at the address and with the method that it was recorded with; whole queries must match."""
        for name in names:
            made = recording(name)
            url, _, query = made["request"]["url"].partition("?")
            self.line.add(
                made["request"]["method"],
                url,
                body=body_of(name),
                status=made["status"],
                headers={key: value for key, value in made["headers"].items() if key != "content-type"},
                content_type=made["headers"]["content-type"],
                match=[responses.matchers.query_string_matcher(query)],
            )

    def sent(self, number: int = -1) -> Any:
        return self.line.calls[number].request

    def asked(self, part: Callable[[str], bool]) -> int:
        return sum(part(str(call.request.url)) for call in self.line.calls)

    def tokens(self) -> int:
        return self.asked(lambda url: url == TOKEN)
