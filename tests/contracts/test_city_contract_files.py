"""The contract as files: they agree, keep to what all SOAP stacks can speak, and the book tells all of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import city_contract

XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
BOOK = (Path(__file__).parents[2] / "docs" / "city-contract.md").read_text(encoding="utf-8")

SCHEMA = etree.fromstring(city_contract.XSD.read_bytes())
SERVICE = etree.fromstring(city_contract.WSDL.read_bytes())
CODES = tomllib.loads(city_contract.CODES.read_text(encoding="utf-8"))
INDEX = tomllib.loads((city_contract.EXAMPLES / "index.toml").read_text(encoding="utf-8"))
EXCHANGES = INDEX["exchanges"]
NAMED = [pytest.param(exchange, id=exchange["name"]) for exchange in EXCHANGES]
# Of these two only the code is published: a request that is too large would be a file of a megabyte.
WITHOUT_EXAMPLE = {"QUANHIEUDONG", "QUALON"}
CLOSED_LISTS = {"SuKien", "KieuGiaTri", "NhanXet", "HocKy", "TrangThaiGui", "TrangThaiKhoa", "NhomKetQua"}
BY_ROW_SCHEMA = {"GIATRISAI", "GIATRITHIEU", "DONGSAI"}


def _bare(element: etree._Element) -> bytes:
    copy = etree.fromstring(etree.tostring(element))
    for node in copy.iter():
        node.text = (node.text or "").strip()
        node.tail = None
    etree.cleanup_namespaces(copy, keep_ns_prefixes=["tns", "xs"])
    return etree.tostring(copy, method="c14n", with_comments=False)


def _complex_types() -> dict[str, list[tuple[str, str, str]]]:
    """Type → its fields, each with its type and how often it comes: `1`, `?`, `0..500`."""
    return {
        kind.get("name"): [_field(row) for row in kind.iter(f"{XS}element")] for kind in SCHEMA.iter(f"{XS}complexType")
    }


def _field(row: etree._Element) -> tuple[str, str, str]:
    least, most = row.get("minOccurs", "1"), row.get("maxOccurs", "1")
    often = {"11": "1", "01": "?"}.get(least + most, f"{least}..{most}")
    return row.get("name"), row.get("type").split(":")[1], often


def _told_types() -> dict[str, list[tuple[str, str, str]]]:
    """All but the wrappers of operations, whose one child is always the same."""
    return {name: fields for name, fields in _complex_types().items() if not name.startswith(("Goi", "Dap"))}


def _message(name: str, side: str) -> etree._Element:
    envelope = etree.fromstring((city_contract.EXAMPLES / f"{name}.{side}.xml").read_bytes())
    return envelope.find(f"{SOAP}Body")[0]


def _problem(element: etree._Element) -> str | None:
    schema = etree.XMLSchema(SCHEMA)
    return None if schema.validate(element) else schema.error_log[0].message


def test_the_wsdl_holds_the_published_schema() -> None:
    assert _bare(SERVICE.find(f"{WSDL}types/{XS}schema")) == _bare(SCHEMA)


def test_every_operation_has_a_request_an_answer_and_the_typed_fault() -> None:
    operations = SERVICE.findall(f"{WSDL}portType/{WSDL}operation")
    assert len(operations) == 9
    for operation in operations:
        name = operation.get("name")
        messages = [operation.find(f"{WSDL}{part}").get("message") for part in ("input", "output", "fault")]
        assert messages == [f"tns:{name}Message", f"tns:{name}ResponseMessage", "tns:LoiFault"]


def test_every_message_has_one_child() -> None:
    """Children of one name and other types in request and answer: some generators refuse the whole WSDL."""
    types = _complex_types()
    for element in SCHEMA.findall(f"{XS}element"):
        if element.get("name") != "Loi":
            fields = types[element.get("type").split(":")[1]]
            assert [field[0] for field in fields] == [
                "traloi" if element.get("name").endswith("Response") else "yeucau"
            ]


@pytest.mark.parametrize(
    "construct", ["any", "choice", "union", "list", "extension", "key", "unique", "attribute", "group"]
)
def test_no_construct_that_some_stack_cannot_speak(construct: str) -> None:
    assert SCHEMA.find(f".//{XS}{construct}") is None


def test_types_are_those_that_all_stacks_carry_exactly() -> None:
    used = {row.get("type") or row.get("base") for row in SCHEMA.iter() if isinstance(row.tag, str)}
    simple = {name for name in used if name and name.startswith("xs:")}
    assert simple == {"xs:string", "xs:int", "xs:decimal", "xs:dateTime", "xs:date", "xs:boolean"}
    assert not SCHEMA.xpath("//@nillable")
    assert SCHEMA.get("elementFormDefault") == "qualified"


def test_only_lists_that_never_grow_are_enumerations() -> None:
    enumerated = {
        kind.get("name") for kind in SCHEMA.iter(f"{XS}simpleType") if kind.find(f".//{XS}enumeration") is not None
    }
    assert enumerated == CLOSED_LISTS


def test_enumerated_values_begin_with_a_letter_and_have_no_underscore() -> None:
    values = [row.get("value") for row in SCHEMA.iter(f"{XS}enumeration")]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]*", value) for value in values)


def test_every_request_answer_and_row_can_be_extended_at_its_end() -> None:
    for name, fields in _told_types().items():
        if name != "MoRong":
            assert fields[-1] == ("morong", "MoRong", "0..50"), name


def test_names_are_plain() -> None:
    names = [row.get("name") for row in SCHEMA.iter(f"{XS}element") if row.getparent() is not SCHEMA]
    assert all(re.fullmatch(r"[a-z0-9]+", name) for name in names)


@pytest.mark.parametrize("table", ["faults", "results"])
def test_every_code_has_a_sentence_in_both_languages(table: str) -> None:
    assert all(row["vi"].endswith(".") and row["en"].endswith(".") for row in CODES[table].values())


def test_index_and_folder_name_the_same_examples() -> None:
    named = {f"{exchange['name']}.{side}.xml" for exchange in EXCHANGES for side in ("request", "reply")}
    assert {path.name for path in city_contract.EXAMPLES.iterdir()} == named | {"index.toml", "world.json"}


def test_every_code_has_an_example() -> None:
    shown = {code for exchange in EXCHANGES for code in _codes(exchange)}
    assert shown == (set(CODES["faults"]) | set(CODES["results"])) - WITHOUT_EXAMPLE


@pytest.mark.parametrize("exchange", NAMED)
def test_an_example_answer_is_valid(exchange: dict[str, Any]) -> None:
    answer = _message(exchange["name"], "reply")
    if answer.tag == f"{SOAP}Fault":
        answer = answer.find("detail")[0]
        assert answer.findtext(f"{{{city_contract.NAMESPACE}}}maloi") == exchange["expect"]
    assert _problem(answer) is None


@pytest.mark.parametrize("exchange", NAMED)
def test_an_example_request_is_as_valid_as_it_says(exchange: dict[str, Any]) -> None:
    request = _message(exchange["name"], "request")
    seen_by_schema = exchange["name"].endswith(("-fault-SAIDINHDANG", "-fault-SAIDINHDANG-field"))
    assert (_problem(request) is not None) == (seen_by_schema or not BY_ROW_SCHEMA.isdisjoint(_codes(exchange)))


def _codes(exchange: dict[str, Any]) -> list[str]:
    return [exchange["expect"]] if isinstance(exchange["expect"], str) else exchange["expect"]


@pytest.mark.parametrize(("name", "fields"), [pytest.param(*item, id=item[0]) for item in _told_types().items()])
def test_the_book_lists_every_field_as_the_schema_has_it(name: str, fields: list[tuple[str, str, str]]) -> None:
    section = BOOK.partition(f"\n#### {name}\n")[2].partition("\n#")[0]
    told = re.findall(r"^\| `(\w+)` \| (\w+) \| (\S+) \|", section, flags=re.MULTILINE)
    assert told == fields


@pytest.mark.parametrize("table", list(CODES))
def test_the_book_lists_every_code(table: str) -> None:
    missing = [code for code in CODES[table] if f"| `{code}` |" not in BOOK]
    assert missing == []


def test_messages_shown_in_the_book_are_example_files() -> None:
    shown = re.findall(r"<!-- example: (\S+) -->\n```xml\n(.*?)```", BOOK, flags=re.DOTALL)
    assert len(shown) >= 4
    for file, text in shown:
        assert text == (city_contract.EXAMPLES / file).read_text(encoding="utf-8"), file
