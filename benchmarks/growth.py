"""How planning a run grows from 10 k to 1 M cells: time per cell, and memory above the start.

Each size in a process of its own, which plans unit after unit as a run does and saves what was planned, in the same
batches, into a database of its own. Memory is the operating system's figure of the most that the process ever had, less
what it had before the first unit. Run: `python -m benchmarks.growth`; one size alone: `… growth CELLS`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from benchmarks.measure import Row
from benchmarks.plan import CELLS, STANDING, TERMS, units
from bridge.domain.plans import PlanHead, UnitPlan
from bridge.store.engine import make_engine
from bridge.store.facade import open_store
from bridge.store.keys import new_keyring
from bridge.store.schema import migrate
from bridge.sync.make import BATCH
from bridge.sync.plan import plan_unit

SIZES = (10_000, 100_000, 1_000_000)
BUDGET = 1.25  # cost of a cell among the most cells, beside one among the fewest: linear, but for noise
BUDGET_MIB = 150
WARM_UP = 10_000  # cells planned before the count, so that the smallest size is measured as warm as the others
AT = datetime(2026, 10, 1, 8, tzinfo=UTC)
HEAD = PlanHead("p1", "79000001", 2026, "bench", AT, AT + timedelta(hours=24), "TT22/2021", "")


class Planning:
    """Plans units and keeps the time that it took, without the making of them, which a run has others do."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cells = 0

    def plans(self, cells: int) -> Iterator[UnitPlan]:
        for read in units(cells):
            start = process_time()
            plan = plan_unit(read, STANDING, TERMS)
            self.seconds += process_time() - start
            self.cells += CELLS
            yield plan


def measure(cells: int) -> dict[str, float]:
    """Plan and save so many cells here, in this process."""
    with TemporaryDirectory(prefix="bridge-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        migrate(make_engine(url))
        store = open_store(url, new_keyring(), clock=lambda: AT)
        store.plans.begin(HEAD)
        start, planning = memory_mib("VmRSS"), Planning()
        for _ in Planning().plans(WARM_UP):
            pass
        for batch in batches(planning.plans(cells)):
            store.plans.add(HEAD.id, batch)
        store.plans.finish(HEAD.id)
    return {
        "cells": planning.cells,
        "seconds": round(planning.seconds, 2),
        "us_per_cell": round(planning.seconds / planning.cells * 1e6, 3),
        "mib_above_start": round(memory_mib("VmHWM") - start, 1),
    }


def batches(plans: Iterator[UnitPlan]) -> Iterator[Sequence[UnitPlan]]:
    while batch := list(islice(plans, BATCH)):
        yield batch


def memory_mib(what: str) -> float:
    """Of this process: `VmRSS` in memory now, `VmHWM` the most that ever was.

    Not `ru_maxrss`, which a process takes over from the one that started it.
    """
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(lines[what].split()[0]) / 1024


def run(*, sizes: Sequence[int] = SIZES) -> Row:
    grown = {f"{cells}_cells": _elsewhere(cells) for cells in sizes}
    fewest, *_, most = grown.values()
    ratio = round(most["us_per_cell"] / fewest["us_per_cell"], 3)
    return Row("growth", ratio, BUDGET, grown, {"mib": (most["mib_above_start"], BUDGET_MIB)})


def _elsewhere(cells: int) -> dict[str, float]:
    """In a process of its own: the most memory that a process ever had never goes down again."""
    command = [sys.executable, "-m", "benchmarks.growth", str(cells)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1])) if sys.argv[1:] else run().to_json(), indent=2))
