"""The verdict on one course, and on all courses of a site."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bridge.domain.matching.index import SchoolIndex
from bridge.domain.matching.objections import objections, said_years
from bridge.domain.matching.rank import Evidence, gather_evidence, rank_candidates
from bridge.domain.matching.seen import CourseSeen
from bridge.domain.matching.verdicts import Ambiguous, Candidate, Matched, Missing, Reason, Unmatched, Verdict, Why
from bridge.domain.names import clean

THRESHOLD: Final = 80
"""Where a school says nothing else: candidates of this score and more may be taken without a person."""

MARGIN: Final = 10
"""By how much the best candidate must lead."""

_SHOWN: Final = 5
_GONE: Final = frozenset({Why.OTHER_YEAR, Why.ARCHIVED})


def match_course(course: CourseSeen, index: SchoolIndex, *, threshold: int = THRESHOLD) -> Verdict:
    """What the course is in this school."""
    evidence = gather_evidence(course, index)
    ranked = rank_candidates(evidence)
    if not ranked:
        return _nothing(evidence)
    against = objections(evidence, ranked[0])
    return _verdict(evidence, ranked, against, threshold=threshold)


def _nothing(evidence: Evidence) -> Unmatched:
    missing = _missing(evidence) or frozenset({Missing.SUBJECT})
    return Unmatched(missing, (), evidence.texts.telling, year=_other_year(evidence))


def _verdict(
    evidence: Evidence, ranked: Sequence[Candidate], against: tuple[Reason, ...], *, threshold: int
) -> Verdict:
    shown = tuple(ranked[:_SHOWN])
    missing = _missing(evidence)
    if any(each.code in _GONE for each in against):
        missing |= {Missing.YEAR}
    if missing:
        return Unmatched(missing, shown, against, year=_other_year(evidence))
    why = against or tuple(_weaknesses(ranked, threshold))
    return Ambiguous(shown, why) if why else Matched(ranked[0], shown)


def _missing(evidence: Evidence) -> frozenset[Missing]:
    if evidence.idnumber is not None and evidence.idnumber.whole:
        return frozenset()
    missing = set()
    if not (evidence.texts.class_source[1] or evidence.group_named or evidence.own):
        missing.add(Missing.CLASS)
    if not evidence.texts.subject_source[1]:
        missing.add(Missing.SUBJECT)
    return frozenset(missing)


def _other_year(evidence: Evidence) -> int | None:
    years = said_years(evidence) - {evidence.index.school.year}
    return min(years, default=None)


def _weaknesses(ranked: Sequence[Candidate], threshold: int) -> Iterable[Reason]:
    best, *others = ranked
    if best.score < threshold:
        yield Reason(Why.WEAK, {"score": best.score, "threshold": threshold})
    rivals = [each for each in others if each.score >= best.score - MARGIN]
    if rivals:
        yield Reason(Why.RIVAL, {"class": rivals[0].school_class, "subject": rivals[0].subject})


def match_among(course: CourseSeen, schools: Sequence[SchoolIndex], *, threshold: int = THRESHOLD) -> Verdict:
    """What the course is on a site that serves several schools; taken only where no second school may claim it."""
    verdicts = [match_course(course, index, threshold=threshold) for index in schools]
    claims = [each for each in verdicts if not isinstance(each, Unmatched)]
    if len(claims) == 1:
        return claims[0]
    if not claims:
        return verdicts[0]
    candidates = sorted((row for each in claims for row in each.candidates), key=lambda row: -row.score)
    return Ambiguous(tuple(candidates[:_SHOWN]), (Reason(Why.SEVERAL_SCHOOLS),))


def match_courses(
    courses: Iterable[CourseSeen], schools: Sequence[SchoolIndex], *, threshold: int = THRESHOLD
) -> Mapping[int, Verdict]:
    """The verdict on every course by its id; courses that share an idnumber are all left to a person."""
    seen = tuple(courses)
    keys = {each.id: _idnumber_key(each, schools) for each in seen}
    counts = Counter(key for key in keys.values() if key)
    found: dict[int, Verdict] = {}
    for each in seen:
        verdict = match_among(each, schools, threshold=threshold)
        found[each.id] = _as_duplicate(verdict) if counts[keys[each.id]] > 1 else verdict
    return found


def _idnumber_key(course: CourseSeen, schools: Sequence[SchoolIndex]) -> str:
    """What two idnumbers have in common that mean the same; else the number without case and spaces."""
    for index in schools:
        number = index.idnumbers.read(course.idnumber)
        if number is not None and number.whole:
            return str(replace(number, school=index.school.code, year=number.year or index.school.year))
    return clean(course.idnumber).casefold()


def _as_duplicate(verdict: Verdict) -> Verdict:
    reason = Reason(Why.DUPLICATE_IDNUMBER)
    if isinstance(verdict, Matched):
        return Ambiguous(verdict.candidates, (reason,))
    return replace(verdict, why=(*verdict.why, reason))
