"""How the pupils of a course and the class lists of the city overlap, both ways."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bridge.domain.matching.seen import SchoolKnown

FEW: Final = 0.6
"""Below this share of the course's pupils a class is contradicted: half of one class and half of another is neither."""

OWN_OF_COURSE: Final = 0.75
OWN_OF_CLASS: Final = 0.7
"""From these shares on, a course has this class's roster: late joiners, movers and strangers left aside."""

CLEARLY: Final = 0.25
"""How much less any other class must have."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares between 0 and 1: of the course's pupils in the class, of the class's pupils in the course."""

    school_class: str
    of_course: float
    of_class: float

    @property
    def own(self) -> bool:
        return self.of_course >= OWN_OF_COURSE and self.of_class >= OWN_OF_CLASS


@dataclass(frozen=True, slots=True)
class Overlaps:
    """The overlaps of one course, best first. `size` is how many pupils the course has."""

    size: int
    ranked: tuple[Overlap, ...]

    def of(self, school_class: str) -> Overlap:
        return next(
            (each for each in self.ranked if each.school_class == school_class), Overlap(school_class, 0.0, 0.0)
        )

    @property
    def own(self) -> Overlap | None:
        """The one class or group whose roster this is; None where none is, or where another comes near."""
        first, second = (*self.ranked, None, None)[:2]
        if first is None or not first.own:
            return None
        rival = second is not None and _weight(second) > _weight(first) - CLEARLY
        return None if rival else first


def _weight(overlap: Overlap) -> float:
    return min(overlap.of_course, overlap.of_class)


def pupils_places(school: SchoolKnown) -> Mapping[str, tuple[str, ...]]:
    """Pupil → the class and groups that he or she is in."""
    places: dict[str, tuple[str, ...]] = {}
    for code, roster in school.rosters.items():
        for pupil in roster:
            places[pupil] = (*places.get(pupil, ()), code)
    return places


def overlaps(pupils: frozenset[str], school: SchoolKnown, places: Mapping[str, tuple[str, ...]]) -> Overlaps:
    counts = Counter(code for pupil in pupils for code in places.get(pupil, ()))
    found = [Overlap(code, count / len(pupils), count / len(school.rosters[code])) for code, count in counts.items()]
    return Overlaps(len(pupils), tuple(sorted(found, key=lambda each: (-_weight(each), each.school_class))))
