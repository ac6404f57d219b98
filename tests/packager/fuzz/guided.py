"""Fuzzing led by coverage: `pip install atheris`, then `python -m tests.packager.fuzz.guided TARGET SECONDS [FOLDER]`.

What it finds lands in FOLDER (a temporary one if left out) as `crash-…`. Atheris is not among the pinned libraries:
it exists for few versions of Python.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["content_packager"]):
    from tests.packager.fuzz.targets import TARGETS, seeds


def main(target: str, seconds: str, folder: str) -> None:
    corpus = Path(folder) / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=20",
        "-rss_limit_mb=1500",
        "-max_len=20000",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="packager-fuzz-"))
