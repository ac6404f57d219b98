"""The one door to the city's server: sends bytes, hands back bytes, and knows what a broken line means.

Nothing else here touches requests. A redirect is never followed, bytes are counted after unpacking, and a slow drip
ends at the time for the whole call.
"""

import gzip
import ssl
from collections.abc import Callable, Generator
from functools import cached_property
from time import monotonic

import requests
from requests import exceptions as broken
from urllib3.exceptions import NewConnectionError

from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.faults import Call
from bridge.domain.errors import RemoteError
from bridge.lines import SiteAdapter, ran_out

CHUNK = 64 * 1024
HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/xml", "User-Agent": "csdl-bridge"}
Prepare = Callable[[], requests.PreparedRequest]
Chunks = Generator[bytes, None, None]  # to be closed: what is not read to its end would keep its connection
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


def at_once() -> None:
    """The pace of who has none."""


class Door:
    """Thread-safe: all threads share one pool of connections. Threads come and go with each run: were a pool theirs,
    each run would leave its connections behind.

    Below a session of requests: no cookie is kept and no redirect followed, and neither a .netrc nor a proxy of the
    environment meets the password.

    `timer` counts seconds from anywhere; `pace` returns when a call may go.
    """

    def __init__(
        self, endpoint: Endpoint, timer: Callable[[], float] = monotonic, *, pace: Callable[[], None] = at_once
    ) -> None:
        self._endpoint = endpoint
        self._pace = pace
        self._timer = timer
        self._adapter = SiteAdapter(endpoint.call_timeout, timer=timer)

    def post(self, body: bytes, *, action: str, call: Call, pack: bool = False) -> Chunks:
        """The bytes of a SOAP answer or fault, unpacked, as they come; `pack` sends the body as gzip."""
        headers = {"SOAPAction": f'"{action}"'}
        if pack:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=1, mtime=0)
        return self._exchange(lambda: self._filled(headers, body), call)

    def get(self, url: str, call: Call) -> Chunks:
        """The bytes of an XML document on the city's own host."""
        return self._exchange(requests.Request("GET", url, headers=HEADERS).prepare, call)

    def close(self) -> None:
        """Lets go of the kept connections. A later call opens new ones."""
        self._adapter.close()

    def _filled(self, headers: dict[str, str], body: bytes) -> requests.PreparedRequest:
        """Calls differ in action and body alone. The rest, half of the work, is prepared once."""
        request = requests.PreparedRequest()
        request.method, request.url, request.body = self._blank.method, self._blank.url, body
        request.headers = self._blank.headers.copy()
        request.headers.update(headers, **{"Content-Length": str(len(body))})
        return request

    @cached_property
    def _blank(self) -> requests.PreparedRequest:
        headers = {**HEADERS, "Content-Type": "text/xml; charset=utf-8"}
        return requests.Request("POST", self._endpoint.url, headers=headers).prepare()

    def _exchange(self, prepare: Prepare, call: Call) -> Chunks:
        self._pace()
        until = self._timer() + self._endpoint.call_timeout
        reply = self._send(prepare, until, call)
        if not _holds_xml(reply):
            with reply:
                raise _by_status(reply, call)
        return self._chunks(reply, until, call)

    def _send(self, prepare: Prepare, until: float, call: Call) -> requests.Response:
        timeout, verify = (self._endpoint.connect_timeout, self._endpoint.read_timeout), self._endpoint.ca_file or True
        try:
            return self._adapter.send(prepare(), timeout=timeout, stream=True, verify=verify)
        except broken.RequestException as err:
            raise self._too_slow(err, until, call) or _line_error(err, call) from err

    def _chunks(self, reply: requests.Response, until: float, call: Call) -> Chunks:
        size = 0
        with reply:
            try:
                for chunk in reply.iter_content(CHUNK):
                    size += len(chunk)
                    if size > self._endpoint.reply_bytes:
                        raise call.garbled("REPLY_TOO_LARGE", limit=self._endpoint.reply_bytes)
                    yield chunk
            except broken.RequestException as err:
                raise self._too_slow(err, until, call) or _cut_off(err, call) from err

    def _too_slow(self, err: broken.RequestException, until: float, call: Call) -> RemoteError | None:
        """The time of the whole call, not silence, was over. What never connected is `_line_error`'s."""
        if isinstance(err, broken.ConnectTimeout) or not ran_out(err) or self._timer() < until:
            return None
        return call.lost("TOO_SLOW", seconds=self._endpoint.call_timeout)


def _holds_xml(reply: requests.Response) -> bool:
    """Stacks send faults with many statuses, so the type decides. A redirect is no answer, whatever it holds."""
    return "xml" in reply.headers.get("Content-Type", "").lower() and not 300 <= reply.status_code < 400


def _by_status(reply: requests.Response, call: Call) -> RemoteError:
    """An answer that is no SOAP at all: a proxy's page, a login wall. After a write nobody knows what happened."""
    status = reply.status_code
    if call.write or status < 300:
        return call.garbled("NOT_XML", status=status)
    if status in LATER:
        return call.unreachable("HTTP", status=status, retry_after=_seconds(reply.headers.get("Retry-After", "")))
    if status in (401, 403):
        return call.refused("LOGIN", theirs=str(status))
    return call.refused("REDIRECT" if status < 400 else "HTTP", theirs=str(status))


def _seconds(header: str) -> float | None:
    return float(header) if header.isdecimal() else None


def _line_error(err: broken.RequestException, call: Call) -> RemoteError:
    """Only where the connection never stood is it sure that no byte of a write arrived."""
    cause = getattr(err.args[0], "reason", None) if err.args else None
    if isinstance(err, broken.ConnectTimeout) or isinstance(cause, NewConnectionError):
        return call.unreachable("NO_CONNECTION")
    if isinstance(err, broken.SSLError) and _is_bad_certificate(err):
        return call.unreachable("BAD_CERTIFICATE")
    return call.lost("TIMED_OUT" if ran_out(err) else "LINE_BROKEN")


def _is_bad_certificate(err: BaseException | None) -> bool:
    while err is not None and not isinstance(err, ssl.SSLCertVerificationError):
        err = err.__cause__ or err.__context__
    return err is not None


def _cut_off(err: broken.RequestException, call: Call) -> RemoteError:
    """The answer began and did not end."""
    return call.lost("TIMED_OUT" if ran_out(err) else "CUT_OFF")
