"""Packing and checking three folders, against a bare zipfile loop, `zip -6` and simple-scorm-packager, in one run.

Each is a process of its own, start-up included, by the clock: two cores work at once, and that is the point. What else
the machine does counts; the packers take turns so that it meets all.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measure import Row
from benchmarks.package_corpora import make_few, make_many, make_media
from benchmarks.package_race import figures, race

MEMORY_MIB = 64
LARGER = 1.01  # than what `zip -6` makes of the same files


def run_few(make: Callable[[Path], Path] = make_few, rounds: int = 9) -> Row:
    """20 files, 2 MB: start-up counts most."""
    return _row("package_few", against="ssp", budget=1 / 4, make=make, rounds=rounds)


def run_many(make: Callable[[Path], Path] = make_many, rounds: int = 5) -> Row:
    """5,000 files, 21 MB."""
    return _row("package_many", against="bare", budget=1.3, ssp=1 / 6, make=make, rounds=rounds)


def run_media(make: Callable[[Path], Path] = make_media, rounds: int = 3) -> Row:
    """200 files, 300 MB, of which 264 MB are media."""
    return _row("package_media", against="bare", budget=1.3, ssp=1 / 8, make=make, rounds=rounds)


def _row(
    name: str, *, against: str, budget: float, make: Callable[[Path], Path], rounds: int, ssp: float | None = None
) -> Row:
    laps, above_start = race(make, rounds)
    found = figures(laps)
    limits = {
        "check_to_build": (round(found["check_s"] / found["ours_s"], 3), 1.0),
        "own_files_to_zip": (round(found["own_mb"] / found["zip_mb"], 4), LARGER),
        "above_start_mib": (above_start, float(MEMORY_MIB)),
    }
    if ssp is not None:
        limits["to_ssp"] = (round(found["ours_s"] / found["ssp_s"], 3), round(ssp, 3))
    ratio = round(found["ours_s"] / found[f"{against}_s"], 3)
    return Row(name, ratio, round(budget, 3), found, limits)


ROWS = {"package_few": run_few, "package_many": run_many, "package_media": run_media}
SMALL = {name: partial(run, make=make_few, rounds=1) for name, run in ROWS.items()}
