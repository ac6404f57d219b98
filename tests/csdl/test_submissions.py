"""Writes: what leaves, what comes back, and when nobody knows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from bridge.csdl.soap.contract import SCHEMA, shipped, validate
from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.writer import submission_body, submission_head
from bridge.domain.errors import BadInput, BridgeError, Garbled, Refused, Unclear, Unreachable
from bridge.domain.plans import Op
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Cause, Column, Unreadable, Verdict, mark
from bridge.ports.city import Answer, Outcome, OutRow, Progress, Refusal, Submission
from tests.csdl.peer import (
    NS,
    UNIT,
    Asked,
    Peer,
    envelope,
    fault,
    hello,
    http,
    result_row,
    results_answer,
    submission,
)

Answering = Callable[[Asked], bytes | None]


def sent(reply: Answering, what: Submission | None = None) -> Answer:
    with Peer({"GuiDiem": reply}) as peer:
        return peer.city().submit(what or submission())


def body_of(what: Submission) -> etree._Element:
    dialect = load_dialect()
    return submission_body(what, dialect, submission_head(what, dialect))


def test_a_submission_leaves_as_the_contract_says() -> None:
    rows = (
        OutRow("r1", Op.NEW, 1, 0, "HS1", Column.TX1, mark(85)),
        OutRow("r2", Op.UPDATE, 5, 4, "HS1", Column.GK, mark(100)),
        OutRow("r3", Op.CANCEL, 6, 5, "HS2", Column.CK, mark(70)),
    )
    results = [result_row("r1"), result_row("r2", version="5"), result_row("r3", version="6")]
    with Peer({"GuiDiem": lambda asked: results_answer(asked, results)}) as peer:
        peer.city().submit(replace(submission(), rows=rows))
        [asked] = peer.sent("GuiDiem")
    assert asked.headers["soapaction"] == f'"{NS}/GuiDiem"'
    assert asked.fields["magui"] == "00000000-0000-4000-8000-000000000001"
    first, second, third = ({etree.QName(f).localname: f.text for f in row} for row in asked.payload[0].iter("{*}dong"))
    assert first == {
        "idbanghi": "r1",
        "sukien": "NEW",
        "phienban": "1",
        "thoigiancapnhat": "2026-10-01T08:00:00+07:00",
        "phienbangoc": "0",
        "mahocsinh": "HS1",
        "cotdiem": "TX1",
        "kieugiatri": "DIEM",
        "diem": "8.5",
    }
    assert (second["sukien"], second["phienbangoc"], second["diem"]) == ("UPDATE", "4", "10.0")
    assert (third["sukien"], third["kieugiatri"], "diem" in third) == ("CANCEL", "DIEM", False)


def test_a_verdict_leaves_as_a_comment() -> None:
    row = body_of(submission(Verdict.NOT_PASSED))[0][-1]
    assert [row.findtext(f"{{{NS}}}{name}") for name in ("kieugiatri", "nhanxet", "diem")] == ["NHANXET", "CD", None]


def test_the_same_submission_is_the_same_bytes() -> None:
    with Peer({"GuiDiem": lambda asked: results_answer(asked, [result_row("r1")])}) as peer:
        peer.city().submit(submission())
        peer.city().submit(submission())
        one, other = peer.sent("GuiDiem")
    assert one.body == other.body


def test_every_column_term_and_value_that_we_send_is_valid_by_the_published_schema() -> None:
    schema = etree.XMLSchema(etree.fromstring(shipped(SCHEMA)))
    values = [mark(tenths) for tenths in range(101)] + list(Verdict)
    rows = tuple(
        OutRow(f"{column}-{n}", Op.NEW, 1, 0, "HS1", column, value)
        for column in Column
        for n, value in enumerate(values[:60])
    ) + tuple(OutRow(f"x-{n}", Op.NEW, 1, 0, "HS1", Column.TX1, value) for n, value in enumerate(values[60:]))
    for part in (rows[:400], rows[400:]):
        schema.assertValid(body_of(replace(submission(), rows=part)))


@pytest.mark.parametrize(
    "spoilt",
    [
        replace(submission(), rows=()),
        submission(*[mark(80)] * 501),
        replace(submission(), rows=submission().rows * 2),
        submission(BLANK),
        submission(EXEMPT),
        submission(ABSENT),
        submission(Unreadable(Cause.HIDDEN_NULL)),
        replace(submission(), prepared_at=datetime(2026, 10, 1)),
        replace(submission(), unit=UNIT._replace(subject="CHUYENDE")),
        replace(submission(), unit=UNIT._replace(year=1999)),
        replace(submission(), rows=(replace(submission().rows[0], pupil="x" * 21),)),
        replace(submission(), rows=(replace(submission().rows[0], pupil=" HS1"),)),
        replace(submission(), rows=(replace(submission().rows[0], pupil="HS\x00"),)),
        replace(submission(), rows=(replace(submission().rows[0], version=0),)),
        replace(submission(), rows=(replace(submission().rows[0], base_version=-1),)),
        replace(submission(), id="x" * 65),
    ],
)
def test_what_no_city_takes_never_leaves(spoilt: Submission) -> None:
    with Peer() as peer:
        with pytest.raises(Refused) as caught:
            peer.city().submit(spoilt)
        assert not peer.sent("GuiDiem")
    assert "8.5" not in str(caught.value)


def test_a_fault_in_a_row_is_told_by_its_record_id() -> None:
    bad = replace(submission(mark(80), mark(90)).rows[1], version=0)
    with pytest.raises(BadInput) as caught:
        validate(body_of(replace(submission(), rows=(submission().rows[0], bad))))
    assert caught.value.facts["where"] == "GuiDiem/yeucau/dong/phienban of r2"


def test_a_unit_of_another_school_is_our_own_mistake() -> None:
    with Peer() as peer, pytest.raises(ValueError, match="79000002"):
        peer.city().submit(submission(unit=UNIT._replace(school="79000002")))


@pytest.mark.parametrize(("configured", "theirs"), [(True, "THU"), (False, "THAT"), (True, "KHAC")])
def test_marks_are_not_sent_to_another_environment(configured: bool, theirs: str) -> None:
    with Peer({"KiemTraKetNoi": lambda asked: hello(asked, environment=theirs)}) as peer:
        with pytest.raises(Refused) as caught:
            peer.city(production=configured).submit(submission())
        assert not peer.sent("GuiDiem")
    assert caught.value.facts["reason"] == "OTHER_ENVIRONMENT"


@pytest.mark.parametrize(("limits", "why"), [((1, 1_000_000), "ROW_COUNT"), ((500, 1_000), "TOO_LARGE")])
def test_a_city_may_take_less_than_the_contract_allows(limits: tuple[int, int], why: str) -> None:
    with Peer({"KiemTraKetNoi": lambda asked: hello(asked, limits=limits)}) as peer:
        with pytest.raises(Refused) as caught:
            peer.city().submit(submission(mark(80), mark(90), mark(70)))
        assert not peer.sent("GuiDiem")
    assert caught.value.facts["reason"] == why


@pytest.mark.parametrize(("abilities", "packed"), [((), False), (("nhangzip",), True)])
def test_a_request_is_packed_only_where_the_city_announced_it(abilities: tuple[str, ...], packed: bool) -> None:
    replies: dict[str, Answering] = {
        "KiemTraKetNoi": lambda asked: hello(asked, "huy", *abilities),
        "GuiDiem": lambda asked: results_answer(asked, [result_row("r1")]),
    }
    with Peer(replies) as peer:
        assert peer.city().submit(submission()).progress is Progress.DONE
        assert peer.sent("GuiDiem")[0].packed is packed
        assert not peer.sent("KiemTraKetNoi")[0].packed


RESULTS: list[tuple[str, str, Outcome, Refusal | None]] = [
    ("DAGHI", "NHAN", Outcome.ACCEPTED, None),
    ("DACO", "NHAN", Outcome.ACCEPTED, None),
    ("DADOI", "TUCHOI", Outcome.REFUSED, Refusal.MOVED),
    ("CU", "TUCHOI", Outcome.REFUSED, Refusal.OLDER),
    ("XUNGDOT", "TUCHOI", Outcome.REFUSED, Refusal.CONFLICT),
    ("OCOCHU", "TUCHOI", Outcome.REFUSED, Refusal.OTHER_RECORD),
    ("DAKHOA", "TUCHOI", Outcome.REFUSED, Refusal.LOCKED),
    ("HOCSINHLA", "TUCHOI", Outcome.REFUSED, Refusal.UNKNOWN_PUPIL),
    ("KHONGTRONGLOP", "TUCHOI", Outcome.REFUSED, Refusal.NOT_IN_CLASS),
    ("COTSAI", "TUCHOI", Outcome.REFUSED, Refusal.BAD_COLUMN),
    ("GIATRISAI", "TUCHOI", Outcome.REFUSED, Refusal.BAD_VALUE),
    ("GIATRITHIEU", "TUCHOI", Outcome.REFUSED, Refusal.BAD_VALUE),
    ("KIEUSAI", "TUCHOI", Outcome.REFUSED, Refusal.WRONG_KIND),
    ("KHONGDUOCSUA", "TUCHOI", Outcome.REFUSED, Refusal.NOT_ALLOWED),
    ("TRUNGTRONGGUI", "TUCHOI", Outcome.REFUSED, Refusal.DOUBLED),
    ("DONGSAI", "TUCHOI", Outcome.REFUSED, Refusal.BAD_VALUE),
    ("LOIHETHONG", "LOI", Outcome.FAILED, None),
    ("MOIHON", "TUCHOI", Outcome.REFUSED, Refusal.OTHER),
    ("MOIHON", "LOI", Outcome.FAILED, None),
    ("MOIHON", "NHAN", Outcome.ACCEPTED, None),
]


@pytest.mark.parametrize(("code", "group", "outcome", "refusal"), RESULTS)
def test_each_code_of_a_row_has_a_meaning(code: str, group: str, outcome: Outcome, refusal: Refusal | None) -> None:
    [receipt] = sent(lambda asked: results_answer(asked, [result_row("r1", code, group=group)])).receipts
    assert (receipt.outcome, receipt.refusal, receipt.code) == (outcome, refusal, code)


def test_a_receipt_says_what_stands_in_the_city_now() -> None:
    more = (
        "<thongbao>Sổ đã khoá</thongbao><phienbanhientai>4</phienbanhientai><kieugiatri>DIEM</kieugiatri><diem>7</diem>"
        "<nguon>TAY</nguon><idbanghihientai>r9</idbanghihientai><khoatu>2026-11-01T00:00:00Z</khoatu>"
    )
    row = result_row("r1", "DAKHOA", group="TUCHOI", more=more)
    [receipt] = sent(lambda asked: results_answer(asked, [row])).receipts
    now = receipt.current
    assert now is not None
    assert (now.version, now.score, now.record_id, now.by_hand) == (4, mark(70), "r9", True)
    assert (receipt.message, receipt.locked_since) == ("Sổ đã khoá", datetime(2026, 11, 1, tzinfo=UTC))


def test_a_receipt_of_a_cancelled_record_has_a_version_and_no_score() -> None:
    row = result_row("r1", more="<phienbanhientai>4</phienbanhientai>")
    [receipt] = sent(lambda asked: results_answer(asked, [row])).receipts
    assert receipt.current is not None
    assert (receipt.current.version, receipt.current.score) == (4, None)


def test_a_submission_in_work_says_when_to_ask() -> None:
    answer = sent(lambda asked: results_answer(asked, [], state="DANGXULY", more="<thulai>5</thulai>"))
    assert answer == Answer(Progress.PROCESSING, retry_after=5.0)


UNCLEAR: list[tuple[str, Answering]] = [
    ("no reply", lambda asked: None),
    ("half a reply", lambda asked: http(results_answer(asked, [result_row("r1")]))[:-60]),
    ("half a document", lambda asked: results_answer(asked, [result_row("r1")])[:-60]),
    ("nonsense for HTTP", lambda asked: b"HTTP/9 what\r\n\r\n"),
    ("a proxy's page", lambda asked: http(b"<html>Bad gateway</html>", status="502 Bad Gateway", kind="text/html")),
    ("a proxy's page that says OK", lambda asked: http(b"<html>Login</html>", kind="text/html")),
    ("a login wall", lambda asked: http(b"", status="401 No", kind="text/plain")),
    ("a redirect", lambda asked: http(b"", status="307 Other", Location="http://127.0.0.1:9/")),
    ("a fault without detail", fault()),
    ("a fault of an unknown code", fault("MOIHON", wait=5)),
    ("an internal error", fault("LOIHETHONG")),
    ("too few rows", lambda asked: results_answer(asked, [])),
    ("too many rows", lambda asked: results_answer(asked, [result_row("r1"), result_row("r2")])),
    ("a wrong count", lambda asked: results_answer(asked, [result_row("r1")], count=2)),
    ("a row not sent", lambda asked: results_answer(asked, [result_row("r2")])),
    ("a row of another version", lambda asked: results_answer(asked, [result_row("r1", version="2")])),
    ("another request", lambda asked: results_answer(asked, [result_row("r1")], magoi="x")),
    ("another submission", lambda asked: results_answer(asked, [result_row("r1")], magui="x")),
    ("another class", lambda asked: results_answer(asked, [result_row("r1")], malop="10A2")),
    ("another school", lambda asked: results_answer(asked, [result_row("r1")], matruong="79000002")),
    ("unknown after taking it", lambda asked: results_answer(asked, [], state="KHONGBIET")),
    ("an unknown state", lambda asked: results_answer(asked, [], state="CHO")),
    ("an unknown group", lambda asked: results_answer(asked, [result_row("r1", group="KHAC")])),
    ("a code against its group", lambda asked: results_answer(asked, [result_row("r1", group="TUCHOI")])),
    ("another namespace", lambda asked: results_answer(asked, [result_row("r1")]).replace(NS.encode(), b"urn:x")),
    ("an empty answer", lambda asked: envelope("")),
    ("packed junk", lambda asked: http(b"junk", Content_Encoding="gzip")),
    ("a DOCTYPE", lambda asked: b"<!DOCTYPE x>" + results_answer(asked, [result_row("r1")])),
]


@pytest.mark.parametrize("reply", [reply for _, reply in UNCLEAR], ids=[name for name, _ in UNCLEAR])
def test_after_the_bytes_left_anything_but_a_clear_answer_is_unclear(reply: Answering) -> None:
    with pytest.raises(Unclear):
        sent(reply)


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (fault("XACTHUC"), Refused, "LOGIN"),
        (fault("QUYEN"), Refused, "RIGHT"),
        (fault("SAIDINHDANG", place="dong"), Refused, "FORMAT"),
        (fault("PHIENBANHOPDONG"), Refused, "CONTRACT_VERSION"),
        (fault("QUANHIEUDONG"), Refused, "TOO_MANY_ROWS"),
        (fault("QUALON"), Refused, "TOO_LARGE"),
        (fault("MAGUITRUNG"), Refused, "SUBMISSION_REUSED"),
        (fault("TRUONGLA"), Refused, "UNKNOWN_SCHOOL"),
        (fault("QUATAI", wait=7), Unreachable, "OVERLOAD"),
        (fault("BAOTRI", wait=7), Unreachable, "MAINTENANCE"),
    ],
)
def test_a_known_fault_says_surely_that_nothing_was_recorded(
    reply: Answering, error: type[BridgeError], reason: str
) -> None:
    with pytest.raises(error) as caught:
        sent(reply)
    assert caught.value.facts["reason"] == reason


def test_where_no_connection_stood_nothing_was_recorded() -> None:
    with Peer() as peer:
        city = peer.city()
        city.capabilities()
    with pytest.raises(Unreachable) as caught:
        city.submit(submission())
    assert caught.value.facts["operation"] == "GuiDiem"


def asked_for(reply: Answering) -> Answer:
    with Peer({"LayBienNhan": reply}) as peer:
        return peer.city().receipts(UNIT, "s1")


def test_receipts_are_asked_by_the_submissions_own_id() -> None:
    with Peer({"LayBienNhan": lambda asked: results_answer(asked, [result_row("r1")])}) as peer:
        answer = peer.city().receipts(UNIT, "s1")
        assert peer.sent("LayBienNhan")[0].fields["magui"] == "s1"
    assert (answer.progress, [one.record_id for one in answer.receipts]) == (Progress.DONE, ["r1"])


def test_an_unknown_submission_is_unknown() -> None:
    assert asked_for(lambda asked: results_answer(asked, [], state="KHONGBIET")) == Answer(Progress.UNKNOWN)


@pytest.mark.parametrize(
    "reply",
    [
        lambda asked: results_answer(asked, [], state="KHONGBIET", magui="s2"),
        lambda asked: results_answer(asked, [result_row("r1")], malop="10A2"),
        lambda asked: results_answer(asked, [result_row("r1")], count=2),
        fault(),
    ],
)
def test_a_receipt_of_something_else_is_garbled(reply: Answering) -> None:
    with pytest.raises(Garbled):
        asked_for(reply)


@pytest.mark.parametrize("reply", [lambda asked: None, fault("LOIHETHONG"), fault("BAOTRI")])
def test_receipts_that_cannot_be_had_now_may_be_asked_again(reply: Answering) -> None:
    with pytest.raises(Unreachable):
        asked_for(reply)


def test_the_examples_of_these_tests_are_valid_by_the_schema() -> None:
    schema = etree.XMLSchema(etree.fromstring(shipped(SCHEMA)))
    asked = Asked("POST", {}, envelope(etree.tostring(body_of(submission())).decode()))
    schema.assertValid(etree.fromstring(results_answer(asked, [result_row("r1")])).find("{*}Body")[0])


def test_no_copy_of_the_contract_lives_in_the_adapter() -> None:
    adapter = Path(load_dialect.__code__.co_filename).parent
    assert not [*adapter.rglob("*.wsdl"), *adapter.rglob("*.xsd")]
