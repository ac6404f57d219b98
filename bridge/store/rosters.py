"""What the city says about a school, as of the last good pull."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass, SchoolInfo, TermDates
from bridge.ports.people import Directory, Member, RosterChange
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Random, Trail
from bridge.store.codec import TERMS
from bridge.store.engine import Database
from bridge.store.identities import (
    CITY,
    TEACHER,
    TEACHER_KIND,
    Identities,
    Somebody,
    read_codes,
    read_names,
)
from bridge.store.membership import save_members
from bridge.store.tables.rosters import assignments, classes, members, schools, terms
from bridge.store.vault import Vault

BRIDGE = "bridge"  # the actor of what a pull does by itself


class RosterTable:
    """`bridge.ports.people.Rosters`."""

    def __init__(self, database: Database, trail: Trail, vault: Vault, random: Random) -> None:
        self._database = database
        self._trail = trail
        self._vault = vault
        self._random = random

    def save_school(self, school: SchoolInfo, year: int) -> None:
        here = {"school": school.code, "year": year}
        dates = [{**here, "term": term.term.value, "first": term.first, "last": term.last} for term in school.terms]
        with self._database.write() as connection:
            row = here | {"name": school.name, "level": school.level}
            upsert(connection, schools, [row], changes=taking("name", "level"))
            _replace(connection, terms, here, dates)

    def save_classes(self, school: str, year: int, classes_: Sequence[SchoolClass]) -> None:
        with self._database.write() as connection:
            teachers = self._teachers(
                connection, school, {each.homeroom_teacher: "" for each in classes_ if each.homeroom_teacher}
            )
            rows = [_class_row(school, year, each, teachers) for each in classes_]
            upsert(connection, classes, rows, changes=taking(*_CLASS_FIELDS))
            gone = classes.c.code.not_in([each.code for each in classes_])
            connection.execute(sa.delete(classes).where(classes.c.school == school, classes.c.year == year, gone))

    def save_members(
        self, school: str, year: int, members: Mapping[str, Sequence[CityPupil]], *, now: datetime
    ) -> RosterChange:
        with self._database.write() as connection:
            people = Identities(connection, self._vault, school=school, random=self._random, now=now)
            change = save_members(connection, people, school=school, year=year, lists=members)
            entry = Entry("roster.pulled", str(year), new=_counts(change))
            self._trail.append(connection, school, [entry], actor=BRIDGE, at=now)
        return change

    def save_assignments(self, school: str, year: int, assignments_: Sequence[Assignment]) -> None:
        with self._database.write() as connection:
            teachers = self._teachers(connection, school, {each.teacher: each.name for each in assignments_})
            rows = [_assignment_row(school, year, n, each, teachers) for n, each in enumerate(assignments_)]
            _replace(connection, assignments, {"school": school, "year": year}, rows)

    def school(self, school: str, year: int) -> SchoolInfo:
        with self._database.read() as connection:
            row = connection.execute(_of(schools, school, year)).one_or_none()
            dates = connection.execute(_of(terms, school, year).order_by(terms.c.term)).all()
        if row is None:
            raise NotFound(kind="school", name=school, nearest=[])
        spans = tuple(TermDates(TERMS[each.term], each.first, each.last) for each in dates)
        return SchoolInfo(row.school, row.name, row.level, spans)

    def classes(self, school: str, year: int) -> Sequence[SchoolClass]:
        with self._database.read() as connection:
            teachers = read_codes(connection, self._vault, school, TEACHER)
            found = connection.execute(_of(classes, school, year).order_by(classes.c.grade_level, classes.c.code))
            return [_class(row, teachers) for row in found]

    def members(self, school: str, year: int) -> Mapping[str, Sequence[Member]]:
        by_class: dict[str, list[Member]] = {}
        with self._database.read() as connection:
            for row in connection.execute(_of(members, school, year).order_by(members.c.pupil)):
                by_class.setdefault(row.school_class, []).append(Member(row.pupil, row.studying))
        return by_class

    def assignments(self, school: str, year: int) -> Sequence[Assignment]:
        with self._database.read() as connection:
            found = connection.execute(_of(assignments, school, year).order_by(assignments.c.position)).all()
            codes = read_codes(connection, self._vault, school, TEACHER)
            names = read_names(connection, self._vault, school, {row.teacher for row in found})
        return [_assignment(row, code=codes[row.teacher], name=names[row.teacher]) for row in found]

    def directory(self, school: str) -> Directory:
        with self._database.read() as connection:
            code_of = read_codes(connection, self._vault, school, CITY)
        return Directory(key_of={code: key for key, code in code_of.items()}, code_of=code_of)

    def names(self, school: str, keys: Collection[str]) -> Mapping[str, str]:
        with self._database.read() as connection:
            return read_names(connection, self._vault, school, keys)

    def _teachers(self, connection: sa.Connection, school: str, named: Mapping[str, str]) -> Mapping[str, str]:
        """Keys by teacher code."""
        now = self._database.clock()
        people = Identities(connection, self._vault, school=school, random=self._random, now=now)
        keys = people.keep(TEACHER_KIND, [Somebody({TEACHER: code}, name) for code, name in named.items()])
        return dict(zip(named, keys, strict=True))


_CLASS_FIELDS = ("name", "grade_level", "kind", "parent", "homeroom_teacher")


def _of(table: sa.Table, school: str, year: int) -> sa.Select[Any]:
    return sa.select(table).where(table.c.school == school, table.c.year == year)


def _replace(
    connection: sa.Connection, table: sa.Table, here: Mapping[str, object], rows: Sequence[Mapping[str, Any]]
) -> None:
    connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in here.items())))
    if rows:
        connection.execute(sa.insert(table), rows)


def _class_row(school: str, year: int, each: SchoolClass, teachers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "school": school,
        "year": year,
        "code": each.code,
        "name": each.name,
        "grade_level": each.grade_level,
        "kind": each.kind.value,
        "parent": each.parent,
        "homeroom_teacher": teachers[each.homeroom_teacher] if each.homeroom_teacher else None,
    }


def _class(row: sa.Row[Any], teachers: Mapping[str, str]) -> SchoolClass:
    teacher = teachers[row.homeroom_teacher] if row.homeroom_teacher else None
    return SchoolClass(row.code, row.name, row.grade_level, ClassKind(row.kind), row.parent, teacher)


def _assignment_row(
    school: str, year: int, position: int, each: Assignment, teachers: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "school": school,
        "year": year,
        "position": position,
        "teacher": teachers[each.teacher],
        "school_class": each.school_class,
        "subject": each.subject,
        "term": each.term.value,
        "since": each.since,
        "until": each.until,
    }


def _assignment(row: sa.Row[Any], *, code: str, name: str) -> Assignment:
    return Assignment(code, row.school_class, row.subject, TERMS[row.term], name, row.since, row.until)


def _counts(change: RosterChange) -> str:
    return f"{change.pupils} pupils in {change.classes} classes, +{change.joined} -{change.left} moved {change.moved}"
