"""What speaks against taking a course without a person, however good its best candidate is."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from bridge.domain.matching.rank import JOINED, Evidence, speaks
from bridge.domain.matching.roster import FEW
from bridge.domain.matching.texts import Where
from bridge.domain.matching.verdicts import Candidate, Reason, Why
from bridge.domain.subjects import Doubt

_JUNE: Final = 6  # from June on, courses are set up for the coming school year


def objections(evidence: Evidence, best: Candidate) -> tuple[Reason, ...]:
    return (
        *evidence.texts.telling,
        *_idnumber(evidence, best),
        *_year(evidence, best),
        *_classes(evidence, best),
        *_subject(evidence, best),
        *_words(evidence, best),
        *_roster(evidence, best),
        *_copy(evidence, best),
    )


def _idnumber(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    number = evidence.idnumber
    if number is None:
        return
    if number.fault is not None:
        yield Reason(number.fault, {"school": number.school} if number.fault is Why.OTHER_SCHOOL else {})
        return
    _, named = evidence.texts.class_source
    codes = evidence.texts.codes
    if named and number.school_class not in named:
        yield Reason(Why.IDNUMBER_CONTRADICTS, {"idnumber": number.school_class, "name": best.school_class})
    if codes and number.subject not in codes:
        yield Reason(Why.IDNUMBER_CONTRADICTS, {"idnumber": number.subject, "names": sorted(codes)})
    if number.term is not None and evidence.texts.terms - {number.term}:
        yield Reason(Why.TERMS_CONTRADICT)


def _year(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    this = evidence.index.school.year
    years = said_years(evidence)
    own = evidence.own == best.school_class
    if any(view.scan.year_unclear for view in evidence.texts.views):
        yield Reason(Why.YEAR_UNCLEAR)
    if len(years) > 1 or (years and this not in years and own):
        yield Reason(Why.YEAR_CONTRADICTS, {"years": sorted(years)})
    elif years and this not in years:
        yield Reason(Why.OTHER_YEAR, {"year": min(years)})
    elif not years and not own:
        yield from _year_hints(evidence, this)


def said_years(evidence: Evidence) -> frozenset[int]:
    number = evidence.idnumber
    return evidence.texts.years | ({number.year} if number is not None and number.year is not None else set())


def _year_hints(evidence: Evidence, this: int) -> Iterable[Reason]:
    """`2026` alone may be 2025-2026, and a course begun before this school year may be a leftover of the last one."""
    bare = {year for view in evidence.texts.views for year in view.scan.bare_years}
    if bare:
        yield Reason(Why.YEAR_UNCLEAR, {"text": min(bare)})
    starts = evidence.course.starts
    if starts is not None and _school_year(starts) < this:
        yield Reason(Why.YEAR_UNCLEAR, {"starts": starts.isoformat()})


def _school_year(day: date) -> int:
    return day.year if day.month >= _JUNE else day.year - 1


def _classes(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    texts = evidence.texts
    where, named = texts.class_source
    by_number = evidence.idnumber is not None and evidence.idnumber.whole
    if len(named) > 1:
        yield Reason(Why.SEVERAL_CLASSES, {"classes": sorted(named)})
    others = texts.short.scan.classes if where is Where.FULLNAME else set()
    levels = {code for view in texts.category for code in view.scan.classes}
    if (others and others != named) or (levels and best.school_class not in levels):
        yield Reason(Why.NAMES_CONTRADICT, {"classes": sorted(named | others | levels)})
    if texts.grade_levels - {evidence.index.classes[best.school_class].grade_level}:
        yield Reason(Why.NAMES_CONTRADICT, {"grade_levels": sorted(texts.grade_levels)})
    if texts.groups and named and best.school_class in named and not by_number:
        yield Reason(Why.PART_OF_CLASS, {"group": min(texts.groups)})
    if len(texts.terms) > 1:
        yield Reason(Why.TERMS_CONTRADICT)


def _subject(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    texts = evidence.texts
    readings = texts.subject_source[1]
    row = evidence.index.classes[best.school_class]
    if readings and not texts.codes:
        yield Reason(Why.SEVERAL_SUBJECTS, {"texts": [each.text for each in readings]})
    if texts.contradicting:
        yield Reason(Why.NAMES_CONTRADICT, {"texts": [each.text for each in texts.contradicting]})
    for reading in readings:
        if reading.doubt is Doubt.VARIANT and not speaks(reading, row):
            yield Reason(Why.VARIANT, {"text": reading.text})
        if reading.doubt is Doubt.PART and reading.codes & JOINED:
            yield Reason(Why.STRAND, {"text": reading.text})


def _words(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    """Words that nothing explains. An odd writing of the class is explained; a proper idnumber needs no other words."""
    codes = {each.code for each in best.reasons}
    if Why.CLASS_ODDLY_NAMED in codes:
        return
    if evidence.texts.foreign:
        yield Reason(Why.UNKNOWN_CLASS, {"texts": list(evidence.texts.foreign)})
    if evidence.texts.unknown and Why.IDNUMBER not in codes:
        yield Reason(Why.UNKNOWN_WORDS, {"texts": list(evidence.texts.unknown)})


def _roster(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    """No pupils say nothing; pupils of whom hardly one is in the class do."""
    known = evidence.index.school.rosters.get(best.school_class)
    if evidence.overlaps.size and known and evidence.overlaps.of(best.school_class).of_course < FEW:
        pupils, ranked = evidence.overlaps.size, evidence.overlaps.ranked
        if ranked:
            yield Reason(Why.ROSTER_CONTRADICTS, {"best": ranked[0].school_class, "pupils": pupils})
        else:
            yield Reason(Why.ROSTER_UNKNOWN, {"pupils": pupils})


def _copy(evidence: Evidence, best: Candidate) -> Iterable[Reason]:
    """A copy with the class's roster and teacher is in use."""
    used = evidence.own == best.school_class and evidence.teaches(best.school_class, best.subject)
    return () if used else evidence.texts.copies
