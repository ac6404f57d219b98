"""waitress in this process: one listening socket, a pool of threads, and an end that waits for nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

IDENT = ""  # no `Server` header


def open_server(app: Flask, *, host: str, port: int, threads: int) -> BaseWSGIServer:
    """Bound and not yet serving; `effective_port` says which port was free where `port` is 0."""
    server = create_server(app, host=host, port=port, threads=threads, ident=IDENT, clear_untrusted_proxy_headers=True)
    assert isinstance(server, BaseWSGIServer)
    return server


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[None]:
    """Serve beside the block, and end with it."""
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(timeout=5)
