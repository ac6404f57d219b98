"""A line to one site keeps its connections, and lets go of them when it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from bridge.lines import SiteAdapter

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Counting:
    url: str
    calls: list[int] = field(default_factory=list)  # of each connection


@contextmanager
def counting(connections: int) -> Iterator[Counting]:
    """A server of so many connections, one after the other; each is served until the client lets go of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Counting(f"http://127.0.0.1:{listening.getsockname()[1]}/")

        def serve() -> None:
            for _ in range(connections):
                with listening.accept()[0] as line:
                    server.calls.append(0)
                    while line.recv(65536):
                        server.calls[-1] += 1
                        line.sendall(ANSWER)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server
        thread.join(10)
        assert not thread.is_alive()


def ask(adapter: SiteAdapter, url: str) -> bytes:
    return adapter.send(requests.Request("GET", url).prepare(), timeout=(5.0, 5.0), stream=True).content


def test_calls_share_a_connection_until_it_is_let_go_and_later_ones_open_another() -> None:
    adapter = SiteAdapter(5.0)
    with counting(2) as server:
        assert [ask(adapter, server.url) for _ in range(3)] == [b"ok"] * 3
        adapter.close()
        assert ask(adapter, server.url) == b"ok"
        adapter.close()
    assert server.calls == [3, 1]


def test_two_lines_share_nothing() -> None:
    with counting(1) as server, counting(1) as other:
        for one in (server, other):
            adapter = SiteAdapter(5.0)
            assert ask(adapter, one.url) == b"ok"
            adapter.close()
    assert (server.calls, other.calls) == ([1], [1])
