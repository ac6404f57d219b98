"""What the deadline leaves as it was: whole answers, kept connections, silence, proxies."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from bridge.lines import DeadlineAdapter, ran_out
from tests.dripping import BOUND, dripping

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def keeping(pause: float = 0.0) -> Iterator[str]:
    """A server of one connection that answers call after call on it, each after so many seconds."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as line:
                while line.recv(65536):
                    time.sleep(pause)
                    try:
                        line.sendall(ANSWER)
                    except OSError:
                        return  # the client went away

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(10)
        assert not thread.is_alive()


def ask(adapter: DeadlineAdapter, url: str, *, silence: float | None = 5.0, proxy: str = "") -> bytes:
    request = requests.Request("GET", url).prepare()
    proxies = {"http": proxy} if proxy else {}
    return adapter.send(request, timeout=(5.0, silence), stream=True, proxies=proxies).content


@pytest.mark.parametrize("silence", [5.0, None])
def test_each_answer_on_a_kept_connection_has_its_own_time(silence: float | None) -> None:
    adapter = DeadlineAdapter(2.0)
    with keeping(pause=0.8) as url:
        assert [ask(adapter, url, silence=silence) for _ in range(3)] == [b"ok"] * 3
        adapter.close()


def test_silence_ends_before_the_deadline() -> None:
    with keeping(pause=0.5) as url, pytest.raises(requests.ReadTimeout) as caught:
        ask(DeadlineAdapter(60.0), url, silence=0.1)
    assert ran_out(caught.value)


def test_the_deadline_ends_a_silence_that_nothing_else_would() -> None:
    with keeping(pause=0.5) as url, pytest.raises(requests.ReadTimeout) as caught:
        ask(DeadlineAdapter(0.1), url, silence=None)
    assert ran_out(caught.value)


@pytest.mark.parametrize("kind", ["head", "length"])
def test_a_proxy_that_drips_is_cut_off_too(kind: str) -> None:
    adapter = DeadlineAdapter(0.5)
    with dripping(kind) as server, pytest.raises(requests.RequestException) as caught:
        ask(adapter, "http://moodle.example.test/", proxy=f"http://127.0.0.1:{server.port}")
    assert ran_out(caught.value)
    assert server.sent < BOUND


def test_a_line_that_breaks_did_not_run_out_of_time() -> None:
    with pytest.raises(requests.ConnectionError) as caught:
        ask(DeadlineAdapter(1.0), "http://127.0.0.1:9/")
    assert not ran_out(caught.value)
