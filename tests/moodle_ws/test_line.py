"""The adapter on a real line that breaks: the stand-in server with its faults switched on."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bridge.domain.errors import Garbled, Refused, RemoteError, Unreachable
from bridge.domain.scale import Flag
from bridge.moodle_ws import Client, Limits, Moodle
from tests.dripping import BOUND, DRIPS, dripping
from tests.moodle_ws.stand_in import StandIn, standing_in
from tests.sandbox.recorded_site import recorded_site

REPORT = "gradereport_user_get_grade_items"
GRADABLE = "core_grades_get_gradable_users"
ACTIVE = (9, 14, 22)


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with standing_in(recorded_site()) as server:
        yield server


@pytest.fixture
def lms(server: StandIn) -> Iterator[Moodle]:
    yield Moodle(Client(server.url, server.token, limits=Limits(read=0.4, attempts=2, pause=0)))
    switch(server, [])


def switch(server: StandIn, faults: list[dict[str, Any]]) -> None:
    requests.put(f"{server.url}/sandbox/faults", json=faults, timeout=5).raise_for_status()


LASTING = [
    ({"kind": "slow", "seconds": 1.0}, Unreachable, "reason", "TIMEOUT"),
    ({"kind": "html503"}, Unreachable, "reason", "MAINTENANCE"),
    ({"kind": "sitemaintenance"}, Unreachable, "reason", "MAINTENANCE"),
    ({"kind": "drop"}, Unreachable, "reason", "CONNECTION"),
    ({"kind": "drop_midway"}, Unreachable, "reason", "CONNECTION"),
    ({"kind": "empty403"}, Refused, "reason", "SERVICE_OFF"),
    ({"kind": "truncated"}, Garbled, "why", "CUT_OFF"),
    ({"kind": "text_before_json"}, Garbled, "why", "TEXT"),
    ({"kind": "empty_gradebook"}, Garbled, "why", "COUNT"),
]


@pytest.mark.parametrize(("fault", "error", "fact", "value"), LASTING, ids=[str(row[0]["kind"]) for row in LASTING])
def test_a_lasting_fault_has_its_name(
    server: StandIn, lms: Moodle, fault: dict[str, Any], error: type[RemoteError], fact: str, value: str
) -> None:
    switch(server, [fault | {"function": REPORT}])
    with pytest.raises(error) as caught:
        lms.gradebook(2, users=ACTIVE)
    assert caught.value.facts[fact] == value


@pytest.mark.parametrize("kind", ["drop", "drop_midway", "slow"])
def test_a_fault_that_passes_is_not_noticed(server: StandIn, lms: Moodle, kind: str) -> None:
    switch(server, [{"kind": kind, "function": REPORT, "times": 1, "seconds": 1.0}])
    assert lms.gradebook(2, users=ACTIVE).cells.keys() == set(ACTIVE)


def test_a_blind_token_reads_no_cell_as_sure(server: StandIn, lms: Moodle) -> None:
    switch(server, [{"kind": "null_flags"}])
    book = lms.gradebook(2, users=ACTIVE)
    assert all(cell.flags & Flag.FLAGS_MISSING for row in book.cells.values() for cell in row)
    assert "FLAGS_UNSEEN" in {finding.code for finding in lms.examine() if finding.serious}


def test_nobody_listens(server: StandIn) -> None:
    lms = Moodle(Client("http://127.0.0.1:9", "TOKEN", limits=Limits(attempts=2, pause=0)))
    with pytest.raises(Unreachable):
        lms.courses()


@pytest.mark.parametrize("kind", DRIPS)
def test_an_answer_has_an_end_however_steadily_it_drips(kind: str) -> None:
    with dripping(kind) as server:
        door = Client(f"http://127.0.0.1:{server.port}", "TOKEN", limits=Limits(read=0.5, attempts=1))
        with pytest.raises(Unreachable) as caught:
            door.answer("core_webservice_get_site_info")
    assert caught.value.facts["reason"] == "TIMEOUT"
    assert server.sent < BOUND
