"""That every benchmark still runs and tells what it promises. How fast anything is stands in no test."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

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
from benchmarks.__main__ import BENCHMARKS, results
from benchmarks.lrs_rows import FIRST, PER_REGISTRATION, fill, send
from benchmarks.measure import Row
from bridge.store.statementindex import BEHIND
from tests.sync.harness import School, open_school

SMALL: dict[str, Callable[[], Row]] = {
    "read_gradebook": partial(read_gradebook.run, rounds=1),
    "plan": partial(plan.run, rounds=1),
    "soap_parse": partial(soap_parse.run, rounds=1),
    "soap_write": partial(soap_write.run, rounds=1),
    "school_unchanged": partial(school_unchanged.run, pupils=300, courses=6, rounds=1),
    "growth": partial(growth.run, sizes=(500, 1000)),
    "score_sheet": partial(score_sheet.run, rounds=1, times=1),
    "lti_launch": partial(lti_launch.run, rounds=1, times=3),
    "coverage_map": partial(coverage_map.run, classes=6, rounds=1, times=1),
    "workbooks": partial(workbooks.run, classes=1, subjects=2),
    "player_load": partial(player_load.run, pupils=4, commits=2, gap=0.1),
    **lrs.SMALL,
    **packages.SMALL,
}

MANY = BEHIND // PER_REGISTRATION + 4  # registrations: enough for the store to take statements into its runs


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_gives_its_row(name: str) -> None:
    row = SMALL[name]()
    assert (row.name, row.ratio > 0, row.budget > 0, len(row.figures) > 1) == (name, True, True, True)
    assert json.loads(json.dumps(row.to_json())).keys() == {"name", "ratio", "budget", "met", "figures"}


@pytest.mark.parametrize(("ratio", "value", "met"), [(2.0, 3.0, True), (2.1, 3.0, False), (2.0, 3.1, False)], ids=str)
def test_a_budget_is_met_when_ratio_and_limits_are(ratio: float, value: float, met: bool) -> None:
    row = Row("x", ratio, 2.0, {"rounds": 1}, {"mib": (value, 3.0)})
    assert row.met is met
    assert row.to_json()["figures"] == {"rounds": 1, "mib": {"value": value, "limit": 3.0}}


def test_statements_filled_in_bulk_are_those_that_the_store_writes(tmp_path: Path) -> None:
    tables = []
    for name in ("bulk", "sent"):
        (tmp_path / name).mkdir()
        school = open_school(tmp_path / name)
        if name == "bulk":
            fill(school, registrations=MANY)
        else:
            for number in (FIRST, *range(1, MANY)):
                send(school, number)
        tables.append(rows(school))
    bulk, sent = tables
    for found in tables:  # the clock is another one; it rises with each registration, and stands still within one
        stored = [str(row[4]) for row in found["xapi_statements"]]
        assert stored == sorted(stored)
        assert len(set(stored)) == MANY
        found["xapi_statements"] = [row[:4] + row[5:] for row in found["xapi_statements"]]
    assert bulk == sent
    assert len(bulk["xapi_statements"]) == MANY * PER_REGISTRATION
    assert len(bulk["xapi_runs"]) > MANY


def rows(school: School) -> dict[str, list[tuple[object, ...]]]:
    with school.store.database.engine.connect() as connection:
        found = {
            table: connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table in ("xapi_statements", "xapi_runs", "xapi_activities")
        }
        indexes = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE tbl_name LIKE 'xapi_%' ORDER BY name"
        )
        found["indexes"] = indexes.fetchall()
    school.store.close()
    return {table: [tuple(row) for row in some] for table, some in found.items()}


def test_the_results_name_the_machine() -> None:
    told = results([Row("x", 1.0, 2.0, {})])
    assert told["machine"].keys() == {"cores", "memory_gib", "processor", "python"}  # type: ignore[attr-defined]
