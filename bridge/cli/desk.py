"""What the commands about the mapping share: the desk, and who may map what."""

from collections.abc import Sequence

from bridge.cli.frame import Frame
from bridge.cli.permits import Permits
from bridge.domain.errors import NotFound
from bridge.domain.mapping import CourseMap
from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.mapping.desk import Desk, classes_of
from bridge.wiring import read_lexicon


def make_desk(frame: Frame) -> Desk:
    app = frame.app
    return Desk(
        school=app.school,
        year=app.year,
        lms=app.sync.lms,
        rosters=app.store.rosters,
        mappings=app.store.mappings,
        lexicon=read_lexicon(frame.settings.sync.subjects_file),
        subjects=app.sync.subjects,
        threshold=frame.settings.sync.accept_above,
    )


def class_codes(desk: Desk) -> list[str]:
    return [each.code for each in desk.rosters.classes(desk.school, desk.year)]


def subjects(desk: Desk) -> list[str]:
    return list(desk.subjects.by_code)


def demand_map(permits: Permits, desk: Desk, row: CourseMap) -> None:
    """`NotAllowed` unless the actor may map in a term of this course."""
    if not may_map(permits, desk, row):
        permits.demand(Action.MAP, next(iter(_units(desk, row))))


def may_map(permits: Permits, desk: Desk, row: CourseMap) -> bool:
    return any(permits.may(Action.MAP, unit) for unit in _units(desk, row))


def _units(desk: Desk, row: CourseMap) -> list[Unit]:
    terms = [row.term] if row.term else list(Term)
    return [Unit(desk.school, desk.year, row.school_class, row.subject, term) for term in terms]


def mapped(desk: Desk, course: int) -> Sequence[CourseMap]:
    """Everything that a course feeds; `NotFound` when that is nothing."""
    rows = classes_of(desk, course)
    if not rows:
        raise NotFound(kind="mapped course", name=str(course), nearest=[])
    return rows
