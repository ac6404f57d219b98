"""Scores on their way into Moodle at the command line, over the stand-in's LTI services."""

import json
from decimal import Decimal

import pytest
import requests
from cryptography.hazmat.primitives import serialization

from bridge.config.loading import load_settings
from bridge.duties.engine import works
from bridge.jobs.worker import Worker
from bridge.lti.signing import Signer
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.passback import Place, Wanted
from bridge.wiring import App, open_app
from tests.cli.world import ADMIN, School

COURSE, CLIENT = 2, "passback-client"


class Connected:
    """The school's bridge, registered as a tool with a column of an activity."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.app: App = open_app(load_settings(school.config))
        self.lms = school.stand_ins.lms_url
        self.tool = self._change(
            op="add_tool", clientid=f"{CLIENT}-{school.code}", name="Cầu nối", baseurl="http://127.0.0.1:1/lti/launch",
            domain="127.0.0.1:1", publickey=self._public(), gradesync=2, members=1, state="configured",
        )["tool"]  # fmt: skip
        store, now = self.app.store, self.app.sync.world.now()
        self.id = f"r-{school.code}"
        made = Registration(
            self.id, school.code, "Moodle thử", self.lms, f"{CLIENT}-{school.code}", f"{self.lms}/mod/lti/auth.php",
            f"{self.lms}/mod/lti/token.php", f"{self.lms}/mod/lti/certs.php", RegistrationState.PENDING,
        )  # fmt: skip
        store.platforms.add(made, actor=ADMIN, now=now)
        where = f"{self.lms}/mod/lti/services.php"
        found = self._change(op="add_link", course=COURSE, tool=self.tool, name="Bài tập", grade=10)
        self.item = found["item"]
        self.column = f"{where}/{COURSE}/lineitems/{self.item}/lineitem?type_id={self.tool}"

    def launched(self) -> None:
        self.app.store.platforms.learn(self.id, str(self.tool), now=self.app.sync.world.now())

    def pupil(self) -> str:
        where = f"{self.lms}/mod/lti/services.php/CourseSection/{COURSE}/bindings/{self.tool}/memberships"
        return next(m.user for m in self.app.members().members(self.id, where) if m.idnumber.startswith("HS"))

    def put(self, value: str, user: str) -> None:
        now = self.app.sync.world.now()
        wanted = Wanted(Decimal(value), Decimal(10), ActivityProgress.COMPLETED, now, "attempt-1")
        self.app.dispatch().put(Place(self.id, self.column, user), wanted)

    def enter(self, value: float, user: str) -> None:
        self._change(op="set_score", course=COURSE, item=self.item, user=int(user), raw=value, overridden=True)

    def shown(self, user: str) -> list[str]:
        found = self.app.gradebooks().results(self.id, self.column, user=user)
        return [str(one.value) for one in found if one.value is not None]

    def work(self) -> dict[str, object]:
        """The job that waits, done as the engine does it."""
        jobs = self.app.store.jobs
        [job] = jobs.due(self.school.code, now=self.app.sync.world.now(), limit=5)
        Worker(jobs, works(self.app), school=self.school.code, clock=self.app.sync.world.now, holder="here").look(job)
        return dict(jobs.find(job, school=self.school.code).result)

    def _public(self) -> str:
        key = Signer(self.app.store.lti_keys, self.school.code, self.app.sync.world.now).key()
        public = serialization.load_pem_private_key(key.private.encode(), None).public_key()
        return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def _change(self, **change: object) -> dict[str, int]:
        reply = requests.post(f"{self.lms}/sandbox/changes", json=change, timeout=10)
        reply.raise_for_status()
        made = reply.json()
        return dict(made[0] if isinstance(made, list) else made)


@pytest.fixture
def connected(school: School):
    found = Connected(school)
    yield found
    found.app.store.close()


def test_a_score_goes_from_the_outbox_into_moodles_gradebook(connected: Connected):
    pupil = connected.pupil()
    connected.put("8.5", pupil)
    said = connected.school.json("passback", "list")["passbacks"]
    assert [(row["user"], row["state"], row["value"]) for row in said] == [(pupil, "WAITING", "8.5")]
    assert connected.school.run("jobs", "start", "passback").code == 0
    assert connected.work() == {"delivered": 1}
    assert (connected.shown(pupil), connected.school.json("passback", "list")["passbacks"]) == (["8.5"], [])
    assert len(connected.school.json("passback", "list", "--all")["passbacks"]) == 1


def test_a_conflict_shows_both_values_and_is_settled(connected: Connected):
    pupil = connected.pupil()
    connected.enter(6, pupil)
    connected.put("9", pupil)
    connected.school.run("jobs", "start", "passback")
    assert connected.work() == {"conflict": 1}
    told = connected.school.run("--json", "passback", "list")
    [row] = json.loads(told.out)["passbacks"]
    assert (told.code, row["state"], row["value"], row["seen"]) == (3, "CONFLICT", "9", "6/10")
    assert connected.school.run("passback", "settle", row["id"], "theirs").code == 0
    assert (connected.work(), connected.shown(pupil)) == ({}, ["6"])
    assert connected.school.run("passback", "settle", row["id"], "theirs").code == 5


def test_what_was_given_up_says_why_and_is_sent_again(connected: Connected):
    connected.put("9", "999999")
    connected.school.run("jobs", "start", "passback")
    assert connected.work() == {"dead": 1}
    said = connected.school.run("passback", "list")
    assert (said.code, "Moodle không nhận điểm cho người dùng này" in said.said) == (3, True)
    [row] = connected.school.json("passback", "list")["passbacks"]
    assert connected.school.run("passback", "again", row["id"]).code == 0
    assert connected.work() == {"dead": 1}
    assert connected.school.run("passback", "again", "nothing").code == 5
    assert connected.school.json("passback", "leave", row["id"])["left"] == 1
    assert connected.school.run("passback", "list").code == 0, "it asks for nobody any more"
    assert connected.school.run("passback", "leave", row["id"]).code == 5


def test_the_selftest_needs_a_launch_first_and_then_tries_the_whole_way(connected: Connected):
    pupil = connected.pupil()
    early = connected.school.run("lti", "selftest", connected.id, COURSE, pupil)
    assert (early.code, "Chưa có lượt mở" in early.said) == (5, True)
    connected.launched()
    done = connected.school.json("lti", "selftest", connected.id, COURSE, pupil)["steps"]
    assert [(step["step"], step["error"]) for step in done if step["step"] != "CITY"] == [
        (name, "") for name in ("REGISTRATION", "MEMBERS", "COLUMN", "SCORE", "READ_BACK", "CLEAN_UP")
    ]
    teacher = connected.school.run("lti", "selftest", connected.id, COURSE, "2")
    assert (teacher.code, "không phải học viên" in teacher.said) == (5, True)


def test_only_an_admin_decides(connected: Connected):
    for words in (("passback", "list"), ("passback", "again", "x"), ("lti", "selftest", connected.id, "2", "3")):
        assert connected.school.run(*words, actor="GV0001").code == 5
