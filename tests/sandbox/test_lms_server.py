"""The stand-in as a process and over a real connection: how it starts, ends and breaks."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.lms import running
from sandbox.lms.server import Running
from tests.sandbox.recorded_site import recorded_site

REPORT = "gradereport_user_get_grade_items"


@pytest.fixture(scope="module")
def lms() -> Iterator[Running]:
    with running(recorded_site()) as served:
        yield served


@pytest.fixture(autouse=True)
def _no_faults_left(lms: Running) -> Iterator[None]:
    yield
    requests.put(f"{lms.url}/sandbox/faults", json=[], timeout=5)


def post(lms: Running, function: str = REPORT, **params: Any) -> requests.Response:
    form = {"wstoken": lms.token, "moodlewsrestformat": "json", "wsfunction": function, "courseid": 2, **params}
    return requests.post(f"{lms.url}/webservice/rest/server.php", data=form, timeout=5)


def switch(lms: Running, *faults: dict[str, Any]) -> requests.Response:
    return requests.put(f"{lms.url}/sandbox/faults", json=list(faults), timeout=5)


@pytest.mark.parametrize("kind", ["drop", "drop_midway"])
def test_a_dropped_connection_is_a_broken_one_and_the_next_call_works(lms: Running, kind: str) -> None:
    switch(lms, {"kind": kind, "times": 1})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(lms)
    assert post(lms).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status", "starts"),
    [
        ("html503", 503, "<!DOCTYPE html>"),
        ("empty403", 403, ""),
        ("text_before_json", 200, "The instance of this module does not exist\n{"),
        ("sitemaintenance", 200, '{"exception":"core\\\\exception\\\\moodle_exception","errorcode":"sitemaintenance"'),
        ("empty_gradebook", 200, '{"usergrades":[],"warnings":[]}'),
    ],
)
def test_a_fault_shows_what_a_real_site_would_send(lms: Running, kind: str, status: int, starts: str) -> None:
    switch(lms, {"kind": kind})
    response = post(lms)
    assert response.status_code == status
    assert response.text.startswith(starts)


def test_a_truncated_answer_is_complete_http_and_broken_json(lms: Running) -> None:
    switch(lms, {"kind": "truncated"})
    response = post(lms)
    assert response.headers["Content-Length"] == str(len(response.content))
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.content)


def test_null_flags_are_those_of_a_caller_without_rights(lms: Running) -> None:
    switch(lms, {"kind": "null_flags"})
    row = post(lms, userid=9).json()["usergrades"][0]["gradeitems"][0]
    assert (row["locked"], row["gradeislocked"], row["gradeisoverridden"]) == (None, None, None)


def test_a_fault_meets_only_the_named_function_course_and_number_of_calls(lms: Running) -> None:
    switch(lms, {"kind": "empty403", "function": REPORT, "course": 2, "times": 1})
    statuses = [post(lms, courseid=5), post(lms, "core_grades_get_gradeitems"), post(lms), post(lms)]
    assert [response.status_code for response in statuses] == [200, 200, 403, 200]


def test_an_error_fault_sends_its_body(lms: Running) -> None:
    body = {
        "exception": "dml_read_exception",
        "errorcode": "dmlreadexception",
        "message": "Error reading from database",
    }
    switch(lms, {"kind": "error", "body": body})
    assert post(lms).json() == body


def test_an_unknown_fault_is_refused(lms: Running) -> None:
    assert switch(lms, {"kind": "gremlins"}).status_code == 400


def test_the_process_says_where_it_listens_and_ends_on_sigterm(tmp_path: Path) -> None:
    site = tmp_path / "site.json"
    site.write_text(json.dumps(recorded_site()), encoding="utf-8")
    command = [sys.executable, "-m", "sandbox.lms", "--site", str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert requests.get(said["url"], timeout=5).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert said["token"] == "TOKEN"
