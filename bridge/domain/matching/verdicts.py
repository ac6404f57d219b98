"""What the matcher says of a course: a ranked list with reasons, and whether a person is needed.

Reasons are codes and facts; sentences are made elsewhere. Facts hold ids, counts and words of the course's own name,
never anything of a pupil.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.domain.scores import Term


class Why(StrEnum):
    """A reason. The first block speaks for a candidate, the second asks for a person."""

    IDNUMBER = "IDNUMBER"  # the course's idnumber says so
    CLASS_NAMED = "CLASS_NAMED"  # where: fullname | shortname | category
    GROUP_NAMED = "GROUP_NAMED"  # subject, grade level and group number say which elective group
    SUBJECT_NAMED = "SUBJECT_NAMED"  # how: Reading.how
    CLASS_ODDLY_NAMED = "CLASS_ODDLY_NAMED"  # a writing that fits this class, and the roster is its own
    ROSTER = "ROSTER"  # of_course, of_class: shares in per cent
    TEACHER = "TEACHER"  # an enrolled teacher teaches this subject in this class
    ONLY_SUBJECT = "ONLY_SUBJECT"  # the enrolled teachers teach nothing else there
    GRADE_LEVEL = "GRADE_LEVEL"  # only the grade level is named

    ABBREVIATION = "ABBREVIATION"  # means several things
    STRAND = "STRAND"  # a strand of a subject whose strands share one column
    VARIANT = "VARIANT"  # a language, first for some pupils and second for others
    NOT_TAUGHT = "NOT_TAUGHT"  # no such subject at this grade level
    NOT_TAKEN = "NOT_TAKEN"  # the class does not take this subject
    UNKNOWN_WORDS = "UNKNOWN_WORDS"  # words that nothing explains
    UNKNOWN_CLASS = "UNKNOWN_CLASS"  # a class that the school does not have
    SEVERAL_CLASSES = "SEVERAL_CLASSES"
    SEVERAL_SUBJECTS = "SEVERAL_SUBJECTS"
    NAMES_CONTRADICT = "NAMES_CONTRADICT"  # full name, short name, category or grade level
    TERMS_CONTRADICT = "TERMS_CONTRADICT"
    PART_OF_CLASS = "PART_OF_CLASS"  # a numbered group within a class
    ROSTER_CONTRADICTS = "ROSTER_CONTRADICTS"  # best: the class whose pupils these are
    ROSTER_UNKNOWN = "ROSTER_UNKNOWN"  # pupils whom no class of the school has
    OTHER_YEAR = "OTHER_YEAR"
    YEAR_CONTRADICTS = "YEAR_CONTRADICTS"
    YEAR_UNCLEAR = "YEAR_UNCLEAR"
    ARCHIVED = "ARCHIVED"
    COPY = "COPY"  # a copy that is not proved to be in use
    TEMPLATE = "TEMPLATE"  # template, trial, out of use
    BESIDE_SUBJECT = "BESIDE_SUBJECT"  # club, competition team, exam practice, study cluster …
    NO_SUBJECT = "NO_SUBJECT"  # homeroom, meeting
    OTHER_SCHOOL = "OTHER_SCHOOL"
    IDNUMBER_BROKEN = "IDNUMBER_BROKEN"  # looks like ours and leads nowhere
    IDNUMBER_CONTRADICTS = "IDNUMBER_CONTRADICTS"
    DUPLICATE_IDNUMBER = "DUPLICATE_IDNUMBER"
    SEVERAL_SCHOOLS = "SEVERAL_SCHOOLS"
    RIVAL = "RIVAL"  # another candidate is as good
    WEAK = "WEAK"  # below the school's threshold
    UNREAD = "UNREAD"  # reason: why the LMS would not show its pupils


class Missing(StrEnum):
    """What could not be told."""

    CLASS = "CLASS"
    SUBJECT = "SUBJECT"
    YEAR = "YEAR"  # not a course of this school year


@dataclass(frozen=True, slots=True)
class Reason:
    code: Why
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible meaning. `score` runs from 0 to 100; `term` None: the items say the term."""

    school: str
    year: int
    school_class: str
    subject: str
    term: Term | None
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """May be taken without a person."""

    best: Candidate
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A person decides: something speaks against the best candidate, or another is as good."""

    candidates: tuple[Candidate, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Nothing to decide between. `year` is the year that the course gives when it is not this one."""

    missing: frozenset[Missing]
    candidates: tuple[Candidate, ...] = ()
    why: tuple[Reason, ...] = ()
    year: int | None = None


Verdict = Matched | Ambiguous | Unmatched
