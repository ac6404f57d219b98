"""Course and item mappings and policies of a school."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import NotFound, Overtaken
from bridge.domain.mapping import DEFAULT_POLICIES, CourseMap, ItemMap, Policy
from bridge.domain.scores import Column
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.codec import COLUMNS, TERMS
from bridge.store.engine import Database
from bridge.store.tables.mappings import course_maps, item_maps, policies


class MappingTable:
    """`bridge.ports.mappings.Mappings`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def together(self) -> AbstractContextManager[None]:
        return self._database.together()

    def courses(self, school: str, year: int) -> Sequence[CourseMap]:
        here = (course_maps.c.school == school) & (course_maps.c.year == year)
        order = (course_maps.c.course, course_maps.c.school_class)
        with self._database.read() as connection:
            found = connection.execute(sa.select(course_maps).where(here).order_by(*order)).all()
        return [_course(row) for row in found]

    def items(self, school: str, year: int) -> Sequence[ItemMap]:
        """Of a course once, however many classes it feeds."""
        mapped = sa.select(course_maps.c.course).where(course_maps.c.school == school, course_maps.c.year == year)
        here = (item_maps.c.school == school) & item_maps.c.course.in_(mapped)
        order = (item_maps.c.course, item_maps.c.term, item_maps.c.book_column)
        with self._database.read() as connection:
            found = connection.execute(sa.select(item_maps).where(here).order_by(*order)).all()
        return [_item(row) for row in found]

    def set_course(
        self,
        school: str,
        course: CourseMap,
        *,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        said = {
            "subject": course.subject,
            "year": course.year,
            "term": course.term.value if course.term else None,
            "origin": course.origin,
        }
        place = {"school": school, "course": course.course, "school_class": course.school_class}
        with self._database.write() as connection:
            self._trail.hold(connection, school)
            if seen is not None:
                _demand_seen(connection, school, course.course, seen)
            old = _one(connection, course_maps, **place)
            upsert(connection, course_maps, [{**place, **said}], changes=taking(*said))
            entry = Entry("map.course", f"course {course.course}", old=_feeds(old), new=_words({**place, **said}))
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def drop_course(
        self,
        school: str,
        course: int,
        *,
        school_class: str | None = None,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        where = {"school": school, "course": course}
        chosen = where if school_class is None else {**where, "school_class": school_class}
        with self._database.write() as connection:
            self._trail.hold(connection, school)
            if seen is not None:
                _demand_seen(connection, school, course, seen)
            gone = connection.execute(sa.select(course_maps).where(_all(course_maps, chosen))).all()
            if not gone:
                raise NotFound(kind="course", name=str(course), nearest=[])
            _delete(connection, course_maps, **chosen)
            if not _is_mapped(connection, school, course):
                _delete(connection, item_maps, **where)
            entries = [Entry("map.course", f"course {course}", old=_feeds(row)) for row in gone]
            self._trail.append(connection, school, entries, actor=actor, at=now)

    def set_item(self, school: str, item: ItemMap, *, actor: str, now: datetime) -> None:
        said = {"term": item.term.value, "book_column": item.column.value, "origin": item.origin}
        place = {"school": school, "course": item.course, "term": said["term"], "book_column": said["book_column"]}
        with self._database.write() as connection:
            if not _is_mapped(connection, school, item.course):
                raise NotFound(kind="course", name=str(item.course), nearest=[])
            old = _one(connection, item_maps, **place)
            _delete(connection, item_maps, **place)
            values = {"school": school, "course": item.course, "item": item.item, **said}
            upsert(connection, item_maps, [values], changes=taking(*said))
            subject = f"course {item.course} {item.term} {item.column}"
            entry = Entry(
                "map.item", subject, old=f"item {old.item}" if old else "", new=f"item {item.item} {item.origin}"
            )
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def drop_item(self, school: str, course: int, item: int, *, actor: str, now: datetime) -> None:
        with self._database.write() as connection:
            old = _one(connection, item_maps, school=school, course=course, item=item)
            if old is None:
                raise NotFound(kind="item", name=str(item), nearest=[])
            _delete(connection, item_maps, school=school, course=course, item=item)
            entry = Entry("map.item", f"course {course} {old.term} {old.book_column}", old=f"item {item}")
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def policies(self, school: str) -> Mapping[Column, Policy]:
        with self._database.read() as connection:
            found = connection.execute(sa.select(policies).where(policies.c.school == school))
            return DEFAULT_POLICIES | {COLUMNS[row.book_column]: Policy(row.policy) for row in found}

    def set_policy(
        self, school: str, column: Column, policy: Policy, *, actor: str, now: datetime, seen: Policy | None = None
    ) -> None:
        with self._database.write() as connection:
            self._trail.hold(connection, school)
            old = _one(connection, policies, school=school, book_column=column.value)
            before = old.policy if old else DEFAULT_POLICIES[column].value
            if seen is not None and before != seen.value:
                raise Overtaken(kind="policy", name=column.value, now=Policy(before))
            values = {"school": school, "book_column": column.value, "policy": policy.value}
            upsert(connection, policies, [values], changes=taking("policy"))
            entry = Entry("policy.set", column.value, old=before, new=policy.value)
            self._trail.append(connection, school, [entry], actor=actor, at=now)


def _one(connection: sa.Connection, table: sa.Table, **where: object) -> sa.Row[Any] | None:
    return connection.execute(sa.select(table).where(_all(table, where))).one_or_none()


def _demand_seen(connection: sa.Connection, school: str, course: int, seen: Collection[CourseMap]) -> None:
    """`Overtaken` when the course feeds something else than somebody saw."""
    where = _all(course_maps, {"school": school, "course": course})
    now = {_course(row) for row in connection.execute(sa.select(course_maps).where(where))}
    if now != set(seen):
        said = ", ".join(sorted(f"{row.school_class} {row.subject}" for row in now))
        raise Overtaken(kind="course", name=str(course), now=said or None)


def _is_mapped(connection: sa.Connection, school: str, course: int) -> bool:
    where = _all(course_maps, {"school": school, "course": course})
    return connection.execute(sa.select(sa.literal(1)).where(where).limit(1)).first() is not None


def _delete(connection: sa.Connection, table: sa.Table, **where: object) -> None:
    connection.execute(sa.delete(table).where(_all(table, where)))


def _all(table: sa.Table, where: Mapping[str, object]) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == value for name, value in where.items()))


def _course(row: sa.Row[Any]) -> CourseMap:
    term = TERMS[row.term] if row.term else None
    return CourseMap(row.course, row.school_class, row.subject, row.year, term, row.origin)


def _item(row: sa.Row[Any]) -> ItemMap:
    return ItemMap(row.course, row.item, TERMS[row.term], COLUMNS[row.book_column], row.origin)


def _feeds(row: sa.Row[Any] | None) -> str:
    return _words({name: getattr(row, name) for name in _FEEDS}) if row else ""


def _words(said: Mapping[str, object]) -> str:
    return " ".join(str(said[name]) for name in _FEEDS if said[name] is not None)


_FEEDS = ("school_class", "subject", "year", "term", "origin")
