"""The stand-in Moodle running in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from waitress.server import BaseWSGIServer

from sandbox.lms.app import create_app
from sandbox.serving import address, open_server, serving


def settle(app: Flask, server: BaseWSGIServer, *, host: str = "127.0.0.1") -> str:
    """The site learns under which address it is reached (wwwroot, the issuer of LTI), and so do we."""
    url = address(server, host)
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
    with serving(server, name="sandbox-lms"):
        yield Running(url=url, token=site["tokens"][0]["token"], app=app)
