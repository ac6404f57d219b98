"""City → store: school, terms, classes, class lists, teaching assignments. Identity is born in the city, never here.

An empty or suddenly smaller list is an error and no fact to act on: that class keeps what it had, and is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.domain.errors import Garbled
from bridge.domain.guards import shrunk
from bridge.domain.school import CityPupil, ClassKind, SchoolClass
from bridge.ports.city import City
from bridge.ports.people import Member, RosterChange, Rosters


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


def pull(city: City, rosters: Rosters, *, school: str, year: int, now: datetime) -> Pulled:
    """Bring the stored roster up to the city's. Raises the remote's error; nothing is half written."""
    info, classes = city.school(year), city.classes(year)
    known = rosters.members(school, year)
    if not classes and known:
        raise Garbled(remote="city", operation="classes", why="EMPTY", before=len(known))
    lists = {row.code: city.pupils(year, row.code) for row in classes}
    assignments = city.assignments(year)
    held = _held(lists, known)
    doubled = _doubled(classes, lists)
    believed = _believed(lists, {row.school_class for row in held}, doubled)
    rosters.save_school(info, year)
    rosters.save_classes(school, year, classes)
    change = rosters.save_members(school, year, believed, now=now)
    rosters.save_assignments(school, year, assignments)
    return Pulled(change, len(assignments), held, tuple(sorted(doubled)))


def _held(lists: Mapping[str, Sequence[CityPupil]], known: Mapping[str, Sequence[Member]]) -> tuple[Held, ...]:
    sizes = {code: (len(known.get(code, ())), len(pupils)) for code, pupils in lists.items()}
    return tuple(Held(code, before, now) for code, (before, now) in sizes.items() if shrunk(before, now))


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


def _believed(
    lists: Mapping[str, Sequence[CityPupil]], held: set[str], doubled: frozenset[str]
) -> dict[str, list[CityPupil]]:
    return {
        code: [pupil for pupil in pupils if pupil.code not in doubled]
        for code, pupils in lists.items()
        if code not in held
    }
