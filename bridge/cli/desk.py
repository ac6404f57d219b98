"""What the commands about the mapping share: the desk, and who may map what."""

from collections.abc import Sequence

from bridge.cli.frame import Frame
from bridge.cli.permits import Permits
from bridge.domain.errors import NotFound
from bridge.domain.mapping import CourseMap
from bridge.mapping import reach
from bridge.mapping.desk import Desk, classes_of


def make_desk(frame: Frame) -> Desk:
    return frame.app.desk()


def class_codes(desk: Desk) -> list[str]:
    return [each.code for each in desk.rosters.classes(desk.school, desk.year)]


def subjects(desk: Desk) -> list[str]:
    return list(desk.subjects.by_code)


def demand_map(permits: Permits, desk: Desk, row: CourseMap) -> None:
    """`NotAllowed` unless the actor may map in a term of this course."""
    reach.demand_map(permits.judged, desk, row)


def may_map(permits: Permits, desk: Desk, row: CourseMap) -> bool:
    return reach.may_map(permits.judged, desk, row)


def mapped(desk: Desk, course: int) -> Sequence[CourseMap]:
    """Everything that a course feeds; `NotFound` when that is nothing."""
    rows = classes_of(desk, course)
    if not rows:
        raise NotFound(kind="mapped course", name=str(course), nearest=[])
    return rows
