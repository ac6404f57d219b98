"""The one door to platforms: timeouts on every call, no redirects, nothing larger than expected, no strange addresses.

Addresses come from a platform's registration, so they may be anybody's: a private address is called only when its host
is one that the school has named (design §9, SSRF). A name is resolved before the call; who controls it could point it
elsewhere in between, and would win a GET or a form to an inner address whose answer nobody shows.
"""

import ipaddress
import json
import socket
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from bridge.domain.errors import Garbled, Refused, Unreachable

REMOTE = "platform"
TIMEOUTS = (5.0, 10.0)  # connect, between two bytes; seconds
LARGEST = 1024 * 1024
OK = range(200, 300)

Resolve = Callable[[str], Collection[str]]


def resolve(host: str) -> Collection[str]:
    """Every address of a host; `OSError` when there is none."""
    return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}


class Door:
    """Speaks JSON with platforms. `named`: hosts that may lie in a private network."""

    def __init__(self, named: Collection[str] = (), *, resolve: Resolve = resolve) -> None:
        self._named = frozenset(named)
        self._resolve = resolve
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, url: str) -> Any:
        return self._ask("GET", url)

    def post(self, url: str, body: Mapping[str, object], *, bearer: str = "") -> Any:
        """JSON out and in."""
        return self._ask("POST", url, json=body, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})

    def _ask(self, method: str, url: str, **parts: Any) -> Any:
        self._check_address(url)
        try:
            with self._session.request(
                method, url, timeout=TIMEOUTS, allow_redirects=False, stream=True, **parts
            ) as reply:
                body = reply.raw.read(LARGEST + 1, decode_content=True)
                return self._read(reply.status_code, body, url)
        except (requests.RequestException, OSError) as err:
            raise Unreachable(remote=REMOTE, operation=_told(url), why="CONNECTION") from err

    def _read(self, status: int, body: bytes, url: str) -> Any:
        if status not in OK:
            raise Refused(remote=REMOTE, operation=_told(url), reason="STATUS", theirs=status)
        if len(body) > LARGEST:
            raise Garbled(remote=REMOTE, operation=_told(url), why="TOO_LARGE")
        try:
            return json.loads(body)
        except ValueError as err:
            raise Garbled(remote=REMOTE, operation=_told(url), why="NOT_JSON") from err

    def _check_address(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise Refused(remote=REMOTE, operation="", reason="ADDRESS", theirs=parts.scheme)
        if host in self._named:
            return
        try:
            addresses = [ipaddress.ip_address(found.partition("%")[0]) for found in self._resolve(host)]
        except (OSError, ValueError) as err:
            raise Unreachable(remote=REMOTE, operation=_told(url), why="NO_SUCH_HOST") from err
        if parts.scheme != "https" or not all(address.is_global for address in addresses):
            raise Refused(remote=REMOTE, operation=_told(url), reason="PRIVATE_ADDRESS", theirs=host)


def _told(url: str) -> str:
    """Host and path: a query may hold a secret."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
