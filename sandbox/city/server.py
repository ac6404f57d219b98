"""The city as an application, and running in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from sandbox.city.control import control_blueprint
from sandbox.city.desk import Desk
from sandbox.city.faults import Faults
from sandbox.city.files import files_blueprint
from sandbox.city.pages import pages_blueprint
from sandbox.city.schema import Shapes
from sandbox.city.soap import PATH, Counts, soap_blueprint
from sandbox.city.state import State
from sandbox.city.world import load_world
from sandbox.serving import address, open_server, serving


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
    try:
        with serving(server, name="sandbox-city"):
            yield Running(address(server), app)
    finally:
        app.extensions["city"].close()
