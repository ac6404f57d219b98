"""The stand-in city as a process of its own: durable, side by side, and spoken to by a real SOAP client."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.wsse.username import UsernameToken

import city_contract
from sandbox.city.made_up import make_world
from sandbox.city.server import Running, running
from tests.sandbox.city_calls import SCHOOL, UNIT, Answer, City, envelope, row, xml

ROOT = Path(__file__).parents[2]
HEAD = {"phienbanhopdong": "1.0", "magoi": "goi", **SCHOOL}


@contextmanager
def _process(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "sandbox.city", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def _submit(soap: str, magui: str, *rows: dict[str, Any]) -> Answer:
    body = envelope("GuiDiem", xml({**HEAD, "magui": magui, **UNIT, "dong": list(rows)}))
    reply = requests.post(soap, data=body.encode(), timeout=30)
    return Answer(reply.status_code, reply.content)


def test_what_was_confirmed_survives_a_killed_process(tmp_path: Path) -> None:
    world, state = tmp_path / "world.json", tmp_path / "city.sqlite"
    world.write_text(json.dumps(make_world()), encoding="utf-8")
    with _process("--world", world, "--state", state) as (process, where):
        first = _submit(where["soap"], "g1", row(1), row(2, "11"))
        assert first.codes == ["DAGHI", "GIATRISAI"]
        process.kill()
    with _process("--world", world, "--state", state) as (_, where):
        assert _submit(where["soap"], "g1", row(1), row(2, "11")).rows("ketqua") == first.rows("ketqua")
        applied = requests.get(f"{where['url']}/sandbox/applied", timeout=30).json()
        assert [(change["magui"], change["new_value"]) for change in applied] == [("g1", "8.5")]


def test_it_says_where_it_listens_and_ends_on_sigterm() -> None:
    with _process("--schools", "3") as (process, where):
        assert where["soap"] == f"{where['url']}/csdl/v1"
        assert requests.get(where["wsdl"], timeout=30).status_code == 200
        schools = requests.get(f"{where['url']}/sandbox/schools", timeout=30).json()
        assert [school["school"] for school in schools] == ["79000001", "79000002", "79000003"]
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running([make_world()]) as city:
        yield city


@pytest.fixture(scope="module")
def service(server: Running) -> Any:
    """A strict client on the published file; no address in it is ever fetched."""
    client = zeep.Client(str(city_contract.WSDL), wsse=UsernameToken("bridge", "sandbox"))
    return client.create_service(f"{{{city_contract.NAMESPACE}}}CsdlBinding", server.soap)


@pytest.mark.parametrize(
    ("operation", "fields", "rows"),
    [
        ("LayTruong", {}, None),
        ("LayLop", {}, 4),
        ("LayHocSinh", {"malop": "10A1"}, 8),
        ("LayPhanCong", {}, 32),
        ("LayKhoaSo", {}, 0),
        ("LayDiem", {**UNIT, "mamonhoc": "NGUVAN"}, 0),
        ("LayBienNhan", {"magui": "never"}, 0),
    ],
)
def test_a_strict_client_can_call_every_reading_operation(
    service: Any, operation: str, fields: dict[str, str], rows: int | None
) -> None:
    answer = service[operation](yeucau={**HEAD, **fields})
    assert answer["magoi"] == "goi"
    assert rows is None or answer["sodong"] == rows


def test_a_strict_client_can_check_the_connection(service: Any) -> None:
    answer = service.KiemTraKetNoi(yeucau={"phienbanhopdong": "1.0", "magoi": "goi"})
    assert (answer["moitruong"], answer["phienbanhotro"], answer["sodongtoida"]) == ("THU", ["1.0"], 500)


def test_a_strict_client_can_submit_and_read_receipts_and_marks(service: Any) -> None:
    unit = {**UNIT, "mamonhoc": "NN1"}
    rows = [row(1, "7.5"), row(99)]
    sent = service.GuiDiem(yeucau={**HEAD, **unit, "magui": "z1", "dong": rows})
    assert [receipt["maketqua"] for receipt in sent["ketqua"]] == ["DAGHI", "HOCSINHLA"]
    assert service.LayBienNhan(yeucau={**HEAD, "magui": "z1"})["ketqua"] == sent["ketqua"]
    [mark] = service.LayDiem(yeucau={**HEAD, **unit})["dong"]
    assert (mark["diem"], mark["phienban"], mark["magui"]) == (Decimal("7.5"), 1, "z1")


def test_a_strict_client_sees_the_typed_fault(service: Any) -> None:
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service.LayHocSinh(yeucau={**HEAD, "malop": "10A9"})
    assert caught.value.detail.findtext(f".//{{{city_contract.NAMESPACE}}}maloi") == "LOPLA"


def test_submissions_sent_side_by_side_are_applied_once_each(server: Running) -> None:
    """Eight callers, four submissions, each sent twice at the same time."""
    city, answers = City(server.app), []
    before = len(city.applied())

    def send(number: int) -> None:
        answers.append(_submit(server.soap, f"p{number}", row(number, "6", cotdiem="TX3")).codes)

    callers = [threading.Thread(target=send, args=(number,)) for number in (1, 2, 3, 4) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert answers == [["DAGHI"]] * 8
    assert len(city.applied()) == before + 4


def test_a_walk_shows_one_state_while_others_write(server: Running) -> None:
    """Marks come in while the book is read page by page: every walk sees a whole submission or nothing of it."""
    done = threading.Event()

    def write() -> None:
        for version in range(1, 20):
            event = {
                "sukien": "NEW" if version == 1 else "UPDATE",
                "phienban": str(version),
                "phienbangoc": str(version - 1),
            }
            rows = [row(pupil, str(version % 10), cotdiem="TX5", **event) for pupil in range(1, 9)]
            _submit(server.soap, f"w{version}", *rows)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not done.is_set():
        seen.append({line["phienban"] for line in _walk(server.soap) if line["cotdiem"] == "TX5"})
    writer.join()
    assert seen
    assert all(len(versions) <= 1 for versions in seen)


def _walk(soap: str) -> list[dict[str, str]]:
    rows, cursor = [], ""
    while True:
        asked = {**HEAD, **UNIT, **({"contro": cursor} if cursor else {}), "sodongtoida": "3"}
        reply = requests.post(soap, data=envelope("LayDiem", xml(asked)).encode(), timeout=30)
        answer = Answer(reply.status_code, reply.content)
        rows += answer.rows()
        cursor = answer.text("controtiep") or ""
        if not cursor:
            return rows


def test_people_can_look_at_the_book(server: Running) -> None:
    _submit(server.soap, "h1", row(1, "9.5", cotdiem="CK"))
    for path, words in {
        "/": "Trường THPT Mẫu 1",
        "/79000001/2026": "Lý nhóm 1",
        "/79000001/2026/10A1/TOAN/HK1": "9,5",
        "/log": "h1",
    }.items():
        page = requests.get(server.url + path, timeout=30)
        assert (page.status_code, words in page.text) == (200, True), path
        assert etree.HTML(page.text).find(".//form") is None


@pytest.mark.parametrize("path", ["/79999999/2026", "/79000001/2026/10A1/TOC/HK1", "/79000001/2025/10A1/TOAN/HK1"])
def test_a_page_of_nothing_is_not_found(server: Running, path: str) -> None:
    assert requests.get(server.url + path, timeout=30).status_code == 404


def test_traffic_is_counted(server: Running) -> None:
    city = City(server.app)
    city.control("DELETE", "calls")
    city.call("LayLop")
    city.call("LayLop")
    assert city.control("GET", "calls")["calls"] == {"LayLop": 2}
