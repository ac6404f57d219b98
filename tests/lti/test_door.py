"""Where calls may go, and how long an answer may take: over real sockets, since it is about just these."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bridge.domain.errors import Garbled, Refused, Unclear, Unreachable
from bridge.lti import door as doors
from bridge.lti.door import Door
from tests.dripping import BOUND, DRIPS, dripping

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PUBLIC = "203.0.114.9"


@dataclass
class Peer:
    """A server of one answer. `heard` are the requests that arrived."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def peer(answer: Callable[[socket.socket], None]) -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        found = Peer(listening.getsockname()[1])

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                found.heard.append(connection.recv(65536))
                try:
                    answer(connection)
                except OSError:
                    return  # the caller has gone

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield found
        with socket.socket() as knock:  # ends a server that nobody called
            knock.settimeout(1)
            knock.connect_ex(("127.0.0.1", found.port))
        thread.join(6)


def says(data: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(data)


def in_turn(*answers: Sequence[str]) -> Callable[[str], Sequence[str]]:
    """A name whose owner answers differently each time."""
    waiting = list(answers)
    return lambda _host: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def test_a_named_host_may_be_private_and_is_called_by_its_name():
    with peer(says(GOOD)) as server:
        url = f"http://moodle.truong.example:{server.port}/certs"
        assert Door({"moodle.truong.example"}, resolve=in_turn(["127.0.0.1"])).get(url) == {}
    assert f"Host: moodle.truong.example:{server.port}".encode() in server.heard[0]


def test_a_name_that_points_elsewhere_when_it_is_called_is_not_called():
    """DNS rebinding: public when it is checked, the school's own network a moment later."""
    with peer(says(GOOD)) as server:
        door = Door(resolve=in_turn([PUBLIC], ["127.0.0.1"]))
        with pytest.raises(Refused) as error:
            door.get(f"https://evil.example:{server.port}/certs")
    assert (error.value.facts["reason"], server.heard) == ("PRIVATE_ADDRESS", [b""])


def test_over_tls_too_the_checked_address_is_called_and_the_name_is_what_the_certificate_must_say():
    with peer(says(b"")) as server:
        door = Door({"moodle.truong.example"}, resolve=in_turn(["127.0.0.1"]))
        with pytest.raises(Unreachable):
            door.get(f"https://moodle.truong.example:{server.port}/")
    assert server.heard[0][:1] == b"\x16"  # a TLS handshake
    assert b"moodle.truong.example" in server.heard[0]  # server name indication


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(Refused):
        Door(resolve=in_turn([PUBLIC, "10.0.0.5"])).get("https://evil.example/certs")


def test_the_next_address_of_a_host_is_tried():
    with peer(says(GOOD)) as server:
        door = Door({"moodle.truong.example"}, resolve=in_turn(["127.0.0.2", "127.0.0.1"]))
        assert door.get(f"http://moodle.truong.example:{server.port}/") == {}


@pytest.mark.parametrize(
    "address", ["::1", "fe80::1%eth0", "::ffff:10.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"]
)
def test_no_address_of_an_inner_network_is_called_however_it_is_written(address: str):
    with pytest.raises(Refused) as error:
        Door(resolve=in_turn([address])).get("https://evil.example/certs")
    assert error.value.facts["reason"] == "PRIVATE_ADDRESS"


def test_neither_a_proxy_nor_a_netrc_of_the_environment_is_used(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine moodle.truong.example login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with peer(says(GOOD)) as server:
        Door({"moodle.truong.example"}, resolve=in_turn(["127.0.0.1"])).get(
            f"http://moodle.truong.example:{server.port}/"
        )
    assert b"Authorization" not in server.heard[0]


@pytest.mark.parametrize("kind", DRIPS)
def test_an_answer_has_an_end_however_steadily_it_drips(kind: str):
    hurried = 40  # seconds of this timer in one of the clock: the door's twenty last half a second
    with dripping(kind) as server:
        door = Door({"127.0.0.1"}, timer=lambda: hurried * time.monotonic())
        with pytest.raises(Unreachable) as error:
            door.get(f"http://127.0.0.1:{server.port}/")
    assert error.value.facts["why"] == "TIMEOUT"
    assert server.sent < BOUND


def test_an_answer_has_a_largest_size_and_is_never_unpacked():
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3000000\r\n\r\n"
    with peer(says(head + b"x" * 3_000_000)) as server, pytest.raises(Garbled) as error:
        Door({"127.0.0.1"}).get(f"http://127.0.0.1:{server.port}/")
    assert error.value.facts["why"] == "TOO_LARGE"
    assert b"Accept-Encoding: identity" in server.heard[0]


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"SSH-2.0-x\r\n"])
def test_a_change_whose_answer_is_lost_is_unclear_and_a_question_unreachable(data: bytes):
    with peer(says(data)) as server, pytest.raises(Unreachable):
        Door({"127.0.0.1"}).get(f"http://127.0.0.1:{server.port}/")
    with peer(says(data)) as server, pytest.raises(Unclear):
        Door({"127.0.0.1"}).send("POST", f"http://127.0.0.1:{server.port}/", {}, b"{}")


def test_a_change_that_never_left_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable):
        Door({"127.0.0.1"}).send("POST", f"http://127.0.0.1:{port}/", {}, b"{}")


def test_a_redirect_is_an_answer_like_any_other_and_not_followed():
    inward = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with peer(says(inward)) as server, pytest.raises(Refused) as error:
        Door({"127.0.0.1"}).get(f"http://127.0.0.1:{server.port}/")
    assert error.value.facts["theirs"] == 302


def test_errors_tell_no_query():
    with pytest.raises(Unreachable) as error:
        Door(resolve=lambda _: []).get("https://moodle.truong.example/x?token=SECRET")
    assert "SECRET" not in str(error.value)
    assert doors._told(doors.parts_of("https://h/x?token=SECRET")) == "h/x"
