"""City → store: school, terms, classes, class lists, teaching assignments. Identity is born in the city, never here.

An empty or suddenly smaller list is an error and no fact to act on: that class keeps what it had, and is said.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.errors import Garbled
from bridge.domain.guards import shrunk
from bridge.domain.school import CityPupil, ClassKind, SchoolClass
from bridge.ports.city import City
from bridge.ports.people import Directory, Member, RosterChange, Rosters


@dataclass(frozen=True, slots=True)
class Held:
    """A class whose list was not believed."""

    school_class: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Pulled:
    change: RosterChange
    assignments: int
    held: tuple[Held, ...]
    doubled: tuple[str, ...]  # city codes of pupils listed in two classes; kept where they were


def pull(
    city: City,
    rosters: Rosters,
    *,
    school: str,
    year: int,
    now: datetime,
    shrink_percent: int = 20,
    trusted: Collection[str] = (),
) -> Pulled:
    """Bring the stored roster up to the city's. Raises the remote's error; nothing is half written.

    `trusted`: classes whose lists a person has looked at: they are taken as they are, however much they have shrunk.
    """
    info, classes = city.school(year), city.classes(year)
    known = _Known(rosters.members(school, year), rosters.directory(school))
    if not classes and known.members:
        raise Garbled(remote="city", operation="classes", why="EMPTY", before=len(known.members))
    lists = {row.code: city.pupils(year, row.code) for row in classes}
    assignments = city.assignments(year)
    held = [row for row in _held(lists, known.members, shrink_percent) if row.school_class not in trusted]
    gone = {row.school_class for row in held} - lists.keys()
    kept = [row for row in rosters.classes(school, year) if row.code in gone]
    doubled = _doubled(classes, lists)
    believed = _believed(lists, known, held={row.school_class for row in held}, doubled=doubled)
    rosters.save_school(info, year)
    rosters.save_classes(school, year, [*classes, *kept])
    change = rosters.save_members(school, year, believed, now=now)
    rosters.save_assignments(school, year, assignments)
    return Pulled(change, len(assignments), tuple(held), tuple(sorted(doubled)))


def _held(
    lists: Mapping[str, Sequence[CityPupil]], known: Mapping[str, Sequence[Member]], percent: int
) -> Iterator[Held]:
    """A class that is not there any more at all has shrunk to nothing."""
    for code in sorted({*lists, *known}):
        before, now = len(known.get(code, ())), len(lists.get(code, ()))
        if shrunk(before, now, percent=percent):
            yield Held(code, before, now)


def _doubled(classes: Sequence[SchoolClass], lists: Mapping[str, Sequence[CityPupil]]) -> frozenset[str]:
    """Pupils who study in two classes (not groups) at once: one of the two lists is wrong, and we can't know which."""
    seen: set[str] = set()
    twice: set[str] = set()
    for row in classes:
        if row.kind is ClassKind.CLASS:
            codes = {pupil.code for pupil in lists[row.code] if pupil.studying}
            twice |= seen & codes
            seen |= codes
    return frozenset(twice)


@dataclass(frozen=True, slots=True)
class _Known:
    """Who sits where, by what we know already."""

    members: Mapping[str, Sequence[Member]]
    directory: Directory

    def sits_in(self, code: str, school_class: str) -> bool:
        key = self.directory.key_of.get(code)
        return any(member.pupil == key for member in self.members.get(school_class, ()))


def _believed(
    lists: Mapping[str, Sequence[CityPupil]], known: _Known, *, held: set[str], doubled: frozenset[str]
) -> dict[str, list[CityPupil]]:
    """The lists to store: none that is held; a doubled pupil only where we know him from."""
    return {
        code: [pupil for pupil in pupils if pupil.code not in doubled or known.sits_in(pupil.code, code)]
        for code, pupils in lists.items()
        if code not in held
    }
