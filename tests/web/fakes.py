"""Honest small fakes of the ports that the pages stand on."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.actors import Actor, Identity
from bridge.domain.actors import Launch as Came
from bridge.domain.errors import NotAllowed, NotFound
from bridge.ports.launches import (
    Answer,
    Course,
    DeepLinking,
    Going,
    Item,
    Launch,
    MessageType,
    Person,
    Registration,
    RegistrationState,
    Visit,
)

PLATFORM = "https://moodle.example.test"
SCHOOL = "79000001"


def registration(**more: object) -> Registration:
    made = Registration(
        "r1", SCHOOL, "Moodle thử", PLATFORM, "client-1", f"{PLATFORM}/auth", f"{PLATFORM}/token",
        f"{PLATFORM}/jwks", RegistrationState.ACTIVE,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def two_moodles(mapped: str) -> list[Registration]:
    """The one that launches is another than the mapped one."""
    return [registration(issuer="https://another.test"), registration(id="r2", issuer=mapped, client_id="client-2")]


def launch(
    user: str = "11", idnumber: str = "GV1", *, course: int = 12, teaching: bool = True, **more: object
) -> Launch:
    person = Person(user, idnumber, "Người Thử", teaching)
    made = Launch("r1", "1", MessageType.RESOURCE_LINK, person, Course(str(course), "Toán 10A1", "T10A1", ""), "l1", "")
    return replace(made, **more)  # type: ignore[arg-type]


def linking(**more: object) -> Launch:
    deep = DeepLinking(f"{PLATFORM}/return", ("ltiResourceLink",), True, "d")
    return launch(message=MessageType.DEEP_LINKING, deep_linking=deep, link="", **more)


@dataclass
class FakeTool:
    """A platform without cryptography: the state names a launch that a test has put there."""

    platform: str = PLATFORM
    launches: dict[str, Launch] = field(default_factory=dict)
    bindings: dict[str, str] = field(default_factory=dict)
    answered: list[Sequence[Item]] = field(default_factory=list)

    def login(self, params: Mapping[str, str], *, binding: str | None) -> Going:
        if "login_hint" not in params:
            raise NotAllowed(actor="", action="LAUNCH", lack="LOGIN", case="K7Q2")
        held = binding or secrets.token_urlsafe(8)
        state = params["login_hint"]
        self.bindings[state] = held
        return Going(f"{self.platform}/auth?state={state}", held)

    def launch(self, form: Mapping[str, str], *, binding: str | None) -> Launch:
        state = form.get("state", "")
        if binding is None or self.bindings.pop(state, None) != binding:
            raise NotAllowed(actor="", action="LAUNCH", lack="STATE", case="K7Q2")
        return self.launches[state]

    def jwks(self) -> Mapping[str, object]:
        return {"keys": []}

    def register(self, configuration_url: str, token: str, *, invitation: str) -> Registration:
        if invitation != "invited":
            raise NotAllowed(actor="", action="REGISTER", lack="INVITATION")
        return registration(state=RegistrationState.PENDING)

    def answer(self, launch: Launch, items: Sequence[Item]) -> Answer:
        self.answered.append(items)
        assert launch.deep_linking is not None
        return Answer(f"{self.platform}/return", {"JWT": "signed"})


@dataclass
class MemoryVisits:
    now: datetime
    kept: dict[str, tuple[Visit, str]] = field(default_factory=dict)

    def begin(self, school: str, actor: Actor, launch: Launch | None, *, session: str, language: str) -> Visit:
        id = secrets.token_urlsafe(8)
        visit = Visit(id, actor, launch, language, secrets.token_urlsafe(8), self.now + timedelta(hours=8))
        self.kept[id] = (visit, session)
        return visit

    def find(self, school: str, visit: str, *, session: str) -> Visit:
        found, holder = self.kept.get(visit, (None, ""))
        if found is None or holder != session or found.until <= self.now:
            raise NotFound(kind="visit", name=visit, nearest=[])
        return found

    def end(self, school: str, visit: str) -> None:
        self.kept.pop(visit, None)


class Recognising:
    def recognise(self, launch: Launch) -> Actor:
        came = Came(int(launch.course.id), launch.person.teaching)
        known = launch.person.idnumber
        return Actor(known, Identity.KNOWN if known else Identity.UNKNOWN, came)


@dataclass
class MemoryRegistrations:
    rows: list[Registration] = field(default_factory=lambda: [registration()])

    def registrations(self, school: str) -> Sequence[Registration]:
        return self.rows

    def find(self, registration: str) -> Registration:
        for row in self.rows:
            if row.id == registration:
                return row
        raise NotFound(kind="registration", name=registration, nearest=[])


@dataclass
class FakeEngine:
    """`bridge.ports.jobs.Engine` that hears and does nothing."""

    told: list[str] = field(default_factory=list)

    def notify(self, job: str) -> None:
        self.told.append(job)

    def start(self) -> None:
        self.told.append("start")

    def stop(self, *, patience: float) -> bool:
        self.told.append("stop")
        return True
