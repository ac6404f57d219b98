"""Where a unit stands: its newest plan, with what was said since. Over a real school and its store."""

from pathlib import Path

import pytest

from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Gate
from bridge.domain.scores import mark
from bridge.domain.tallies import Coverage
from bridge.overview.units import Shelf, UnitState, by_class, natural, unit_states
from bridge.sync import words
from tests.sync.harness import SCHOOL, TEACHER, TX1, UNIT, YEAR, School, open_school


@pytest.fixture
def school(tmp_path: Path) -> School:
    opened = open_school(tmp_path, policy=Policy.CONFIRM)
    yield opened
    opened.store.close()


def state(school: School) -> UnitState:
    store = school.store
    shelf = Shelf(SCHOOL, YEAR, store.rosters, store.mappings, store.overview)
    return next(row for row in unit_states(shelf, lambda _: True) if row.unit == UNIT)


def settle(school: School, choice: Choice) -> None:
    found = [(unit.unit, cell) for unit in words.held(school.sync(), "last") for cell in unit.cells]
    words.settle_all(school.sync(), found, choice, actor=TEACHER, why="đã xem bài")


def test_a_unit_goes_its_way_from_mapped_to_sent(school: School):
    assert state(school).state is Coverage.MAPPED
    school.put("HS11", "8")
    school.put("HS12", "9")
    school.plan()
    assert (state(school).state, state(school).waiting) == (Coverage.WAITING, 2)
    school.confirm()
    assert (state(school).state, state(school).counts.ready) == (Coverage.READY, 2)
    school.run()
    assert (state(school).state, state(school).counts.agreed) == (Coverage.SENT, 2)


def test_with_a_release_a_confirmation_is_half_the_way(school: School):
    school.policy(Policy.RELEASE)
    school.put("HS11", "8")
    school.plan()
    school.confirm()
    assert (state(school).state, state(school).counts.release) == (Coverage.WAITING, 1)
    assert school.confirm(gate=Gate.RELEASE) == 1
    assert state(school).state is Coverage.READY


@pytest.mark.parametrize(("choice", "after"), [(Choice.KEEP_CITY, Coverage.MAPPED), (Choice.SEND_OURS, Coverage.READY)])
def test_a_decision_ends_a_hold_before_the_next_plan(school: School, choice: Choice, after: Coverage):
    school.put("HS11", "8")
    school.edit("HS11", mark(50))
    school.plan()
    assert state(school).state is Coverage.HELD
    settle(school, choice)
    assert state(school).state is after


def test_taught_and_fed_by_nothing_is_unmapped_whatever_was_sent(school: School):
    school.policy(Policy.AUTO)
    school.put("HS11", "8")
    school.run()
    school.store.mappings.drop_course(SCHOOL, 12, actor="admin", now=school.clock())
    assert (state(school).state, state(school).counts.agreed) == (Coverage.UNMAPPED, 1)


def test_a_revert_takes_the_unit_back(school: School):
    from bridge.sync.revert import revert

    school.policy(Policy.AUTO)
    school.put("HS11", "8")
    school.run()
    revert(school.sync(), "last", actor=TEACHER, why="nhầm cột", watch=lambda _: None)
    assert school.book("HS11", TX1) is None
    assert state(school).counts.ready == 0
    assert state(school).state is Coverage.MAPPED


def test_only_what_is_let_through_is_told(school: School):
    store = school.store
    shelf = Shelf(SCHOOL, YEAR, store.rosters, store.mappings, store.overview)
    found = unit_states(shelf, lambda unit: unit.subject == "GDTC")
    assert {row.unit.subject for row in found} == {"GDTC"}


def test_classes_are_sorted_as_people_count():
    assert sorted(["10A10", "11A1", "10A2", "10A1"], key=natural) == ["10A1", "10A2", "10A10", "11A1"]


def test_units_are_sorted_by_class_as_people_count_then_by_subject_and_term():
    found = [
        UNIT._replace(school_class=code, subject=subject) for code in ("10A10", "10A2") for subject in ("VATLI", "TOAN")
    ]
    told = [(unit.school_class, unit.subject) for unit in sorted(found, key=by_class)]
    assert told == [("10A2", "TOAN"), ("10A2", "VATLI"), ("10A10", "TOAN"), ("10A10", "VATLI")]
