"""`python -m sandbox.city [--state FILE] [--world FILE …]`: a JSON line when it listens, then until SIGTERM."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sandbox.city.made_up import make_world
from sandbox.city.server import create_app
from sandbox.city.soap import PATH
from sandbox.city.world import load_world
from sandbox.serving import address, open_server, run


def main() -> int:
    args = _arguments()
    app = create_app(args.state)
    for world in _worlds(args):
        load_world(app.extensions["city"], world)
    server = open_server(app, port=args.port)
    url = address(server)
    try:
        run(server, {"url": url, "soap": f"{url}{PATH}", "wsdl": f"{url}{PATH}?wsdl"})
    finally:
        app.extensions["city"].close()
    return 0


def _worlds(args: argparse.Namespace) -> list[dict[str, Any]]:
    """A file holds one world or a list of them. A school that the state already has is left as it is."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in args.world]
    given = [world for file in read for world in (file if isinstance(file, list) else [file])]
    return given + [make_world(number) for number in range(1, args.schools + 1)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.city", description="A stand-in city database on loopback.")
    parser.add_argument("--world", type=Path, action="append", default=[], help="world file (JSON); may be repeated")
    parser.add_argument(
        "--schools", type=int, default=0, choices=range(31), metavar="N", help="make up N small schools"
    )
    parser.add_argument("--state", type=Path, help="SQLite file that keeps everything; none: memory only")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
