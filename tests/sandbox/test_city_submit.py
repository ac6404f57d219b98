"""What becomes of a submission: idempotency by the sender's id, and the order of the checks of a row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.city_calls import City, Clock, Fields, open_city, row, token


@pytest.fixture
def city() -> City:
    return open_city()


def test_a_new_mark_is_recorded_with_its_version_source_and_submission(city: City) -> None:
    answer = city.submit("g1", row(1))
    assert answer.text("trangthai") == "XONG"
    assert answer.codes == ["DAGHI"]
    [mark] = city.scores()
    shown = ("idbanghi", "sukien", "phienban", "mahocsinh", "cotdiem", "kieugiatri", "diem", "nguon", "magui")
    assert [mark[name] for name in shown] == ["r-1-TX1", "NEW", "1", "HS010001", "TX1", "DIEM", "8.5", "AI", "g1"]


def test_the_same_submission_gets_the_same_receipts_and_is_applied_once(city: City) -> None:
    first = city.submit("g1", row(1), row(2, "11"))
    city.edit(1, "3")
    again = city.submit("g1", row(1), row(2, "11"))
    assert again.rows("ketqua") == first.rows("ketqua")
    assert [change["source"] for change in city.applied()] == ["AI", "TAY"]


@pytest.mark.parametrize(
    "same",
    [row(1, "8.50"), row(1, " +8.5 "), row(1, thoigiancapnhat="2026-11-18T01:00:00Z")],
    ids=["digits", "sign", "time of change"],
)
def test_content_is_what_was_understood_not_the_bytes(city: City, same: Fields) -> None:
    city.submit("g1", row(1))
    assert city.submit("g1", same).codes == ["DAGHI"]


@pytest.mark.parametrize(
    "other",
    [
        [row(1, "8.4")],
        [row(1), row(2)],
        [row(1, phienban="2")],
        [row(1, phienbangoc="1")],
        [row(2, idbanghi="r-1-TX1")],
    ],
    ids=["value", "rows", "version", "base", "pupil"],
)
def test_a_submission_id_is_never_used_for_another_content(city: City, other: list[Fields]) -> None:
    city.submit("g1", row(1))
    assert city.submit("g1", *other).fault == ("MAGUITRUNG", "magui")
    assert city.submit("g1", row(1), malop="10A2").fault == ("MAGUITRUNG", "magui")


def test_a_submission_id_belongs_to_its_account(city: City) -> None:
    city.submit("g1", row(1))
    state = city.app.extensions["city"]
    with state.change() as db:
        db.execute("INSERT INTO accounts VALUES ('second', 'pass', '79000001')")
    second = token("second", "pass")
    assert city.call("LayBienNhan", {"magui": "g1"}, tokens=second).text("trangthai") == "KHONGBIET"


def test_a_message_that_is_refused_does_not_use_up_the_id(city: City) -> None:
    assert city.submit("g1", row(1), malop="10A9").fault == ("LOPLA", "malop")
    assert city.submit("g1", row(1)).codes == ["DAGHI"]


def test_one_bad_row_does_not_stop_the_others_and_receipts_keep_the_order(city: City) -> None:
    answer = city.submit("g1", row(1), row(2, "8.35"), row(99), row(3))
    assert answer.codes == ["DAGHI", "GIATRISAI", "HOCSINHLA", "DAGHI"]
    assert [receipt["idbanghi"] for receipt in answer.rows("ketqua")] == [f"r-{n}-TX1" for n in (1, 2, 99, 3)]
    assert answer.text("sodong") == "4"


def test_a_rehearsal_tells_the_receipts_and_keeps_nothing(city: City) -> None:
    rehearsal = city.submit("g1", row(1), chaythu="true")
    assert (rehearsal.codes, rehearsal.text("chaythu")) == (["DAGHI"], "true")
    assert (city.scores(), city.applied(), city.control("GET", "submissions")) == ([], [], [])
    assert city.call("LayBienNhan", {"magui": "g1"}).text("trangthai") == "KHONGBIET"
    assert city.submit("g1", row(2)).codes == ["DAGHI"]


# The wrong inputs that most SOAP stacks accept silently; here each costs its own row, with the field named.
WRONG_ROWS = {
    "two digits": (row(1, "8.35"), "GIATRISAI", "diem"),
    "above ten": (row(1, "11"), "GIATRISAI", "diem"),
    "below zero": (row(1, "-1"), "GIATRISAI", "diem"),
    "decimal comma": (row(1, "8,3"), "GIATRISAI", "diem"),
    "empty mark": (row(1, ""), "GIATRITHIEU", "diem"),
    "no mark": (row(1, None), "GIATRITHIEU", "diem"),
    "unknown comment": (row(1, None, kieugiatri="NHANXET", nhanxet="X"), "GIATRISAI", "nhanxet"),
    "unknown column": (row(1, cotdiem="TX9"), "COTSAI", "cotdiem"),
    "version is text": (row(1, phienban="abc"), "DONGSAI", "phienban"),
    "version zero": (row(1, phienban="0"), "DONGSAI", "phienban"),
    "no record id": (row(1, idbanghi=None), "DONGSAI", "idbanghi"),
    "record id too long": (row(1, idbanghi="x" * 65), "DONGSAI", "idbanghi"),
    "no base version": (row(1, phienbangoc=None), "DONGSAI", "phienbangoc"),
    "unknown element": (row(1, la="1"), "DONGSAI", "la"),
    "time without zone": (row(1, thoigiancapnhat="2026-11-18T08:00:00"), "DONGSAI", "thoigiancapnhat"),
    "other order": (dict(reversed(row(1).items())), "DONGSAI", "idbanghi"),
    "unknown event": (row(1, sukien="DELETE"), "DONGSAI", "sukien"),
    "mark and comment": (row(1, nhanxet="D"), "KIEUSAI", "nhanxet"),
    "comment for a scored subject": (row(1, None, kieugiatri="NHANXET", nhanxet="D"), "KIEUSAI", "kieugiatri"),
    "exempt": (row(1, None, kieugiatri="MIEN"), "KIEUSAI", "kieugiatri"),
    "unknown pupil": (row(99), "HOCSINHLA", "mahocsinh"),
    "pupil of another class": (row(9), "KHONGTRONGLOP", "mahocsinh"),
    "cancel of nothing": (row(1, None, sukien="CANCEL"), "DADOI", "sukien"),
}


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG_ROWS.values(), ids=WRONG_ROWS)
def test_a_wrong_row_is_refused_with_its_code_and_field(city: City, wrong: Fields, code: str, field: str) -> None:
    answer = city.submit("g1", wrong)
    assert [(receipt["maketqua"], receipt["truong"], receipt["nhom"]) for receipt in answer.rows("ketqua")] == [
        (code, field, "TUCHOI")
    ]
    assert city.applied() == []


def test_a_comment_subject_takes_comments_only(city: City) -> None:
    passed = row(1, None, kieugiatri="NHANXET", nhanxet="CD")
    assert city.submit("g1", passed, row(2), mamonhoc="GDTC").codes == ["DAGHI", "KIEUSAI"]


def test_a_record_twice_in_one_submission_is_refused_both_times(city: City) -> None:
    assert city.submit("g1", row(1), row(1, "7"), row(2)).codes == ["TRUNGTRONGGUI", "TRUNGTRONGGUI", "DAGHI"]


def test_a_group_takes_marks_of_its_members_from_any_class(city: City) -> None:
    answer = city.submit("g1", row(1), row(9), row(2), malop="10-LY-N1", mamonhoc="VATLI")
    assert answer.codes == ["DAGHI", "DAGHI", "KHONGTRONGLOP"]


def _update(version: int, base: int, value: str | None = "9", **changes: Any) -> Fields:
    return row(1, value, **{"sukien": "UPDATE", "phienban": str(version), "phienbangoc": str(base), **changes})


# After: mark r-1-TX1 recorded at 1 (8.5), then 2 (9). Columns: row, code.
ORDER = {
    "equal in all: recorded before": (_update(2, 1), "DACO"),
    "equal, though the base is wrong: step 1 comes first": (_update(2, 0), "DACO"),
    "stale base": (_update(3, 1), "DADOI"),
    "no base": (row(1, phienban="3"), "DADOI"),
    "older version on the right base": (_update(1, 2, "7"), "CU"),
    "same version with other content": (_update(2, 2, "7"), "XUNGDOT"),
    "same version, cancelled": (_update(2, 2, None, sukien="CANCEL"), "XUNGDOT"),
    "newer version on the right base": (_update(3, 2, "7"), "DAGHI"),
    "a gap in versions": (_update(9, 2, "7"), "DAGHI"),
    "another record id on a live mark": (row(1, idbanghi="other"), "OCOCHU"),
    "record id of another mark": (row(2, idbanghi="r-1-TX1"), "XUNGDOT"),
    "cancel": (_update(3, 2, None, sukien="CANCEL"), "DAGHI"),
    "cancel that carries a value": (_update(3, 2, "9", sukien="CANCEL"), "DONGSAI"),
}


@pytest.mark.parametrize(("sent", "code"), ORDER.values(), ids=ORDER)
def test_versions_are_compared_in_the_order_of_the_contract(city: City, sent: Fields, code: str) -> None:
    city.submit("g1", row(1))
    city.submit("g2", _update(2, 1))
    answer = city.submit("g3", sent)
    assert answer.codes == [code]


@pytest.mark.parametrize("sent", [_update(3, 1), _update(1, 2), _update(2, 2, "7"), row(1, idbanghi="other")])
def test_a_refused_row_tells_what_stands_in_the_book(city: City, sent: Fields) -> None:
    city.submit("g1", row(1))
    city.edit(1, "9.3")
    [receipt] = city.submit("g3", sent).rows("ketqua")
    told = ("phienbanhientai", "kieugiatri", "diem", "nguon", "idbanghihientai")
    assert [receipt[name] for name in told] == ["2", "DIEM", "9.3", "TAY", "r-1-TX1"]


def test_a_hand_edit_with_our_very_version_is_not_taken_for_ours(city: City) -> None:
    """A hand edit and our update are both version + 1: without comparing content, ours would seem recorded."""
    city.submit("g1", row(1))
    city.edit(1, "4")
    assert city.submit("g2", _update(2, 1)).codes == ["DADOI"]
    assert city.scores()[0]["diem"] == "4.0"


def test_recorded_before_gives_the_first_time_of_recording() -> None:
    clock = Clock()
    city = open_city(clock)
    [first] = city.submit("g1", row(1)).rows("ketqua")
    clock.now += 3600
    [later] = city.submit("g2", row(1)).rows("ketqua")
    assert (later["maketqua"], later["thoigianghi"]) == ("DACO", first["thoigianghi"])


def test_a_cancelled_mark_keeps_its_version_and_can_be_revived_above_it(city: City) -> None:
    city.submit("g1", row(1))
    city.submit("g2", _update(2, 1, None, sukien="CANCEL"))
    assert city.scores() == []
    assert city.submit("g3", row(1, phienban="3")).codes == ["DADOI"]
    assert city.submit("g4", row(1, phienban="3", phienbangoc="2")).codes == ["DAGHI"]
    assert city.scores()[0]["phienban"] == "3"


def test_a_hand_edit_raises_the_version_and_forgets_the_submission(city: City) -> None:
    city.submit("g1", row(1))
    city.edit(1, "9.9")
    [mark] = city.scores()
    assert (mark["phienban"], mark["nguon"], "magui" in mark) == ("2", "TAY", False)


@pytest.mark.parametrize("state", ["MIEN", "VANG"])
def test_exempt_and_absent_are_read_only(city: City, state: str) -> None:
    city.edit(1, state)
    [mark] = city.scores()
    assert mark["kieugiatri"] == state
    assert "diem" not in mark
    sent = _update(2, 1, idbanghi=mark["idbanghi"])
    assert city.submit("g1", sent).codes == ["KHONGDUOCSUA"]


# Rules of step 4 hold only after the versions agree, and in this order.
def test_a_lock_is_told_with_its_beginning(city: City) -> None:
    city.control("POST", "locks", {"term": "HK1", "column": "TX1", "since": "2026-11-17T00:00:00+07:00"})
    [receipt] = city.submit("g1", row(1)).rows("ketqua")
    assert (receipt["maketqua"], receipt["khoatu"]) == ("DAKHOA", "2026-11-17T00:00:00+07:00")


def test_a_moved_mark_in_a_locked_column_is_moved_first(city: City) -> None:
    city.edit(1, "5")
    city.control("POST", "locks", {"term": "HK1"})
    assert city.submit("g1", _update(2, 0, idbanghi="x"), row(99)).codes == ["OCOCHU", "DAKHOA"]


@pytest.mark.parametrize(
    "change",
    [
        {"action": "close_term", "term": "HK1"},
        {"action": "unassign", "teacher": "GV0001", "class": "10A1", "subject": "TOAN", "term": "HK1"},
    ],
    ids=["closed term", "nobody assigned"],
)
def test_without_the_right_nothing_is_recorded(city: City, change: dict[str, str]) -> None:
    city.control("POST", "rosters", change)
    assert city.submit("g1", row(1), row(99)).codes == ["KHONGDUOCSUA", "KHONGDUOCSUA"]


def test_a_fast_clock_is_noted_and_never_refused(city: City) -> None:
    answer = city.submit("g1", row(1, thoigiancapnhat="2027-01-01T00:00:00+07:00"), row(2))
    assert answer.codes == ["DAGHI", "DAGHI"]
    assert ["morong" in receipt for receipt in answer.rows("ketqua")] == [True, False]


def test_a_city_that_cannot_compare_still_refuses_what_is_not_newer(city: City) -> None:
    city.control("PUT", "settings", {"compare_and_set": False})
    city.submit("g1", row(1))
    answer = city.submit("g2", _update(1, 0, "7"))
    assert answer.codes == ["XUNGDOT"]
    assert city.submit("g3", _update(2, 0, "7")).codes == ["DAGHI"]
    assert "sosanhphienban" not in [item.text for item in city.call("KiemTraKetNoi").root.iter("{*}khanang")]


def test_the_log_tells_every_change_with_old_and_new(city: City) -> None:
    city.submit("g1", row(1))
    city.edit(1, "9.9")
    city.submit("g2", _update(3, 2, None, sukien="CANCEL"))
    city.edit(1, "VANG")
    told = ("source", "magui", "old_value", "old_version", "new_value", "new_version")
    assert [tuple(change[name] for name in told) for change in city.applied()] == [
        ("AI", "g1", None, 0, "8.5", 1),
        ("TAY", None, "8.5", 1, "9.9", 2),
        ("AI", "g2", "9.9", 2, None, 3),
        ("TAY", None, None, 3, "VANG", 4),
    ]
