"""The one door to a Moodle site: how a call leaves, how long it may take, when it is tried again.

Reads only, so every call may be repeated. What an answer means is `replies.py`'s.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

import requests

from bridge.domain.errors import ConfigProblem, Refused, Unreachable
from bridge.lines import SiteAdapter, ran_out
from bridge.moodle_ws.forms import Param, form_pairs
from bridge.moodle_ws.replies import REMOTE, Answer, Decodes, Reason, Why, check_status, garbled, read_reply

_PATH = "/webservice/rest/server.php"
_PIECE = 65536
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, except where said. `read` is for a whole answer, `pause` doubles with each further attempt.

    Two calls at once: on the two cores of a common school server more only add delay (measured: 61 calls a second
    with 2 clients, 55 with 8).
    """

    connect: float = 5.0
    read: float = 60.0
    attempts: int = 3
    pause: float = 1.0
    longest_pause: float = 20.0
    parallel: int = 2
    largest: int = 64 * 1024 * 1024  # bytes of one answer


def at_once() -> None:
    """The pace of who has none."""


class _Line:
    """Calls differ in their body alone: address, headers, and the environment's proxies and certificates are settled
    once. Below a session of requests, so that no cookie is kept, no redirect followed and no login of a .netrc added:
    the token is all that says who we are.
    """

    def __init__(self, url: str, limits: Limits):
        session = requests.Session()
        around = session.merge_environment_settings(url, {}, None, None, None)
        self._proxies, self._verify = around["proxies"], around["verify"] or True
        session.trust_env = False
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        self._blank = session.prepare_request(requests.Request("POST", url, headers=headers))
        self._timeouts = (limits.connect, limits.read)
        self._adapter = SiteAdapter(limits.read, pool_maxsize=limits.parallel)

    def post(self, form: str) -> requests.Response:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = self._blank.method, self._blank.url, form
        request.headers = self._blank.headers.copy()
        request.headers["Content-Length"] = str(len(form))
        return self._adapter.send(
            request, stream=True, timeout=self._timeouts, verify=self._verify, proxies=self._proxies
        )


class Client:
    """Calls functions of one site with one token. Thread-safe; raises Unreachable, Refused or Garbled.

    POST only and the token in the body: a URL ends up in logs, and long ones are refused.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        pace: Callable[[], None] = at_once,
    ):
        _check_settings(url, token)
        self._url = url.rstrip("/") + _PATH
        self._token = token
        self._limits = limits or Limits()
        self._sleep, self._pace = sleep, pace
        self._turn = threading.BoundedSemaphore(self._limits.parallel)
        self._line = _Line(self._url, self._limits)

    def ask(self, function: str, shape: Decodes[Shape], **params: Param) -> Shape:
        return read_reply(self.answer(function, **params), shape, function)

    def answer(self, function: str, **params: Param) -> Answer:
        """The answer with status 200, whatever stands in it. Tried again while the site cannot be reached."""
        head = {"wstoken": self._token, "wsfunction": function, "moodlewsrestformat": "json"}
        pairs = form_pairs(head | params)
        pause = self._limits.pause
        for _ in range(self._limits.attempts - 1):
            try:
                return self._post(pairs, function)
            except Unreachable as error:
                if not self._worth_waiting(error):
                    raise
            self._sleep(pause)
            pause = min(2 * pause, self._limits.longest_pause)
        return self._post(pairs, function)

    def _worth_waiting(self, error: Unreachable) -> bool:
        """A site in maintenance names its time, mostly minutes: that is for the next run, not for this call."""
        after = error.facts.get("after")
        return not isinstance(after, int) or after <= self._limits.longest_pause

    def _post(self, pairs: list[tuple[str, str]], function: str) -> Answer:
        self._pace()
        with self._turn:
            answer = self._send(pairs, function)
        check_status(answer, function)
        return answer

    def _send(self, pairs: list[tuple[str, str]], function: str) -> Answer:
        try:
            with self._line.post(urlencode(pairs)) as response:
                body = self._body(response, function)
        except requests.exceptions.SSLError as err:
            raise Refused(remote=REMOTE, operation=function, reason=Reason.CERTIFICATE, theirs="TLS") from err
        except requests.RequestException as err:
            reason = "TIMEOUT" if ran_out(err) else "CONNECTION"
            raise Unreachable(remote=REMOTE, operation=function, reason=reason) from err
        after = response.headers.get("Retry-After", "")
        return Answer(
            response.status_code, body, response.headers.get("Date"), int(after) if after.isdecimal() else None
        )

    def _body(self, response: requests.Response, function: str) -> bytes:
        """At most so many bytes, counted unpacked; at most so many seconds is the line's business."""
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(_PIECE):
            size += len(piece)
            if size > self._limits.largest:
                raise garbled(Why.TOO_LARGE, function, limit=self._limits.largest)
            pieces.append(piece)
        return b"".join(pieces)


def _check_settings(url: str, token: str) -> None:
    parts = urlsplit(url)
    problems: list[tuple[str, str]] = []
    if parts.scheme not in ("https", "http") or not parts.hostname:
        problems.append(("moodle.url", "needs https:// and a host"))
    if parts.username or parts.query or parts.fragment:
        problems.append(("moodle.url", "must be the address of the site alone"))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        problems.append(("moodle.url", "is plain http, and the token would travel in the clear"))
    if not (token.isascii() and token.isprintable()) or not token or " " in token:
        problems.append(("moodle.token", "is empty or no token"))
    if problems:
        raise ConfigProblem(problems=problems)
