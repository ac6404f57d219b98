"""One folder packed by several packers in turn, each as a process of its own, start-up included."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.packager.build.oracles import npm_folder

_BARE = """
import sys, zipfile
from pathlib import Path
from zlib_ng import zlib_ng
zipfile.zlib, zipfile.crc32 = zlib_ng, zlib_ng.crc32
source = Path(sys.argv[1])
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            stored = zipfile.ZIP_STORED if path.suffix == ".mp4" else zipfile.ZIP_DEFLATED
            out.write(path, path.relative_to(source), stored)
"""
_SSP = """
const packager = require(process.argv[3] + "/simple-scorm-packager");
packager({version: "1.2", organization: "x", title: "x", language: "vi", identifier: "00", masteryScore: 80,
  startingPage: "index.html", source: process.argv[1], package: {version: "1", zip: true,
  outputFolder: process.argv[2]}}, () => {});
"""
# The most memory that a process had since it became this program: what `wait4` tells begins with the parent's.
_PEAK = """
import sys
from pathlib import Path
from content_packager import build
build(Path(sys.argv[1]), ["scorm12"], Path(sys.argv[2]))
[line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(line.split()[1])
"""


class Lap(NamedTuple):
    seconds: float
    processor: float
    """Seconds of the processor, of all threads: more than the clock's where two cores work at once."""
    size: int
    own: int
    """Bytes in the package of the files that were to be packed."""


Packer = Callable[[Path, Path], Sequence[str]]
"""(source, output folder) → a command."""


def _ours(source: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-m", "content_packager.cli", "build", str(source), "-f", "scorm12", "-o", str(out)]


def _bare(source: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-c", _BARE, str(source), str(out / "bare.zip")]


def _zip(source: Path, out: Path) -> Sequence[str]:
    return ["sh", "-c", 'cd "$1" && exec zip -q -r -6 "$2" .', "zip", str(source), str(out / "zip.zip")]


def _ssp(source: Path, out: Path) -> Sequence[str]:
    return ["node", "-e", _SSP, str(source), str(out), str(npm_folder())]


PACKERS: Mapping[str, Packer] = {"ours": _ours, "bare": _bare, "zip": _zip, "ssp": _ssp}


def race(make: Callable[[Path], Path], rounds: int) -> tuple[dict[str, list[Lap]], float]:
    """Laps by packer and of `check` over what ours made, and the MiB that ours takes above packing a single page.

    In turn, so that a busy moment of the machine meets all.
    """
    with tempfile.TemporaryDirectory() as place:
        source, out = make(Path(place) / "source"), Path(place) / "out"
        spoiled = Path(place) / "spoiled"  # simple-scorm-packager writes into its source
        shutil.copytree(source, spoiled)
        laps: dict[str, list[Lap]] = {"check": [], **{name: [] for name in PACKERS}}
        for _ in range(rounds):
            for name, packer in PACKERS.items():
                laps[name].append(_lap(packer, spoiled if name == "ssp" else source, out))
                if name == "ours":
                    laps["check"].append(_check(out))
        return laps, _above_start(source, Path(place))


def figures(laps: Mapping[str, Sequence[Lap]]) -> dict[str, float]:
    """Seconds are medians, by the clock and (`cpu`) of the processor; sizes are MB of the package."""
    found: dict[str, float] = {}
    for name, runs in laps.items():
        found[f"{name}_s"] = round(statistics.median(lap.seconds for lap in runs), 3)
        found[f"{name}_cpu_s"] = round(statistics.median(lap.processor for lap in runs), 3)
        if name != "check":
            found[f"{name}_mb"] = round(runs[0].size / 1e6, 3)
    return found | {"own_mb": round(laps["ours"][0].own / 1e6, 3)}


def _lap(packer: Packer, source: Path, out: Path) -> Lap:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    seconds, processor = _timed(packer(source, out))
    [package] = out.rglob("*.zip")
    with zipfile.ZipFile(package) as archive:
        entries = archive.infolist()
    if not any(entry.filename.endswith("index.html") for entry in entries):
        raise RuntimeError(f"no lesson in {package.name}")
    names = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    own = sum(entry.compress_size for entry in entries if entry.filename.removeprefix("parts/01/") in names)
    return Lap(seconds, processor, package.stat().st_size, own)


def _check(out: Path) -> Lap:
    [package] = out.glob("*.zip")
    return Lap(*_timed([sys.executable, "-m", "content_packager.cli", "check", str(package)]), 0, 0)


def _timed(command: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor; raises CalledProcessError."""
    os.sync()  # what the one before has left to be written to the disk is not this one's business
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, used.ru_utime + used.ru_stime


def _above_start(source: Path, place: Path) -> float:
    page = place / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>x</title>", "utf-8")
    return round((_peak_kib(source, place / "peak") - _peak_kib(page, place / "idle")) / 1024, 1)


def _peak_kib(source: Path, out: Path) -> int:
    command = [sys.executable, "-c", _PEAK, str(source), str(out)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
