"""Packing and checking three folders, against a bare zipfile loop, `zip -6` and simple-scorm-packager, in one run.

Each is a process of its own, start-up included, by the clock: two cores work at once, and that is the point. What else
the machine does counts; the packers take turns so that it meets all. Of the smallest folder a process is start-up and
little else: there the packers are compared as libraries, and the whole processes stand beside it among the figures.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.package_corpora import make_few, make_many, make_media
from benchmarks.package_libraries import as_libraries
from benchmarks.package_race import figures, race

MEMORY_MIB = 64
LARGER = 1.01  # than what `zip -6` makes of the same files


def run_few(make: Callable[[Path], Path] = make_few, rounds: int = 9) -> Row:
    """20 files, 2 MB."""
    found, limits = _raced(make, rounds)
    found |= as_libraries(make, rounds) | {"process_to_ssp": round(found["ours_s"] / found["ssp_s"], 3)}
    return Row("package_few", round(found["ours_library_s"] / found["ssp_library_s"], 3), 1 / 4, found, limits)


def run_many(make: Callable[[Path], Path] = make_many, rounds: int = 5) -> Row:
    """5,000 files, 21 MB."""
    return _beside("package_many", make, rounds, ssp=1 / 6)


def run_media(make: Callable[[Path], Path] = make_media, rounds: int = 3) -> Row:
    """200 files, 300 MB, of which 264 MB are media."""
    return _beside("package_media", make, rounds, ssp=1 / 8)


def _beside(name: str, make: Callable[[Path], Path], rounds: int, *, ssp: float) -> Row:
    """Against the bare loop; `ssp`: the most of simple-scorm-packager's time that it may take."""
    found, limits = _raced(make, rounds)
    limits["to_ssp"] = (round(found["ours_s"] / found["ssp_s"], 3), round(ssp, 3))
    return Row(name, round(found["ours_s"] / found["bare_s"], 3), 1.3, found, limits)


def _raced(make: Callable[[Path], Path], rounds: int) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    laps, above_start = race(make, rounds)
    found = figures(laps)
    return found, {
        "check_to_build": (round(found["check_s"] / found["ours_s"], 3), 1.0),
        "own_files_to_zip": (round(found["own_mb"] / found["zip_mb"], 4), LARGER),
        "above_start_mib": (above_start, float(MEMORY_MIB)),
    }


ROWS = {"package_few": run_few, "package_many": run_many, "package_media": run_media}
SMALL = {name: partial(run, make=make_few, rounds=1) for name, run in ROWS.items()}
