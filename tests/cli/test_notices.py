"""Digests from the job to the mail server, and the commands about them."""

import json
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.config.loading import load_settings
from bridge.domain.errors import Refused, Unclear, Unreachable
from bridge.duties.asks import ask_of
from bridge.duties.digest import write_to
from bridge.duties.engine import works
from bridge.ports.jobs import Job, JobKind
from bridge.wiring import App, open_app
from bridge.wiring.process import now
from tests.cli.test_jobs import at_work, ended, until
from tests.cli.world import School
from tests.fakes_post import MemoryPost
from tests.mail.server import Mailbox, mailbox


class Handle:
    """Of a job that nobody watches."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def progress(self, done: int, total: int = 0, *, label: str = "") -> None: ...


def opened(school: School) -> App:
    return open_app(load_settings(school.config))


def handle(app: App) -> Handle:
    return Handle(app.store.jobs.enqueue(ask_of(app.school, JobKind.DIGEST), now=now()))


def write(app: App, post: MemoryPost) -> dict[str, object]:
    return dict(write_to(app, handle(app), app.store.addresses.recipients(app.school), post))


@pytest.fixture
def staffed(school: School) -> School:
    """The teacher of 10A1 Toán, and the admin, have addresses."""
    school.run("notices", "set", school.teacher("10A1", "TOAN"), "gv@truong.example")
    school.run("notices", "set", "QT01", "qt@truong.example", "--language", "en")
    return school


def with_mail(school: School, box: Mailbox) -> dict[str, str]:
    return {
        "BRIDGE_MAIL__HOST": "127.0.0.1",
        "BRIDGE_MAIL__PORT": str(box.port),
        "BRIDGE_MAIL__SECURITY": "none",
        "BRIDGE_MAIL__SENDER": f"cau-noi@{school.code}.example",
    }


def test_a_teacher_gets_the_own_classes_and_an_admin_the_holds(staffed: School) -> None:
    staffed.run("schedule", "deadline", "HK1", str((now() + timedelta(days=40)).date()))
    post, app = MemoryPost(), opened(staffed)
    result = write(app, post)
    letters = {letter.to: letter for letter in post.letters}
    theirs = letters["gv@truong.example"].text
    assert "10A1 · Toán · HK1: " in theirs
    assert "điểm chờ xác nhận" in theirs
    assert "sổ chỉ còn ghi được đến hết ngày" in theirs
    assert "10A2 · Ngữ văn" not in theirs
    assert " held" in letters["qt@truong.example"].text
    assert "to confirm" not in letters["qt@truong.example"].text
    assert result["letters"] == len(post.letters)


def test_no_name_no_code_and_no_mark_of_a_pupil_is_in_a_letter(staffed: School) -> None:
    post, app = MemoryPost(), opened(staffed)
    write(app, post)
    text = "\n".join(letter.subject + letter.text for letter in post.letters)
    assert text
    for pupil in staffed.stand_ins.world["pupils"]:
        assert pupil["name"] not in text
        assert pupil["code"] not in text
    assert re.findall(r"\d[.,]\d", text.replace("127.0.0.1", "")) == []


def test_once_a_day_and_again_after_what_surely_was_not_sent(staffed: School) -> None:
    app = opened(staffed)
    gone = MemoryPost(fails={"gv@truong.example": Unreachable(remote="mail", reason="CONNECTION")})
    with pytest.raises(Unreachable):
        write(app, gone)
    post = MemoryPost()
    write(app, post)
    assert "gv@truong.example" in {letter.to for letter in post.letters}
    again = MemoryPost()
    write(app, again)
    assert again.letters == []


def test_a_letter_that_may_have_left_is_not_sent_again(staffed: School) -> None:
    app = opened(staffed)
    write(app, MemoryPost(fails={"gv@truong.example": Unclear(remote="mail", reason="CONNECTION")}))
    post = MemoryPost()
    write(app, post)
    assert "gv@truong.example" not in {letter.to for letter in post.letters}


def test_one_bad_address_stops_nobody_elses_letter(staffed: School) -> None:
    staffed.run("notices", "set", staffed.teacher("10A2", "NGUVAN"), "bad@truong.example")
    app = opened(staffed)
    post = MemoryPost(fails={"bad@truong.example": Refused(remote="mail", reason="RECIPIENT", theirs="550")})
    result = write(app, post)
    assert result["refused"] == 1
    assert "gv@truong.example" in {letter.to for letter in post.letters}


def test_who_ended_the_letters_gets_none(staffed: School) -> None:
    teacher = staffed.teacher("10A1", "TOAN")
    assert staffed.run("notices", "off", actor=teacher).code == 0
    app, post = opened(staffed), MemoryPost()
    write(app, post)
    assert "gv@truong.example" not in {letter.to for letter in post.letters}
    assert staffed.run("notices", "on", actor=teacher).code == 0
    write(app, post)
    assert "gv@truong.example" in {letter.to for letter in post.letters}


def test_the_job_reaches_the_mail_server(staffed: School, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box:
        for name, value in with_mail(staffed, box).items():
            monkeypatch.setenv(name, value)
        app = opened(staffed)
        result = works(app)[JobKind.DIGEST](handle(app))
    assert result["letters"] == len(box.letters) >= 1
    letter = next(found for found in box.letters if found["To"] == "gv@truong.example")
    assert letter["List-Unsubscribe"].startswith("<http://localhost:8000/letters/stop/")
    assert "Cầu nối điểm" in letter["Subject"]


def test_without_a_mail_server_nothing_is_planned_or_written(staffed: School) -> None:
    app = opened(staffed)
    assert works(app)[JobKind.DIGEST](handle(app)) == {"letters": 0}
    assert "digest" in staffed.run("schedule").out
    assert staffed.run("notices", "test", "QT01").code == 5


def test_a_test_letter_tells_whether_the_way_is_open(staffed: School) -> None:
    with mailbox() as box:
        assert staffed.run("notices", "test", "QT01", env=with_mail(staffed, box)).code == 0
        box.answers["RCPT"] = "550 nobody"
        refused = staffed.run("notices", "test", "QT01", env=with_mail(staffed, box))
    assert [letter["To"] for letter in box.letters] == ["qt@truong.example"]
    assert (refused.code, "không nhận địa chỉ" in refused.said) == (6, True)
    assert "qt@truong.example" not in refused.said


@pytest.mark.parametrize(
    "address", ["", "lan", "lan@", "@truong.example", "a b@truong.example", "a@b.example,c@d.example"]
)
def test_what_is_no_address_is_refused(shared: School, address: str) -> None:
    assert shared.run("notices", "set", "GV1", address).code == 5


def test_only_an_admin_sees_and_sets_addresses(staffed: School) -> None:
    teacher = staffed.teacher("10A1", "TOAN")
    assert staffed.run("notices", "list", actor=teacher).code == 5
    assert staffed.run("notices", "set", teacher, "x@truong.example", actor=teacher).code == 5
    rows = staffed.json("notices", "list")["recipients"]
    assert {row["person"] for row in rows} == {teacher, "QT01"}
    assert "token" not in json.dumps([row for row in rows if row["token"]])


def test_deadlines_are_set_shown_and_dropped(school: School) -> None:
    school.run("schedule", "deadline", "HK1", "15/01/2027")
    found = school.json("schedule", "deadline", "HK1", "2027-01-10", "--column", "TX1")["deadlines"]
    assert {(row["column"], row["day"]) for row in found} == {(None, "2027-01-15"), ("TX1", "2027-01-10")}
    left = school.json("schedule", "deadline", "HK1", "--column", "TX1", "--drop")["deadlines"]
    assert [row["column"] for row in left] == [None]
    assert school.run("schedule", "deadline", "HK1", "--column", "TX1", "--drop").code == 5
    assert school.run("schedule", "deadline", "HK1").code == 5


def test_letters_come_by_the_timetable_only_where_mail_is_set_up(school: School, tmp_path: Path) -> None:
    rows = {row["name"]: row["on"] for row in school.json("schedule")["schedules"]}
    assert rows["digest"] is False
    with mailbox() as box:
        result = school.run("--json", "schedule", env=with_mail(school, box))
    assert {row["name"]: row["on"] for row in result.data["schedules"]}["digest"] is True


def test_kill_9_while_letters_are_written_gives_nobody_two(staffed: School) -> None:
    staffed.run("notices", "set", staffed.teacher("10A2", "NGUVAN"), "van@truong.example")
    with mailbox() as box:
        box.pause = 0.7
        mail = with_mail(staffed, box)
        staffed.run("jobs", "start", "digest")
        with at_work(staffed, mail) as process:
            until(lambda: box.letters)
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed = len(box.letters)
        box.pause = 0
        with at_work(staffed, mail):
            job = ended(staffed)
    assert (killed, job["state"], job["attempt"]) == (1, "DONE", 2)
    assert sorted(letter["To"] for letter in box.letters) == [
        "gv@truong.example",
        "qt@truong.example",
        "van@truong.example",
    ]
