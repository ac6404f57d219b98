"""Tallies of plans: written with each plan, and one a unit kept. See `tables/tallies.py`."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.plans import PersonHold, Problem, UnitPlan
from bridge.domain.tallies import HoldCount, ReleaseCount, UnitTally, tally_unit
from bridge.store.bulk import taking, upsert
from bridge.store.codec import COLUMNS
from bridge.store.tables.plans import plans
from bridge.store.tables.tallies import tallies

_FIELDS = tuple(UnitTally.__dataclass_fields__)


def keep_tallies(connection: sa.Connection, plan: str, units: Sequence[UnitPlan]) -> None:
    rows = [
        {**unit.unit._asdict(), "term": unit.unit.term.value, "plan": plan, "body": write_tally(tally_unit(unit))}
        for unit in units
    ]
    upsert(connection, tallies, rows, changes=taking("body"))


def retire_older(connection: sa.Connection, plan: str) -> None:
    """This plan has finished: what finished ones before it said of its units is past."""
    newer = tallies.alias()
    same = [newer.c[name] == tallies.c[name] for name in ("school", "year", "school_class", "subject", "term")]
    over = sa.exists().where(*same, newer.c.plan == plan)
    finished = sa.select(plans.c.id).where(plans.c.finished)
    connection.execute(sa.delete(tallies).where(tallies.c.plan != plan, tallies.c.plan.in_(finished), over))


def write_tally(tally: UnitTally) -> str:
    return json.dumps({name: getattr(tally, name) for name in _FIELDS}, separators=(",", ":"))


def read_tally(text: str) -> UnitTally:
    raw: dict[str, Any] = json.loads(text)
    holds = [HoldCount(Problem(what), COLUMNS.get(column), count) for what, column, count in raw.pop("holds")]
    people = [PersonHold(course, user, Problem(what), detail) for course, user, what, detail in raw.pop("people")]
    before = [(None, raw.pop("release"))] if raw.get("release") else []  # counted without columns until they were
    raw.pop("release", None)
    releases = [ReleaseCount(COLUMNS.get(column), number) for column, number in raw.pop("releases", before)]
    return UnitTally(**raw, releases=tuple(releases), holds=tuple(holds), people=tuple(people))
