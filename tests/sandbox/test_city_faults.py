"""Every switch of the stand-in city: what the caller sees, and what stands in the book afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests

from sandbox.city.made_up import make_world
from sandbox.city.server import Running, running
from tests.sandbox.city_calls import SCHOOL, UNIT, City, envelope, open_city, row, xml

SUBMISSION = envelope(
    "GuiDiem", xml({"phienbanhopdong": "1.0", "magoi": "goi", **SCHOOL, "magui": "g1", **UNIT, "dong": row(1)})
)
QUESTION = envelope("LayBienNhan", xml({"phienbanhopdong": "1.0", "magoi": "goi", **SCHOOL, "magui": "g1"}))


@pytest.fixture
def city() -> City:
    return open_city()


@pytest.fixture
def server() -> Iterator[Running]:
    with running([make_world()]) as city:
        yield city


def _send(server: Running, body: str) -> requests.Response:
    return requests.post(server.soap, data=body.encode(), headers={"Content-Type": "text/xml"}, timeout=30)


def _status(city: City) -> str | None:
    return city.call("LayBienNhan", {"magui": "g1"}).text("trangthai")


@pytest.mark.parametrize(("when", "recorded"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_before_or_after_saving(server: Running, when: str, recorded: int) -> None:
    city = City(server.app)
    city.fault("drop", operation="GuiDiem", when=when)
    with pytest.raises(requests.ConnectionError):
        _send(server, SUBMISSION)
    assert len(city.applied()) == recorded
    assert _status(city) == ("XONG" if recorded else "KHONGBIET")
    assert _send(server, SUBMISSION).status_code == 200
    assert len(city.applied()) == 1


@pytest.mark.parametrize(("when", "recorded"), [("before", 0), ("after", 1)])
def test_a_proxys_page_instead_of_an_answer(city: City, when: str, recorded: int) -> None:
    city.fault("html502", when=when, operation="GuiDiem")
    reply = city.client.post("/csdl/v1", data=SUBMISSION)
    assert (reply.status_code, reply.mimetype) == (502, "text/html")
    assert len(city.applied()) == recorded


@pytest.mark.parametrize(
    ("code", "wait", "kind"),
    [("QUATAI", 5, "soap:Server"), ("XACTHUC", None, "soap:Client"), ("LOIHETHONG", None, "soap:Server")],
)
def test_a_fault_by_code(city: City, code: str, wait: int | None, kind: str) -> None:
    city.fault("fault", code=code, retry_after=wait)
    answer = city.submit("g1", row(1))
    assert (answer.status, answer.fault, answer.root.findtext(".//faultcode")) == (500, (code, None), kind)
    assert answer.text("thulai") == (None if wait is None else str(wait))
    assert city.submit("g1", row(1)).codes == ["DAGHI"]


def test_a_slow_answer_keeps_its_submission_from_being_called_unknown() -> None:
    asleep, wake = threading.Event(), threading.Event()

    def sleep(_seconds: float) -> None:
        asleep.set()
        wake.wait()

    with running([make_world()], sleep=sleep) as server:
        city = City(server.app)
        city.fault("slow", operation="GuiDiem", seconds=1)
        call = threading.Thread(target=_send, args=(server, SUBMISSION))
        call.start()
        asleep.wait()
        assert _status(city) == "DANGXULY"
        wake.set()
        call.join()
        assert _status(city) == "XONG"


def test_single_rows_refused_by_pupil_and_column(city: City) -> None:
    city.fault("refuse_row", code="KHONGDUOCSUA", pupil="HS010002", times=None)
    city.fault("refuse_row", code="LOIHETHONG", column="TX2")
    answer = city.submit("g1", row(1), row(2), row(3, cotdiem="TX2"), row(4, cotdiem="TX2"))
    assert answer.codes == ["DAGHI", "KHONGDUOCSUA", "LOIHETHONG", "DAGHI"]
    assert [receipt["nhom"] for receipt in answer.rows("ketqua")] == ["NHAN", "TUCHOI", "LOI", "NHAN"]


def test_a_column_locked_between_reading_and_submitting(city: City) -> None:
    city.fault("lock", column="TX1")
    assert city.submit("g1", row(1), row(1, cotdiem="TX2")).codes == ["DAKHOA", "DAGHI"]
    assert city.call("LayKhoaSo").rows()[0]["cotdiem"] == "TX1"


def test_a_hand_edit_between_reading_and_submitting(city: City) -> None:
    city.fault("hand_edit", value="4.5")
    [receipt] = city.submit("g1", row(1)).rows("ketqua")
    assert (receipt["maketqua"], receipt["diem"], receipt["nguon"]) == ("OCOCHU", "4.5", "TAY")


def test_a_hand_edit_of_our_own_record(city: City) -> None:
    city.submit("g1", row(1))
    city.fault("hand_edit", value="4.5")
    update = row(1, "9", sukien="UPDATE", phienban="2", phienbangoc="1")
    assert city.submit("g2", update).codes == ["DADOI"]


def test_a_second_installation_for_the_same_school(city: City) -> None:
    city.fault("rival", value="3.0", pupil="HS010002")
    answer = city.submit("g1", row(1), row(2))
    assert answer.codes == ["DAGHI", "OCOCHU"]
    assert [(change["account"], change["source"]) for change in city.applied()] == [("rival", "AI"), ("bridge", "AI")]


def test_a_delayed_ticket_is_under_way_until_it_is_done(city: City) -> None:
    city.fault("delay", polls=2)
    sent = city.submit("g1", row(1))
    assert (sent.text("trangthai"), sent.text("thulai"), sent.codes) == ("DANGXULY", "1", [])
    assert city.submit("g1", row(1)).text("trangthai") == "DANGXULY"
    assert [_status(city), city.scores(), _status(city)] == ["DANGXULY", [], "XONG"]
    assert city.submit("g1", row(1)).codes == ["DAGHI"]


def test_locks_of_a_delayed_submission_are_those_of_its_arrival(city: City) -> None:
    city.fault("delay", polls=1)
    city.submit("g1", row(1))
    city.control("POST", "locks", {"term": "HK1"})
    assert city.call("LayBienNhan", {"magui": "g1"}).codes == ["DAGHI"]


def test_opening_the_book_does_not_help_a_submission_that_came_while_it_was_locked(city: City) -> None:
    city.control("POST", "locks", {"term": "HK1"})
    city.fault("delay", polls=1)
    city.submit("g1", row(1))
    city.control("DELETE", "locks")
    assert city.call("LayBienNhan", {"magui": "g1"}).codes == ["DAKHOA"]


def test_a_hand_edit_while_a_submission_waits(city: City) -> None:
    city.fault("delay", polls=1)
    city.submit("g1", row(1))
    city.edit(1, "2.5")
    assert city.call("LayBienNhan", {"magui": "g1"}).codes == ["OCOCHU"]


def test_a_city_whose_receipts_always_come_later(city: City) -> None:
    city.control("PUT", "settings", {"receipts": "later", "polls": 1})
    assert city.submit("g1", row(1)).text("trangthai") == "DANGXULY"
    assert city.submit("g2", row(2)).text("trangthai") == "DANGXULY"
    assert city.control("POST", "tickets/finish") == {"done": 2}
    assert _status(city) == "XONG"
    assert "bienlaisau" in [item.text for item in city.call("KiemTraKetNoi").root.iter("{*}khanang")]


def test_a_lost_ticket_is_found_again(city: City) -> None:
    city.submit("g1", row(1))
    city.fault("lose_ticket")
    assert [_status(city), _status(city)] == ["KHONGBIET", "XONG"]


@pytest.mark.parametrize("keep", [0, 3])
def test_a_list_that_is_suddenly_short(city: City, keep: int) -> None:
    city.fault("shrink", operation="LayHocSinh", keep=keep, school_class="10A1")
    answer = city.call("LayHocSinh", {"malop": "10A1"})
    assert (len(answer.rows()), answer.text("tongso")) == (keep, str(keep))
    assert len(city.call("LayHocSinh", {"malop": "10A1"}).rows()) == 8


@pytest.mark.parametrize(("disguised", "told"), [(False, "10A2"), (True, "10A1")])
def test_an_answer_for_another_class(city: City, disguised: bool, told: str) -> None:
    city.fault("other_class", other="10A2", disguised=disguised)
    answer = city.call("LayHocSinh", {"malop": "10A1"})
    assert (answer.text("malop"), answer.rows()[0]["mahocsinh"]) == (told, "HS010009")


def test_cursors_that_expire_early(city: City) -> None:
    cursor = city.call("LayHocSinh", {"malop": "10A1", "sodongtoida": "3"}).text("controtiep")
    city.fault("expire")
    assert city.call("LayHocSinh", {"malop": "10A1", "contro": cursor}).fault == ("CONTROHETHAN", "contro")


def test_a_fault_counts_down_and_asks_for_what_it_was_told(city: City) -> None:
    city.fault("fault", code="QUATAI", times=2, operation="LayLop")
    city.fault("fault", code="BAOTRI", times=None, operation="LayHocSinh", school_class="10A2")
    calls = ["LayTruong", "LayLop", "LayLop", "LayLop"]
    assert [city.call(name).text("maloi") for name in calls] == [None, "QUATAI", "QUATAI", None]
    assert [city.call("LayHocSinh", {"malop": name}).text("maloi") for name in ("10A1", "10A2", "10A2")] == [
        None,
        "BAOTRI",
        "BAOTRI",
    ]
    city.control("DELETE", "faults")
    assert city.call("LayHocSinh", {"malop": "10A2"}).fault is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "faults", {"kind": "earthquake"}),
        ("POST", "faults", {"kind": "fault", "code": "LA"}),
        ("POST", "faults", {"kind": "refuse_row"}),
        ("POST", "faults", {"kind": "slow", "colour": "red"}),
        ("PUT", "settings", {"environment": "X"}),
        ("POST", "edits", {"term": "HK1", "subject": "TOAN", "pupil": "HS010001", "column": "TX1", "value": "8,5"}),
        ("POST", "edits", {"term": "HK1", "subject": "TOAN", "pupil": "HS019999", "column": "TX1", "value": "8"}),
        ("POST", "edits", {"term": "HK1", "subject": "TOAN", "pupil": "HS010001", "column": "TX1", "value": None}),
        ("POST", "rosters", {"action": "move", "pupil": "HS010009", "from": "10A1", "to": "10A2"}),
        ("POST", "rosters", {"action": "enter", "pupil": "HS010001", "class": "10A9"}),
        ("POST", "rosters", {"action": "dance"}),
        ("POST", "worlds", {}),
    ],
)
def test_a_wrong_switch_is_refused_and_changes_nothing(city: City, method: str, path: str, body: object) -> None:
    before = city.call("LayHocSinh", {"malop": "10A1"}).text("moc")
    reply = city.client.open(f"/sandbox/{path}", method=method, json=body)
    assert (reply.status_code, "error" in reply.get_json()) == (400, True)
    assert city.call("LayHocSinh", {"malop": "10A1"}).text("moc") == before
    assert city.control("GET", "faults") == []


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ([{"action": "shrink", "class": "10A1", "keep": 2}], 2),
        ([{"action": "empty", "class": "10A1"}], 0),
        ([{"action": "leave", "pupil": "HS010001", "class": "10A1"}], 7),
        ([{"action": "admit", "class": "10A1", "pupil": {"code": "HS900001", "name": "Trần Văn Mới"}}], 9),
        ([{"action": "empty", "class": "10A1"}, {"action": "enter", "pupil": "HS010001", "class": "10A1"}], 1),
    ],
)
def test_a_roster_can_be_changed(city: City, changes: list[dict[str, object]], left: int) -> None:
    city.control("POST", "rosters", changes)
    assert len(city.call("LayHocSinh", {"malop": "10A1"}).rows()) == left
    assert len(city.control("GET", "roster?class=10A1")) == left
