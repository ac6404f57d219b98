"""Candidates for a course, each with points for its class and for its subject; the weaker of the two is its score.

Points are confidence, not probability: 100 is written in so many words, 80 and more may be taken where nothing speaks
against it, 60 and less needs a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from bridge.domain.matching.idnumbers import IdNumber
from bridge.domain.matching.index import SchoolIndex
from bridge.domain.matching.lexicon import How, Reading
from bridge.domain.matching.roster import OWN_OF_COURSE, Overlaps, overlaps
from bridge.domain.matching.seen import CourseSeen
from bridge.domain.matching.texts import Texts, Where, read_texts
from bridge.domain.matching.verdicts import Candidate, Reason, Why
from bridge.domain.names import alias_key
from bridge.domain.school import ClassKind, SchoolClass
from bridge.domain.scores import Term
from bridge.domain.subjects import Doubt

CLASS_KNOWN: Final = 60
SUBJECT_KNOWN: Final = 50
_BY_WHERE: Final = {Where.FULLNAME: 0, Where.SHORTNAME: 3, Where.CATEGORY: 5}
_BY_HOW: Final = {How.EXACT: 98, How.SLIP: 94, How.CUT: 90, How.TYPO: 88}
_BY_DOUBT: Final = {Doubt.NAME: 94, Doubt.PART: 92, Doubt.OLD: 92}
_SETTLED_BY_TEACHER: Final = 86
_CORROBORATION: Final = 1

JOINED: Final = frozenset({"KHTN", "LSDL"})
"""Subjects whose strands share one column (TT22/2021 Art. 6, 7): a strand's course would fill half of it."""


class Points(NamedTuple):
    points: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one course."""

    course: CourseSeen
    index: SchoolIndex
    texts: Texts
    idnumber: IdNumber | None
    overlaps: Overlaps

    @property
    def own(self) -> str | None:
        """The class whose roster the course has."""
        return None if self.overlaps.own is None else self.overlaps.own.school_class

    @property
    def group_named(self) -> bool:
        return any(_is_group_named(self, each) for each in self.index.classes.values())

    @property
    def term(self) -> Term | None:
        if self.idnumber is not None and self.idnumber.term is not None:
            return self.idnumber.term
        return next(iter(self.texts.terms)) if len(self.texts.terms) == 1 else None

    def teaches(self, school_class: str, subject: str) -> bool:
        return subject in self.index.subjects_of(self.course.teachers, school_class)


def gather_evidence(course: CourseSeen, index: SchoolIndex) -> Evidence:
    found = overlaps(course.pupils, index.school, index.places)
    return Evidence(course, index, read_texts(course, index), index.idnumbers.read(course.idnumber), found)


def rank_candidates(evidence: Evidence) -> tuple[Candidate, ...]:
    """Everything that the course may be, best first."""
    found = [
        _candidate(evidence, evidence.index.classes[code], subject)
        for code in _classes(evidence)
        for subject in _subjects(evidence, code)
    ]
    return tuple(sorted(found, key=lambda each: (-each.score, each.school_class, each.subject)))


def _classes(evidence: Evidence) -> set[str]:
    found = set(evidence.texts.class_source[1]) | {each.school_class for each in evidence.overlaps.ranked[:2]}
    found |= {each.code for each in evidence.index.classes.values() if _is_group_named(evidence, each)}
    if evidence.idnumber is not None and evidence.idnumber.school_class is not None:
        found.add(evidence.idnumber.school_class)
    return found


def _subjects(evidence: Evidence, school_class: str) -> set[str]:
    found = {code for reading in evidence.texts.subject_source[1] for code in reading.codes}
    found |= evidence.index.subjects_of(evidence.course.teachers, school_class)
    if evidence.idnumber is not None and evidence.idnumber.subject is not None:
        found.add(evidence.idnumber.subject)
    return found


def _candidate(evidence: Evidence, row: SchoolClass, subject: str) -> Candidate:
    by_class = _class_points(evidence, row, subject)
    by_subject = _subject_points(evidence, row, subject)
    support = tuple(_support(evidence, row.code, subject))
    taken = evidence.index.takes(row.code, subject)
    score = min(100, min(by_class.points, by_subject.points) + _CORROBORATION * len(support))
    reasons = [each.reason for each in (by_class, by_subject) if each.reason is not None]
    if not taken:
        reasons.append(Reason(Why.NOT_TAKEN))
    return Candidate(
        evidence.index.school.code,
        evidence.index.school.year,
        row.code,
        subject,
        evidence.term,
        score if taken else score // 3,
        (*_each_once(reasons), *support),
    )


def _each_once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each reason once: an idnumber speaks for class and subject alike."""
    kept: list[Reason] = []
    for each in reasons:
        if each not in kept:
            kept.append(each)
    return tuple(kept)


def _support(evidence: Evidence, school_class: str, subject: str) -> Iterable[Reason]:
    overlap = evidence.overlaps.of(school_class)
    if overlap.of_course >= OWN_OF_COURSE:
        facts = {"of_course": round(overlap.of_course * 100), "of_class": round(overlap.of_class * 100)}
        yield Reason(Why.ROSTER, facts)
    if evidence.teaches(school_class, subject):
        yield Reason(Why.TEACHER)


def _class_points(evidence: Evidence, row: SchoolClass, subject: str) -> Points:
    where, named = evidence.texts.class_source
    if evidence.idnumber is not None and evidence.idnumber.whole and evidence.idnumber.school_class == row.code:
        return Points(100, Reason(Why.IDNUMBER))
    if where is not None:
        points = 98 - _BY_WHERE[where] if row.code in named else 20
        return Points(points, Reason(Why.CLASS_NAMED, {"where": where.value}) if row.code in named else None)
    if _is_group_named(evidence, row):
        return Points(96, Reason(Why.GROUP_NAMED))
    return _points_by_roster(evidence, row, subject)


def _points_by_roster(evidence: Evidence, row: SchoolClass, subject: str) -> Points:
    """Without a name, the roster and the teacher of just this subject together may tell the class."""
    level = Reason(Why.GRADE_LEVEL) if row.grade_level in evidence.texts.grade_levels else None
    if evidence.own != row.code:
        return Points(30 if level else 20, level)
    if not evidence.teaches(row.code, subject):
        return Points(CLASS_KNOWN, level)
    odd = evidence.texts.fits_oddly(row.code)
    return Points(87, Reason(Why.CLASS_ODDLY_NAMED)) if odd else Points(88, level)


def _is_group_named(evidence: Evidence, row: SchoolClass) -> bool:
    """An elective group is named by subject, grade level and its number."""
    texts = evidence.texts
    return (
        row.kind is ClassKind.GROUP
        and row.grade_level in texts.grade_levels
        and _number(row) in texts.groups
        and bool(texts.codes & evidence.index.taken.get(row.code, frozenset()))
    )


def _number(row: SchoolClass) -> int | None:
    digits = "".join(char if char.isdigit() else " " for char in row.name).split()
    return int(digits[-1]) if digits else None


def _subject_points(evidence: Evidence, row: SchoolClass, subject: str) -> Points:
    if evidence.idnumber is not None and evidence.idnumber.whole and evidence.idnumber.subject == subject:
        return Points(100, Reason(Why.IDNUMBER))
    where, readings = evidence.texts.subject_source
    fitting = [reading for reading in (*readings, *evidence.texts.agreeing) if subject in reading.codes]
    if where is None or not fitting or subject not in evidence.texts.codes:
        return _points_by_teacher(evidence, row, subject)
    best = max(
        (_reading_points(evidence, row, subject, reading=each) for each in fitting), key=lambda each: each.points
    )
    return Points(best.points - _BY_WHERE[where], best.reason)


def _points_by_teacher(evidence: Evidence, row: SchoolClass, subject: str) -> Points:
    """A hint only: the course may as well be the homeroom's room."""
    only = evidence.index.subjects_of(evidence.course.teachers, row.code) == {subject}
    return Points(SUBJECT_KNOWN - 10, Reason(Why.ONLY_SUBJECT)) if only else Points(20)


def _reading_points(evidence: Evidence, row: SchoolClass, subject: str, *, reading: Reading) -> Points:
    named = Reason(Why.SUBJECT_NAMED, {"text": reading.text, "how": reading.how.value})
    if reading.doubt is None:
        return Points(_BY_HOW[reading.how], named)
    if reading.doubt is Doubt.PART and subject in JOINED:
        return Points(SUBJECT_KNOWN, Reason(Why.STRAND, {"text": reading.text}))
    if reading.doubt is Doubt.VARIANT:
        fits = speaks(reading, row)
        return Points(90, named) if fits else Points(SUBJECT_KNOWN, Reason(Why.VARIANT, {"text": reading.text}))
    if reading.doubt is Doubt.SHORT:
        return _short_points(evidence, row, subject, reading=reading)
    if reading.doubt in _BY_DOUBT:
        return Points(min(_BY_DOUBT[reading.doubt], _BY_HOW[reading.how]), named)
    return Points(20, Reason(Why.NOT_TAUGHT, {"text": reading.text}))


def _short_points(evidence: Evidence, row: SchoolClass, subject: str, *, reading: Reading) -> Points:
    """An abbreviation of several things is settled by the class's roster and a teacher of nothing else there."""
    only = evidence.index.subjects_of(evidence.course.teachers, row.code) == {subject}
    if only and evidence.own == row.code:
        return Points(_SETTLED_BY_TEACHER, Reason(Why.ONLY_SUBJECT, {"text": reading.text}))
    return Points(SUBJECT_KNOWN, Reason(Why.ABBREVIATION, {"text": reading.text}))


def speaks(reading: Reading, row: SchoolClass) -> bool:
    """Whether a group is called after the language: Tiếng Nhật and Nhật 10 nhóm 1."""
    spoken = {key.removeprefix("tieng").removesuffix("ngu").removesuffix("van") for key in reading.keys}
    return any(each in alias_key(row.name) for each in spoken)
