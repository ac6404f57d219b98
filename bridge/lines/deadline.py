"""An answer over HTTP that must be whole in time, however steadily it drips.

The timeout of a socket starts anew with every byte, and a look at the clock between two pieces of a body comes too
late: a piece is waited for until it is full, and heads, lines of chunks, trailers and packed bytes that unpack to
nothing yield no piece at all. So the deadline stands below all of them, where bytes leave the socket
(docs/adr/0049-a-deadline-below-the-answer.md).
"""

from collections.abc import Callable, Mapping
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any

from requests import RequestException, Timeout
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError

Timer = Callable[[], float]  # seconds, from anywhere


class DeadlineAdapter(HTTPAdapter):
    """No answer takes longer than so many seconds from the moment its request has left: head, body and trailers.

    What takes longer ends as silence does (`ran_out`). Proxies are under it too. Nothing is tried again.
    `pools`: classes by scheme in place of urllib3's, for who needs connections of its own.
    """

    def __init__(
        self,
        seconds: float,
        *,
        timer: Timer = monotonic,
        pool_maxsize: int = 10,
        pools: Mapping[str, Any] | None = None,
    ) -> None:
        self._pools = pools
        self._response = _response_within(seconds, timer)
        super().__init__(max_retries=0, pool_maxsize=pool_maxsize)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not known:
            self._watch(manager)
        return manager

    def _watch(self, manager: Any) -> None:
        pools: Mapping[str, Any] = self._pools or manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: _pool(pool, self._response) for scheme, pool in pools.items()}


def ran_out(error: BaseException) -> bool:
    """Whether time was what ended a call. `requests` wraps a time-out within a body as a ConnectionError."""
    inner = error.args[0] if isinstance(error, RequestException) and error.args else error
    return isinstance(error, Timeout) or isinstance(inner, ReadTimeoutError)


def _pool(pool: Any, response: type[HTTPResponse]) -> Any:
    """The same pool, but for how its connections read. urllib3 makes both by class."""
    connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": response})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


def _response_within(seconds: float, timer: Timer) -> type[HTTPResponse]:
    class Response(HTTPResponse):
        def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp.close()  # the file of the socket; the socket stays open
            self.fp = BufferedReader(_Bytes(sock, seconds, timer))

    return Response


class _Bytes(RawIOBase):
    """The bytes of a socket while there is time, then `TimeoutError`. Silence ends at the socket's own timeout."""

    def __init__(self, sock: socket, seconds: float, timer: Timer) -> None:
        self._socket, self._timer = sock, timer
        self._silence, self._until = sock.gettimeout(), timer() + seconds
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - self._timer()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        self._socket.settimeout(left if self._silence is None else min(left, self._silence))
        return self._file.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
