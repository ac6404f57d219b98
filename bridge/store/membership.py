"""Class lists: who is in, who came, who left, who moved."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.domain.school import CityPupil, ClassKind
from bridge.ports.people import RosterChange
from bridge.store.bulk import taking, upsert
from bridge.store.identities import CITY, MINISTRY, PUPIL_KIND, Identities, Somebody
from bridge.store.tables.rosters import classes, members

Seat = tuple[str, str]  # class, pupil


def save_members(
    connection: sa.Connection, people: Identities, *, school: str, year: int, lists: Mapping[str, Sequence[CityPupil]]
) -> RosterChange:
    """Replace the lists of these classes. A pupil who stands in several of them is one person."""
    kinds = _class_kinds(connection, school, year)
    if unknown := sorted(set(lists) - set(kinds)):
        raise NotFound(kind="class", name=unknown[0], nearest=[])
    shown = [(code, pupil) for code, pupils in lists.items() for pupil in pupils]
    keys = people.keep(PUPIL_KIND, [_somebody(pupil) for _, pupil in shown])
    now = {(code, key): pupil for (code, pupil), key in zip(shown, keys, strict=True)}
    before = _seats(connection, school, year, lists)
    rows = [_row(school, year, seat, pupil) for seat, pupil in now.items()]
    upsert(connection, members, rows, changes=taking("studying", "since", "until"))
    _remove(connection, school, year, before - now.keys())
    return _change(before, set(now), kinds)


def _class_kinds(connection: sa.Connection, school: str, year: int) -> Mapping[str, str]:
    here = (classes.c.school == school) & (classes.c.year == year)
    return {row.code: row.kind for row in connection.execute(sa.select(classes.c.code, classes.c.kind).where(here))}


def _somebody(pupil: CityPupil) -> Somebody:
    codes = {CITY: pupil.code.strip()}
    if pupil.ministry_code and pupil.ministry_code.strip():
        codes[MINISTRY] = pupil.ministry_code.strip()
    return Somebody(codes, pupil.name, pupil.birth_date, pupil.sex)


def _seats(connection: sa.Connection, school: str, year: int, of: Collection[str]) -> set[Seat]:
    here = (members.c.school == school) & (members.c.year == year) & members.c.school_class.in_(of)
    found = connection.execute(sa.select(members.c.school_class, members.c.pupil).where(here))
    return {(row.school_class, row.pupil) for row in found}


def _row(school: str, year: int, seat: Seat, pupil: CityPupil) -> dict[str, Any]:
    school_class, key = seat
    return {
        "school": school,
        "year": year,
        "school_class": school_class,
        "pupil": key,
        "studying": pupil.studying,
        "since": pupil.since,
        "until": pupil.until,
    }


def _remove(connection: sa.Connection, school: str, year: int, seats: Collection[Seat]) -> None:
    if seats:
        seat = (members.c.school_class == sa.bindparam("of_class")) & (members.c.pupil == sa.bindparam("of_pupil"))
        gone = sa.delete(members).where(members.c.school == school, members.c.year == year, seat)
        connection.execute(gone, [{"of_class": code, "of_pupil": key} for code, key in seats])


def _change(before: set[Seat], now: set[Seat], kinds: Mapping[str, str]) -> RosterChange:
    """Moved: left one class and joined another; an elective group is no class."""
    fixed = {code for code, kind in kinds.items() if kind == ClassKind.CLASS}
    came = {key for code, key in now - before if code in fixed}
    went = {key for code, key in before - now if code in fixed}
    moved = len(came & went)
    return RosterChange(
        classes=len(kinds),
        pupils=len({key for _, key in now}),
        joined=len(now - before) - moved,
        left=len(before - now) - moved,
        moved=moved,
    )
