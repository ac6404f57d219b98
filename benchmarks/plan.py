"""What planning costs beside a Python loop that does nothing but the same look-ups. How it grows: `growth.py`.

Units of 45 pupils × 7 columns are made one after the other and forgotten, as a run does: about nine cells in ten stand
unchanged, the others are new, changed or blank. Bare: for each cell of the same units the same place, the same three
look-ups, the same set asked, the scores compared. Making the units is not counted. Run: `python -m benchmarks.plan`.
"""

import json
from collections.abc import Iterator
from functools import partial
from statistics import median

from benchmarks.measure import Row, in_turn
from bridge.domain.mapping import Policy
from bridge.domain.plans import Accepted, CityCell, LmsScore, Place, place_of
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Term, mark
from bridge.sync.plan import plan_unit
from bridge.sync.unit import ColumnSource, Terms, UnitRead, UnitStanding

BUDGET = 8.0
PUPILS = 45
CELLS = PUPILS * len(Column)
TERMS = Terms(dict.fromkeys(Column, Policy.CONFIRM))
STANDING = UnitStanding()


def units(cells: int) -> Iterator[UnitRead]:
    """As many units as hold so many cells. Nothing of one is used in the next."""
    return (_unit(number) for number in range(-(-cells // CELLS)))


def _unit(number: int) -> UnitRead:
    unit = Unit("79000001", 2026, f"C{number}", "TOAN", Term.HK1)
    roster = tuple(f"{number:016x}{pupil:016x}" for pupil in range(PUPILS))
    places = [place_of(pupil, column) for column in Column for pupil in roster]
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


def run(*, rounds: int = 200) -> Row:
    reads = list(units(CELLS * 20))
    turns = [
        in_turn(partial(plan_unit, read, STANDING, TERMS), partial(look_up, read), rounds=rounds // 20 or 1)
        for read in reads
    ]
    ours, bare = (median(side) / CELLS * 1e6 for side in zip(*((turn.ours, turn.bare) for turn in turns), strict=True))
    figures = {
        "rounds": rounds,
        "cells": CELLS,
        "ours_us_per_cell": round(ours, 3),
        "bare_us_per_cell": round(bare, 3),
    }
    return Row("plan", round(median(turn.ratio for turn in turns), 3), BUDGET, figures)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
