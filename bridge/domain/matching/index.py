"""A school prepared for matching many courses: what would otherwise be looked up for each of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.matching.classes import ClassNames, read_class_names
from bridge.domain.matching.idnumbers import IdNumberReader
from bridge.domain.matching.lexicon import Lexicon
from bridge.domain.matching.roster import pupils_places
from bridge.domain.matching.seen import SchoolKnown
from bridge.domain.school import SchoolClass


@dataclass(frozen=True, slots=True)
class SchoolIndex:
    school: SchoolKnown
    lexicon: Lexicon
    names: ClassNames
    idnumbers: IdNumberReader
    classes: Mapping[str, SchoolClass]
    places: Mapping[str, tuple[str, ...]]  # pupil → classes and groups
    taken: Mapping[str, frozenset[str]]  # class → subjects that it takes, by the assignments
    taught: Mapping[tuple[str, str], frozenset[str]]  # (teacher, class) → subjects

    def takes(self, school_class: str, subject: str) -> bool:
        """Whether the class takes the subject; where no assignment is known, whether its grade level may."""
        taken = self.taken.get(school_class)
        if taken:
            return subject in taken
        row = self.lexicon.subjects.by_code.get(subject)
        return row is not None and row.at(self.classes[school_class].grade_level) is not None

    def subjects_of(self, teachers: frozenset[str], school_class: str) -> frozenset[str]:
        """What these teachers teach in the class."""
        return frozenset().union(*(self.taught.get((each, school_class), frozenset()) for each in teachers))

    @property
    def grade_levels(self) -> frozenset[int]:
        return frozenset(each.grade_level for each in self.classes.values())


def index_school(school: SchoolKnown, lexicon: Lexicon) -> SchoolIndex:
    taken: defaultdict[str, set[str]] = defaultdict(set)
    taught: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in school.assignments:
        taken[each.school_class].add(each.subject)
        taught[each.teacher, each.school_class].add(each.subject)
    names = read_class_names(school)
    return SchoolIndex(
        school,
        lexicon,
        names,
        IdNumberReader(school, names, lexicon),
        classes={each.code: each for each in school.classes},
        places=pupils_places(school),
        taken={code: frozenset(subjects) for code, subjects in taken.items()},
        taught={key: frozenset(subjects) for key, subjects in taught.items()},
    )
