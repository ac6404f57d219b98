"""The shell of a message: login, format, size, packing. What is wrong there refuses all of it and records nothing."""

from __future__ import annotations

import gzip
import unicodedata

import pytest

import city_contract
from sandbox.city.made_up import make_world
from sandbox.city.world import load_world
from tests.sandbox.city_calls import SCHOOL, UNIT, Answer, City, Fields, envelope, open_city, row, token, xml

WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
HEAD = {"phienbanhopdong": "1.0", "magoi": "goi", **SCHOOL}


@pytest.fixture
def city() -> City:
    return open_city()


@pytest.mark.parametrize(
    "tokens",
    [
        "",
        token("nobody"),
        token(password="wrong"),
        token(password=""),
        token(kind="#PasswordDigest"),
        token() + token(),
        "<wsse:UsernameToken><wsse:Username>bridge</wsse:Username></wsse:UsernameToken>",
    ],
    ids=["none", "unknown user", "wrong password", "empty", "digest", "two tokens", "no password"],
)
def test_a_failed_login_never_says_why(city: City, tokens: str) -> None:
    answer = city.call("KiemTraKetNoi", tokens=tokens)
    assert (answer.status, answer.fault) == (500, ("XACTHUC", None))


@pytest.mark.parametrize(
    "tokens",
    [
        token(kind=None),
        token(beside=f'<wsse:Nonce>AAAA</wsse:Nonce><u:Created xmlns:u="{WSU}">2026-11-18T00:00:00Z</u:Created>'),
        token() + f'<u:Timestamp xmlns:u="{WSU}"><u:Created>2026-11-18T00:00:00Z</u:Created></u:Timestamp>',
    ],
    ids=["type missing", "nonce beside text", "timestamp beside the token"],
)
def test_what_the_stacks_send_beside_a_text_password_is_accepted(city: City, tokens: str) -> None:
    assert city.call("KiemTraKetNoi", tokens=tokens).fault is None


def test_a_password_with_diacritics_is_compared_in_one_form() -> None:
    city = open_city()
    with city.app.extensions["city"].change() as db:
        db.execute("UPDATE accounts SET password = ?", (unicodedata.normalize("NFC", "mật khẩu đỏ"),))
    assert city.call("KiemTraKetNoi", tokens=token(password=unicodedata.normalize("NFD", "mật khẩu đỏ"))).fault is None


def test_without_a_security_header_nobody_comes_in(city: City) -> None:
    body = envelope("KiemTraKetNoi", xml({"phienbanhopdong": "1.0", "magoi": "goi"}))
    start, end = body.index("<s:Header>"), body.index("<s:Body>")
    assert city.send(body[:start] + body[end:]).fault == ("XACTHUC", None)


@pytest.mark.parametrize(
    ("actor", "refused"), [("", True), ("http://schemas.xmlsoap.org/soap/actor/next", True), ("urn:x", False)]
)
def test_an_unknown_header_that_must_be_understood_is_refused(city: City, actor: str, refused: bool) -> None:
    block = f'<x:Route xmlns:x="urn:x" s:mustUnderstand="1" s:actor="{actor}"/>'
    answer = city.send(envelope("KiemTraKetNoi", xml({"phienbanhopdong": "1.0", "magoi": "goi"}), headers=block))
    assert answer.fault == (("SAIDINHDANG", "Route") if refused else None)


def test_a_header_that_need_not_be_understood_is_passed_over(city: City) -> None:
    block = '<x:Trace xmlns:x="urn:x">1</x:Trace>'
    assert city.send(envelope("LayTruong", xml(HEAD), headers=block)).fault is None


@pytest.mark.parametrize(
    "doctype",
    ["<!DOCTYPE s:Envelope>", '<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'],
)
def test_a_doctype_is_refused(city: City, doctype: str) -> None:
    assert city.send(doctype + envelope("LayTruong", xml(HEAD))).fault == ("SAIDINHDANG", "DOCTYPE")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "xml"),
        (b"not xml", "xml"),
        (b"<a>", "xml"),
        (b"<a/>", "Envelope"),
        (
            b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>',
            "Envelope",
        ),
    ],
)
def test_what_is_no_soap_message_is_refused(city: City, body: bytes, field: str) -> None:
    answer = city.send(body)
    assert answer.fault == ("SAIDINHDANG", field)
    assert answer.text("magoi")


@pytest.mark.parametrize(
    ("operation", "fields", "fault"),
    [
        ("LayTruong", {"phienbanhopdong": "2.0"}, ("PHIENBANHOPDONG", "phienbanhopdong")),
        ("LayTruong", {"matruong": "79999999"}, ("TRUONGLA", "matruong")),
        ("LayTruong", {"namhoc": "2019"}, ("TRUONGLA", "namhoc")),
        ("LayTruong", {"namhoc": "x"}, ("SAIDINHDANG", "namhoc")),
        ("LayTruong", {"la": "1"}, ("SAIDINHDANG", "la")),
        ("LayHocSinh", {}, ("SAIDINHDANG", "malop")),
        ("LayHocSinh", {"malop": "10A9"}, ("LOPLA", "malop")),
        ("LayHocSinh", {"malop": " "}, ("SAIDINHDANG", "malop")),
        ("LayDiem", {**UNIT, "mamonhoc": "TOC"}, ("MONLA", "mamonhoc")),
        ("LayDiem", {**UNIT, "mamonhoc": ["TOAN", "TOC"]}, ("MONLA", "mamonhoc")),
        ("LayDiem", {**UNIT, "mamonhoc": ["TOAN", "TOAN"]}, ("SAIDINHDANG", "mamonhoc")),
        ("LayDiem", {**UNIT, "hocky": "CN"}, ("HOCKYLA", "hocky")),
        ("LayDiem", {**UNIT, "hocky": "HK3"}, ("SAIDINHDANG", "hocky")),
        ("LayLop", {"sodongtoida": "501"}, ("SAIDINHDANG", "sodongtoida")),
        ("LayLop", {"contro": "x.1"}, ("CONTROHETHAN", "contro")),
        ("LayLop", {"tumoc": "x.1"}, ("MOCQUACU", "tumoc")),
        ("GuiDiem", {"magui": "g", **UNIT}, ("SAIDINHDANG", "dong")),
        ("GuiDiem", {**UNIT, "dong": row(1)}, ("SAIDINHDANG", "magui")),
        ("GuiDiem", {"magui": "g", **UNIT, "hocky": "CN", "dong": row(1)}, ("HOCKYLA", "hocky")),
        ("GuiDiem", {"magui": "g", **UNIT, "mamonhoc": "TOC", "dong": row(1)}, ("MONLA", "mamonhoc")),
        ("GuiDiem", {"dong": row(1), "magui": "g", **UNIT}, ("SAIDINHDANG", "magui")),
        ("XoaHet", {}, ("SAIDINHDANG", "Body")),
    ],
)
def test_a_wrong_shell_is_refused_with_its_code_and_field(
    city: City, operation: str, fields: Fields, fault: tuple[str, str]
) -> None:
    content = xml({**HEAD, **fields})
    answer = city.send(envelope(operation, content))
    assert (answer.fault, answer.text("magoi")) == (fault, "goi")
    assert city.control("GET", "submissions") == []


def test_an_account_reaches_its_own_schools_only(city: City) -> None:
    other = make_world(2) | {"accounts": [{"user": "other", "password": "p", "schools": ["79000002"]}]}
    load_world(city.app.extensions["city"], other)
    assert city.send(envelope("LayTruong", xml(HEAD | {"matruong": "79000002"}))).fault == ("QUYEN", "matruong")


def test_unqualified_children_are_no_fields_of_ours(city: City) -> None:
    body = envelope("LayTruong", xml(HEAD)).replace("<yeucau>", '<yeucau xmlns="">')
    assert city.send(body).fault == ("SAIDINHDANG", "yeucau")


def test_too_many_rows_are_told_as_such_before_the_schema_is_asked(city: City) -> None:
    rows = [row(n, idbanghi=f"r{n}") for n in range(501)]
    assert city.submit("g1", *rows).fault == ("QUANHIEUDONG", "dong")
    assert city.submit("g1", *rows[:500]).text("sodong") == "500"


@pytest.mark.parametrize("packed", [False, True])
def test_a_message_above_one_mebibyte_is_refused_also_when_it_travelled_packed(city: City, packed: bool) -> None:
    body = envelope("LayTruong", xml(HEAD) + " " * 1024 * 1024).encode()
    headers = {"Content-Encoding": "gzip"} if packed else {}
    assert city.send(gzip.compress(body) if packed else body, **headers).fault == ("QUALON", None)


def test_a_packed_request_is_read_where_the_city_says_so(city: City) -> None:
    body = gzip.compress(envelope("LayTruong", xml(HEAD)).encode())
    assert city.send(body, **{"Content-Encoding": "gzip"}).text("tentruong") == "Trường THPT Mẫu 1"
    city.control("PUT", "settings", {"gzip": False})
    assert city.send(body, **{"Content-Encoding": "gzip"}).fault == ("SAIDINHDANG", "Content-Encoding")
    assert "nhangzip" not in [item.text for item in city.call("KiemTraKetNoi").root.iter("{*}khanang")]


@pytest.mark.parametrize("data", [b"nothing packed", gzip.compress(b"x" * 100)[:-12]], ids=["plain", "cut"])
def test_a_body_that_cannot_be_unpacked_is_refused(city: City, data: bytes) -> None:
    assert city.send(data, **{"Content-Encoding": "gzip"}).fault == ("SAIDINHDANG", "Content-Encoding")


@pytest.mark.parametrize(("asked", "packed"), [("gzip", True), ("gzip;q=0", False), ("", False), ("none", False)])
def test_an_answer_is_packed_only_when_asked(city: City, asked: str, packed: bool) -> None:
    body = envelope("LayHocSinh", xml(HEAD | {"malop": "10A1"}))
    reply = city.client.post("/csdl/v1", data=body, headers={"Accept-Encoding": asked} if asked else {})
    assert (reply.headers.get("Content-Encoding") == "gzip") is packed
    content = gzip.decompress(reply.data) if packed else reply.data
    assert len(Answer(200, content).rows()) == 8


@pytest.mark.parametrize("action", ["", '""', "urn:csdl-bridge:csdl:v1/GuiDiem", '"anything"'])
def test_the_body_decides_never_the_soapaction(city: City, action: str) -> None:
    answer = city.send(envelope("LayTruong", xml(HEAD)), SOAPAction=action)
    assert answer.text("tentruong") == "Trường THPT Mẫu 1"


def test_the_answer_names_the_request_and_the_time(city: City) -> None:
    answer = city.call("KiemTraKetNoi", {"magoi": "goi-77"})
    assert (answer.text("magoi"), answer.text("thoigianmaychu")) == ("goi-77", "2026-11-18T18:06:40+07:00")


def test_the_served_wsdl_is_the_published_one_with_the_servers_address(city: City) -> None:
    served = city.client.get("/csdl/v1?wsdl").get_data(as_text=True)
    published = city_contract.WSDL.read_text(encoding="utf-8")
    assert served == published.replace("https://csdl.example/csdl/v1", "http://localhost/csdl/v1")
