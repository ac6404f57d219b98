"""A mapping that a person brings along as a whole, from a sheet.

A course that the sheet names is mapped exactly as the sheet says: classes and items that it does not name are dropped.
Courses that it does not name stay as they are. What is so already is not touched, so that the trail tells changes only.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bridge.domain.mapping import CourseMap, ItemMap
from bridge.mapping.desk import Desk, classes_of, items_of


def bring(desk: Desk, courses: Sequence[CourseMap], items: Sequence[ItemMap], *, actor: str, now: datetime) -> int:
    """Map these courses so, all or none. Returns how many lines were changed, added or dropped."""
    changed = 0
    with desk.mappings.together():
        for course in sorted({row.course for row in courses}):
            wanted = [row for row in courses if row.course == course]
            changed += _bring_classes(desk, course, wanted, actor=actor, now=now)
            named = [item for item in items if item.course == course]
            changed += _bring_items(desk, course, named, actor=actor, now=now)
    return changed


def _bring_classes(desk: Desk, course: int, wanted: Sequence[CourseMap], *, actor: str, now: datetime) -> int:
    """The new ones first: with its last class a course would lose its items."""
    present = {row.school_class: row for row in classes_of(desk, course)}
    news = [row for row in wanted if not _same(row, present.get(row.school_class))]
    for row in news:
        desk.mappings.set_course(desk.school, row, actor=actor, now=now)
    gone = sorted(present.keys() - {row.school_class for row in wanted})
    for school_class in gone:
        desk.mappings.drop_course(desk.school, course, school_class=school_class, actor=actor, now=now)
    return len(news) + len(gone)


def _bring_items(desk: Desk, course: int, wanted: Sequence[ItemMap], *, actor: str, now: datetime) -> int:
    present = {item.item: item for item in items_of(desk, course)}
    gone = sorted(present.keys() - {item.item for item in wanted})
    for number in gone:
        desk.mappings.drop_item(desk.school, course, number, actor=actor, now=now)
    news = [item for item in wanted if not _same(item, present.get(item.item))]
    for item in news:
        desk.mappings.set_item(desk.school, item, actor=actor, now=now)
    return len(news) + len(gone)


def _same(row: CourseMap | ItemMap, present: CourseMap | ItemMap | None) -> bool:
    """But for where it comes from."""
    return present is not None and replace(row, origin=present.origin) == present
