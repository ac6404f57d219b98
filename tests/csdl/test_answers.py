"""Reads: what a city answers, and what of it may be believed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bridge.csdl.soap.dialect import load_dialect
from bridge.domain.errors import Garbled, Refused, Unreachable
from bridge.domain.plans import CityCell
from bridge.domain.school import Assignment, ClassKind
from bridge.domain.scores import ABSENT, EXEMPT, Column, Term, Verdict, mark
from bridge.ports.city import CityScore, Receipts
from tests.csdl.peer import (
    NOW,
    NS,
    UNIT,
    Asked,
    Peer,
    answer,
    envelope,
    fault,
    hello,
    http,
    rows_answer,
    school,
    score_row,
)


def scores_of(reply: Callable[[Asked], bytes]) -> object:
    with Peer({"LayDiem": reply}) as peer:
        return peer.city().scores([UNIT])[UNIT]


def test_a_score_row_becomes_a_city_score() -> None:
    [score] = scores_of(lambda asked: rows_answer(asked, [score_row(phienban="7", nguon="TAY")]))
    assert score == CityScore("HS0001", Column.TX1, CityCell(mark(85), 7, "r1", by_hand=True))


def test_a_score_that_came_through_the_interface_says_by_which_submission() -> None:
    [score] = scores_of(lambda asked: rows_answer(asked, [score_row(nguon="AI", magui="s1")]))
    assert (score.cell.by_hand, score.cell.submission) == (False, "s1")


@pytest.mark.parametrize(
    ("value", "score"),
    [
        ("<kieugiatri>DIEM</kieugiatri><diem>8</diem>", mark(80)),
        ("<kieugiatri>DIEM</kieugiatri><diem>8.0</diem>", mark(80)),
        ("<kieugiatri>DIEM</kieugiatri><diem>+08.50</diem>", mark(85)),
        ("<kieugiatri>DIEM</kieugiatri><diem> 10 </diem>", mark(100)),
        ("<kieugiatri>DIEM</kieugiatri><diem>0</diem>", mark(0)),
        ("<kieugiatri>NHANXET</kieugiatri><nhanxet>D</nhanxet>", Verdict.PASSED),
        ("<kieugiatri>NHANXET</kieugiatri><nhanxet>CD</nhanxet>", Verdict.NOT_PASSED),
        ("<kieugiatri>MIEN</kieugiatri>", EXEMPT),
        ("<kieugiatri>VANG</kieugiatri>", ABSENT),
    ],
)
def test_every_written_form_of_a_value_is_read_as_the_same_value(value: str, score: object) -> None:
    [read] = scores_of(lambda asked: rows_answer(asked, [score_row(value=value)]))
    assert read.cell.score == score


@pytest.mark.parametrize(
    "value",
    [
        "<kieugiatri>DIEM</kieugiatri><diem>8,0</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem>8.35</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem>11</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem>-1</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem>8e0</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem>abc</diem>",
        "<kieugiatri>DIEM</kieugiatri><diem/>",
        "<kieugiatri>DIEM</kieugiatri>",
        "<kieugiatri>DIEM</kieugiatri><diem>8</diem><nhanxet>D</nhanxet>",
        "<kieugiatri>DIEM</kieugiatri><diem>8</diem><diem>9</diem>",
        "<kieugiatri>NHANXET</kieugiatri><nhanxet>TOT</nhanxet>",
        "<kieugiatri>NHANXET</kieugiatri><diem>8</diem>",
        "<kieugiatri>MIEN</kieugiatri><diem>8</diem>",
        "<kieugiatri>KHAC</kieugiatri><diem>8</diem>",
        "<diem>8</diem>",
        '<kieugiatri>DIEM</kieugiatri><diem xmlns="urn:other">8</diem>',
        '<kieugiatri>DIEM</kieugiatri><diem xmlns="">8</diem>',
    ],
)
def test_a_value_that_cannot_be_read_is_never_a_blank(value: str) -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, [score_row(), score_row(2, value)]))
    assert caught.value.facts["reason"] in {"BAD_ROW", "DOUBLED_FIELD"}


def test_an_error_about_a_row_names_its_place_and_not_its_value() -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(
            lambda asked: rows_answer(
                asked, [score_row(), score_row(2, "<kieugiatri>DIEM</kieugiatri><diem>8,35</diem>")]
            )
        )
    assert caught.value.facts["where"] == "1/diem"
    assert "8,35" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("phienban", "0"), ("phienban", "abc"), ("phienban", ""), ("idbanghi", ""), ("idbanghi", "x" * 65)],
)
def test_a_field_outside_the_contract_makes_the_answer_unusable(field: str, value: str) -> None:
    with pytest.raises(Garbled):
        scores_of(lambda asked: rows_answer(asked, [score_row(**{field: value})]))


def test_what_we_have_no_column_for_and_what_was_cancelled_is_left_out_but_counted() -> None:
    rows = [score_row(1), score_row(2, cotdiem="DTB"), score_row(3, sukien="CANCEL")]
    assert [one.pupil for one in scores_of(lambda asked: rows_answer(asked, rows))] == ["HS0001"]


def test_extensions_and_attributes_and_new_fields_at_the_end_do_no_harm() -> None:
    more = "<morong><ten>a</ten><giatri>1</giatri></morong><morong><ten>b</ten><giatri/></morong>"
    row = score_row().replace("</dong>", f'{more}<moi la="1">x</moi></dong>')
    assert len(scores_of(lambda asked: rows_answer(asked, [row]))) == 1


def test_order_of_fields_and_comments_do_no_harm() -> None:
    row = (
        "<dong><!-- c --><diem>8.5</diem><nguon>AI</nguon><kieugiatri>DIEM</kieugiatri><cotdiem>GK</cotdiem>"
        "<mamonhoc>TOAN</mamonhoc><mahocsinh>HS1</mahocsinh><phienban>2</phienban><sukien>UPDATE</sukien><?pi x?>"
        "<idbanghi>r</idbanghi></dong>"
    )
    [score] = scores_of(lambda asked: rows_answer(asked, [row]))
    assert (score.column, score.cell.score) == (Column.GK, mark(85))


@pytest.mark.parametrize("field", ["magoi", "matruong", "namhoc", "malop", "mamonhoc", "hocky"])
def test_an_answer_about_something_else_is_refused(field: str) -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, [score_row()], **{field: "2025"}))
    assert (caught.value.facts["reason"], caught.value.facts["field"]) == ("OTHER_ANSWER", field)


@pytest.mark.parametrize("count", [0, 2, 500])
def test_the_rows_must_be_as_many_as_the_answer_says(count: int) -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, [score_row()], count=count))
    assert caught.value.facts["reason"] == "ROWS_MISSING"


def test_rows_without_our_namespace_are_no_rows() -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, [score_row().replace("<dong>", '<dong xmlns="">')]))
    assert caught.value.facts["reason"] == "ROWS_MISSING"


def test_more_rows_than_a_page_holds_are_refused_before_they_are_kept() -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, [score_row(n) for n in range(501)]))
    assert caught.value.facts["reason"] == "TOO_MANY_ROWS"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (lambda asked: rows_answer(asked, []).replace(NS.encode(), b"urn:other"), "NO_ANSWER"),
        (lambda asked: envelope(""), "NO_ANSWER"),
        (lambda asked: envelope(f'<LayDiemResponse xmlns="{NS}"/>'), "NO_ANSWER"),
        (lambda asked: rows_answer(asked, []).replace(b"LayDiem", b"LayLop"), "OTHER_ANSWER"),
        (lambda asked: answer(asked, "{magoi}{matruong}{namhoc}{malop}{mamonhoc}{hocky}"), "BAD_HEAD"),
        (lambda asked: http(b"<html>login</html>", kind="text/html"), "NOT_XML"),
        (lambda asked: http(b"<html><br></html>"), "BROKEN_XML"),
        (lambda asked: http(b""), "BROKEN_XML"),
        (lambda asked: rows_answer(asked, [score_row()])[:-40], "BROKEN_XML"),
        (lambda asked: b"<!DOCTYPE x>" + rows_answer(asked, [score_row()]), "DOCTYPE"),
        (lambda asked: ("<!DOCTYPE x>" + rows_answer(asked, []).decode()).encode("utf-16"), "BROKEN_XML"),
        (lambda asked: ("<!DOCTYPE x>" + rows_answer(asked, []).decode()).encode("utf-16-le"), "BROKEN_XML"),
        (lambda asked: b"<?xml version='1.0' encoding='cp037'?>" + "<!DOCTYPE x><x/>".encode("cp037"), "BROKEN_XML"),
        (lambda asked: rows_answer(asked, [score_row(idbanghi="&x;")]), "BROKEN_XML"),
        (lambda asked: rows_answer(asked, [score_row(mamonhoc="VATLI")]), "OTHER_ANSWER"),
    ],
)
def test_what_is_no_answer_is_garbled(reply: Callable[[Asked], bytes], reason: str) -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(reply)
    assert caught.value.facts["reason"] == reason


def test_a_document_of_a_million_levels_is_an_error_like_any_other() -> None:
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: http(b"<a>" * 1_000_000 + b"</a>" * 1_000_000))
    assert caught.value.facts["reason"] == "NO_ANSWER"


def test_what_a_document_says_of_its_encoding_is_not_believed() -> None:
    said = b"<?xml version='1.0' encoding='iso-8859-1'?>"
    [score] = scores_of(lambda asked: said + rows_answer(asked, [score_row(idbanghi="bản ghi")]))
    assert score.cell.record_id == "bản ghi"


SECOND = UNIT._replace(subject="VATLI")


def test_several_subjects_are_one_question_and_come_apart() -> None:
    rows = [score_row(1), score_row(2, mamonhoc="VATLI"), score_row(3)]
    with Peer({"LayDiem": lambda asked: rows_answer(asked, rows).replace(*both(asked))}) as peer:
        found = peer.city().scores([UNIT, SECOND])
    assert {unit: [one.cell.record_id for one in scores] for unit, scores in found.items()} == {
        UNIT: ["r1", "r3"],
        SECOND: ["r2"],
    }
    [asked] = peer.sent("LayDiem")
    assert [one.text for one in asked.payload[0].findall(f"{{{NS}}}mamonhoc")] == ["TOAN", "VATLI"]


def test_two_records_of_one_cell_make_the_answer_unusable() -> None:
    rows = [score_row(1), score_row(2, mahocsinh="HS0001", nguon="TAY")]
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: rows_answer(asked, rows))
    assert caught.value.facts["reason"] == "DOUBLED_RECORD"


def test_a_cancelled_record_beside_the_live_one_is_no_second() -> None:
    rows = [score_row(1, sukien="CANCEL"), score_row(2, mahocsinh="HS0001"), score_row(3, cotdiem="TX2")]
    assert len(scores_of(lambda asked: rows_answer(asked, rows))) == 2  # type: ignore[arg-type]


def test_an_answer_about_fewer_subjects_is_refused() -> None:
    with Peer({"LayDiem": lambda asked: rows_answer(asked, [])}) as peer, pytest.raises(Garbled) as caught:
        peer.city().scores([UNIT, SECOND])
    assert (caught.value.facts["reason"], caught.value.facts["field"]) == ("OTHER_ANSWER", "mamonhoc")


def both(asked: Asked) -> tuple[bytes, bytes]:
    """The peer's echo knows one subject; this puts both in its place."""
    last = f"<mamonhoc>{asked.fields['mamonhoc']}</mamonhoc>"
    return f"{last}<hocky>".encode(), f"<mamonhoc>TOAN</mamonhoc>{last}<hocky>".encode()


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(Garbled) as caught:
        scores_of(lambda asked: bomb + rows_answer(asked, [score_row(idbanghi="&b;&f;")]))
    assert caught.value.facts["reason"] == "DOCTYPE"


def test_a_fault_says_what_it_means_whatever_its_status() -> None:
    for status in ("200 OK", "500 Error", "400 Bad"):
        with pytest.raises(Refused) as caught:
            scores_of(fault("LOPLA", place="malop", status=status))
        assert (caught.value.facts["reason"], caught.value.facts["theirs"]) == ("UNKNOWN_CLASS", "LOPLA")
        assert caught.value.facts["field"] == "malop"


def test_an_overloaded_city_says_how_long_to_wait() -> None:
    with pytest.raises(Unreachable) as caught:
        scores_of(fault("QUATAI", wait=30))
    assert caught.value.facts["retry_after"] == 30


def walk(*pages: Callable[[Asked], bytes]) -> tuple[object, Peer]:
    left = list(pages)

    def following(asked: Asked) -> bytes:
        reply = left.pop(0)
        return reply(asked)

    with Peer({"LayDiem": following}) as peer:
        return peer.city().scores([UNIT])[UNIT], peer


def page(number: int, *, following: str = "", total: str = "", mark_of_walk: str = "m1") -> Callable[[Asked], bytes]:
    more = (f"<tongso>{total}</tongso>" if total else "") + f"<moc>{mark_of_walk}</moc>"
    more += f"<controtiep>{following}</controtiep>" if following else ""
    return lambda asked: rows_answer(asked, [score_row(number)], more=more)


def test_a_list_is_read_to_its_end_by_the_citys_cursor() -> None:
    scores, peer = walk(page(1, following="c1", total="3"), page(2, following="c2"), page(3))
    assert [one.pupil for one in scores] == ["HS0001", "HS0002", "HS0003"]
    assert [one.fields.get("contro") for one in peer.sent("LayDiem")] == [None, "c1", "c2"]
    assert len({one.fields["magoi"] for one in peer.sent("LayDiem")}) == 3


def test_an_expired_cursor_starts_the_walk_again() -> None:
    scores, _ = walk(page(9, following="c1"), fault("CONTROHETHAN"), page(1, following="c2"), page(2))
    assert [one.pupil for one in scores] == ["HS0001", "HS0002"]


def test_a_cursor_that_always_expires_ends_as_unreachable() -> None:
    with pytest.raises(Unreachable):
        walk(*[page(1, following="c1"), fault("CONTROHETHAN")] * 3)


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ([page(1, following="c1"), page(2, following="c1")], "ENDLESS_LIST"),
        ([page(1, following="c1"), page(2, mark_of_walk="m2")], "TWO_STATES"),
        ([page(1, following="c1", total="3"), page(2)], "ROWS_MISSING"),
    ],
)
def test_pages_that_do_not_make_one_list_are_refused(pages: list[Callable[[Asked], bytes]], reason: str) -> None:
    with pytest.raises(Garbled) as caught:
        walk(*pages)
    assert caught.value.facts["reason"] == reason


def row(**fields: str) -> str:
    fields = {"idbanghi": "x", "sukien": "NEW", "phienban": "1", "thoigiancapnhat": "2026-09-01T00:00:00Z"} | fields
    return "<dong>" + "".join(f"<{name}>{text}</{name}>" for name, text in fields.items()) + "</dong>"


def test_classes_and_groups() -> None:
    rows = [
        row(malop="10A1", tenlop="10A1", makhoi="10", magiaoviencn="GV1", loai="LOP"),
        row(malop="10L1", tenlop="Lí 1", makhoi="10", loai="NHOM", lopgoc="10A1"),
        row(malop="MG1", tenlop="Lá", makhoi="17", loai="LOP"),
    ]
    with Peer({"LayLop": lambda asked: rows_answer(asked, rows)}) as peer:
        first, second = peer.city().classes(2026)
    assert (first.code, first.grade_level, first.kind, first.homeroom_teacher) == ("10A1", 10, ClassKind.CLASS, "GV1")
    assert (second.kind, second.parent) == (ClassKind.GROUP, "10A1")


def test_pupils_keep_the_precision_of_their_birth_date_and_nothing_that_was_not_asked_for() -> None:
    common = {"hovaten": "Nguyễn Văn Mẫu", "matrangthai": "DANGHOC"}
    rows = [
        row(
            mahocsinh="HS1", madinhdanhbo="0123456789", ngaysinh="2010-05", gioitinh="NU", **common, diachi="12 Lê Lợi"
        ),
        row(mahocsinh="HS2", hovaten="B", matrangthai="CHUYENDI", denngay="2026-11-01", gioitinh="9"),
    ]
    with Peer({"LayHocSinh": lambda asked: rows_answer(asked, rows)}) as peer:
        first, second = peer.city().pupils(2026, "10A1")
    assert (first.ministry_code, first.birth_date, first.sex, first.studying) == ("0123456789", "2010-05", "F", True)
    assert (second.studying, second.sex, str(second.until)) == (False, None, "2026-11-01")
    assert "Lê Lợi" not in repr(first)


@pytest.mark.parametrize("order", [1, -1])
def test_a_pupil_who_left_and_came_back_studies_and_is_one(order: int) -> None:
    places = [
        row(mahocsinh="HS1", hovaten="A", matrangthai="CHUYENDI", denngay="2026-10-01"),
        row(mahocsinh="HS1", hovaten="A", matrangthai="DANGHOC", tungay="2026-12-01"),
    ]
    with Peer({"LayHocSinh": lambda asked: rows_answer(asked, places[::order])}) as peer:
        [pupil] = peer.city().pupils(2026, "10A1")
    assert (pupil.studying, str(pupil.since)) == (True, "2026-12-01")


def test_an_assignment_of_the_year_is_one_of_each_term_and_a_foreign_subject_gives_no_right() -> None:
    common = {"magiaovien": "GV1", "hovaten": "Trần Thị Mẫu", "malop": "10A1"}
    rows = [row(**common, mamonhoc="TOAN", hocky="CN"), row(**common, mamonhoc="TIENGTHAI", hocky="HK1")]
    with Peer({"LayPhanCong": lambda asked: rows_answer(asked, rows)}) as peer:
        found = peer.city().assignments(2026)
    assert found == tuple(Assignment("GV1", "10A1", "TOAN", term, "Trần Thị Mẫu") for term in Term)


def test_locks_are_rows_and_a_bad_time_is_never_taken_for_none() -> None:
    good = "<dong><mamonhoc>TOAN</mamonhoc><hocky>HK1</hocky><cotdiem>GK</cotdiem><trangthai>KHOA</trangthai>"
    rows = [good + "<khoatu>2026-11-01T00:00:00+07:00</khoatu><lydo>Đã chốt</lydo></dong>"]
    with Peer({"LayKhoaSo": lambda asked: rows_answer(asked, rows)}) as peer:
        [lock] = peer.city().locks(2026)
        assert (lock.term, lock.subject, lock.column, lock.locked) == (Term.HK1, "TOAN", Column.GK, True)
        assert (lock.since.isoformat(), lock.reason) == ("2026-11-01T00:00:00+07:00", "Đã chốt")
        rows[0] = good + "<khoatu>2026-11-01T00:00:00</khoatu></dong>"
        with pytest.raises(Garbled):
            peer.city().locks(2026)


def test_a_city_without_locks_is_not_asked_for_them() -> None:
    with Peer({"KiemTraKetNoi": lambda asked: hello(asked, "huy")}) as peer:
        assert peer.city().locks(2026) == ()
        assert not peer.sent("LayKhoaSo")


def test_the_school_and_its_terms() -> None:
    with Peer() as peer:
        info = peer.city().school(2026)
    assert (info.code, info.name, info.level) == ("79000001", "Trường mẫu", "THPT")
    assert [(dates.term, str(dates.first)) for dates in info.terms] == [(Term.HK1, "2026-09-05")]


@pytest.mark.parametrize(
    "reply",
    [
        lambda asked: school(asked, matruong="79000002"),
        lambda asked: school(asked, namhoc="2025"),
        lambda asked: school(asked, magoi="other"),
        lambda asked: school(asked, level="MN"),
        lambda asked: school(asked).replace(b"2026-09-05", b"05/09/2026"),
        lambda asked: school(asked).replace(b"kyhoc", b"hocki"),
        lambda asked: answer(asked, ""),
        lambda asked: envelope(""),
    ],
)
def test_another_school_or_a_broken_one_is_refused(reply: Callable[[Asked], bytes]) -> None:
    with Peer({"LayTruong": reply}) as peer, pytest.raises(Garbled):
        peer.city().school(2026)


def test_what_a_city_can_do_is_asked_once() -> None:
    with Peer(
        {"KiemTraKetNoi": lambda asked: hello(asked, "sosanhphienban", "bienlaisau", environment="THAT")}
    ) as peer:
        city = peer.city()
        can = city.capabilities()
        assert city.capabilities() == can
        assert len(peer.sent("KiemTraKetNoi")) == 1
    assert (can.compare_and_set, can.cancel, can.locks, can.receipts) == (True, False, False, Receipts.LATER)
    assert (can.production, can.rows_per_submission) == (True, 500)


def test_a_city_that_turned_from_trial_to_real_is_noticed_by_who_runs_on() -> None:
    """A server lives for months; what the city said is good for some minutes, whichever way the clock goes."""
    environment, at = "THU", [NOW]
    with Peer(
        {
            "KiemTraKetNoi": lambda asked: hello(asked, "khoaso", environment=environment),
            "LayKhoaSo": lambda asked: rows_answer(asked, []),
        }
    ) as peer:
        city = peer.city(clock=lambda: at[0])
        assert city.locks(2026) == ()
        environment = "THAT"
        for later in (timedelta(hours=1), timedelta(hours=-1)):
            at[0] = NOW + later
            with pytest.raises(Refused) as caught:
                city.locks(2026)
            assert caught.value.facts["reason"] == "OTHER_ENVIRONMENT"


def test_a_dialect_may_deny_what_a_city_says_of_itself() -> None:
    lying = load_dialect().model_copy(update={"compare_and_set": False})
    with Peer() as peer:
        assert not peer.city(dialect=lying).capabilities().compare_and_set
