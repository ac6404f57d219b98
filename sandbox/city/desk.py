"""The operations of the contract: a checked request in, the content of `traloi` out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from sandbox.city.clock import stamp
from sandbox.city.codes import Q
from sandbox.city.envelope import Fields, write_fields
from sandbox.city.errors import Refusal
from sandbox.city.faults import Faults
from sandbox.city.judge import Shell
from sandbox.city.reads import LISTS, Ask, read_school
from sandbox.city.rivals import disturb
from sandbox.city.rows import read_row
from sandbox.city.schema import Shapes
from sandbox.city.settings import MOST_BYTES, MOST_ROWS, VERSIONS, Settings, read_settings
from sandbox.city.state import State, last_seq
from sandbox.city.submissions import Submissions, Ticket
from sandbox.city.walks import Page, Walks

_UNIT = ("malop", "mamonhoc", "hocky")
_ECHOED = {"LayHocSinh": ("malop",), "LayDiem": _UNIT}


@dataclass(frozen=True)
class Request:
    """One valid request of a known account. `rows` only in GuiDiem; of several `subjects` `fields` has the last."""

    operation: str
    account: str
    fields: dict[str, str]
    rows: list[etree._Element]
    subjects: tuple[str, ...] = ()

    def facts(self) -> dict[str, str]:
        """What a fault switch may ask for."""
        named = {"school": "matruong", "school_class": "malop"}
        given = {ours: self.fields[theirs] for ours, theirs in named.items() if theirs in self.fields}
        return {"operation": self.operation, **given, "subject": " ".join(self.subjects)}


class Desk:
    def __init__(self, state: State, faults: Faults, shapes: Shapes):
        self.state, self.faults, self.shapes = state, faults, shapes
        self.walks = Walks(state.clock)
        self.submissions = Submissions(state, faults)
        self._open: list[tuple[str, str]] = []  # submissions that are being received just now
        self._open_lock = threading.Lock()

    @property
    def settings(self) -> Settings:
        return read_settings(self.state)

    def answer(self, request: Request) -> str:
        head: Fields = [("magoi", request.fields["magoi"]), ("thoigianmaychu", stamp(self.state.clock()))]
        return write_fields(head) + OPERATIONS[request.operation](self, request)

    @contextmanager
    def receiving(self, request: Request) -> Iterator[None]:
        """While a call of GuiDiem is open its submission is never said to be unknown."""
        if request.operation != "GuiDiem":
            yield
            return
        key = (request.account, request.fields["magui"])
        with self._open_lock:
            self._open.append(key)
        try:
            yield
        finally:
            with self._open_lock:
                self._open.remove(key)

    def greet(self, _request: Request) -> str:
        settings = self.settings
        return write_fields(
            [
                ("moitruong", settings.environment),
                *(("phienbanhotro", version) for version in VERSIONS),
                *(("khanang", name) for name in settings.capabilities()),
                ("sodongtoida", str(MOST_ROWS)),
                ("kichthuoctoida", str(MOST_BYTES)),
            ]
        )

    def describe_school(self, request: Request) -> str:
        with self.state.read() as db:
            return write_fields(read_school(db, Ask(request.fields["matruong"], int(request.fields["namhoc"]), {})))

    def list_rows(self, request: Request) -> str:
        asked, told = self._other_class(request)
        page = self._page(asked)
        head: Fields = [
            *_context(request, {}),
            *_echo(told),
            ("sodong", str(len(page.rows))),
            ("tongso", None if page.total is None else str(page.total)),
            ("moc", page.mark),
            ("controtiep", page.cursor),
        ]
        return write_fields(head) + "".join(page.rows)

    def receive(self, request: Request) -> str:
        shell = _shell(request)
        rows = [read_row(self.shapes, row, number=number) for number, row in enumerate(request.rows, start=1)]
        if request.fields.get("chaythu") in ("true", "1"):
            return self._tell(request, self.submissions.rehearse(shell, rows), trial=True)
        disturb(self.state, self.faults, shell=shell, rows=rows)
        ticket = self.submissions.receive(shell, rows, polls=self._polls(request))
        return self._tell(request, ticket)

    def tell(self, request: Request) -> str:
        fields, magui = request.fields, request.fields["magui"]
        with self._open_lock:
            underway = (request.account, magui) in self._open
        if underway:
            return self._tell(request, Ticket("DANGXULY", retry_after=1))
        if self.faults.take("lose_ticket", request.facts()):
            return self._tell(request, Ticket("KHONGBIET"))
        school, year = fields["matruong"], int(fields["namhoc"])
        return self._tell(request, self.submissions.ask(request.account, magui, school=school, year=year))

    def _tell(self, request: Request, ticket: Ticket, *, trial: bool = False) -> str:
        shell, receipts = ticket.shell, ticket.receipts or []
        unit = dict(zip(_UNIT, (shell.school_class, shell.subject, shell.term), strict=True)) if shell else {}
        head: Fields = [
            *_context(request, {}),
            ("magui", request.fields["magui"]),
            ("trangthai", ticket.status),
            ("thulai", None if ticket.retry_after is None else str(ticket.retry_after)),
            *unit.items(),
            ("chaythu", "true" if trial else None),
            ("sodong", str(len(receipts))),
        ]
        return write_fields(head) + "".join(f"<ketqua>{write_fields(receipt)}</ketqua>" for receipt in receipts)

    def _polls(self, request: Request) -> int:
        fault = self.faults.take("delay", request.facts())
        settings = self.settings
        if fault is not None:
            return fault.polls
        return settings.polls if settings.receipts == "later" else 0

    def _other_class(self, request: Request) -> tuple[Request, Request]:
        """What is really looked up, and what the answer says that it is about."""
        fault = self.faults.take("other_class", request.facts()) if "malop" in request.fields else None
        if fault is None or fault.other is None:
            return request, request
        other = replace(request, fields={**request.fields, "malop": fault.other})
        return other, request if fault.disguised else other

    def _page(self, request: Request) -> Page:
        fields = request.fields
        asked = sorted(f"{name}={fields[name]}" for name in _lasting(fields))
        owner = (request.account, request.operation, *asked, *request.subjects)
        most = min(int(fields.get("sodongtoida", MOST_ROWS)), self.settings.page_rows)
        if self.faults.take("expire", request.facts()):
            self.walks.forget()
        if "contro" in fields:
            return self.walks.go_on(owner, fields["contro"], most=most)
        with self.state.read() as db:
            mark = f"{self.state.get('city')}.{last_seq(db)}"
            ask = Ask(fields["matruong"], int(fields["namhoc"]), fields, self._since(fields), request.subjects)
            rows = LISTS[request.operation](db, ask)
        shrink = self.faults.take("shrink", request.facts())
        kept = rows[: shrink.keep] if shrink else rows
        return self.walks.begin(owner, [f"<dong>{write_fields(row)}</dong>" for row in kept], mark=mark, most=most)

    def _since(self, fields: dict[str, str]) -> int | None:
        """MOCQUACU for a mark that this city did not make, or when it has no deltas."""
        if "tumoc" not in fields:
            return None
        city, _, seq = fields["tumoc"].rpartition(".")
        if city != self.state.get("city") or not seq.isdecimal() or not self.settings.delta:
            raise Refusal("MOCQUACU", field="tumoc")
        return int(seq)


def _shell(request: Request) -> Shell:
    fields = request.fields
    unit = (fields["matruong"], int(fields["namhoc"]), fields["malop"], fields["mamonhoc"], fields["hocky"])
    return Shell(request.account, fields["magui"], *unit)


def _context(request: Request, unit: dict[str, Any]) -> Fields:
    """Says what the answer is about, so that an answer to another question is seen."""
    return [("matruong", request.fields["matruong"]), ("namhoc", request.fields["namhoc"]), *unit.items()]


def _echo(request: Request) -> Fields:
    """What was asked for, as the answer repeats it."""
    names = _ECHOED.get(request.operation, ())
    values = {name: (request.fields[name],) for name in names if name != "mamonhoc"} | {"mamonhoc": request.subjects}
    return [(name, value) for name in names for value in values[name]]


def _lasting(fields: dict[str, str]) -> list[str]:
    """The fields that stay the same on every page of a walk."""
    return [name for name in fields if name not in ("magoi", "mavet", "contro", "sodongtoida", "tumoc")]


def read_request(ask: etree._Element, account: str, *, operation: str, rows: list[etree._Element]) -> Request:
    """The simple fields of a valid `yeucau`. The schema lets only numbers have spaces around them."""
    given = [(child.tag.removeprefix(Q), (child.text or "").strip()) for child in ask if not len(child)]
    subjects = tuple(text for name, text in given if name == "mamonhoc")
    return Request(operation, account, dict(given), rows, subjects)


OPERATIONS: dict[str, Callable[[Desk, Request], str]] = {
    "KiemTraKetNoi": Desk.greet,
    "LayTruong": Desk.describe_school,
    **dict.fromkeys(LISTS, Desk.list_rows),
    "GuiDiem": Desk.receive,
    "LayBienNhan": Desk.tell,
}
