"""Connections that go where the check says and nowhere else.

A name that was checked before a call and resolved again for it could point elsewhere by then (DNS rebinding). So the
check stands in the connection itself: it gives the addresses, and one of just these is connected to. The name stays
what the certificate is compared with.
"""

import socket
from collections.abc import Callable, Sequence
from typing import Any

from requests import Session
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from bridge.lines import DeadlineAdapter

Check = Callable[[str, str], Sequence[str]]  # (scheme, host) → the addresses that may be called; raises where none may


def checked_session(check: Check, *, seconds: float, timer: Callable[[], float]) -> Session:
    """Without proxies, netrc or cookies of the environment: the check must see what is called.

    `seconds`: for a whole answer, counted by `timer`.
    """
    session = Session()
    session.trust_env = False
    for scheme, pool in _pools(check).items():
        session.mount(f"{scheme}://", DeadlineAdapter(seconds, timer=timer, pools={scheme: pool}))
    return session


def _pools(check: Check) -> dict[str, Any]:
    """Pools whose connections ask `check`; made anew for each session, since urllib3 makes connections by class."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, check("http", self.host), super()._new_conn)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, check("https", self.host), super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connect(
    connection: HTTPConnection, addresses: Sequence[str], connect: Callable[[], socket.socket]
) -> socket.socket:
    """To the first of these addresses that answers; the name is put back before TLS looks at it."""
    name = connection.host
    try:
        for address in addresses[:-1]:
            connection.host = address
            try:
                return connect()
            except NewConnectionError:
                continue  # the next address of the same host
        connection.host = addresses[-1]
        return connect()
    finally:
        connection.host = name
