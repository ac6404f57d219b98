"""What a run reads once, before any unit: mappings, class lists, locks, and what the store knows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.school import SchoolClass, Unit
from bridge.domain.scores import Term
from bridge.domain.subjects import Kind
from bridge.ports.city import ColumnLock
from bridge.ports.lms import LmsCourse
from bridge.sync.context import Scope, Sync
from bridge.sync.identity import Pins
from bridge.sync.rosters import Before, Lists, read_lists
from bridge.sync.standing import StandingIndex
from bridge.sync.unit import Terms


class Bundle(NamedTuple):
    """A class (or group) × subject: what its courses tell is read once for all terms."""

    school_class: str
    subject: str


@dataclass(frozen=True, slots=True)
class Survey:
    bundles: Mapping[Bundle, tuple[CourseMap, ...]]
    fed: frozenset[Bundle]  # every bundle with a course, in this scope or not
    items: Mapping[tuple[int, Term], tuple[ItemMap, ...]]
    scope: Scope
    courses: Mapping[int, LmsCourse]
    classes: Mapping[str, SchoolClass]
    lists: Lists
    pins: Pins
    locks: Sequence[ColumnLock]
    locks_told: bool
    standing: StandingIndex
    last_reads: Mapping[str, int]
    choices: Terms

    def units(self, bundle: Bundle, sync: Sync) -> list[Unit]:
        """The units of a bundle in scope for which any item is mapped."""
        courses = self.bundles[bundle]
        units = [Unit(sync.school, sync.year, *bundle, term) for term in Term]
        return [
            unit
            for unit in units
            if self.scope.holds(unit) and any(self._feeds(course, unit.term) for course in courses)
        ]

    def _feeds(self, course: CourseMap, term: Term) -> bool:
        return course.term in (None, term) and (course.course, term) in self.items

    def items_of(self, course: CourseMap, term: Term) -> tuple[ItemMap, ...]:
        return self.items.get((course.course, term), ()) if course.term in (None, term) else ()

    def mapped(self, course: int) -> frozenset[int]:
        """The items of a course that feed a column, in whatever term."""
        return frozenset(item.item for term in Term for item in self.items.get((course, term), ()))

    def kind(self, bundle: Bundle, sync: Sync) -> Kind:
        """How the subject is assessed at the grade level of the class."""
        teaching = sync.subjects.by_code[bundle.subject].at(self.classes[bundle.school_class].grade_level)
        return teaching.kind if teaching is not None else Kind.SCORED


def survey(sync: Sync, scope: Scope) -> Survey:
    """Read everything that concerns more than one unit. Raises the remote's error: without these there is no run."""
    maps = sync.stores.mappings.courses(sync.school, sync.year)
    bundles = _bundles(course for course in maps if _inside(course, scope, sync))
    classes = {row.code: row for row in sync.stores.rosters.classes(sync.school, sync.year)}
    standing = sync.stores.ledger.standing(sync.school, sync.year)
    index = StandingIndex(standing)
    named = {bundle.school_class for bundle in bundles} | {unit.school_class for unit in scope.units}
    return Survey(
        bundles=bundles,
        fed=frozenset(_bundles(maps)),
        items=_items(sync.stores.mappings.items(sync.school, sync.year)),
        scope=scope,
        courses={course.id: course for course in sync.lms.courses()},
        classes=classes,
        lists=read_lists(sync, classes, sorted(named & set(classes)), Before(standing.last_reads, index)),
        pins=Pins.of(sync.stores.pins.pins(sync.school, sync.platform)),
        locks=sync.city.locks(sync.year),
        locks_told=sync.city.capabilities().locks,
        standing=index,
        last_reads=standing.last_reads,
        choices=Terms(sync.stores.mappings.policies(sync.school), sync.choices.mass_change_percent),
    )


def _inside(course: CourseMap, scope: Scope, sync: Sync) -> bool:
    units = (Unit(sync.school, sync.year, course.school_class, course.subject, term) for term in Term)
    return (not scope.courses or course.course in scope.courses) and any(map(scope.holds, units))


def _bundles(maps: Iterable[CourseMap]) -> dict[Bundle, tuple[CourseMap, ...]]:
    found: dict[Bundle, list[CourseMap]] = defaultdict(list)
    for course in maps:
        found[Bundle(course.school_class, course.subject)].append(course)
    return {bundle: tuple(found[bundle]) for bundle in sorted(found)}


def _items(items: Iterable[ItemMap]) -> dict[tuple[int, Term], tuple[ItemMap, ...]]:
    found: dict[tuple[int, Term], list[ItemMap]] = defaultdict(list)
    for item in items:
        found[item.course, item.term].append(item)
    return {key: tuple(rows) for key, rows in found.items()}
