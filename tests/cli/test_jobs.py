"""`bridge jobs`, `bridge schedule`, and what `bridge status` says of them; real processes, killed without warning."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cli.world import ROOT, School

LONG = 60.0  # seconds; a busy machine is no defect
QUICK = {  # leases that a test can wait for
    "BRIDGE_JOBS__LEASE_SECONDS": "2",
    "BRIDGE_SYNC__LEASE_SECONDS": "4",
    "BRIDGE_CITY__CALL_TIMEOUT": "2",
}
BRIDGE = [sys.executable, "-c", "from bridge.cli import main; main()"]


@contextmanager
def at_work(school: School, env: Mapping[str, str] = {}) -> Iterator[subprocess.Popen[str]]:
    """`bridge jobs work` as a process of its own."""
    words = ["--config", str(school.config), "jobs", "work"]
    with subprocess.Popen(
        [*BRIDGE, *words], env={**os.environ, **QUICK, **env}, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert school.code in process.stdout.readline()
            yield process
        finally:
            process.kill()


def until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + LONG
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def newest(school: School) -> dict[str, Any]:
    return school.json("jobs", "list", "--limit", "1")["jobs"][0]


def ended(school: School) -> dict[str, Any]:
    return until(lambda: (job := newest(school))["state"] in ("DONE", "FAILED") and job)


def accepted(school: School) -> int:
    """Rows that the city accepted, over all runs."""
    return sum(run["rows"].get("accepted", 0) for run in school.json("runs", "list")["runs"])


def all_automatic(school: School) -> None:
    for column in ("TX1", "TX2", "TX3"):
        school.run("policy", "set", column, "auto")


def test_a_queued_sync_is_done_by_the_process_that_works(school: School) -> None:
    all_automatic(school)
    queued = school.json("jobs", "start", "sync")
    assert (queued["state"], queued["actor"]) == ("QUEUED", "QT01")
    assert school.json("jobs", "start", "sync")["job"] == queued["job"]
    with at_work(school):
        job = ended(school)
    assert (job["job"], job["state"], job["error"]) == (queued["job"], "DONE", "")
    assert job["result"]["accepted"] == len(school.book()) > 0
    run = school.json("runs", "show", job["result"]["run"])
    assert run["kind"] == "sync"
    said = school.run("status").said
    assert "Đồng bộ điểm" in said
    assert f"Đã ghi {job['result']['accepted']}" in said


def test_kill_9_in_the_middle_of_sending_loses_nothing_and_sends_nothing_twice(school: School) -> None:
    all_automatic(school)
    school.city_faults({"kind": "slow", "operation": "GuiDiem", "seconds": 2.0, "when": "after", "times": None})
    school.run("jobs", "start", "sync")
    kills = 0
    for _ in range(3):
        with at_work(school) as process:
            known = len(school.book())
            until(lambda known=known: len(school.book()) > known or newest(school)["state"] == "DONE")
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += newest(school)["state"] != "DONE"
    assert kills >= 2  # else the test has killed nobody at work
    school.city_faults()
    with at_work(school):
        job = ended(school)
    assert (job["state"], job["error"]) == ("DONE", "")
    book = school.book()
    assert accepted(school) == len(book)  # any second writing would have been accepted too
    plan = school.json("sync", "plan")
    assert (plan["send"], len(book) > 0) == ({}, True)
    assert school.run("audit", "verify").code == 0


def test_kill_9_while_class_lists_are_pulled(school: School) -> None:
    school.city_faults({"kind": "slow", "operation": "LayHocSinh", "seconds": 0.5, "times": None})
    before = school.json("jobs", "start", "pull-roster")
    with at_work(school) as process:
        until(lambda: newest(school)["state"] == "RUNNING")
        process.send_signal(signal.SIGKILL)
    school.city_faults()
    with at_work(school):
        job = ended(school)
    assert (job["job"], job["state"], job["attempt"]) == (before["job"], "DONE", 2)
    assert job["result"]["left"] == 0


def test_sigterm_ends_politely_and_the_job_begins_anew(school: School) -> None:
    all_automatic(school)
    school.city_faults({"kind": "slow", "operation": "GuiDiem", "seconds": 0.4, "when": "after", "times": None})
    school.run("jobs", "start", "sync")
    with at_work(school) as process:
        until(lambda: newest(school)["state"] == "RUNNING" and school.book())
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0
    job = newest(school)
    assert (job["state"], job["attempt"]) == ("QUEUED", 0)
    school.city_faults()
    with at_work(school):
        assert ended(school)["state"] == "DONE"
    assert accepted(school) == len(school.book())


def test_two_processes_do_a_job_once(school: School) -> None:
    all_automatic(school)
    with at_work(school), at_work(school):
        school.run("jobs", "start", "sync")
        job = ended(school)
    assert (job["state"], job["attempt"]) == ("DONE", 1)
    assert len(school.json("runs", "list")["runs"]) == 1


def test_a_manual_run_makes_the_queued_one_wait_and_say_so(school: School) -> None:
    all_automatic(school)
    school.city_faults({"kind": "slow", "operation": "GuiDiem", "seconds": 1.5, "when": "after", "times": None})
    manual = subprocess.Popen([*BRIDGE, "--config", str(school.config), "--as", "QT01", "sync", "run"], cwd=ROOT)
    with manual, at_work(school):
        until(school.book)
        school.run("jobs", "start", "sync")
        waiting = until(lambda: (job := newest(school))["state"] == "RETRY" and job)
        assert waiting["error"] == "BUSY"
        assert "Đang có một lượt chạy khác của trường này" in school.run("jobs", "list").said
        school.city_faults()
        assert ended(school)["state"] == "DONE"
    assert accepted(school) == len(school.book())


def test_what_may_not_be_started_is_refused(shared: School) -> None:
    assert shared.run("jobs", "start", "sync", actor="GV0001").code == 5
    assert shared.run("jobs", "list", actor="GV0001").code == 5
    assert shared.run("schedule", "set", "sync", "--at", "18:30", actor="GV0001").code == 5


def test_timetables_are_shown_set_and_ended(school: School) -> None:
    by_name = {row["name"]: row for row in school.json("schedule")["schedules"]}
    assert by_name["sync"]["times"] == ["18:30"]
    assert by_name["sync"]["days"] == [0, 1, 2, 3, 4, 5]
    words = ("--days", "T2-T6", "--at", "12:00", "--at", "19:15", "--quiet", "07:00-11:30")
    school.run("schedule", "set", "sync", *words)
    row = next(row for row in school.json("schedule", "list")["schedules"] if row["name"] == "sync")
    assert (row["days"], row["times"], row["quiet"]) == ([0, 1, 2, 3, 4], ["12:00", "19:15"], "07:00-11:30")
    said = school.run("schedule").said
    assert "12:00, 19:15" in said
    assert "Thứ 2" in said
    off = school.json("schedule", "off", "sync")["schedules"]
    assert next(row for row in off if row["name"] == "sync") == {"name": "sync", "on": False}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sync", "--at", "25:00"), "không phải là giờ trong ngày"),
        (("sync", "--at", "18:30", "--every", "5"), "đúng một trong hai"),
        (("sync",), "đúng một trong hai"),
        (("sync", "--at", "18:30", "--days", "T9"), "không phải là các ngày trong tuần"),
        (("sync", "--at", "18:30", "--quiet", "07:00"), "không phải là một khoảng giờ"),
        (("sync", "--at", "18:30", "--quiet", "07:00-07:00"), "không phải là một khoảng giờ"),
    ],
)
def test_a_timetable_that_can_not_be_is_told(shared: School, words: tuple[str, ...], said: str) -> None:
    result = shared.run("schedule", "set", *words)
    assert (result.code, said in result.said) == (5, True)
