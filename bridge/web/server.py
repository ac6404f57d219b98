"""waitress and the embedded jobs in this process: one listening socket, pools of threads, an end that loses nothing."""

import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

from bridge.ports.jobs import Engine
from bridge.web.house import House

IDENT = ""  # no `Server` header
PATIENCE = 20.0  # seconds for what is under way when the process is asked to end; the rest is done after the next start

CONNECTIONS = 2000  # kept open at once: a browser keeps up to six, waitress would let no more than a hundred in
SPARE_FILES = 200


def run(house: House, server: BaseWSGIServer, engine: Engine, *, ready: Callable[[str], None], ending: Event) -> None:
    """Serve until `ending` is set or somebody interrupts, then let the jobs leave off at a good place.

    `ready` is told the set-up link, "" where somebody has an account already.
    """
    engine.start()
    try:
        ready(setup_link(house))
        serve(server, ending)
    finally:
        engine.stop(patience=PATIENCE)


def serve(server: Any, ending: Event) -> None:
    """waitress' loop, ended by the thread that runs it: a socket closed under it is an error in there."""
    try:
        while not ending.is_set():
            server.asyncore.loop(timeout=1, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)
    finally:
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(server._map)


def setup_link(house: House) -> str:
    """A new one-time link behind whose `#` the token stands, so that no log sees it; "" once there is an account."""
    app = house.app
    if house.accounts.any(app.school):
        return ""
    return f"{house.url}/setup#{house.accounts.offer(app.school, now=app.sync.world.now())}"


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; `getsockname()` says which port was free where `port` is 0."""
    return socket.create_server((host, port))


def open_server(app: Flask, listening: socket.socket, *, threads: int) -> BaseWSGIServer:
    """On this socket, and not yet serving."""
    server = create_server(
        app,
        sockets=[listening],
        threads=threads,
        ident=IDENT,
        clear_untrusted_proxy_headers=True,
        connection_limit=_connections(),
        asyncore_use_poll=True,  # select knows files up to 1,023 only (select(2))
    )
    assert isinstance(server, BaseWSGIServer)
    return server


def _connections() -> int:
    """As many as wanted, and as this process may have files open, some left for the store and for packages."""
    may, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if may == resource.RLIM_INFINITY else max(min(CONNECTIONS, may - SPARE_FILES), 50)


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[None]:
    """Serve beside the block, and end with it."""
    ending = Event()
    thread = Thread(target=serve, args=(server, ending), name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # set by the loop itself: set here, it could end and close its pipe before it is woken by it
        server.trigger.pull_trigger(ending.set)
        thread.join(timeout=10)
