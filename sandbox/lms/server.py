"""The stand-in behind a real HTTP server (waitress): connections that can break, requests side by side."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from sandbox.lms.app import create_app

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


def settle(app: Flask, server: BaseWSGIServer, *, host: str = "127.0.0.1") -> str:
    """The site learns under which address it is reached (wwwroot, the issuer of LTI), and so do we.

    `host`: another name of this machine. `localhost` and `127.0.0.1` are two sites to a browser.
    """
    url = f"http://{host}:{server.effective_port}"
    app.extensions["sandbox.site"].settings.url = url
    return url


@dataclass(frozen=True)
class Running:
    url: str
    token: str
    app: Flask


@contextmanager
def running(
    site: dict[str, Any],
    *,
    port: int = 0,
    clock: Callable[[], float] = time.time,
    host: str = "127.0.0.1",
    seed: int = 0,
) -> Iterator[Running]:
    """Serves a site in a thread of this process until the block ends."""
    app = create_app(site, clock=clock, seed=seed)
    server = open_server(app, port=port)
    url = settle(app, server, host=host)
    ending = threading.Event()
    thread = threading.Thread(target=serve, args=(server, ending), name="sandbox-lms", daemon=True)
    thread.start()
    try:
        yield Running(url=url, token=site["tokens"][0]["token"], app=app)
    finally:
        ending.set()
        server.pull_trigger()
        thread.join(timeout=10)


def serve(server: Any, ending: threading.Event) -> None:
    """waitress' loop, ended by the thread that runs it: a socket closed under it is an error in there."""
    while not ending.is_set():
        server.asyncore.loop(timeout=1, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
