"""Full reads of units, both sides, before any write.

Courses are read concurrently; a bundle that can't be read is held, and the others go on.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, islice
from operator import attrgetter

from bridge.domain.errors import RemoteError
from bridge.domain.guards import shrunk
from bridge.domain.mapping import CourseMap
from bridge.domain.plans import Hold, PersonHold, Place, Problem
from bridge.domain.school import Unit
from bridge.ports.lms import Gradebook, LmsCourse
from bridge.sync.books import Book, ask_city, open_books
from bridge.sync.context import Sync
from bridge.sync.convert import Feed, convert
from bridge.sync.gather import gather
from bridge.sync.identity import Claims, Identified, identify
from bridge.sync.locks import locked_columns
from bridge.sync.survey import Bundle, Survey
from bridge.sync.unit import UnitRead

LEAST_OUTSIDE = 5  # rows about pupils of other classes, before an answer counts as one about another class


@dataclass(frozen=True, slots=True)
class CourseRead:
    course: CourseMap
    gradebook: Gradebook
    identified: Identified

    def sifted(self, claims: Claims) -> "CourseRead":
        return replace(self, identified=claims.sift(self.identified))


@dataclass(frozen=True, slots=True)
class BundleRead:
    """What the courses of a bundle say. `hold` when one could not be read, or is gone."""

    bundle: Bundle
    courses: tuple[CourseRead, ...] = ()
    hold: Hold | None = None


def read_units(sync: Sync, found: Survey) -> Iterator[UnitRead]:
    """Every unit of the survey, class by class and bundle by bundle; remote reads run ahead in threads.

    A bundle without a mapped column has no unit, and is not read.
    """
    workers, claims = sync.choices.parallel_reads, Claims()
    units = {bundle: wanted for bundle in found.bundles if (wanted := found.units(bundle, sync))}
    by_class = {name: tuple(bundles) for name, bundles in groupby(units, attrgetter("school_class"))}
    asked = [[unit for bundle in bundles for unit in units[bundle]] for bundles in by_class.values()]
    with (
        closing(gather(lambda bundle: _read_bundle(sync, found, bundle), units, workers=workers)) as courses,
        closing(gather(lambda wanted: ask_city(sync, wanted), asked, workers=(workers + 1) // 2)) as answers,
    ):
        for bundles in by_class.values():
            books = open_books(sync, found, next(answers))
            for read in islice(courses, len(bundles)):
                sifted = replace(read, courses=tuple(course.sifted(claims) for course in read.courses))
                for unit in units[read.bundle]:
                    yield _unit_read(sync, found, sifted, unit, books[unit])


def read_city(sync: Sync, found: Survey, unit: Unit) -> UnitRead:
    """The city's side and the ledger's alone, for a unit whose courses are no longer there."""
    roster = found.lists.rosters.get(unit.school_class, ())
    book = open_books(sync, found, ask_city(sync, [unit]))[unit]
    if book.hold is not None:
        return _unread(unit, roster, book.hold)
    read = _unread(unit, roster, found.lists.holds.get(unit.school_class))
    locked = locked_columns(found.locks, unit, sync.world.now())
    seen = replace(read, city=book.city, accepted=book.accepted, foreign=_foreign(sync, book))
    return replace(seen, locked=locked, locks_told=found.locks_told)


def _read_bundle(sync: Sync, found: Survey, bundle: Bundle) -> BundleRead:
    if bundle.school_class not in found.classes:
        return BundleRead(bundle, hold=Hold(Problem.ROSTER_SHRUNK, f"{bundle.school_class}: 0"))
    missing = [course.course for course in found.bundles[bundle] if course.course not in found.courses]
    if missing:
        return BundleRead(bundle, hold=Hold(Problem.COURSE_GONE, str(missing[0])))
    try:
        return BundleRead(bundle, tuple(_read_course(sync, found, course) for course in found.bundles[bundle]))
    except RemoteError as error:
        return BundleRead(bundle, hold=Hold(Problem.UNREAD, str(error)))


def _read_course(sync: Sync, found: Survey, course: CourseMap) -> CourseRead:
    users = sync.lms.pupils(course.course)
    identified = identify(course.course, users, found.lists.directory, found.pins)
    gradebook = sync.lms.gradebook(course.course, users=identified.pupil_of.keys(), items=found.mapped(course.course))
    return CourseRead(course, gradebook, identified)


def _unit_read(sync: Sync, found: Survey, bundle: BundleRead, unit: Unit, book: Book) -> UnitRead:
    roster = found.lists.rosters.get(unit.school_class, ())
    hold = bundle.hold or book.hold
    if hold is not None:
        return _unread(unit, roster, hold)
    converted = convert(_feeds(found, bundle, unit), found.kind(bundle.bundle, sync))
    doubts = _city_guards(found, unit, {place.pupil for place in book.city}, strangers=book.strangers)
    return UnitRead(
        unit=unit,
        roster=roster,
        present=converted.present,
        courses=frozenset(course.course.course for course in bundle.courses),
        sources=converted.sources,
        lms=converted.lms,
        torn=converted.torn,
        city=book.city,
        accepted=book.accepted,
        locked=locked_columns(found.locks, unit, sync.world.now()),
        locks_told=found.locks_told,
        holds=(*doubts, *_course_guards(sync, found, bundle)),
        people=tuple(_people(found, bundle)),
        foreign=_foreign(sync, book),
        sizes=_sizes(found, bundle, unit),
        first_sights={user: pupil for read in bundle.courses for user, pupil in read.identified.fresh.items()},
        contested=frozenset(pupil for read in bundle.courses for pupil in read.identified.contested),
    )


def _unread(unit: Unit, roster: tuple[str, ...], hold: Hold | None) -> UnitRead:
    nothing: frozenset[str] = frozenset()
    holds = (hold,) if hold is not None else ()
    return UnitRead(unit, roster, nothing, frozenset(), {}, {}, frozenset(), {}, {}, {}, holds)


def _feeds(found: Survey, bundle: BundleRead, unit: Unit) -> list[Feed]:
    return [
        Feed(read.gradebook, read.identified.pupil_of, found.items_of(read.course, unit.term))
        for read in bundle.courses
    ]


def _city_guards(found: Survey, unit: Unit, pupils: Collection[str], *, strangers: int) -> Iterator[Hold]:
    if (hold := found.lists.holds.get(unit.school_class)) is not None:
        yield hold
    if _of_another_class(found, unit, pupils, strangers=strangers):
        yield Hold(Problem.WRONG_REPLY, str(unit))


def _course_guards(sync: Sync, found: Survey, bundle: BundleRead) -> Iterator[Hold]:
    for read in bundle.courses:
        yield from _of_another_year(found.courses[read.course.course], sync.year)
        course, size = read.course.course, len(read.identified.pupil_of)
        if shrunk(found.last_reads.get(f"course:{course}"), size, percent=sync.choices.shrink_percent):
            before = found.last_reads[f"course:{course}"]
            yield Hold(Problem.GRADEBOOK_SHRUNK, f"{course}: {before} → {size}", f"{course}:{size}")


def _of_another_year(course: LmsCourse, year: int) -> Iterator[Hold]:
    """A course that ended before this school year, begins after it, or began long before and never ended.

    A school year lies within July and June (Luật Giáo dục leaves the days to the province); courses are made ahead.
    """
    over = course.ends is not None and course.ends < date(year, 7, 1)
    ahead = course.starts is not None and course.starts >= date(year + 1, 7, 1)
    left = course.starts is not None and course.ends is None and course.starts < date(year, 1, 1)
    if over or ahead or left:
        days = f"{course.starts or ''}–{course.ends or ''}"
        yield Hold(Problem.WRONG_YEAR, f"{course.id}: {days}", f"{course.id}:{days}")


def _sizes(found: Survey, bundle: BundleRead, unit: Unit) -> dict[str, int]:
    sizes = {f"course:{read.course.course}": len(read.identified.pupil_of) for read in bundle.courses}
    if unit.school_class in found.lists.sizes:
        sizes[f"class:{unit.school_class}"] = found.lists.sizes[unit.school_class]
    return sizes


def _of_another_class(found: Survey, unit: Unit, pupils: Collection[str], *, strangers: int) -> bool:
    """Whether most of the city's rows are about pupils without a place in this class: a mixed-up answer.

    A few are no wonder: a pupil who left keeps his marks, and rows outside the roster are never planned anyway.
    """
    homes = found.lists.homes
    outside = strangers + sum(unit.school_class not in homes.get(pupil, ()) for pupil in pupils)
    return outside >= LEAST_OUTSIDE and outside * 2 > len(pupils) + strangers


def _people(found: Survey, bundle: BundleRead) -> Iterator[PersonHold]:
    for read in bundle.courses:
        yield from read.identified.holds
        for user, pupil in read.identified.pupil_of.items():
            homes = found.lists.homes.get(pupil, frozenset())
            if bundle.bundle.school_class in homes or _fed_at_home(found, homes, bundle.bundle.subject):
                continue
            problem = Problem.OTHER_CLASS if homes else Problem.UNKNOWN_PUPIL  # on no list: not a pupil any more
            yield PersonHold(read.course.course, user, problem, ", ".join(sorted(homes)))


def _fed_at_home(found: Survey, homes: frozenset[str], subject: str) -> bool:
    """Whether the pupil's own class has a course of this subject: then the record is fed from there."""
    return any(Bundle(home, subject) in found.fed for home in homes)


def _foreign(sync: Sync, book: Book) -> frozenset[Place]:
    """Cells that the city got through this interface, above every version we know, from a submission we don't know."""
    known = book.accepted.get
    suspects = {
        place: cell.submission
        for place, cell in book.city.items()
        if not cell.by_hand and ((before := known(place)) is None or cell.version > before.version)
    }
    if not suspects:
        return frozenset()
    ids = [submission for submission in suspects.values() if submission is not None]
    ours = sync.stores.submissions.known(sync.school, ids)
    return frozenset(place for place, submission in suspects.items() if submission not in ours)
