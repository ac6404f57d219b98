"""Many courses mapped at once, each by itself; what somebody else has done meanwhile stays."""

import pytest

from bridge.domain.actors import Actor, Entitlements, Grant
from bridge.domain.mapping import CourseMap
from bridge.domain.matching import Ambiguous, Candidate, Matched, Missing, Reason, Unmatched, Why
from bridge.domain.rights import Permits, permits_of
from bridge.domain.scores import Term
from bridge.mapping.bulk import read_rows, read_verdicts, take_all, undo_all, write_rows, write_verdicts
from bridge.mapping.desk import Desk, Suggestion, classes_of
from tests.sync.harness import SCHOOL, SUBJECTS, YEAR, School, course, open_school

ROWS = [CourseMap(12, "10A1", "TOAN", YEAR), CourseMap(13, "10A2", "TOAN", YEAR)]


@pytest.fixture
def school(tmp_path):
    opened = open_school(tmp_path)
    for row in ROWS:
        opened.store.mappings.drop_course(SCHOOL, row.course, actor="x", now=opened.clock())
    yield opened
    opened.store.close()


def desk(school: School) -> Desk:
    lexicon = None  # nothing is suggested here
    store = school.store
    return Desk(SCHOOL, YEAR, school.lms, store.rosters, store.mappings, lexicon, SUBJECTS, 90)  # type: ignore[arg-type]


def admin(school: School) -> Permits:
    return permits_of(Actor("QT01"), Entitlements(SCHOOL, YEAR, grants=[Grant("QT01", "admin")]), school.clock().date())


def take(school: School, rows=ROWS, permits=None):
    permits = permits or admin(school)
    return take_all(desk(school), rows, permits, actor="QT01", now=school.clock(), watch=lambda _: None)


def test_each_is_mapped_and_doing_it_again_changes_nothing(school: School):
    assert take(school).done == ROWS
    before = len(school.store.audit.show(SCHOOL, limit=500))
    assert take(school).done == ROWS
    assert len(school.store.audit.show(SCHOOL, limit=500)) == before


def test_a_course_that_somebody_else_has_mapped_stays_as_it_is_and_is_told(school: School):
    school.store.mappings.set_course(SCHOOL, CourseMap(12, "10A2", "TOAN", YEAR), actor="QT02", now=school.clock())
    found = take(school)
    assert (found.done, found.overtaken) == (ROWS[1:], [12])
    assert [row.school_class for row in classes_of(desk(school), 12)] == ["10A2"]


def test_what_is_not_ones_own_is_left(school: School):
    stranger = permits_of(Actor("GV9"), Entitlements(SCHOOL, YEAR), school.clock().date())
    assert take(school, permits=stranger).not_yours == [12, 13]


def test_undoing_leaves_what_somebody_changed_since(school: School):
    take(school)
    school.store.mappings.set_course(SCHOOL, CourseMap(13, "10A1", "TOAN", YEAR), actor="QT02", now=school.clock())
    found = undo_all(desk(school), ROWS, admin(school), actor="QT01", now=school.clock())
    assert ([row.course for row in found.done], found.overtaken) == ([12], [13])
    assert classes_of(desk(school), 12) == []
    assert len(classes_of(desk(school), 13)) == 2


def test_rows_are_written_and_read_and_nonsense_is_passed_over():
    rows = [*ROWS, CourseMap(14, "10A1", "GDTC", YEAR, Term.HK1)]
    assert read_rows(write_rows(rows), year=YEAR) == rows
    assert read_rows("x|y;12|10A1|TOAN|HK9;;||;-1|a|b|;12|10A1", year=YEAR) == []


def test_verdicts_are_kept_without_words_of_the_courses_names():
    best = Candidate(SCHOOL, YEAR, "10A1", "TOAN", Term.HK1, 97, (Reason(Why.ROSTER, {"of_course": 100}),))
    unknown = Reason(Why.UNKNOWN_WORDS, {"words": ["cô Thử"]})
    found = {
        1: Matched(best, (best,)),
        2: Ambiguous((best,), (unknown,)),
        3: Unmatched(frozenset({Missing.CLASS}), (), (Reason(Why.ARCHIVED),)),
    }
    text = write_verdicts([Suggestion(course(number), verdict) for number, verdict in found.items()])
    assert "Thử" not in text
    back = read_verdicts(text)
    assert (back[1], back[3]) == (found[1], found[3])
    assert back[2] == Ambiguous((best,), (Reason(Why.UNKNOWN_WORDS),))
