"""A plain-text SOAP caller for the tests of the stand-in city: it sends whatever it is told to, right or wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from flask import Flask
from lxml import etree

import city_contract
from sandbox.city.made_up import make_world
from sandbox.city.server import create_app
from sandbox.city.world import load_world

C = f"{{{city_contract.NAMESPACE}}}"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
START = 1_795_000_000.0  # 18 November 2026
SCHOOL = {"matruong": "79000001", "namhoc": "2026"}
UNIT = {"malop": "10A1", "mamonhoc": "TOAN", "hocky": "HK1"}
Fields = dict[str, Any]  # name → text, fields within, or a list of either


class Clock:
    def __init__(self, now: float = START):
        self.now = now

    def __call__(self) -> float:
        return self.now


def xml(fields: Fields) -> str:
    return "".join(
        f"<{name}>{xml(value) if isinstance(value, dict) else escape(value)}</{name}>"
        for name, values in fields.items()
        for value in (values if isinstance(values, list) else [values])
    )


def token(user: str = "bridge", password: str = "sandbox", kind: str | None = "#PasswordText", beside: str = "") -> str:
    stated = "" if kind is None else f' Type="{PROFILE}{kind}"'
    return (
        f"<wsse:UsernameToken><wsse:Username>{user}</wsse:Username>"
        f"<wsse:Password{stated}>{password}</wsse:Password>{beside}</wsse:UsernameToken>"
    )


def envelope(operation: str, content: str, *, tokens: str | None = None, headers: str = "") -> str:
    security = token() if tokens is None else tokens
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<wsse:Security xmlns:wsse="{WSSE}" s:mustUnderstand="1">{security}</wsse:Security>{headers}'
        "</s:Header><s:Body>"
        f'<{operation} xmlns="{city_contract.NAMESPACE}"><yeucau>{content}</yeucau></{operation}>'
        "</s:Body></s:Envelope>"
    )


def row(pupil: int, value: str | None = "8.5", **changes: Any) -> Fields:
    """A new mark of pupil number `pupil`; a change to None leaves the field out."""
    fields = {
        "idbanghi": f"r-{pupil}-{changes.get('cotdiem', 'TX1')}",
        "sukien": "NEW",
        "phienban": "1",
        "thoigiancapnhat": "2026-11-18T08:00:00+07:00",
        "phienbangoc": "0",
        "mahocsinh": f"HS01{pupil:04}",
        "cotdiem": "TX1",
        "kieugiatri": "DIEM",
        "diem": value,
    }
    return {name: text for name, text in {**fields, **changes}.items() if text is not None}


class Answer:
    def __init__(self, status: int, body: bytes):
        self.status = status
        self.root = etree.fromstring(body)

    def text(self, name: str) -> str | None:
        return self.root.findtext(f".//{C}{name}")

    @property
    def fault(self) -> tuple[str | None, str | None] | None:
        """The code and the field of a refused message."""
        return (self.text("maloi"), self.text("truong")) if self.root.find(f".//{C}Loi") is not None else None

    def rows(self, name: str = "dong") -> list[dict[str, str]]:
        return [{child.tag.removeprefix(C): child.text or "" for child in row} for row in self.root.iter(f"{C}{name}")]

    @property
    def codes(self) -> list[str]:
        return [row["maketqua"] for row in self.rows("ketqua")]


class City:
    """A city in this process; `post` may be replaced by one that goes through a real connection."""

    def __init__(self, app: Flask):
        self.app, self.client = app, app.test_client()

    def send(self, body: str | bytes, **headers: str) -> Answer:
        data = body.encode() if isinstance(body, str) else body
        reply = self.client.post("/csdl/v1", data=data, content_type="text/xml; charset=utf-8", headers=headers)
        return Answer(reply.status_code, reply.get_data())

    def call(self, operation: str, fields: Fields | None = None, *, tokens: str | None = None) -> Answer:
        school = {} if operation == "KiemTraKetNoi" else SCHOOL
        content = xml({"phienbanhopdong": "1.0", "magoi": "goi", **school, **(fields or {})})
        return self.send(envelope(operation, content, tokens=tokens))

    def submit(self, magui: str, *rows: Fields, **shell: str) -> Answer:
        return self.call("GuiDiem", {"magui": magui, **UNIT, **shell, "dong": list(rows)})

    def scores(self, **asked: str) -> list[dict[str, str]]:
        return self.call("LayDiem", {**UNIT, **asked}).rows()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.client.open(f"/sandbox/{path}", method=method, json=body)
        assert reply.status_code == 200, reply.get_data(as_text=True)
        return reply.get_json()

    def edit(self, pupil: int, value: str | None, column: str = "TX1") -> None:
        where = {"term": "HK1", "subject": "TOAN", "pupil": f"HS01{pupil:04}", "column": column}
        self.control("POST", "edits", {**where, "value": value})

    def fault(self, kind: str, **fields: Any) -> None:
        self.control("POST", "faults", {"kind": kind, **fields})

    def applied(self) -> list[dict[str, Any]]:
        return self.control("GET", "applied")


def open_city(clock: Callable[[], float] | None = None, **world: int) -> City:
    app = create_app(None, clock or Clock())
    load_world(app.extensions["city"], make_world(**world))
    return City(app)
