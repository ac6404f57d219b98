"""The one door to platforms: timeouts on every call, no redirects, nothing larger than expected, no strange addresses.

Addresses come from a platform's registration, so they may be anybody's: a private address is called only when its host
is one that the school has named (design §9, SSRF; docs/adr/0033-connect-to-what-was-checked.md).
"""

import ipaddress
import json
import socket
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from bridge.domain.errors import Garbled, Refused, RemoteError, Unclear, Unreachable
from bridge.lines import ran_out
from bridge.lti.line import checked_session

REMOTE = "platform"
TIMEOUTS = (5.0, 10.0)  # connect, between two bytes; seconds
LONGEST = 20.0  # seconds for a whole answer, however steadily it drips
LARGEST = 1024 * 1024  # bytes
PIECE = 64 * 1024
OK = range(200, 300)
BUSY = frozenset({429, 503})  # did nothing, and says so
BROKEN = frozenset({500, 502, 504})
PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds

Resolve = Callable[[str], Sequence[str]]


def resolve(host: str) -> Sequence[str]:
    """Every address of a host, the best first; `OSError` when there is none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Reply(NamedTuple):
    """Whatever was answered; `headers` are looked up whatever their case. `told` is the address without its query."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    told: str

    def read(self) -> Any:
        """The JSON of a good answer. `Refused(STATUS)`, `Unreachable` of a busy platform, `Garbled`."""
        self.check()
        try:
            return json.loads(self.body)
        except ValueError as err:
            raise Garbled(remote=REMOTE, operation=self.told, why="NOT_JSON") from err

    @property
    def after(self) -> int | None:
        """Seconds to wait, as a busy platform asks (RFC 9110 §10.2.3); a date counts as nothing said."""
        said = self.headers.get("Retry-After", "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None

    def check(self) -> None:
        if self.status in BUSY:
            facts = {} if self.after is None else {"after": self.after}
            raise Unreachable(remote=REMOTE, operation=self.told, why="BUSY", theirs=self.status, **facts)
        if self.status not in OK:
            raise Refused(remote=REMOTE, operation=self.told, reason="STATUS", theirs=self.status)


class Door:
    """Speaks with platforms. `named`: hosts that may lie in a private network, and be called without TLS.

    What only asks is tried so often (`attempts`) while the platform is away; what changes something never.
    """

    def __init__(
        self,
        named: Collection[str] = (),
        *,
        resolve: Resolve = resolve,
        attempts: int = 1,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._named = frozenset(named)
        self._resolve = resolve
        self._attempts = attempts
        self._sleep = sleep
        self._session = checked_session(self._addresses, seconds=LONGEST, timer=timer)

    def get(self, url: str) -> Any:
        return self.ask(url, {}).read()

    def post(self, url: str, body: Mapping[str, object], *, bearer: str = "") -> Any:
        """JSON out and in."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        return self.send("POST", url, headers, json.dumps(body).encode()).read()

    def ask(self, url: str, headers: Mapping[str, str]) -> Reply:
        """A GET. `Unreachable`, `Refused` for an address that is not called, `Garbled` for one too large."""
        pause = PAUSE
        for _ in range(self._attempts - 1):
            try:
                reply = self._call("GET", url, headers, None)
                if reply.status not in BUSY | BROKEN:
                    return reply
                pause = pause if reply.after is None else reply.after
            except Unreachable:
                pass  # the next attempt may get through
            if pause > LONGEST_PAUSE:
                break
            self._sleep(pause)
            pause *= 2
        return self._call("GET", url, headers, None)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """What may change something. `Unclear` when nobody knows whether it arrived."""
        return self._call(method, url, headers, body)

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        parts = parts_of(url)
        told = _told(parts)
        if (parts.hostname or "") not in self._named:  # said before anything is connected
            self._addresses(parts.scheme, parts.hostname or "")
        sent = {"Accept-Encoding": "identity", **headers}
        try:
            with self._session.request(
                method, url, headers=sent, data=body, timeout=TIMEOUTS, allow_redirects=False, stream=True
            ) as reply:
                return Reply(reply.status_code, reply.headers, self._body(reply, told), told)
        except (requests.RequestException, HTTPError, OSError) as err:
            raise _lost(err, told, asking=method == "GET") from err

    def _body(self, reply: requests.Response, told: str) -> bytes:
        """Read as it comes, and never unpacked."""
        body = b""
        while piece := reply.raw.read1(PIECE):
            body += piece
            if len(body) > LARGEST:
                raise Garbled(remote=REMOTE, operation=told, why="TOO_LARGE")
        return body

    def _addresses(self, scheme: str, host: str) -> Sequence[str]:
        """Where a host may be called. `Refused` for one that may not, `Unreachable` for a name nobody has."""
        if scheme not in ("http", "https") or not host:
            raise Refused(remote=REMOTE, operation="", reason="ADDRESS", theirs=scheme)
        try:
            found = self._resolve(host)
            addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
        except (OSError, ValueError) as err:
            raise Unreachable(remote=REMOTE, operation=host, why="NO_SUCH_HOST") from err
        if not found:
            raise Unreachable(remote=REMOTE, operation=host, why="NO_SUCH_HOST")
        if host not in self._named and (scheme != "https" or not all(one.is_global for one in addresses)):
            raise Refused(remote=REMOTE, operation=host, reason="PRIVATE_ADDRESS", theirs=host)
        return found


def _lost(err: Exception, told: str, *, asking: bool) -> RemoteError:
    """A question may be asked again. Of a change nobody knows, unless it surely never left."""
    cause = getattr(err.args[0], "reason", None) if err.args else None
    never_left = isinstance(err, requests.ConnectTimeout | requests.exceptions.SSLError) or isinstance(
        cause, NewConnectionError | ConnectTimeoutError
    )
    why = "TIMEOUT" if ran_out(err) else "CONNECTION"
    kind = Unreachable if asking or never_left else Unclear
    return kind(remote=REMOTE, operation=told, why=why)


def parts_of(url: str) -> SplitResult:
    """`Refused(ADDRESS)` for what is none, such as a bracket without its other half."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # said here, or by whoever connects
    except ValueError as err:
        raise Refused(remote=REMOTE, operation="", reason="ADDRESS", theirs="") from err
    return parts


def is_callable(url: str, named: Collection[str]) -> bool:
    """Over TLS, or without it on a host that the school has named."""
    try:
        parts = parts_of(url)
    except Refused:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in named))


def is_same_site(one: str, other: str) -> bool:
    """Of the same scheme, host and port; never for what is no address."""
    try:
        left, right = parts_of(one), parts_of(other)
    except Refused:
        return False
    return (left.scheme, left.netloc) == (right.scheme, right.netloc)


def _told(parts: SplitResult) -> str:
    """Host and path: a query may hold a secret."""
    return f"{parts.netloc}{parts.path}"
