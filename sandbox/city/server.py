"""The city behind a real HTTP server (waitress): connections that can break, requests side by side."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from sandbox.city.control import control_blueprint
from sandbox.city.desk import Desk
from sandbox.city.faults import Faults
from sandbox.city.files import files_blueprint
from sandbox.city.pages import pages_blueprint
from sandbox.city.schema import Shapes
from sandbox.city.soap import PATH, Counts, soap_blueprint
from sandbox.city.state import State
from sandbox.city.world import load_world

_THREADS = 8


def create_app(
    state_path: Path | None = None,
    clock: Callable[[], float] = time.time,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> Flask:
    """`state_path` None keeps everything in memory. `clock` gives seconds since 1970; `sleep` is for the slow switch.

    `app.extensions["city"]` is the `State`, to load worlds into and to close at the end.
    """
    app = Flask(__name__)
    state = State(state_path, clock)
    desk, counts = Desk(state, Faults(), Shapes()), Counts()
    app.extensions["city"] = state
    app.register_blueprint(soap_blueprint(desk, counts, sleep))
    app.register_blueprint(control_blueprint(desk, counts))
    app.register_blueprint(pages_blueprint(desk))
    app.register_blueprint(files_blueprint(desk))
    return app


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


def _serve(server: BaseWSGIServer) -> None:
    server.run()
    server.task_dispatcher.shutdown()


def _stop(server: BaseWSGIServer) -> None:
    """From another thread: closes also the connections that clients keep open, which `server.close` would wait for."""
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))


@dataclass(frozen=True)
class Running:
    url: str
    app: Flask

    @property
    def soap(self) -> str:
        return f"{self.url}{PATH}"

    @property
    def wsdl(self) -> str:
        return f"{self.soap}?wsdl"


@contextmanager
def running(
    worlds: Iterable[dict[str, Any]] = (),
    *,
    state: Path | None = None,
    port: int = 0,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Running]:
    """Serves a city in a thread of this process until the block ends."""
    app = create_app(state, clock, sleep=sleep)
    for world in worlds:
        load_world(app.extensions["city"], world)
    server = open_server(app, port=port)
    thread = threading.Thread(target=_serve, args=(server,), name="sandbox-city", daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{server.effective_port}", app)
    finally:
        _stop(server)
        thread.join()
        app.extensions["city"].close()
