"""Learning materials, their versions, and the way of a version into use."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.materials import About, MaterialState
from bridge.domain.names import fold
from bridge.ports.materials import Finding, Material, Standard, Turned, Version, Wish
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.materials import material_versions as versions
from bridge.store.tables.materials import materials

_LISTS = ("requirements", "keywords", "authors")


class MaterialTable:
    """`bridge.ports.materials.Materials`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def add(self, school: str, material: Material, *, actor: str) -> None:
        row = {"school": school, "id": material.id, "by": material.by, "at": material.at}
        first = material.newest
        entry = Entry("material.brought", _subject(first), new=first.package)
        with self._database.write() as connection:
            connection.execute(sa.insert(materials), row | _about_row(material.about))
            connection.execute(sa.insert(versions), _version_row(school, first))
            self._trail.append(connection, school, [entry], actor=actor, at=material.at)

    def add_version(self, school: str, version: Version, *, actor: str) -> Version:
        newest = sa.select(sa.func.max(versions.c.number)).where(_of(school, version.material))
        with self._database.write() as connection:
            _lock(connection, school, version.material)
            number = connection.execute(newest).scalar()
            if number is None:
                raise NotFound(kind="material", name=version.material[:40], nearest=[])
            made = replace(version, number=number + 1)
            connection.execute(sa.insert(versions), _version_row(school, made))
            entry = Entry("material.brought", _subject(made), new=made.package)
            self._trail.append(connection, school, [entry], actor=actor, at=made.at)
        return made

    def describe(self, school: str, material: str, about: About, *, actor: str, now: datetime) -> None:
        mine = (materials.c.school == school) & (materials.c.id == material)
        with self._database.write() as connection:
            before = connection.execute(sa.select(materials.c.title).where(mine)).scalar()
            if before is None:
                raise NotFound(kind="material", name=material[:40], nearest=[])
            connection.execute(sa.update(materials).where(mine).values(_about_row(about)))
            entry = Entry("material.described", material, old=before, new=about.title)
            self._trail.append(connection, school, [entry], actor=actor, at=now)

    def take(self, school: str, turned: Turned, *, actor: str, now: datetime) -> None:
        mine = _of(school, turned.material) & (versions.c.number == turned.number)
        moved = sa.update(versions).where(mine, versions.c.state == turned.seen.value)
        subject = f"{turned.material}/{turned.number}"
        entry = Entry(f"material.{turned.step.lower()}", subject, turned.seen, turned.to, reason=turned.comment)
        with self._database.write() as connection:
            _lock(connection, school, turned.material)
            entries = [entry, *_replaced(connection, school, turned)]
            done = connection.execute(moved.values(state=turned.to.value, comment=turned.comment))
            if done.rowcount == 0:
                raise BadInput(where="material", value=subject, why="MATERIAL_MOVED")
            self._trail.append(connection, school, entries, actor=actor, at=now)

    def find(self, school: str, material: str) -> Material:
        mine = (materials.c.school == school) & (materials.c.id == material)
        found = self._read(school, sa.select(materials).where(mine))
        if not found:
            raise NotFound(kind="material", name=material[:40], nearest=[])
        return found[0]

    def with_package(self, school: str, package: str) -> Version:
        mine = (versions.c.school == school) & (versions.c.package == package)
        with self._database.read() as connection:
            row = connection.execute(sa.select(versions).where(mine).limit(1)).one_or_none()
        if row is None:
            raise NotFound(kind="package", name=package[:12], nearest=[])
        return _version(row)

    def search(self, school: str, wish: Wish, *, limit: int, offset: int = 0) -> Sequence[Material]:
        order = (materials.c.subject, materials.c.grade_level, materials.c.title, materials.c.id)
        query = sa.select(materials).where(materials.c.school == school, *_wanted(school, wish))
        return self._read(school, query.order_by(*order).limit(limit).offset(offset))

    def _read(self, school: str, query: sa.Select[Any]) -> list[Material]:
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            mine = (versions.c.school == school) & versions.c.material.in_(ids)
            found = connection.execute(sa.select(versions).where(mine).order_by(versions.c.number.desc())).all()
        by_material: dict[str, list[Version]] = {}
        for row in found:
            by_material.setdefault(row.material, []).append(_version(row))
        return [Material(row.id, _about(row), row.by, row.at, tuple(by_material[row.id])) for row in rows]


def _replaced(connection: sa.Connection, school: str, turned: Turned) -> Iterable[Entry]:
    """What was in use until now, when something else comes into use."""
    if turned.to is not MaterialState.PUBLISHED:
        return []
    used = _of(school, turned.material) & (versions.c.state == MaterialState.PUBLISHED.value)
    numbers = connection.execute(sa.select(versions.c.number).where(used)).scalars().all()
    connection.execute(sa.update(versions).where(used).values(state=MaterialState.REPLACED.value))
    return [Entry("material.replaced", f"{turned.material}/{number}") for number in numbers]


def _lock(connection: sa.Connection, school: str, material: str) -> None:
    """One change of a material at a time: SQLite has one writer anyhow."""
    mine = (materials.c.school == school) & (materials.c.id == material)
    connection.execute(sa.select(materials.c.id).where(mine).with_for_update())


def _of(school: str, material: str) -> sa.ColumnElement[bool]:
    return (versions.c.school == school) & (versions.c.material == material)


def _wanted(school: str, wish: Wish) -> Iterable[sa.ColumnElement[bool]]:
    for word in fold(wish.words).split()[:10]:
        yield materials.c.search.contains(word, autoescape=True)
    if wish.subject:
        yield materials.c.subject == wish.subject
    if wish.grade_level is not None:
        yield materials.c.grade_level == wish.grade_level
    if wish.requirement:
        yield materials.c.search.contains(fold(wish.requirement), autoescape=True)
    if wish.by:
        yield materials.c.by == wish.by
    if wish.state is not None:
        mine = (versions.c.school == school) & (versions.c.state == wish.state.value)
        yield materials.c.id.in_(sa.select(versions.c.material).where(mine))


def _subject(version: Version) -> str:
    return f"{version.material}/{version.number}"


def _about_row(about: About) -> dict[str, Any]:
    rest = asdict(about)
    words = " ".join([about.title, about.topic, about.description, *(" ".join(rest[name]) for name in _LISTS)])
    return {
        "title": about.title,
        "subject": about.subject,
        "grade_level": about.grade_level,
        "about": json.dumps(rest, ensure_ascii=False),
        "search": fold(words),
    }


def _about(row: Any) -> About:
    said = json.loads(row.about)
    return About(**{**said, **{name: tuple(said[name]) for name in _LISTS}})


def _version_row(school: str, version: Version) -> dict[str, Any]:
    row = asdict(version)
    return row | {
        "school": school,
        "state": version.state.value,
        "standard": version.standard.value if version.standard else "",
        "pass_mark": "" if version.pass_mark is None else str(version.pass_mark),
        "findings": json.dumps(row["findings"], ensure_ascii=False),
    }


def _version(row: Any) -> Version:
    return Version(
        material=row.material,
        number=row.number,
        state=MaterialState(row.state),
        package=row.package,
        name=row.name,
        size=row.size,
        standard=Standard(row.standard) if row.standard else None,
        launch=row.launch,
        pass_mark=Decimal(row.pass_mark) if row.pass_mark else None,
        findings=tuple(Finding(**one) for one in json.loads(row.findings)),
        by=row.by,
        at=row.at,
        source=row.source,
        comment=row.comment,
    )
