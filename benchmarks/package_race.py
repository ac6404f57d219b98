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
# What a process of ours weighs with everything imported, before it packs anything.
_IDLE = "import content_packager.cli, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


class Lap(NamedTuple):
    seconds: float
    peak_kib: int
    size: int


Packer = Callable[[Path, Path], Sequence[str]]
"""(source, empty output folder) → a command."""


def _ours(source: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-m", "content_packager.cli", "build", str(source), "-f", "scorm12", "-o", str(out)]


def _bare(source: Path, out: Path) -> Sequence[str]:
    return [sys.executable, "-c", _BARE, str(source), str(out / "bare.zip")]


def _zip(source: Path, out: Path) -> Sequence[str]:
    return ["sh", "-c", 'cd "$1" && exec zip -q -r -6 "$2" .', "zip", str(source), str(out / "zip.zip")]


def _ssp(source: Path, out: Path) -> Sequence[str]:
    return ["node", "-e", _SSP, str(source), str(out), str(npm_folder())]


PACKERS: Mapping[str, Packer] = {"ours": _ours, "bare": _bare, "zip": _zip, "ssp": _ssp}


def race(make: Callable[[Path], Path], rounds: int) -> dict[str, list[Lap]]:
    """Laps by packer, interleaved, so that a busy moment of the machine meets all."""
    with tempfile.TemporaryDirectory() as place:
        source = make(Path(place) / "source")
        spoiled = Path(place) / "spoiled"  # simple-scorm-packager writes into its source
        shutil.copytree(source, spoiled)
        laps: dict[str, list[Lap]] = {name: [] for name in PACKERS if name != "zip" or shutil.which("zip")}
        for _ in range(rounds):
            for name in laps:
                laps[name].append(_lap(PACKERS[name], spoiled if name == "ssp" else source, Path(place) / "out"))
        return laps


def figures(laps: Mapping[str, Sequence[Lap]]) -> dict[str, float]:
    found: dict[str, float] = {"idle_mib": round(_idle_kib() / 1024, 1)}
    for name, runs in laps.items():
        found[f"{name}_s"] = round(statistics.median(lap.seconds for lap in runs), 3)
        found[f"{name}_peak_mib"] = round(max(lap.peak_kib for lap in runs) / 1024, 1)
        found[f"{name}_mb"] = round(runs[0].size / 1e6, 3)
    found["faster_than_ssp"] = round(found["ssp_s"] / found["ours_s"], 2)
    found["ours_above_start_mib"] = round(found["ours_peak_mib"] - found["idle_mib"], 1)
    return found


def _lap(packer: Packer, source: Path, out: Path) -> Lap:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    start = time.perf_counter()
    process = subprocess.Popen(packer(source, out), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    [package] = out.rglob("*.zip")
    with zipfile.ZipFile(package) as archive:
        if process.returncode or "index.html" not in archive.namelist():
            raise RuntimeError(f"no package from {process.args}")
    return Lap(seconds, usage.ru_maxrss, package.stat().st_size)


def _idle_kib() -> int:
    return int(subprocess.run([sys.executable, "-c", _IDLE], check=True, capture_output=True, text=True).stdout)
