"""Where each class × subject × term stands: its newest plan, with what people and the city have said since."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.plans import PersonHold, Problem
from bridge.domain.school import Assignment, SchoolClass, Unit
from bridge.domain.scores import Column, Term
from bridge.domain.tallies import Coverage, HoldCount, ReleaseCount, UnitTally
from bridge.ports.mappings import Mappings
from bridge.ports.overview import NewestTally, News, Overviews, Since
from bridge.ports.people import Rosters

Sees = Callable[[Unit], bool]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What an overview reads of one school and year."""

    school: str
    year: int
    rosters: Rosters
    mappings: Mappings
    overviews: Overviews


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit. Counts are cells, as of `at`, with all that was said since. `at` None: no plan has looked at it."""

    unit: Unit
    fed: bool  # by an item of a mapped course
    counts: UnitTally
    plan: str = ""
    at: datetime | None = None

    @property
    def state(self) -> Coverage:
        counts = self.counts
        if not self.fed:
            return Coverage.UNMAPPED
        if counts.held:
            return Coverage.HELD
        if counts.confirm or counts.release:
            return Coverage.WAITING
        if counts.ready or counts.open:
            return Coverage.READY
        return Coverage.SENT if counts.agreed else Coverage.MAPPED

    @property
    def waiting(self) -> int:
        return self.counts.confirm + self.counts.release

    @property
    def holds(self) -> tuple[HoldCount, ...]:
        return self.counts.holds

    @property
    def people(self) -> tuple[PersonHold, ...]:
        return self.counts.people


def unit_states(shelf: Shelf, sees: Sees) -> Sequence[UnitState]:
    """Every unit that is taught or mapped and that `sees` lets through, by class, subject and term."""
    fed, taught = _fed(shelf), _taught(shelf.rosters.assignments(shelf.school, shelf.year))
    classes = {row.code for row in shelf.rosters.classes(shelf.school, shelf.year)}
    newest = {row.unit: row for row in shelf.overviews.tallies(shelf.school, shelf.year)}
    news, policies = _by_unit(shelf), shelf.mappings.policies(shelf.school)
    units = {Unit(shelf.school, shelf.year, *place) for place in fed | taught if place[0] in classes}
    return [
        _state(unit, unit[2:] in fed, newest.get(unit), news.get(unit, ()), policies)
        for unit in sorted(units)
        if sees(unit)
    ]


def classes_by_level(shelf: Shelf) -> Mapping[int, list[SchoolClass]]:
    """Classes and groups of each grade level, 10A2 before 10A10."""
    found: dict[int, list[SchoolClass]] = defaultdict(list)
    for row in shelf.rosters.classes(shelf.school, shelf.year):
        found[row.grade_level].append(row)
    return {level: sorted(found[level], key=lambda row: natural(row.code)) for level in sorted(found)}


def natural(code: str) -> tuple[tuple[str, int], ...]:
    """A sort key by which 10A2 comes before 10A10."""
    return tuple((text, int(digits or 0)) for text, digits in re.findall(r"(\D*)(\d*)", code))


def by_class(unit: Unit) -> tuple[object, ...]:
    """A sort key of units: as people count classes, then by subject and term."""
    return natural(unit.school_class), unit.subject, unit.term


_Place = tuple[str, str, Term]


def _fed(shelf: Shelf) -> set[_Place]:
    """What some item of some mapped course feeds."""
    terms = _terms_of(shelf.mappings.items(shelf.school, shelf.year))
    courses: Iterable[CourseMap] = shelf.mappings.courses(shelf.school, shelf.year)
    return {
        (row.school_class, row.subject, term)
        for row in courses
        for term in terms.get(row.course, ())
        if row.term in (None, term)
    }


def _terms_of(items: Iterable[ItemMap]) -> Mapping[int, Collection[Term]]:
    found: dict[int, set[Term]] = defaultdict(set)
    for item in items:
        found[item.course].add(item.term)
    return found


def _taught(assignments: Iterable[Assignment]) -> set[_Place]:
    return {(row.school_class, row.subject, row.term) for row in assignments}


def _by_unit(shelf: Shelf) -> Mapping[Unit, Sequence[Since]]:
    found: dict[Unit, list[Since]] = defaultdict(list)
    for row in shelf.overviews.since(shelf.school, shelf.year):
        found[row.unit].append(row)
    return found


def _state(
    unit: Unit, fed: bool, newest: NewestTally | None, news: Sequence[Since], policies: Mapping[Column, Policy]
) -> UnitState:
    if newest is None:
        return UnitState(unit, fed, UnitTally())
    tally = newest.tally
    for each in sorted(news, key=lambda row: row.news is News.RELEASED):  # a release follows a confirmation
        tally = _told(tally, each, policies[each.column])
    return UnitState(unit, fed, tally, newest.plan, newest.at)


def _told(tally: UnitTally, said: Since, policy: Policy) -> UnitTally:
    """One piece of news over what a plan counted."""
    count = said.number
    match said.news:
        case News.ACCEPTED:
            return replace(tally, ready=_less(tally.ready, count), agreed=tally.agreed + count)
        case News.TAKEN_BACK:
            return replace(tally, ready=_less(tally.ready, count))
        case News.OPEN:
            return replace(tally, ready=_less(tally.ready, count), open=tally.open + count)
        case News.REFUSED:
            refused = HoldCount(Problem.REFUSED, said.column, count)
            return replace(tally, ready=_less(tally.ready, count), holds=(*tally.holds, refused))
        case News.CONFIRMED if policy is Policy.RELEASE:
            return replace(tally, confirm=_less(tally.confirm, count), releases=_more(tally.releases, said))
        case News.CONFIRMED:
            return replace(tally, confirm=_less(tally.confirm, count), ready=tally.ready + count)
        case News.RELEASED:
            return replace(tally, releases=tuple(_released(tally.releases, said)), ready=tally.ready + count)
        case News.KEPT:
            return replace(tally, holds=tuple(_settled(tally.holds, said)))
        case News.OVERRULED:
            return replace(tally, holds=tuple(_settled(tally.holds, said)), ready=tally.ready + count)


def _settled(holds: Iterable[HoldCount], said: Since) -> Iterator[HoldCount]:
    """So many holds of this column fewer."""
    left = said.number
    for hold in holds:
        taken = min(left, hold.number) if hold.column is said.column else 0
        left -= taken
        if hold.number > taken:
            yield hold._replace(number=hold.number - taken)


def _more(releases: Iterable[ReleaseCount], said: Since) -> tuple[ReleaseCount, ...]:
    """So many more of this column."""
    found = {row.column: row.number for row in releases}
    found[said.column] = found.get(said.column, 0) + said.number
    return tuple(ReleaseCount(column, number) for column, number in found.items())


def _released(releases: Iterable[ReleaseCount], said: Since) -> Iterator[ReleaseCount]:
    """So many of this column fewer."""
    for row in releases:
        left = row.number - said.number if row.column in (said.column, None) else row.number
        if left > 0:
            yield row._replace(number=left)


def _less(count: int, taken: int) -> int:
    return max(0, count - taken)
