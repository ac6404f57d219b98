"""A server on a real loopback socket that never falls silent and never ends: one byte, a short pause, the next."""

import gzip
import itertools
import random
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

PAUSE = 0.05  # seconds between two bytes
MOST = 240  # drops: even a client without any patience of its own is let go after 12 seconds
BOUND = 100  # drops: what a client with a deadline of half a second has surely left behind, on a busy machine too

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
LENGTH, CHUNKED = b"Content-Length: 5000\r\n", b"Transfer-Encoding: chunked\r\n"
ZIPPED = b"Content-Encoding: gzip\r\n"
NAMED = b"\x1f\x8b\x08\x08" + bytes(6)  # a gzip header whose file name (RFC 1952 §2.3.1) does not end


def _drops(data: bytes) -> Iterator[bytes]:
    return (bytes([one]) for one in data)


def _chunks(data: Iterable[bytes]) -> Iterator[bytes]:
    return (b"%x\r\n%s\r\n" % (len(one), one) for one in data)


def _noise() -> bytes:
    return gzip.compress(random.Random(1).randbytes(4000), mtime=0)


# What is said at once, and what then drips.
DRIPS: Mapping[str, tuple[bytes, Iterable[bytes]]] = {
    "head": (HEAD + b"X-Long: ", itertools.repeat(b"x", MOST)),
    "length": (HEAD + LENGTH + b"\r\n", itertools.repeat(b" ", MOST)),
    "until closed": (HEAD + b"\r\n", itertools.repeat(b" ", MOST)),
    "chunked": (HEAD + CHUNKED + b"\r\n", list(_chunks(itertools.repeat(b" ", MOST)))),
    "line of a chunk": (HEAD + CHUNKED + b"\r\n1;", itertools.repeat(b"x", MOST)),
    "trailer": (HEAD + CHUNKED + b"\r\n0\r\nX-Long: ", itertools.repeat(b"x", MOST)),
    "gzip": (HEAD + ZIPPED + LENGTH + b"\r\n", list(_drops(_noise()))),
    "chunked gzip": (HEAD + ZIPPED + CHUNKED + b"\r\n", list(_chunks(_drops(_noise())))),
    "gzip of nothing": (HEAD + ZIPPED + LENGTH + b"\r\n" + NAMED, itertools.repeat(b"x", MOST)),
}


@dataclass
class Dripping:
    """`sent`: how many drops left before the client went away."""

    port: int
    sent: int = 0


@contextmanager
def dripping(kind: str) -> Iterator[Dripping]:
    """Serves one call of that kind; done only when its client is gone or everything was sent."""
    at_once, drops = DRIPS[kind]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Dripping(listening.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listening, server, at_once, drops), daemon=True)
        thread.start()
        yield server
        thread.join(20)
        assert not thread.is_alive()


def _serve(listening: socket.socket, server: Dripping, at_once: bytes, drops: Iterable[bytes]) -> None:
    line, _ = listening.accept()
    with line:
        try:
            line.recv(65536)
            line.sendall(at_once)
            for drop in itertools.islice(drops, MOST):
                time.sleep(PAUSE)
                line.sendall(drop)
                server.sent += 1
        except OSError:
            return  # the client went away, as it should
