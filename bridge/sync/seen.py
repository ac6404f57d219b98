"""A look at one unit: read afresh, its plan saved, and what was seen kept for the unit's page.

The page shows what stands on both sides without asking either remote again; what it offers to confirm is the saved
plan of the same look.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.domain.plans import Accepted, CityCell, Hold, LmsScore, PersonHold, Place, Problem
from bridge.domain.school import Unit
from bridge.domain.scores import Column, read_score, write_score
from bridge.ports.plans import Look
from bridge.sync.context import Scope, Sync
from bridge.sync.make import make_plan, new_head
from bridge.sync.survey import survey
from bridge.sync.unit import ColumnSource, SourceItem, UnitRead


def look(sync: Sync, unit: Unit, *, actor: str) -> Look | None:
    """Read the unit and save its plan; None for one that no mapped column feeds. Sends nothing.

    Raises the remote's error where there is nothing to show at all; a side of the unit that could not be read is held.
    """
    scope = Scope(units=frozenset({unit}))
    head, reads = new_head(sync, scope, actor=actor), list[UnitRead]()
    for _ in make_plan(sync, survey(sync, scope), head, seen=reads.append):
        sync.world.checkpoint("looked")
    if not reads:
        return None
    kept = Look(unit, head.id, head.created_at, write_read(reads[0]))
    sync.stores.looks.keep(kept)
    return kept


def write_read(read: UnitRead) -> str:
    """What a unit's page needs of a read. Pupils are random keys."""
    whole = {
        "roster": read.roster,
        "present": sorted(read.present),
        "courses": sorted(read.courses),
        "sources": [
            [column, source.fingerprint, sorted(source.modules), _write_hold(source.hold), source.items]
            for column, source in read.sources.items()
        ],
        "lms": [[*place, write_score(cell.score), *cell[1:]] for place, cell in read.lms.items()],
        "torn": sorted(read.torn),
        "city": [[*place, write_score(cell.score), *cell[1:]] for place, cell in read.city.items()],
        "accepted": [[*place, *_write_accepted(cell)] for place, cell in read.accepted.items()],
        "locked": read.locked,
        "holds": [_write_hold(hold) for hold in read.holds],
        "people": read.people,
        "foreign": sorted(read.foreign),
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def read_read(unit: Unit, text: str) -> UnitRead:
    """`write_read` backwards."""
    raw = json.loads(text)
    return UnitRead(
        unit=unit,
        roster=tuple(raw["roster"]),
        present=frozenset(raw["present"]),
        courses=frozenset(raw["courses"]),
        sources={COLUMNS[row[0]]: _read_source(row) for row in raw["sources"]},
        lms={place: LmsScore(read_score(rest[0]), *rest[1:]) for place, rest in _placed(raw["lms"])},
        torn=_places(raw["torn"]),
        city={place: CityCell(read_score(rest[0]), *rest[1:]) for place, rest in _placed(raw["city"])},
        accepted={place: _read_accepted(rest) for place, rest in _placed(raw["accepted"])},
        locked=_by_column(raw["locked"]),
        holds=tuple(hold for row in raw["holds"] if (hold := _read_hold(row)) is not None),
        people=tuple(PersonHold(course, user, Problem(what), detail) for course, user, what, detail in raw["people"]),
        foreign=_places(raw["foreign"]),
    )


COLUMNS = {column.value: column for column in Column}


def _placed(rows: Iterable[list[Any]]) -> Iterable[tuple[Place, list[Any]]]:
    return ((Place(pupil, COLUMNS[column]), rest) for pupil, column, *rest in rows)


def _places(rows: Iterable[list[str]]) -> frozenset[Place]:
    return frozenset(Place(pupil, COLUMNS[column]) for pupil, column in rows)


def _by_column(texts: Mapping[str, str]) -> dict[Column, str]:
    return {COLUMNS[column]: text for column, text in texts.items()}


def _read_source(row: list[Any]) -> ColumnSource:
    _, fingerprint, modules, hold, items = row
    return ColumnSource(fingerprint, frozenset(modules), _read_hold(hold), tuple(SourceItem(*item) for item in items))


def _write_hold(hold: Hold | None) -> list[str] | None:
    return [hold.problem, hold.detail, hold.fingerprint] if hold is not None else None


def _read_hold(row: list[str] | None) -> Hold | None:
    return Hold(Problem(row[0]), row[1], row[2]) if row is not None else None


def _write_accepted(cell: Accepted) -> list[Any]:
    return [cell.record_id, write_score(cell.score) if cell.score is not None else None, *cell[2:]]


def _read_accepted(row: list[Any]) -> Accepted:
    return Accepted(row[0], read_score(row[1]) if row[1] is not None else None, *row[2:])
