"""What goes wrong around us, told in both languages with what to do next and the right exit code; never a trace."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from bridge.config.loading import load_settings
from bridge.wiring import open_app
from tests.cli.world import ADMIN, ROOT, Result, School, call

UNIT = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")


def check_said_well(told: Result, code: int, *words: str) -> None:
    assert told.code == code, told.said
    assert "Traceback" not in told.said
    assert len(told.err.strip().splitlines()) >= 2, "what is wrong, and what to do next"
    for word in words:
        assert word in told.said


def in_both_languages(school: School, *words: object) -> Iterator[Result]:
    for language in ("vi", "en"):
        yield school.run("--lang", language, *words)


def write_secret(school: School, name: str, text: str) -> None:
    (school.folder / "secrets" / name).write_text(text, "utf-8")


def test_a_wrong_moodle_token(school: School) -> None:
    write_secret(school, "moodle.token", "0123456789abcdef0123456789abcdef")
    vi, en = in_both_languages(school, "sync", "plan", *UNIT)
    check_said_well(vi, 6, "Moodle không nhận", "tokens.php")
    check_said_well(en, 6, "token", "tokens.php")
    assert "0123456789abcdef" not in vi.said


def test_a_wrong_password_at_the_city(school: School) -> None:
    write_secret(school, "city.password", "wrong")
    vi, en = in_both_languages(school, "roster", "pull")
    check_said_well(vi, 6, "mật khẩu")
    check_said_well(en, 6, "password")


def test_an_empty_secret_is_a_matter_of_the_settings(school: School) -> None:
    (school.folder / "secrets" / "moodle.token").unlink()
    vi, en = in_both_languages(school, "courses")
    check_said_well(vi, 7, "moodle.token", "không có tệp này")
    check_said_well(en, 7, "moodle.token")


@pytest.mark.parametrize("part", ["moodle", "city"])
def test_a_remote_that_is_down(school: School, part: str) -> None:
    env = {f"BRIDGE_{part.upper()}__URL": "http://127.0.0.1:9"}
    told = school.run("sync", "run", *UNIT, env=env)
    check_said_well(told, 6, "Moodle" if part == "moodle" else "CSDL ngành")
    assert school.run("status").code == 0  # nothing was begun that would have to be ended


def test_moodle_in_maintenance(school: School) -> None:
    school.stand_ins.lms_faults({"kind": "sitemaintenance"})
    vi, en = in_both_languages(school, "sync", "plan", *UNIT)
    check_said_well(vi, 6, "bảo trì")
    check_said_well(en, 6, "maintenance")


def test_a_city_that_breaks_the_line_is_asked_and_nothing_is_sent_twice(school: School) -> None:
    school.run("policy", "set", "TX1", "auto")
    school.city_faults({"kind": "drop", "operation": "GuiDiem", "when": "after", "times": 1})
    told = school.run("--json", "sync", "run", *UNIT)
    assert told.data["rows"]["accepted"] == len(school.book()) > 0


def test_a_refused_row_is_named_and_the_others_go_on(school: School) -> None:
    school.run("policy", "set", "TX1", "auto")
    school.city_faults({"kind": "refuse_row", "operation": "GuiDiem", "code": "KHONGDUOCSUA", "times": 1})
    told = school.run("sync", "run", *UNIT)
    assert told.code == 4
    assert "KHONGDUOCSUA" in told.said
    assert school.json("runs", "show")["rows"]["refused"] == 1


def test_an_unknown_class_with_those_near_to_it(shared: School) -> None:
    vi, en = in_both_languages(shared, "sync", "plan", "--class", "10A")
    check_said_well(vi, 5, "10A", "Gần giống", "10A1")
    check_said_well(en, 5, "10A1")
    assert shared.json("sync", "plan", "--class", "10A")["facts"]["name"] == "10A"


@pytest.mark.parametrize("words", [("roster", "pull"), ("sync", "plan"), ("sync", "run"), ("ledger", "rebuild")])
def test_an_environment_that_is_not_the_configured_one(shared: School, words: tuple[str, ...]) -> None:
    """Nothing is taken from it either: what a test system says is not true."""
    check_said_well(shared.run(*words, env={"BRIDGE_CITY__ENVIRONMENT": "production"}), 6, "city.environment")
    assert shared.book() == []


def test_an_expired_plan(school: School) -> None:
    school.run("sync", "plan", *UNIT)
    with closing(sqlite3.connect(school.folder / "bridge.sqlite3")) as database, database:
        database.execute("UPDATE plans SET expires_at = '2026-01-01 00:00:00.000000'")
    teacher = school.teacher("10A1", "TOAN")
    for told in (school.run("sync", "confirm", actor=teacher), school.run("sync", "apply")):
        check_said_well(told, 5, "hết hạn", "bridge sync plan")


def test_two_at_once(school: School) -> None:
    """Somebody else is sending: said with who and until when, and nothing is done."""
    app = open_app(load_settings(school.config))
    lease = app.store.leases.take(f"send:{school.code}", holder="another:1", seconds=60.0, now=app.sync.world.now())
    assert lease is not None
    vi, en = in_both_languages(school, "sync", "run", *UNIT)
    check_said_well(vi, 8, "another:1")
    check_said_well(en, 8, "another:1")


@contextmanager
def locked(school: School) -> Iterator[None]:
    with closing(sqlite3.connect(school.folder / "bridge.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield


def damaged(school: School) -> None:
    for name in ("bridge.sqlite3-wal", "bridge.sqlite3-shm"):
        (school.folder / name).unlink(missing_ok=True)
    (school.folder / "bridge.sqlite3").write_bytes(b"this is no database at all" * 100)


def of_another_school(school: School) -> None:
    """Keys that were not made with this database."""
    other = school.folder / "other"
    other.mkdir()
    text = school.config.read_text("utf-8")
    (other / "bridge.toml").write_text(text, "utf-8")
    for name in ("moodle.token", "city.password"):
        (other / "secrets").mkdir(exist_ok=True)
        (other / "secrets" / name).write_text("x", "utf-8")
    assert call("--config", other / "bridge.toml", "migrate").code == 0
    (other / "secrets" / "bridge.keys").replace(school.folder / "secrets" / "bridge.keys")


@pytest.mark.parametrize("spoil", [damaged, of_another_school], ids=lambda spoil: spoil.__name__)
def test_a_store_that_can_not_be_used(school: School, spoil: Callable[[School], None]) -> None:
    spoil(school)
    for told in in_both_languages(school, "sync", "plan", *UNIT):
        check_said_well(told, 9)


def test_a_locked_database(school: School) -> None:
    impatient = {"BRIDGE_STORE__URL": f"sqlite:///{school.folder / 'bridge.sqlite3'}?timeout=0.1"}
    with locked(school):
        told = school.run("policy", "set", "TX1", "auto", env=impatient)
    check_said_well(told, 9, "đang bận")


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["bridge", *sys.argv[2:]]
from bridge.cli import main
main()
"""


def test_a_full_disk_loses_nothing(school: School) -> None:
    """Files may not grow beyond what they are: SQLite sees it as a disk error, and the next run does all the work."""
    school.run("policy", "set", "TX1", "auto")
    size = (school.folder / "bridge.sqlite3").stat().st_size
    command = [sys.executable, "-c", LIMITED, str(size // 3), "--config", school.config, "--as", ADMIN]
    env = {**os.environ, "COLUMNS": "600"}
    words = [*command, "sync", "run", *UNIT]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    check_said_well(Result(done.returncode, done.stdout, done.stderr), 9)
    assert school.run("sync", "run", *UNIT).code == 3
    assert school.json("status")["open_rows"] == 0
    assert {row["column"] for row in school.book()} == {"TX1"}
    assert school.run("audit", "verify").code == 0


def test_a_command_that_is_not_written_right() -> None:
    told = call("sync", "plann")
    check_said_well(told, 2, "plann", "bridge sync --help")
    told = call("--lang", "en", "map", "item", "1", "2", "HK3", "TX1")
    check_said_well(told, 2, "HK1, HK2", "bridge map item --help")
    assert json.loads(call("--json", "map", "set").out)["error"] == "USAGE"
    check_said_well(call("sync", "plan", "--klass", "10A1"), 2, "--klass")
    check_said_well(call("map", "set", "x", "10A1", "TOAN"), 2, "COURSE")


def test_every_command_has_help() -> None:
    assert call("--help").code == 0
    for words in ("sync", "map", "holds", "runs", "roles", "audit", "ledger", "roster", "sandbox"):
        told = call(words, "--help")
        assert (told.code, "·" in told.out) == (0, True)


def test_an_error_is_one_document_too(shared: School) -> None:
    told = shared.run("--json", "sync", "plan", actor=None)
    assert (told.code, told.err) == (5, "")
    assert set(told.data) == {"error", "facts", "what", "next"}


def test_a_defect_ends_in_a_sentence_and_the_trace_is_there_on_request(school: School) -> None:
    """A policy that cannot be: no code foresees it."""
    with closing(sqlite3.connect(school.folder / "bridge.sqlite3")) as database, database:
        database.execute("INSERT INTO policies (school, book_column, policy) VALUES (?, 'TX1', 'x')", (school.code,))
    vi, en = in_both_languages(school, "policy")
    check_said_well(vi, 1, "lỗi của phần mềm", "BRIDGE_DEBUG=1", "ValueError")
    check_said_well(en, 1, "defect")
    assert "Traceback" in school.run("policy", env={"BRIDGE_DEBUG": "1"}).err
