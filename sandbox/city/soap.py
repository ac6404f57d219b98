"""`/csdl/v1`: bytes in, bytes out. Checks the message in the contract's order, then hands it to the desk."""

from __future__ import annotations

import gzip
import io
import re
import threading
import uuid
import zlib
from collections import Counter
from collections.abc import Callable

from flask import Blueprint, Response, request
from lxml import etree

import city_contract
from sandbox.city.codes import Q
from sandbox.city.desk import OPERATIONS, Desk, Request, read_request
from sandbox.city.envelope import find_magoi, open_envelope, parse, write_answer, write_fault
from sandbox.city.errors import LineCut, Refusal
from sandbox.city.faults import Fault
from sandbox.city.security import check_school, log_in
from sandbox.city.settings import MOST_BYTES, MOST_ROWS, VERSIONS

PATH = "/csdl/v1"
_WORTH_PACKING = 512
_PROXY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Counts:
    """How often each operation was called, and how many bytes came and went."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, operation: str, *, received: int, sent: int) -> None:
        with self._lock:
            self.calls[operation] += 1
            self.bytes.update({"received": received, "sent": sent})

    def clear(self) -> None:
        with self._lock:
            self.calls.clear()
            self.bytes.clear()


def soap_blueprint(desk: Desk, counts: Counts, sleep: Callable[[float], object]) -> Blueprint:
    soap = Blueprint("soap", __name__)

    @soap.get(PATH)
    def contract() -> Response:
        """The published WSDL with this server's address in it."""
        text = city_contract.WSDL.read_text(encoding="utf-8")
        location = f'location="{request.base_url}"'
        return Response(re.sub(r'location="[^"]*"', location, text), content_type="text/xml; charset=utf-8")

    @soap.post(PATH)
    def call() -> Response:
        magoi = ""
        try:
            root = parse(_body(packed=desk.settings.gzip))
            magoi = find_magoi(root)
            return _Call(desk, counts, sleep).answer(root)
        except Refusal as refusal:
            return _xml(write_fault(refusal, magoi or str(uuid.uuid4())), 500)

    @soap.errorhandler(LineCut)
    def cut(_error: LineCut) -> Response:
        hang_up = request.environ.get("sandbox.hang_up")
        if hang_up is None:
            raise RuntimeError("only the real server can cut a connection")
        hang_up()
        return Response(status=500)

    @soap.errorhandler(500)
    def broken(_error: Exception) -> Response:
        return _xml(write_fault(Refusal("LOIHETHONG"), str(uuid.uuid4())), 500)

    return soap


class _Call:
    """One message on its way through the checks."""

    def __init__(self, desk: Desk, counts: Counts, sleep: Callable[[float], object]):
        self._desk, self._counts, self._sleep = desk, counts, sleep

    def answer(self, root: etree._Element) -> Response:
        asked = self._admit(root)
        with self._desk.receiving(asked):
            reply = self._go_wrong(asked, "before") or self._work(asked)
        self._counts.add(asked.operation, received=request.content_length or 0, sent=len(reply.get_data()))
        return reply

    def _work(self, asked: Request) -> Response:
        content = self._desk.answer(asked)
        return self._go_wrong(asked, "after") or _xml(write_answer(asked.operation, content), 200)

    def _admit(self, root: etree._Element) -> Request:
        """Envelope, login, size, shape, version, right to the school: in this order."""
        message = open_envelope(root)
        with self._desk.state.read() as db:
            account = log_in(db, message.security)
        if message.operation not in OPERATIONS or message.wrapper.tag != f"{Q}{message.operation}":
            raise Refusal("SAIDINHDANG", field="Body")
        if len(message.wrapper.findall(f"{Q}yeucau/{Q}dong")) > MOST_ROWS:
            raise Refusal("QUANHIEUDONG", field="dong")
        version = message.wrapper.findtext(f"{Q}yeucau/{Q}phienbanhopdong", "").strip()
        if version and version not in VERSIONS:
            raise Refusal("PHIENBANHOPDONG", field="phienbanhopdong")
        rows = self._desk.shapes.check_shell(message.wrapper)
        asked = read_request(message.wrapper.find(f"{Q}yeucau"), account, operation=message.operation, rows=rows)
        if "matruong" in asked.fields:
            with self._desk.state.read() as db:
                check_school(db, account, school=asked.fields["matruong"], year=int(asked.fields["namhoc"]))
        return asked

    def _go_wrong(self, asked: Request, when: str) -> Response | None:
        faults, facts = self._desk.faults, asked.facts()
        slow = faults.take("slow", facts, when=when)
        if slow:
            self._sleep(slow.seconds)
        if faults.take("drop", facts, when=when):
            raise LineCut
        if faults.take("html502", facts, when=when):
            return Response(_PROXY_PAGE, 502, content_type="text/html")
        fault: Fault | None = faults.take("fault", facts, when=when)
        if fault is not None and fault.code is not None:
            raise Refusal(fault.code, retry_after=fault.retry_after)
        return None


def _body(*, packed: bool) -> bytes:
    """The request, unpacked, at most 1 MiB: a small packed body may be a very large one."""
    data = request.stream.read(MOST_BYTES + 1)
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding == "gzip" and packed:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as err:
            raise Refusal("SAIDINHDANG", field="Content-Encoding") from err
    elif coding != "identity":
        raise Refusal("SAIDINHDANG", field="Content-Encoding")
    if len(data) > MOST_BYTES:
        raise Refusal("QUALON")
    return data


def _xml(content: bytes, status: int) -> Response:
    reply = Response(content, status, content_type="text/xml; charset=utf-8")
    reply.headers["Vary"] = "Accept-Encoding"
    if len(content) > _WORTH_PACKING and ("gzip", True) in [(name, q > 0) for name, q in request.accept_encodings]:
        reply.set_data(gzip.compress(content, compresslevel=1))
        reply.headers["Content-Encoding"] = "gzip"
    return reply
