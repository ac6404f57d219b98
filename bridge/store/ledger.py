"""The ledger: what the city has accepted, cell by cell."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.plans import Accepted, CityCell, Place, place_of
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, ScoreKey
from bridge.ports.marks import AdoptedCell, OwnScore, Standing
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.codec import COLUMNS, TERMS, key_name, key_values, read_score, write_score
from bridge.store.confirmations import end_confirmations
from bridge.store.engine import Database
from bridge.store.gathered import gathered
from bridge.store.ledgerrows import bare_row, key_of, raise_versions, take_over
from bridge.store.runs import actor_of
from bridge.store.standing import read_standing
from bridge.store.tables.marks import fingerprints, ledger, reads

_IN_UNIT = (
    ledger.c.school == sa.bindparam("in_school"),
    ledger.c.year == sa.bindparam("in_year"),
    ledger.c.subject.in_(sa.bindparam("subjects", expanding=True)),
    ledger.c.term.in_(sa.bindparam("terms", expanding=True)),
    ledger.c.pupil.in_(sa.bindparam("pupils", expanding=True)),
)
_ACCEPTED = gathered(
    by=(ledger.c.subject, ledger.c.term),
    columns=(
        ledger.c.pupil,
        ledger.c.book_column,
        ledger.c.record_id,
        ledger.c.score,
        ledger.c.version,
        ledger.c.city_version,
        ledger.c.course,
        ledger.c.cancelled,
    ),
    where=_IN_UNIT,
)


class LedgerTable:
    """`bridge.ports.marks.Ledger`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def standing(self, school: str, year: int) -> Standing:
        with self._database.read() as connection:
            return read_standing(connection, school, year)

    def standing_of(self, unit: Unit) -> Standing:
        with self._database.read() as connection:
            return read_standing(connection, unit.school, unit.year, unit=unit)

    def of_pupil(self, school: str, year: int, pupil: str) -> Sequence[OwnScore]:
        mine = (ledger.c.school == school) & (ledger.c.year == year) & (ledger.c.pupil == pupil)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(ledger).where(mine, ledger.c.score.is_not(None))).all()
        return [
            OwnScore(row.subject, TERMS[row.term], COLUMNS[row.book_column], read_score(row.score), row.at)
            for row in rows
        ]

    def accepted(self, units: Collection[Unit], pupils: Collection[str]) -> Mapping[Unit, Mapping[Place, Accepted]]:
        with self._database.read() as connection:
            return read_accepted(connection, units, pupils)

    def adopt(self, unit: Unit, cells: Sequence[AdoptedCell], *, fingerprints: Mapping[Column, str], run: str) -> None:
        at = self._database.clock()
        with self._database.write() as connection:
            before = read_accepted(connection, [unit], {cell.place.pupil for cell in cells})[unit]
            values = [_adopted(unit, cell) | {"run": run, "at": at} for cell in cells]
            upsert(connection, ledger, values, changes=take_over)
            end_confirmations(connection, [key_of(unit, cell.place) for cell in cells], by=run)
            save_fingerprints(connection, unit, fingerprints)
            entries = [
                _changed("score.adopted", key_of(unit, cell.place), before.get(cell.place), cell.city.score)
                for cell in cells
            ]
            self._trail.append(connection, unit.school, entries, actor=actor_of(connection, run), at=at)

    def close(self, unit: Unit, places: Sequence[Place], *, run: str) -> None:
        at = self._database.clock()
        with self._database.write() as connection:
            before = read_accepted(connection, [unit], {place.pupil for place in places})[unit]
            known = [place for place in places if place in before]
            for place in known:
                gone = {"score": None, "cancelled": True, "run": run, "at": at}
                connection.execute(sa.update(ledger).where(_is(key_of(unit, place))).values(gone))
            end_confirmations(connection, [key_of(unit, place) for place in known], by=run)
            entries = [_changed("score.closed", key_of(unit, place), before[place], None) for place in known]
            self._trail.append(connection, unit.school, entries, actor=actor_of(connection, run), at=at)

    def see(self, unit: Unit, cells: Mapping[Place, CityCell], *, run: str) -> None:
        at = self._database.clock()
        values = [_seen(unit, place, cell) | {"run": run, "at": at} for place, cell in cells.items()]
        with self._database.write() as connection:
            upsert(connection, ledger, values, changes=raise_versions)
            entry = Entry(
                "ledger.seen", f"{unit.year}/{unit.subject}/{unit.term}/{unit.school_class}", new=str(len(cells))
            )
            self._trail.append(connection, unit.school, [entry], actor=actor_of(connection, run), at=at)

    def note_reads(self, school: str, year: int, sizes: Mapping[str, int]) -> None:
        values = [{"school": school, "year": year, "source": source, "size": size} for source, size in sizes.items()]
        with self._database.write() as connection:
            upsert(connection, reads, values, changes=taking("size"))


def read_accepted(
    connection: sa.Connection, units: Collection[Unit], pupils: Iterable[str]
) -> dict[Unit, dict[Place, Accepted]]:
    """The ledger's rows of these pupils, by unit. Hot: a whole school is read this way."""
    ((school, year),) = {(unit.school, unit.year) for unit in units}
    values = {
        "in_school": school,
        "in_year": year,
        "subjects": sorted({unit.subject for unit in units}),
        "terms": sorted({unit.term.value for unit in units}),
        "pupils": list(pupils),
    }
    found = {key: _read_cells(rows) for key, rows in _ACCEPTED.groups(connection, values)}
    return {unit: found.get((unit.subject, unit.term.value), {}) for unit in units}


def _read_cells(rows: Sequence[Sequence[Any]]) -> dict[Place, Accepted]:
    return {
        place_of(pupil, COLUMNS[column]): Accepted(
            record_id, None if score is None else read_score(score), version, seen, course, bool(cancelled)
        )
        for pupil, column, record_id, score, version, seen, course, cancelled in rows
    }


def save_fingerprints(connection: sa.Connection, unit: Unit, by_column: Mapping[Column, str]) -> None:
    """What the items of these columns looked like at their last acceptance."""
    values = [
        {**unit._asdict(), "term": unit.term.value, "book_column": column.value, "fingerprint": fingerprint}
        for column, fingerprint in by_column.items()
    ]
    upsert(connection, fingerprints, values, changes=taking("fingerprint"))


def _is(key: ScoreKey) -> sa.ColumnElement[bool]:
    return sa.and_(*(ledger.c[name] == value for name, value in key_values(key).items()))


def _adopted(unit: Unit, cell: AdoptedCell) -> dict[str, Any]:
    return _seen(unit, cell.place, cell.city) | {
        "score": write_score(cell.city.score),
        "course": cell.lms.course if cell.lms else None,
        "item": cell.lms.item if cell.lms else None,
    }


def _seen(unit: Unit, place: Place, cell: CityCell) -> dict[str, Any]:
    key = key_of(unit, place)
    return bare_row(key, record_id=cell.record_id, version=cell.version, city_version=cell.version)


def _changed(what: str, key: ScoreKey, before: Accepted | None, score: Score | None) -> Entry:
    old = before.score if before else None
    return Entry(what, key_name(key), old="" if old is None else str(old), new="" if score is None else str(score))
