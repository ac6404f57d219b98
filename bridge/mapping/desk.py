"""Use case: which course feeds which class × subject, and which item which column.

The matcher (`domain/matching`) judges; a person decides what it leaves open. Courses may be taken by themselves above
the school's threshold, items only by their exact idnumber tag.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.errors import BadInput, Garbled, NotFound, Refused
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
from bridge.ports.mappings import Mappings
from bridge.ports.people import Rosters

Watch = Callable[[object], None]


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


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item as the LMS has it, what it may feed, and what it feeds already."""

    item: LmsItem
    match: ItemMatch
    mapped: ItemMap | None


def suggest(desk: Desk, *, only: frozenset[int] = frozenset(), watch: Watch) -> Sequence[Suggestion]:
    """The verdict on every course that is not mapped yet, or on these. `NotFound` for one that there is not.

    A course that the LMS would not show is unmatched, says why, and spoils no other.
    """
    mapped = {row.course for row in desk.mappings.courses(desk.school, desk.year)}
    there = {row.id: row for row in desk.lms.catalogue()}
    for number in sorted(only - there.keys()):
        raise NotFound(kind="lms course", name=str(number), nearest=[])
    courses = [row for row in there.values() if (row.id in only if only else row.id not in mapped)]
    key_of = desk.rosters.directory(desk.school).key_of
    seen: list[CourseSeen] = []
    verdicts: dict[int, Verdict] = {}
    for course in courses:
        look = _seen(desk.lms, course, key_of)
        watch(course)
        if isinstance(look, CourseSeen):
            seen.append(look)
        else:
            verdicts[course.id] = look
    verdicts |= match_courses(seen, [_index(desk)], threshold=desk.threshold)
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
        teachers=frozenset(code.strip() for code in lms.teachers(course.id)),
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


def accept(
    desk: Desk, suggestions: Sequence[Suggestion], *, actor: str, now: datetime, watch: Watch
) -> list[CourseMap]:
    """Take every sure suggestion, with the items that their tags name. Returns what was taken."""
    taken = []
    for suggestion in suggestions:
        if isinstance(suggestion.verdict, Matched):
            best = suggestion.verdict.best
            row = CourseMap(suggestion.course.id, best.school_class, best.subject, desk.year, best.term, origin="auto")
            take_course(desk, row, actor=actor, now=now)
            taken.append(row)
            watch(row)
    return taken


def take_course(
    desk: Desk, row: CourseMap, *, actor: str, now: datetime, seen: Collection[CourseMap] | None = None
) -> list[ItemMap]:
    """Say what a course is, in the place of what was said before; items whose idnumbers say where they belong follow.

    Returns these items. Raises the LMS's error before anything is changed, and `Overtaken` where the course feeds
    something else than somebody has `seen`.
    """
    tagged = _tagged(desk, row)
    others = {each.school_class for each in classes_of(desk, row.course)} - {row.school_class}
    desk.mappings.set_course(desk.school, row, actor=actor, now=now, seen=seen)
    for school_class in sorted(others):
        desk.mappings.drop_course(desk.school, row.course, school_class=school_class, actor=actor, now=now)
    _set_items(desk, tagged, actor=actor, now=now)
    return tagged


def add_class(desk: Desk, row: CourseMap, *, actor: str, now: datetime) -> list[ItemMap]:
    """Let a course feed one more class; the city's class lists tell whose marks are whose. Its items are shared."""
    tagged = _tagged(desk, row)
    desk.mappings.set_course(desk.school, row, actor=actor, now=now)
    _set_items(desk, tagged, actor=actor, now=now)
    return tagged


def classes_of(desk: Desk, course: int) -> list[CourseMap]:
    """Everything that a course feeds."""
    return [row for row in desk.mappings.courses(desk.school, desk.year) if row.course == course]


def items_of(desk: Desk, course: int) -> list[ItemMap]:
    return [item for item in desk.mappings.items(desk.school, desk.year) if item.course == course]


def _tagged(desk: Desk, row: CourseMap) -> list[ItemMap]:
    """The items that their tags name and that no person has put elsewhere."""
    chosen = [item for item in items_of(desk, row.course) if item.origin != "tag"]
    items, places = {item.item for item in chosen}, {(item.term, item.column) for item in chosen}
    return [
        ItemMap(row.course, match.item, match.term, match.column, origin="tag")
        for match in suggest_items(desk.lms.items(row.course), row)
        if match.status is Status.TAGGED and match.term is not None and match.column is not None
        if match.item not in items and (match.term, match.column) not in places
    ]


def _set_items(desk: Desk, items: Sequence[ItemMap], *, actor: str, now: datetime) -> None:
    for item in items:
        desk.mappings.set_item(desk.school, item, actor=actor, now=now)


def choices(desk: Desk, row: CourseMap) -> list[ItemChoice]:
    """Every item of a mapped course, with what it may feed and what it does."""
    items = desk.lms.items(row.course)
    mapped = {each.item: each for each in items_of(desk, row.course)}
    matches = suggest_items(items, row)
    return [ItemChoice(item, match, mapped.get(item.id)) for item, match in zip(items, matches, strict=True)]


def choose_item(desk: Desk, item_map: ItemMap, *, computed: bool, actor: str, now: datetime) -> ItemMap:
    """Let an item feed a column, by a person's choice. `computed` says that a total of the LMS is meant.

    `NotFound` for an item that the course has not; `BadInput` for another term than the course's (OTHER_TERM), and for
    a total that was not named one (COMPUTED_ITEM).
    """
    for row in classes_of(desk, item_map.course):
        if row.term not in (None, item_map.term):
            raise BadInput(where=f"{row.school_class} {row.subject}", value=row.term, why="OTHER_TERM")
    found = next((each for each in desk.lms.items(item_map.course) if each.id == item_map.item), None)
    if found is None:
        raise NotFound(kind="lms item", name=str(item_map.item), course=item_map.course, nearest=[])
    if is_computed(found) and not computed:
        raise BadInput(where=f"item {item_map.item}", value=found.kind, why="COMPUTED_ITEM")
    desk.mappings.set_item(desk.school, item_map, actor=actor, now=now)
    return item_map


def suggest_items(items: Sequence[LmsItem], row: CourseMap) -> Sequence[ItemMatch]:
    """What each item of a course may feed; only those that are TAGGED are ever taken without a person."""
    seen = (ItemSeen(item.id, item.name, item.idnumber, is_computed(item)) for item in items)
    return match_items(seen, term=row.term)


def is_computed(item: LmsItem) -> bool:
    """Whether the LMS computed and rounded it: such an item feeds a column only by a person's explicit choice."""
    return item.kind in (ItemKind.CATEGORY, ItemKind.COURSE)
