"""A platform made by a test: a key of its own, tokens as Moodle signs them, spoiled in one way at a time."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bridge.lti.claims import DEPLOYMENT, LTI, MESSAGE, TARGET
from bridge.lti.tool import LtiTool, Shelves
from bridge.ports.launches import Registration, RegistrationState
from bridge.store.facade import Store
from tests.lti.adapters import moodle_at

SCHOOL, URL, ISSUER, CLIENT = "79000001", "https://bridge.example.test", "https://moodle.example.test", "client-1"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
PUPIL = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def jwk(key: rsa.RSAPrivateKey = KEY, kid: str = "k1") -> dict[str, Any]:
    return {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "alg": "RS256", "use": "sig"}


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class KeyDoor:
    """The way out to the platform: gives its key set, and counts how often it is asked."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk()])
    asked: int = 0
    error: Exception | None = None

    def get(self, _url: str) -> Any:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return {"keys": self.keys}


@dataclass
class Platform:
    """A registered platform, its tool, and the way of one launch."""

    store: Store
    clock: Clock
    door: KeyDoor
    tool: LtiTool
    registration: Registration

    def begin(self, **more: str) -> tuple[dict[str, str], str]:
        """(what our login sent to the platform, the binding)."""
        params = {"iss": ISSUER, "client_id": CLIENT, "login_hint": "3", "target_link_uri": f"{URL}/lti/launch", **more}
        going = self.tool.login(params, binding=None)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(going.url).query).items()}
        return asked, going.binding

    def claims(self, asked: dict[str, str], **more: Any) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        made = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": "3",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            DEPLOYMENT: "1",
            TARGET: f"{URL}/lti/launch",
            MESSAGE: "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}roles": [TEACHER],
            f"{LTI}resource_link": {"id": "25", "title": "Sổ điểm"},
            f"{LTI}context": {"id": "12", "title": "Toán 10A1", "label": "T10A1"},
            f"{LTI}lis": {"person_sourcedid": " GV1 "},
            "name": "Người Thử",
        }
        return {name: value for name, value in {**made, **more}.items() if value is not ...}

    def token(self, asked: dict[str, str], **more: Any) -> str:
        return jwt.encode(self.claims(asked, **more), KEY, algorithm="RS256", headers={"kid": "k1"})


def open_platform(store: Store, clock: Clock) -> Platform:
    registration = moodle_at(ISSUER, id="r1", school=SCHOOL, client=CLIENT, state=RegistrationState.PENDING)
    store.platforms.add(registration, actor="QT01", now=clock())
    shelves = Shelves(store.platforms, store.lti_keys, store.logins, store.invitations, store.cases)
    door = KeyDoor()
    tool = LtiTool(SCHOOL, URL, shelves, door=door, clock=clock, name="Cầu nối")  # type: ignore[arg-type]
    return Platform(store, clock, door, tool, registration)
