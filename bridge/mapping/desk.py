"""Use case: which course feeds which class × subject, and which item which column.

The matcher (`domain/matching`) judges; a person decides what it leaves open. Courses may be taken by themselves above
the school's threshold, items only by their exact idnumber tag.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.errors import Garbled, Refused
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.matching import (
    CourseSeen,
    Lexicon,
    Matched,
    Missing,
    Reason,
    SchoolIndex,
    SchoolKnown,
    Unmatched,
    Verdict,
    Why,
    index_school,
    match_courses,
)
from bridge.domain.matching.items import ItemMatch, ItemSeen, Status, match_items
from bridge.domain.subjects import Subjects
from bridge.ports.lms import ItemKind, Lms, LmsCourse, LmsItem
from bridge.ports.marks import Mappings
from bridge.ports.people import Rosters


@dataclass(frozen=True, slots=True)
class Desk:
    """What mapping works with, for one school and year."""

    school: str
    year: int
    lms: Lms
    rosters: Rosters
    mappings: Mappings
    lexicon: Lexicon
    subjects: Subjects
    threshold: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    course: LmsCourse
    verdict: Verdict


def suggest(desk: Desk, *, only: frozenset[int] = frozenset()) -> Sequence[Suggestion]:
    """The verdict on every course that is not mapped yet, or on these. One that can't be read spoils no other."""
    mapped = {row.course for row in desk.mappings.courses(desk.school, desk.year)}
    courses = [row for row in desk.lms.courses() if (row.id in only if only else row.id not in mapped)]
    key_of = desk.rosters.directory(desk.school).key_of
    seen = {course.id: _seen(desk.lms, course, key_of) for course in courses}
    readable = [look for look in seen.values() if isinstance(look, CourseSeen)]
    unread = {course: look for course, look in seen.items() if isinstance(look, Unmatched)}
    verdicts = {**match_courses(readable, [_index(desk)], threshold=desk.threshold), **unread}
    return [Suggestion(course, verdicts[course.id]) for course in courses]


def _seen(lms: Lms, course: LmsCourse, key_of: Mapping[str, str]) -> CourseSeen | Unmatched:
    """Pupils as the vault's keys; an idnumber that the city does not know stays what it is, and tells a leftover."""
    try:
        users = lms.pupils(course.id)
    except (Refused, Garbled) as error:
        why = Reason(Why.UNREAD, {"reason": error.facts.get("reason") or error.facts.get("why")})
        return Unmatched(frozenset({Missing.CLASS, Missing.SUBJECT}), why=(why,))
    idnumbers = {user.idnumber.strip() for user in users if user.active}
    return CourseSeen(
        id=course.id,
        fullname=course.fullname,
        shortname=course.shortname,
        idnumber=course.idnumber,
        category_path=course.category_path,
        pupils=frozenset(key_of.get(idnumber, idnumber) for idnumber in idnumbers if idnumber),
        starts=course.starts,
    )


def _index(desk: Desk) -> SchoolIndex:
    classes = tuple(desk.rosters.classes(desk.school, desk.year))
    members = desk.rosters.members(desk.school, desk.year)
    known = SchoolKnown(
        code=desk.school,
        name=desk.rosters.school(desk.school, desk.year).name,
        year=desk.year,
        classes=classes,
        rosters={code: frozenset(row.pupil for row in rows if row.studying) for code, rows in members.items()},
        assignments=tuple(desk.rosters.assignments(desk.school, desk.year)),
    )
    return index_school(known, desk.lexicon)


def accept(desk: Desk, suggestions: Sequence[Suggestion], *, actor: str, now: datetime) -> list[CourseMap]:
    """Take every sure suggestion, with the items that their tags name. Returns what was taken."""
    taken = []
    for suggestion in suggestions:
        if isinstance(suggestion.verdict, Matched):
            best = suggestion.verdict.best
            row = CourseMap(suggestion.course.id, best.school_class, best.subject, desk.year, best.term, origin="auto")
            take_course(desk, row, actor=actor, now=now)
            taken.append(row)
    return taken


def take_course(desk: Desk, row: CourseMap, *, actor: str, now: datetime) -> None:
    """Map a course, and those of its items whose idnumbers say where they belong."""
    desk.mappings.set_course(desk.school, row, actor=actor, now=now)
    for match in suggest_items(desk, row):
        if match.status is Status.TAGGED and match.term is not None and match.column is not None:
            item = ItemMap(row.course, match.item, match.term, match.column, origin="tag")
            desk.mappings.set_item(desk.school, item, actor=actor, now=now)


def suggest_items(desk: Desk, row: CourseMap) -> Sequence[ItemMatch]:
    """What each item of a course may feed; only those that are TAGGED are ever taken without a person."""
    seen = (ItemSeen(item.id, item.name, item.idnumber, is_computed(item)) for item in desk.lms.items(row.course))
    return match_items(seen, term=row.term)


def is_computed(item: LmsItem) -> bool:
    """Whether the LMS computed and rounded it: such an item feeds a column only by a person's explicit choice."""
    return item.kind in (ItemKind.CATEGORY, ItemKind.COURSE)
