"""A city of a few lines on a real loopback socket: it answers what a test tells it, broken lines included."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from types import TracebackType

from lxml import etree

from bridge.csdl.soap.city import SoapCity
from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.endpoint import Endpoint
from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, Term, mark
from bridge.ports.city import OutRow, Submission

NS = "urn:csdl-bridge:csdl:v1"
SCHOOL = "79000001"
UNIT = Unit(SCHOOL, 2026, "10A1", "TOAN", Term.HK1)
NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
ECHOED = ("magoi", "matruong", "namhoc", "malop", "mamonhoc", "hocky", "magui")
ABILITIES = ("sosanhphienban", "huy", "khoaso", "bienlaingay")


@dataclass(frozen=True)
class Asked:
    """A request as it arrived. `fields` are those of `yeucau`, `packed` whether it came as gzip."""

    method: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def packed(self) -> bool:
        return self.headers.get("content-encoding") == "gzip"

    @property
    def envelope(self) -> etree._Element:
        return etree.fromstring(gzip.decompress(self.body) if self.packed else self.body)

    @property
    def payload(self) -> etree._Element:
        return self.envelope.find("{*}Body")[0]

    @property
    def operation(self) -> str:
        return etree.QName(self.payload).localname

    @property
    def fields(self) -> dict[str, str]:
        return {etree.QName(child).localname: child.text or "" for child in self.payload[0]}


Reply = bytes | None  # an XML document, or a whole HTTP answer; None: the line is cut without a word


@dataclass
class Peer:
    """`replies` by operation; an HTTP GET is the operation "GET". Each is asked once per request."""

    replies: dict[str, Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> "Peer":
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/csdl/v1"

    def sent(self, operation: str) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST" and one.operation == operation]

    def city(
        self,
        *,
        dialect: Dialect | None = None,
        clock: Callable[[], datetime] = lambda: NOW,
        sleep: Callable[[float], None] = lambda _: None,
        **more: object,
    ) -> SoapCity:
        endpoint = Endpoint(url=self.url, user="truong", password="mật khẩu", **more)  # type: ignore[arg-type]
        numbers = iter(range(1, 1_000_000))
        return SoapCity(SCHOOL, endpoint, dialect=dialect, new_id=lambda: f"q{next(numbers)}", clock=clock, sleep=sleep)

    def take(self) -> socket.socket:
        """The next caller."""
        return self._socket.accept()[0]

    def _serve(self) -> None:
        while True:
            try:
                line = self.take()
            except OSError:
                return  # closed by __exit__
            with line:
                asked = _receive(line)
                self.asked.append(asked)
                reply = self._reply(asked)
                if reply is not None:
                    line.sendall(reply if reply.startswith(b"HTTP/") else http(reply))

    def _reply(self, asked: Asked) -> Reply:
        operation = asked.operation if asked.method == "POST" else "GET"
        return self.replies.get(operation, _DEFAULTS.get(operation, lambda _: http(b"", status="404 Not Found")))(asked)


def _receive(line: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    return Asked(first.split()[0], headers, body)


def http(body: bytes, *, status: str = "200 OK", kind: str = "text/xml; charset=utf-8", **headers: str) -> bytes:
    lines = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def envelope(inner: str) -> bytes:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{soap}"><s:Body>{inner}</s:Body></s:Envelope>'.encode()


def answer(asked: Asked, shape: str, **other: str) -> bytes:
    """An answer to this request. `{name}` in `shape` becomes that field, echoed; `other` lies about some."""
    codes = {"thoigianmaychu": "2026-10-01T08:00:00+07:00", **{n: asked.fields[n] for n in ECHOED if n in asked.fields}}
    tags = {name: _tag(name, text) for name, text in (codes | other).items()}
    inner = shape.format_map({name: tags.get(name, "") for name in ("thoigianmaychu", *ECHOED)})
    operation = asked.operation
    return envelope(f'<{operation}Response xmlns="{NS}"><traloi>{inner}</traloi></{operation}Response>')


def rows_answer(asked: Asked, rows: Iterable[str], *, more: str = "", count: int | None = None, **other: str) -> bytes:
    """A page of rows. `more` stands between `sodong` and the rows."""
    rows = list(rows)
    number = len(rows) if count is None else count
    shape = "{magoi}{thoigianmaychu}{matruong}{namhoc}{malop}{mamonhoc}{hocky}"
    return answer(asked, shape + _tag("sodong", str(number)) + (more or "<moc>m1</moc>") + "".join(rows), **other)


def results_answer(
    asked: Asked, rows: Iterable[str], *, state: str = "XONG", more: str = "", count: int | None = None, **other: str
) -> bytes:
    rows = list(rows)
    number = len(rows) if count is None else count
    shape = "{magoi}{thoigianmaychu}{matruong}{namhoc}{magui}" + _tag("trangthai", state) + more
    return answer(asked, shape + "{malop}{mamonhoc}{hocky}" + _tag("sodong", str(number)) + "".join(rows), **other)


def hello(
    asked: Asked,
    *abilities: str,
    environment: str = "THU",
    version: str = "1.0",
    limits: tuple[int, int] = (500, 1024 * 1024),
    **other: str,
) -> bytes:
    """`limits`: rows and bytes of a message."""
    shape = "{magoi}{thoigianmaychu}" + _tag("moitruong", environment) + _tag("phienbanhotro", version)
    shape += "".join(_tag("khanang", one) for one in abilities or ABILITIES)
    rows, size = limits
    return answer(asked, f"{shape}<sodongtoida>{rows}</sodongtoida><kichthuoctoida>{size}</kichthuoctoida>", **other)


def school(asked: Asked, *, level: str = "THPT", **other: str) -> bytes:
    shape = "{magoi}{thoigianmaychu}<idbanghi>t1</idbanghi><sukien>NEW</sukien><phienban>1</phienban>"
    shape += "<thoigiancapnhat>2026-08-01T00:00:00Z</thoigiancapnhat>{matruong}{namhoc}"
    shape += "<tentruong>Trường mẫu</tentruong>" + _tag("manhomcaphoc", level)
    for term, first, last in (("HK1", "2026-09-05", "2027-01-15"), ("CN", "2026-09-05", "2027-05-31")):
        shape += f"<kyhoc><hocky>{term}</hocky><tungay>{first}</tungay><denngay>{last}</denngay></kyhoc>"
    return answer(asked, shape, **other)


def fault(
    code: str = "", *, wait: int | None = None, place: str = "", status: str = "500 Error"
) -> Callable[[Asked], bytes]:
    detail = ""
    if code:
        detail = f'<detail><Loi xmlns="{NS}"><maloi>{code}</maloi><thongbao>Lỗi.</thongbao>'
        detail += _tag("truong", place or None) + _tag("thulai", None if wait is None else str(wait))
        detail += "<magoi>x</magoi></Loi></detail>"
    inner = f"<s:Fault><faultcode>s:Server</faultcode><faultstring>Lỗi.</faultstring>{detail}</s:Fault>"
    return lambda _: http(envelope(inner), status=status)


def score_row(number: int = 1, value: str = "<kieugiatri>DIEM</kieugiatri><diem>8.5</diem>", **other: str) -> str:
    fields = {
        "idbanghi": f"r{number}",
        "sukien": "NEW",
        "phienban": "1",
        "thoigiancapnhat": "2026-10-01T08:00:00+07:00",
        "mahocsinh": f"HS{number:04}",
        "mamonhoc": "TOAN",
        "cotdiem": "TX1",
    } | other
    tail = {name: fields.pop(name) for name in ("nguon", "magui") if name in fields}
    head = "".join(_tag(name, text) for name, text in fields.items())
    return f"<dong>{head}{value}{_tag('nguon', tail.get('nguon', 'AI'))}{_tag('magui', tail.get('magui'))}</dong>"


def result_row(record_id: str, code: str = "DAGHI", *, group: str = "NHAN", version: str = "1", more: str = "") -> str:
    head = _tag("idbanghi", record_id) + _tag("phienban", version) + _tag("maketqua", code) + _tag("nhom", group)
    return f"<ketqua>{head}{more}</ketqua>"


def submission(*scores: Score, ident: str = "00000000-0000-4000-8000-000000000001", unit: Unit = UNIT) -> Submission:
    """Rows r1, r2 … with these scores (8,5 once, if none), as NEW in TX1 of pupils HS0001, HS0002 …"""
    rows = [
        OutRow(f"r{n}", Op.NEW, 1, 0, f"HS{n:04}", Column.TX1, score)
        for n, score in enumerate(scores or (mark(85),), 1)
    ]
    at = datetime(2026, 10, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
    return Submission(ident, unit, at, tuple(rows))


def _tag(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{text}</{name}>"


_DEFAULTS: dict[str, Callable[[Asked], Reply]] = {"KiemTraKetNoi": hello, "LayTruong": school}
