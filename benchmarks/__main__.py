"""`make bench`: every row, one after the other, as a table and as benchmarks/results.json. Exit 1: a budget is missed.

`python -m benchmarks NAME …` measures these rows alone and writes nothing.
"""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    coverage_map,
    growth,
    lrs,
    lti_launch,
    packages,
    plan,
    player_load,
    read_gradebook,
    school_unchanged,
    score_sheet,
    soap_parse,
    soap_write,
    workbooks,
)
from benchmarks.measure import Row

RESULTS = Path(__file__).with_name("results.json")
BENCHMARKS: Mapping[str, Callable[[], Row]] = {
    "read_gradebook": read_gradebook.run,
    "plan": plan.run,
    "soap_parse": soap_parse.run,
    "soap_write": soap_write.run,
    "school_unchanged": school_unchanged.run,
    "growth": growth.run,
    "score_sheet": score_sheet.run,
    "lti_launch": lti_launch.run,
    "coverage_map": coverage_map.run,
    "workbooks": workbooks.run,
    "player_load": player_load.run,
    **lrs.ROWS,
    **packages.ROWS,
}


def main(names: Sequence[str]) -> int:
    if unknown := set(names) - BENCHMARKS.keys():
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    console = Console()
    rows = []
    for name in names or BENCHMARKS:
        console.print(f"{name} …")  # no spinner: it would turn on the time that is measured
        rows.append(BENCHMARKS[name]())
    console.print(table(rows))
    if not names:
        RESULTS.write_text(json.dumps(results(rows), indent=2) + "\n", "utf-8")
        console.print(f"written: {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")
    return 0 if all(row.met for row in rows) else 1


def results(rows: Sequence[Row]) -> dict[str, object]:
    machine = {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "rows": [row.to_json() for row in rows],
    }


def table(rows: Sequence[Row]) -> Table:
    shown = Table("name", "ratio", "budget", "", "figures")
    for row in rows:
        plain = {name: value for name, value in row.figures.items() if not isinstance(value, Mapping)}
        figures = [_inner(plain)] + [
            f"{name} {value:.3f} (at most {most})" for name, (value, most) in row.limits.items()
        ]
        figures += [f"{name}: {_inner(value)}" for name, value in row.figures.items() if isinstance(value, Mapping)]
        verdict = "met" if row.met else "MISSED"
        shown.add_row(row.name, f"{row.ratio:.2f}", f"{row.budget:g}", verdict, "\n".join(figures), end_section=True)
    return shown


def _inner(figures: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
