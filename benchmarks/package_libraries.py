"""One folder packed by two packers as libraries: in a process that runs already, as a web server packs a lesson."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.packager.build.oracles import npm_folder

WARMING = 2  # laps of a process that are left out: each packer is faster once its code has run
_OURS = """
import json, sys, time
from pathlib import Path
from content_packager import build
laps = []
for lap in range(int(sys.argv[3])):
    start = time.perf_counter()
    build(Path(sys.argv[1]), ["scorm12"], Path(sys.argv[2], str(lap)))
    laps.append(time.perf_counter() - start)
print(json.dumps(laps))
"""
_SSP = """
const [source, out, laps, modules] = process.argv.slice(1);
const packager = require(modules + "/simple-scorm-packager"), fs = require("fs");
const seconds = [];
function lap() {
  if (seconds.length === Number(laps)) { console.log(JSON.stringify(seconds)); return; }
  const folder = `${out}/${seconds.length}`, start = process.hrtime.bigint();
  fs.mkdirSync(folder);
  packager({version: "1.2", organization: "x", title: "x", language: "vi", identifier: "00", masteryScore: 80,
    startingPage: "index.html", source, package: {version: "1", zip: true, outputFolder: folder}},
    () => { seconds.push(Number(process.hrtime.bigint() - start) / 1e9); lap(); });
}
lap();
"""


def as_libraries(make: Callable[[Path], Path], rounds: int, laps: int = 8) -> dict[str, float]:
    """Median seconds by the clock of one package, by packer; a process of each in turn, `rounds` times."""
    with tempfile.TemporaryDirectory() as place:
        source, spoiled = make(Path(place) / "source"), Path(place) / "spoiled"
        shutil.copytree(source, spoiled)  # simple-scorm-packager writes into its source
        ours: list[float] = []
        ssp: list[float] = []
        for _ in range(rounds):
            ours += _laps([sys.executable, "-c", _OURS, str(source)], Path(place), laps)
            ssp += _laps(["node", "-e", _SSP, str(spoiled)], Path(place), laps)
    return {"ours_library_s": round(statistics.median(ours), 4), "ssp_library_s": round(statistics.median(ssp), 4)}


def _laps(packer: Sequence[str], place: Path, laps: int) -> list[float]:
    with tempfile.TemporaryDirectory(dir=place) as out:
        command = [*packer, out, str(WARMING + laps), str(npm_folder())]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if len(list(Path(out).rglob("*.zip"))) != WARMING + laps:
            raise RuntimeError(f"{packer[0]} did not pack in each lap")
    return list(json.loads(told.splitlines()[-1])[WARMING:])
