"""Whose units are whose: who may map a course, and which units somebody may look at."""

from collections.abc import Iterator

from bridge.domain.mapping import CourseMap
from bridge.domain.rights import Action, Permits
from bridge.domain.school import Unit
from bridge.mapping.desk import Desk


def units_of(desk: Desk, row: CourseMap) -> list[Unit]:
    """Every unit that a course may feed."""
    return [Unit(desk.school, desk.year, row.school_class, row.subject, term) for term in row.terms]


def demand_map(permits: Permits, desk: Desk, row: CourseMap) -> None:
    """`NotAllowed` unless the actor may map in a term of this course."""
    if not may_map(permits, desk, row):
        permits.demand(Action.MAP, units_of(desk, row)[0])


def may_map(permits: Permits, desk: Desk, row: CourseMap) -> bool:
    return any(permits.may(Action.MAP, unit) for unit in units_of(desk, row))


def visible_units(desk: Desk, permits: Permits) -> Iterator[Unit]:
    """The mapped units whose scores somebody may see, each once, by class and subject."""
    rows = desk.mappings.courses(desk.school, desk.year)
    for unit in sorted({unit for row in rows for unit in units_of(desk, row)}):
        if permits.may(Action.SEE_CITY, unit):
            yield unit


def is_fed(desk: Desk, unit: Unit) -> bool:
    """Whether any item of any course feeds a column of this unit."""
    courses = {row.course for row in desk.mappings.courses(desk.school, desk.year) if unit in units_of(desk, row)}
    return any(
        item.course in courses and item.term is unit.term for item in desk.mappings.items(desk.school, desk.year)
    )
