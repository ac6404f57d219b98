"""`python -m sandbox.lms --site FILE [--state FILE] [--port N] [--host NAME] [--seed N]`.

Writes one JSON line when it listens, then runs until SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sandbox.lms.app import create_app
from sandbox.lms.server import settle
from sandbox.serving import open_server, run


def main() -> int:
    args = _arguments()
    site = json.loads(args.site.read_text(encoding="utf-8"))
    app = create_app(site, state=args.state, seed=args.seed)
    server = open_server(app, port=args.port)
    run(server, {"url": settle(app, server, host=args.host), "token": site["tokens"][0]["token"]})
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.lms", description="A stand-in Moodle on loopback.")
    parser.add_argument("--site", type=Path, required=True, help="site file (JSON), made by python -m sandbox.school")
    parser.add_argument("--state", type=Path, help="file that keeps the changes made while it runs")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="the name in the site's own address (localhost, say)")
    parser.add_argument("--seed", type=int, default=0, help="decides client ids, session keys and tokens")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
