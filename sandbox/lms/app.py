"""The Flask application of one site."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from sandbox.lms.control import control_blueprint
from sandbox.lms.faults import Faults
from sandbox.lms.journal import Journal
from sandbox.lms.pages import pages_blueprint
from sandbox.lms.rest import Traffic, rest_blueprint
from sandbox.lms.site import Site


def create_app(site: dict[str, Any], *, state: Path | None = None, clock: Callable[[], float] = time.time) -> Flask:
    """`site` is the content of a site file. `state` keeps every change, so that a restart goes on where it stopped."""
    app = Flask(__name__)
    standing = Site(site, clock=clock)
    journal = Journal(standing, state)
    faults, traffic = Faults(), Traffic()
    app.register_blueprint(rest_blueprint(standing, faults, traffic))
    app.register_blueprint(control_blueprint(journal, faults, traffic))
    app.register_blueprint(pages_blueprint(journal))
    return app
