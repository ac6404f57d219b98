"""What a whole school costs when nothing has changed: processor time beside parsing the same bytes, and calls.

Ours: one run of the main job in this process against a stand-in Moodle and a stand-in city in processes of their own:
everything read, planned, the plan saved, nothing to send. Only this process's time counts, threads and system included.
Bare: `json.loads` of every answer of Moodle, an lxml `iterparse` → dict with types of every answer of the city, from
the bytes that such a run got. Run: `python -m benchmarks.school_unchanged`.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from time import perf_counter, process_time
from unittest.mock import patch

import requests
from lxml import etree

from benchmarks.measure import Row, in_turn
from benchmarks.world import ACTOR, School, mapped_school, open_bridge
from bridge.csdl.soap.reader import V1
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import Tally
from bridge.wiring import App

BUDGET = 2.0
ROWS_PER_PAGE = 500  # the contract's bound
CALLS_BUDGET = 1.02  # times the named minimum
TYPES: Mapping[str, Callable[[str], object]] = {
    "phienban": int,
    "diem": Decimal,
    "thoigiancapnhat": datetime.fromisoformat,
}


@dataclass(slots=True)
class Bodies:
    """Every answer of one run, unpacked."""

    lms: list[bytes] = field(default_factory=list)
    city: list[bytes] = field(default_factory=list)

    def parse(self) -> None:
        for body in self.lms:
            json.loads(body)
        for body in self.city:
            read_bare(body)

    @property
    def mib(self) -> float:
        return round(sum(map(len, (*self.lms, *self.city))) / 2**20, 1)


def read_bare(document: bytes) -> list[dict[str, object]]:
    """Any answer of the city with rows: fields as text, but for the few that have a type."""
    rows: list[dict[str, object]] = []
    cut = len(V1)
    for _, element in etree.iterparse(BytesIO(document), events=("end",), tag=f"{V1}dong"):
        row: dict[str, object] = {child.tag[cut:]: child.text for child in element}
        for name in TYPES.keys() & row.keys():
            row[name] = TYPES[name](row[name])  # type: ignore[arg-type]
        rows.append(row)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return rows


def record(school: School) -> Bodies:
    """The answers that one run reads, caught where both doors take them from the line."""
    bodies, plain = Bodies(), requests.Response.iter_content

    def caught(response: requests.Response, size: int) -> Iterator[bytes]:
        pieces = []
        for piece in plain(response, size):
            pieces.append(piece)
            yield piece
        (bodies.lms if response.url.startswith(school.lms) else bodies.city).append(b"".join(pieces))

    with patch.object(requests.Response, "iter_content", caught):
        sync_once(open_bridge(school.settings))
    return bodies


def sync_once(app: App) -> Tally:
    """A whole run; what it planned, counted."""
    counts = Tally()
    done = runs.run(app.sync, Scope(), actor=ACTOR, watch=counts.add)
    assert not done.failures, done.failures
    return counts


def fewest_calls(app: App, marks: Callable[[Unit], int]) -> int:
    """The named minimum of docs/benchmarks.md: no full read of every unit does with less.

    `marks`: how many stand in the city's book of a unit, as the stand-in itself counts them.
    """
    items = app.store.mappings.items(app.school, app.year)
    columns = {(item.course, item.term) for item in items}
    maps = app.store.mappings.courses(app.school, app.year)
    units = {
        Unit(app.school, app.year, row.school_class, row.subject, term)
        for row in maps
        for term in Term
        if row.term in (None, term) and (row.course, term) in columns
    }
    once = len(("categories", "courses", "hello", "locks"))
    books: Counter[tuple[str, Term]] = Counter()
    for unit in units:
        books[unit.school_class, unit.term] += marks(unit)
    pages = sum(max(1, ceil(rows / ROWS_PER_PAGE)) for rows in books.values())
    return once + 2 * len({item.course for item in items}) + len({unit.school_class for unit in units}) + pages


def run(*, pupils: int = 480, courses: int | None = None, rounds: int = 7) -> Row:
    with mapped_school(pupils, courses=courses) as school:
        app = open_bridge(school.settings)
        first = _first_sync(school, app)
        bodies = record(school)
        school.forget_calls()
        counts = sync_once(open_bridge(school.settings))
        calls = school.calls()
        least = fewest_calls(app, school.marks)
        times = in_turn(lambda: sync_once(app), bodies.parse, rounds=rounds)
    assert not counts.sends, counts.sends
    made = sum(calls.values())
    figures = {
        "pupils": pupils,
        "rounds": rounds,
        "units": counts.units,
        "cells": counts.skips.total(),
        "mib_read": bodies.mib,
        "ours_cpu_s": round(times.ours, 3),
        "bare_cpu_s": round(times.bare, 3),
        "calls": dict(sorted(calls.items())),
        "calls_made": made,
        "calls_least": least,
        "first_sync": first,
    }
    return Row("school_unchanged", times.ratio, BUDGET, figures, {"calls_ratio": (made / least, CALLS_BUDGET)})


def _first_sync(school: School, app: App) -> dict[str, object]:
    """The run before, which sends everything: for the record, no part of the ratio."""
    school.forget_calls()
    wall, cpu = perf_counter(), process_time()
    counts = sync_once(app)
    return {
        "sent": counts.sends.total(),
        "wall_s": round(perf_counter() - wall, 1),
        "cpu_s": round(process_time() - cpu, 1),
        "calls": school.calls().total(),
    }


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
