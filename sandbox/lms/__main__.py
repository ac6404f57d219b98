"""`python -m sandbox.lms --site FILE [--state FILE] [--port N]`: one JSON line when it listens, then until SIGTERM."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType

from sandbox.lms.app import create_app
from sandbox.lms.server import open_server


def main() -> int:
    args = _arguments()
    site = json.loads(args.site.read_text(encoding="utf-8"))
    server = open_server(create_app(site, state=args.state), port=args.port)
    signal.signal(signal.SIGTERM, _stop)
    line = {"url": f"http://127.0.0.1:{server.effective_port}", "token": site["tokens"][0]["token"]}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.lms", description="A stand-in Moodle on loopback.")
    parser.add_argument("--site", type=Path, required=True, help="site file (JSON), made by python -m sandbox.school")
    parser.add_argument("--state", type=Path, help="file that keeps the changes made while it runs")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    return parser.parse_args()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """waitress ends its loop on SystemExit."""
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
