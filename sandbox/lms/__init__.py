"""A stand-in Moodle: its REST web services with the quirks of a real 4.5.6, a control API and a small page for people.

`create_app(site)` gives the Flask application of one site; `running(site)` serves it on a free loopback port;
`python -m sandbox.lms --site FILE` is the same as a process of its own. `README.md` beside this file describes the
site file and the control API.
"""

from sandbox.lms.app import create_app
from sandbox.lms.server import running

__all__ = ["create_app", "running"]
