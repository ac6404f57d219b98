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
from sandbox.lms.line import Traffic
from sandbox.lms.lti.blueprint import lti_blueprint
from sandbox.lms.lti.doors import doors_blueprint
from sandbox.lms.lti.keys import Keys
from sandbox.lms.lti.platform import Platform
from sandbox.lms.pages import pages_blueprint
from sandbox.lms.rest import rest_blueprint
from sandbox.lms.site import Site


def create_app(
    site: dict[str, Any],
    *,
    state: Path | None = None,
    clock: Callable[[], float] = time.time,
    keys: Keys | None = None,
    seed: int = 0,
) -> Flask:
    """`site` is the content of a site file. `state` keeps every change, so that a restart goes on where it stopped.

    `keys` shares an RSA key between sites of a test; without it the site makes its own. `seed` decides every client
    id, session key and token.
    """
    app = Flask(__name__, static_url_path="/sandbox/static")
    standing = Site(site, clock=clock)
    journal = Journal(standing, state)
    faults, traffic = Faults(), Traffic()
    platform = Platform(journal, faults, traffic, keys=keys or Keys(), seed=seed)
    app.register_blueprint(rest_blueprint(standing, faults, traffic))
    app.register_blueprint(control_blueprint(platform))
    app.register_blueprint(pages_blueprint(journal))
    app.register_blueprint(lti_blueprint(platform))
    app.register_blueprint(doors_blueprint(platform))
    app.extensions["sandbox.site"] = standing
    return app
