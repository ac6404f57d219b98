"""The stand-in Moodle over HTTP with our tool in it, and our adapters before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization

from bridge.lti.access import Access
from bridge.lti.door import Door
from bridge.lti.services import Services
from bridge.lti.signing import Signer
from bridge.ports.launches import RegistrationState
from bridge.store.facade import Store
from sandbox.lms import running
from sandbox.school import generate
from tests.lti.adapters import Adapters, moodle_at
from tests.lti.platform import SCHOOL, Clock

CLIENT, ID = "client-of-ours", "served"


@dataclass
class Served(Adapters):
    """`course` is a course with teachers and pupils; `tool` our number at the platform."""

    url: str
    tool: int
    course: int
    pupils: list[str]
    teachers: list[str]
    services: Services
    store: Store
    clock: Clock

    @property
    def collection(self) -> str:
        return f"{self.url}/mod/lti/services.php/{self.course}/lineitems?type_id={self.tool}"

    @property
    def memberships(self) -> str:
        return f"{self.url}/mod/lti/services.php/CourseSection/{self.course}/bindings/{self.tool}/memberships"

    def change(self, **change: Any) -> dict[str, Any]:
        reply = requests.post(f"{self.url}/sandbox/changes", json=change, timeout=10)
        assert reply.status_code == 200, reply.text
        made = reply.json()
        return dict(made[0] if isinstance(made, list) else made)

    def fail(self, *faults: dict[str, Any]) -> None:
        requests.put(f"{self.url}/sandbox/faults", json=list(faults), timeout=10).raise_for_status()

    def calls(self, name: str) -> int:
        counted = requests.get(f"{self.url}/sandbox/calls", timeout=10).json()["calls"]
        return int(counted.get(f"lti:{name}", 0))

    def add_activity(self, name: str, grade: int = 10) -> str:
        """The address of its column."""
        made = self.change(op="add_link", course=self.course, tool=self.tool, name=name, grade=grade)
        base = f"{self.url}/mod/lti/services.php/{self.course}/lineitems"
        return f"{base}/{made['item']}/lineitem?type_id={self.tool}"

    def enter(self, line_item: str, user: str, value: float, *, overridden: bool = True) -> None:
        """By a teacher's hand."""
        item = int(line_item.partition("/lineitems/")[2].partition("/")[0])
        self.change(op="set_score", course=self.course, item=item, user=int(user), raw=value, overridden=overridden)

    def resize(self, line_item: str, maximum: float) -> None:
        """A teacher changes an activity's maximum."""
        item = int(line_item.partition("/lineitems/")[2].partition("/")[0])
        self.change(op="set_maximum", course=self.course, item=item, max=maximum)


@contextmanager
def served(store: Store, clock: Clock) -> Iterator[Served]:
    with running(generate(1).site, host="localhost", clock=lambda: clock().timestamp()) as lms:
        signer = Signer(store.lti_keys, SCHOOL, clock)
        public = serialization.load_pem_private_key(signer.key().private.encode(), None).public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        tool = {
            "op": "add_tool",
            "clientid": CLIENT,
            "name": "Cầu nối",
            "baseurl": "http://127.0.0.1:1/lti/launch",
            "domain": "127.0.0.1:1",
            "publickey": pem,
            "gradesync": 2,
            "members": 1,
            "state": "configured",
            "coursevisible": 2,
        }
        made = requests.post(f"{lms.url}/sandbox/changes", json=tool, timeout=10)
        assert made.status_code == 200, made.text
        registration = moodle_at(lms.url, id=ID, school=SCHOOL, client=CLIENT, state=RegistrationState.ACTIVE)
        store.platforms.add(registration, actor="QT01", now=clock())
        door = Door({"localhost"}, sleep=clock.pass_seconds, attempts=3)
        access = Access(store.tokens, signer, door, clock)
        found = Served(lms.url, 1, 2, [], [], Services(store.platforms, access, door), store, clock)
        everybody = found.members.members(ID, found.memberships)
        found.pupils = [one.user for one in everybody if one.learning and one.idnumber.startswith("HS")]
        found.teachers = [one.user for one in everybody if one.idnumber.startswith("GV")]
        yield found
