"""What planning costs beside a Python loop that does nothing but the same look-ups, and how it grows.

Units of 45 pupils × 7 columns are made one after the other and forgotten, as a run does: about nine cells in ten stand
unchanged, the others are new, changed or blank. Bare: for each cell of the same units the same place, the same three
look-ups, the same set asked, the scores compared. Making the units is not counted. Run: `python -m benchmarks.plan`.
"""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from bridge.domain.mapping import Policy
from bridge.domain.plans import Accepted, CityCell, LmsScore, Place
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Term, mark
from bridge.sync.plan import ColumnSource, Terms, UnitRead, UnitStanding, plan_unit

BUDGET = 8.0
BUDGET_MIB = 150
PUPILS = 45
CELLS = PUPILS * len(Column)
SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 200
TERMS = Terms(dict.fromkeys(Column, Policy.CONFIRM))
STANDING = UnitStanding()


def units(cells: int) -> Iterator[UnitRead]:
    """As many units as hold so many cells. Nothing of one is used in the next."""
    return (_unit(number) for number in range(-(-cells // CELLS)))


def _unit(number: int) -> UnitRead:
    unit = Unit("79000001", 2026, f"C{number}", "TOAN", Term.HK1)
    roster = tuple(f"{number:016x}{pupil:016x}" for pupil in range(PUPILS))
    places = [Place(pupil, column) for column in Column for pupil in roster]
    tenths = {place: (number + offset * 7) % 101 for offset, place in enumerate(places)}
    return UnitRead(
        unit=unit,
        roster=roster,
        present=frozenset(roster),
        courses=frozenset({number}),
        sources={column: ColumnSource(f"{number}:{column}:0:10:0") for column in Column},
        lms={place: _lms(tenths[place], offset, number) for offset, place in enumerate(places)},
        torn=frozenset(),
        city={place: CityCell(mark(score), 1, "r") for place, score in tenths.items() if score % 29},
        accepted={place: Accepted("r", mark(score), 1, 1, number) for place, score in tenths.items() if score % 29},
        locked={},
    )


def _lms(tenths: int, offset: int, course: int) -> LmsScore:
    if offset % 41 == 0:
        return LmsScore(BLANK, course, 1)
    return LmsScore(mark(min(tenths + 1, 100) if offset % 37 == 0 else tenths), course, 1, "8.0")


def look_up(read: UnitRead) -> int:
    """The same look-ups, bare."""
    same = 0
    lms_of, accepted_of, city_of, present = read.lms.get, read.accepted.get, read.city.get, read.present
    for column in read.sources:
        for pupil in read.roster:
            place = Place(pupil, column)
            lms, accepted, city = lms_of(place), accepted_of(place), city_of(place)
            if pupil in present and lms is not None and accepted is not None and city is not None:
                same += lms.score == accepted.score == city.score
    return same


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _resident() -> float:
    """MiB of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def stream(cells: int) -> dict[str, float]:
    """Plan so many cells: microseconds per cell of planning alone, and the memory above the start."""
    start, peak, spent, count = _resident(), 0.0, 0.0, 0
    for read in units(cells):
        spent += seconds(partial(plan_unit, read, STANDING, TERMS))
        peak = max(peak, _resident() - start)
        count += CELLS
    return {"us_per_cell": round(spent / count * 1e6, 3), "mib_above_start": round(peak, 1)}


def _round(read: UnitRead) -> tuple[float, float]:
    return seconds(lambda: plan_unit(read, STANDING, TERMS)), seconds(lambda: look_up(read))


def run() -> dict[str, object]:
    reads = list(units(CELLS * 20))
    rounds = [_round(reads[turn % len(reads)]) for turn in range(ROUNDS)]
    ours, bare = (median(side) / CELLS * 1e6 for side in zip(*rounds, strict=True))
    grown = {str(cells): stream(cells) for cells in SIZES}
    return {
        "name": "plan",
        "ratio": round(median(one / other for one, other in rounds), 3),
        "figures": {
            "budget": BUDGET,
            "budget_mib": BUDGET_MIB,
            "rounds": ROUNDS,
            "ours_us_per_cell": round(ours, 3),
            "bare_us_per_cell": round(bare, 3),
            "growth": grown,
        },
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
