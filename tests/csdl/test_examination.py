"""The health check and the drift alarm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree

from bridge.csdl.soap.contract import WSDL, shipped
from bridge.csdl.soap.drift import differences
from tests.csdl.peer import NOW, Asked, Peer, fault, hello, http


def live(text: bytes | None = None) -> Callable[[Asked], bytes]:
    return lambda _: http(text or shipped(WSDL))


def codes(replies: dict[str, Callable[[Asked], bytes]], **city: object) -> list[str]:
    with Peer({"GET": live()} | replies) as peer:
        return [one.code for one in peer.city(**city).examine()]  # type: ignore[arg-type]


def test_a_city_as_expected_has_no_findings() -> None:
    assert codes({}) == []


@pytest.mark.parametrize(
    ("replies", "found"),
    [
        ({"KiemTraKetNoi": fault("XACTHUC")}, ["CITY_NO_ANSWER"]),
        ({"KiemTraKetNoi": lambda asked: None}, ["CITY_NO_ANSWER"]),
        ({"KiemTraKetNoi": lambda asked: hello(asked, environment="THAT")}, ["CITY_OTHER_ENVIRONMENT"]),
        ({"KiemTraKetNoi": lambda asked: hello(asked, environment="DEMO")}, ["CITY_OTHER_ENVIRONMENT"]),
        ({"KiemTraKetNoi": lambda asked: hello(asked, version="1.9")}, ["CITY_CONTRACT_VERSION"]),
        (
            {"KiemTraKetNoi": lambda asked: hello(asked, "bienlaingay")},
            ["CITY_NO_COMPARE_AND_SET", "CITY_NO_CANCEL", "CITY_NO_LOCKS"],
        ),
        ({"LayTruong": fault("QUYEN")}, ["CITY_SCHOOL_NOT_READ"]),
        ({"GET": lambda asked: http(b"", status="404 Not Found")}, ["CONTRACT_NOT_READ"]),
        ({"GET": live(b"<!DOCTYPE x><a/>")}, ["CONTRACT_NOT_READ"]),
        ({"GET": live(b"<a>")}, ["CONTRACT_NOT_READ"]),
        ({"GET": lambda asked: http(b"", status="302 Found", Location="http://127.0.0.1:9/")}, ["CONTRACT_NOT_READ"]),
    ],
)
def test_each_thing_that_is_not_as_expected_is_a_finding(
    replies: dict[str, Callable[[Asked], bytes]], found: list[str]
) -> None:
    assert codes(replies) == found


@pytest.mark.parametrize(
    ("seconds", "found"), [(59, []), (-59, []), (61, ["CITY_CLOCK_SKEW"]), (-61, ["CITY_CLOCK_SKEW"])]
)
def test_a_clock_more_than_a_minute_off_is_told(seconds: int, found: list[str]) -> None:
    assert codes({}, clock=lambda: NOW + timedelta(seconds=seconds)) == found


def drift(old: str, new: str) -> list[tuple[str, bool, dict[str, object]]]:
    shipped_text = shipped(WSDL).decode()
    assert old in shipped_text
    changed = etree.fromstring(shipped_text.replace(old, new).encode())
    return [(one.code, one.serious, one.facts) for one in differences(etree.fromstring(shipped(WSDL)), changed)]


def test_a_contract_does_not_differ_from_itself_in_other_clothes() -> None:
    text = shipped(WSDL).decode().replace("tns:", "x:").replace("xmlns:tns", "xmlns:x")
    other = text.replace("https://csdl.example/csdl/v1", "https://real.example/").encode()
    assert differences(etree.fromstring(shipped(WSDL)), etree.fromstring(other)) == []


def test_a_missing_enumeration_value_is_named() -> None:
    assert drift('<xs:enumeration value="VANG"/>', "") == [
        ("CONTRACT_MISSING", True, {"kind": "value", "name": "KieuGiaTri/VANG", "ours": ""})
    ]


def test_a_new_enumeration_value_is_named_and_is_not_serious() -> None:
    both = '<xs:enumeration value="VANG"/><xs:enumeration value="HOAN"/>'
    assert drift('<xs:enumeration value="VANG"/>', both) == [
        ("CONTRACT_ADDED", False, {"kind": "value", "name": "KieuGiaTri/HOAN", "theirs": ""})
    ]


def test_a_changed_limit_is_named_with_both_sides() -> None:
    assert drift('<xs:fractionDigits value="1"/>', '<xs:fractionDigits value="2"/>') == [
        ("CONTRACT_CHANGED", True, {"kind": "limit", "name": "Diem/fractionDigits", "ours": "1", "theirs": "2"})
    ]


def test_a_field_that_became_another_type_is_named_with_both_sides() -> None:
    [(code, serious, facts)] = drift(
        '<xs:element name="phienbangoc" type="tns:PhienBanGoc"/>', '<xs:element name="phienbangoc" type="xs:string"/>'
    )
    assert (code, serious, facts["name"]) == ("CONTRACT_CHANGED", True, "DongGuiDiem/phienbangoc")
    assert str(facts["theirs"]).endswith("XMLSchema}string 1..1")


def test_fields_in_another_order_are_told_as_such() -> None:
    one = '<xs:element name="hovaten" type="tns:Ten"/>\n'
    findings = drift(one, "")
    assert {facts["kind"] for _, _, facts in findings} == {"field"}
    text = shipped(WSDL).decode()
    start = text.index('<xs:complexType name="KyHoc">')
    head, tail = text[:start], text[start:]
    first, second = '<xs:element name="tungay" type="xs:date"/>', '<xs:element name="denngay" type="xs:date"/>'
    tail = tail.replace(first, "@", 1).replace(second, first, 1).replace("@", second, 1)
    [finding] = differences(etree.fromstring(shipped(WSDL)), etree.fromstring((head + tail).encode()))
    assert (finding.code, finding.facts["kind"], finding.facts["name"]) == ("CONTRACT_CHANGED", "order", "KyHoc")


def test_a_missing_operation_is_named() -> None:
    names = {
        facts["name"] for _, _, facts in drift('<wsdl:operation name="LayBienNhan">', '<wsdl:operation name="Khac">')
    }
    assert {"LayBienNhan", "LayBienNhan/input", "Khac"} <= names


def test_unqualified_elements_are_told() -> None:
    [finding] = drift('elementFormDefault="qualified"', 'elementFormDefault="unqualified"')
    assert finding[2]["kind"] == "elements are"


def test_a_schema_that_lives_elsewhere_is_named_and_not_fetched() -> None:
    text = shipped(WSDL).decode()
    at = text.index(">", text.index("<xs:schema")) + 1
    with Peer() as peer:
        address = f"{peer.url}/other.xsd"
        changed = text[:at] + f'<xs:include schemaLocation="{address}"/>' + text[at:]
        [finding] = differences(etree.fromstring(shipped(WSDL)), etree.fromstring(changed.encode()))
        assert peer.asked == []
    assert (finding.code, finding.facts["name"]) == ("CONTRACT_ADDED", address)
