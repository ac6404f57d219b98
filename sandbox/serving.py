"""A stand-in behind a real HTTP server (waitress): connections that can break, requests side by side."""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

_THREADS = 8


class _Task(WSGITask):
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ["sandbox.hang_up"] = self._hang_up
        return environ

    def _hang_up(self) -> None:
        """Closes the line under a request that is being answered, as a broken network does."""
        self.close_on_finish = True
        with suppress(OSError):  # the client may be gone already: that is what is wanted
            self.channel.socket.shutdown(socket.SHUT_RDWR)


class _Channel(HTTPChannel):
    task_class = _Task


def open_server(app: Flask, *, port: int) -> BaseWSGIServer:
    """Listens on loopback; port 0 takes a free one."""
    server = create_server(app, host="127.0.0.1", port=port, threads=_THREADS, channel_timeout=600)
    server.channel_class = _Channel
    return server


def address(server: BaseWSGIServer, host: str = "127.0.0.1") -> str:
    """`host`: another name of this machine. `localhost` and `127.0.0.1` are two sites to a browser."""
    return f"http://{host}:{server.effective_port}"


@contextmanager
def serving(server: BaseWSGIServer, *, name: str) -> Iterator[None]:
    """In a thread of this process until the block ends, with the connections that clients keep open."""
    ending = threading.Event()
    thread = threading.Thread(target=_run, args=(server, ending), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        server.pull_trigger()
        thread.join()


def run(server: BaseWSGIServer, line: Mapping[str, str]) -> None:
    """As a process: writes one JSON line, for it listens, then serves until SIGTERM."""
    signal.signal(signal.SIGTERM, _stop)
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()


def _run(server: Any, ending: threading.Event) -> None:
    """waitress' loop, ended by the thread that runs it: a socket closed under it is an error in there."""
    while not ending.is_set():
        server.asyncore.loop(timeout=1, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """waitress ends its loop on SystemExit."""
    sys.exit(0)
