"""Mapping many courses at once, as somebody chose them from suggestions, and taking that back.

Each by itself and over what was seen: a course that somebody else has mapped meanwhile is left, and told.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bridge.domain.errors import Overtaken
from bridge.domain.mapping import CourseMap
from bridge.domain.matching import Ambiguous, Candidate, Matched, Missing, Reason, Unmatched, Verdict, Why
from bridge.domain.rights import Permits
from bridge.domain.scores import Term
from bridge.mapping.desk import Desk, Suggestion, Watch, classes_of, take_course
from bridge.mapping.reach import may_map

_ID = re.compile("[0-9]{1,18}")
KEPT = 3  # so many candidates of a course


@dataclass(slots=True)
class Bulk:
    """What came of it, by courses."""

    done: list[CourseMap] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    not_yours: list[int] = field(default_factory=list)


def take_all(
    desk: Desk, rows: Iterable[CourseMap], permits: Permits, *, actor: str, now: datetime, watch: Watch
) -> Bulk:
    """Map these courses, which fed nothing when they were seen. Done again it finds them done."""
    found = Bulk()
    for row in rows:
        watch(row)
        if not may_map(permits, desk, row):
            found.not_yours.append(row.course)
        elif classes_of(desk, row.course) == [row] or _take(desk, row, actor=actor, now=now):
            found.done.append(row)
        else:
            found.overtaken.append(row.course)
    return found


def undo_all(desk: Desk, rows: Iterable[CourseMap], permits: Permits, *, actor: str, now: datetime) -> Bulk:
    """Unmap those of them that still are as they were taken; scores that were sent stay in the city."""
    found = Bulk()
    for row in rows:
        if not may_map(permits, desk, row):
            found.not_yours.append(row.course)
        elif _drop(desk, row, actor=actor, now=now):
            found.done.append(row)
        else:
            found.overtaken.append(row.course)
    return found


def _take(desk: Desk, row: CourseMap, *, actor: str, now: datetime) -> bool:
    try:
        take_course(desk, row, actor=actor, now=now, seen=())
    except Overtaken:
        return False
    return True


def _drop(desk: Desk, row: CourseMap, *, actor: str, now: datetime) -> bool:
    if classes_of(desk, row.course) != [row]:
        return False
    try:
        desk.mappings.drop_course(desk.school, row.course, actor=actor, now=now, seen=(row,))
    except Overtaken:
        return False
    return True


def write_rows(rows: Iterable[CourseMap]) -> str:
    """`12|10A1|TOAN|HK1;13|10A2|TOAN|`: ids and codes, for a job's row."""
    return ";".join("|".join((str(row.course), row.school_class, row.subject, row.term or "")) for row in rows)


def read_rows(text: str, *, year: int) -> list[CourseMap]:
    """What does not read as a row is passed over: nothing is mapped that was not chosen."""
    parts = [tuple(row.split("|")) for row in text.split(";") if row]
    return [
        CourseMap(int(part[0]), part[1], part[2], year, Term(part[3]) if part[3] else None, origin="person")
        for part in parts
        if len(part) == 4 and _ID.fullmatch(part[0]) and part[3] in ("", *Term.__members__)
    ]


def write_verdicts(found: Sequence[Suggestion]) -> str:
    """Ids, codes and counts. Words of a course's own name may be a person's: they are left out."""
    return json.dumps([[each.course.id, *_write_verdict(each.verdict)] for each in found], default=str)


def read_verdicts(text: str) -> dict[int, Verdict]:
    return {course: _read_verdict(*rest) for course, *rest in json.loads(text or "[]")}


def _write_verdict(verdict: Verdict) -> list[object]:
    kind = type(verdict).__name__
    why = () if isinstance(verdict, Matched) else verdict.why
    missing = sorted(verdict.missing) if isinstance(verdict, Unmatched) else []
    candidates = [
        [each.school, each.year, each.school_class, each.subject, each.term, each.score, _write_reasons(each.reasons)]
        for each in verdict.candidates[:KEPT]
    ]
    return [kind, candidates, _write_reasons(why), missing]


def _write_reasons(reasons: Iterable[Reason]) -> list[list[object]]:
    return [[each.code, {} if each.code is Why.UNKNOWN_WORDS else dict(each.facts)] for each in reasons]


def _read_verdict(kind: str, rows: list[list[object]], why: list[list[object]], missing: list[str]) -> Verdict:
    candidates = tuple(_candidate(*row) for row in rows)
    if kind == Matched.__name__:
        return Matched(candidates[0], candidates)
    if kind == Ambiguous.__name__:
        return Ambiguous(candidates, _reasons(why))
    return Unmatched(frozenset(Missing(each) for each in missing), candidates, _reasons(why))


def _candidate(*row: object) -> Candidate:
    school, year, school_class, subject, term, score, reasons = row
    assert isinstance(year, int) and isinstance(score, int) and isinstance(reasons, list)
    of = Term(str(term)) if term else None
    return Candidate(str(school), year, str(school_class), str(subject), of, score, _reasons(reasons))


def _reasons(rows: list[list[object]]) -> tuple[Reason, ...]:
    return tuple(Reason(Why(str(code)), dict(facts)) for code, facts in rows)  # type: ignore[call-overload]
