"""`python -m sandbox.school --seed N --pupils N --city FILE --site FILE --truth FILE` writes a school to files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sandbox.school import generate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.school", description="Makes up a school.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pupils", type=int, default=480)
    for part in ("city", "site", "truth"):
        parser.add_argument(f"--{part}", type=Path, help=f"where to write the {part} JSON")
    args = parser.parse_args()
    world = generate(args.seed, args.pupils)
    for part in ("city", "site", "truth"):
        target: Path | None = getattr(args, part)
        if target:
            target.write_text(json.dumps(getattr(world, part), ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
