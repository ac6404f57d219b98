"""A look at one unit: kept whole, read back whole, and judged as the plan judges."""

import pytest

from bridge.domain.plans import Hold, PersonHold, Place, Problem
from bridge.domain.scores import ABSENT, Cause, Column, Unreadable, mark
from bridge.domain.sheets import CellState
from bridge.sync.seen import look, read_read, write_read
from bridge.sync.sheet import open_sheet
from bridge.sync.unit import ColumnSource, SourceItem
from tests.sync.cells import AN, BINH, TX1, accepted, city, lms, unit_read
from tests.sync.cells import UNIT as SMALL
from tests.sync.harness import TEACHER, UNIT, School


def test_what_is_kept_comes_back_as_it_was():
    read = unit_read(
        lms(Unreadable(Cause.OUT_OF_RANGE, "8:5")),
        accepted(mark(85)),
        city(ABSENT, version=3),
        roster=(AN, BINH),
        sources={
            TX1: ColumnSource("12:101", frozenset({"quiz"}), Hold(Problem.ITEM_GONE, "x", "f"),
                              (SourceItem(12, 101, "Bài: “1”", "10"),))
        },
        torn=frozenset({Place(BINH, TX1)}),
        locked={Column.CK: "khoá sổ"},
        holds=(Hold(Problem.WRONG_YEAR, "d", "f"),),
        people=(PersonHold(12, 5, Problem.NO_IDNUMBER),),
        foreign=frozenset({Place(AN, TX1)}),
    )  # fmt: skip
    assert read_read(SMALL, write_read(read)) == read


def test_a_unit_that_nothing_feeds_has_no_look(asking: School):
    assert look(asking.sync(), UNIT._replace(subject="VATLI"), actor=TEACHER) is None
    assert open_sheet(asking.sync(), UNIT) is None


def test_a_look_sends_nothing_and_saves_the_plan_that_is_shown(asking: School):
    asking.put("HS11", "8.5")
    kept = look(asking.sync(), UNIT, actor=TEACHER)
    assert kept is not None
    assert asking.book("HS11") is None
    assert [unit.unit for unit in asking.store.plans.units(kept.plan)] == [UNIT]


def states(school: School) -> dict[str, CellState]:
    sheet = open_sheet(school.sync(), UNIT)
    assert sheet is not None
    return {row.name: row.cells[0].state for row in sheet.rows}


def test_the_sheet_and_the_plan_tell_one_story(asking: School):
    asking.put("HS11", "8.5")
    asking.put("HS12", "9")
    asking.edit("HS12", mark(90))
    asking.edit("HS13", mark(70))
    asking.put("HS14", "11")
    look(asking.sync(), UNIT, actor=TEACHER)
    assert list(states(asking).values()) == [
        CellState.TO_CONFIRM, CellState.IN_CITY, CellState.CITY_ONLY, CellState.HELD, CellState.EMPTY, CellState.EMPTY,
    ]  # fmt: skip


def test_a_yes_shows_at_once_and_a_run_elsewhere_makes_it_stale(asking: School):
    asking.put("HS11", "8.5")
    kept = look(asking.sync(), UNIT, actor=TEACHER)
    asking.confirm(plan=kept.plan)
    assert states(asking)["Người Thử 11"] is CellState.READY
    asking.run()
    assert states(asking)["Người Thử 11"] is CellState.STALE
    look(asking.sync(), UNIT, actor=TEACHER)
    assert states(asking)["Người Thử 11"] is CellState.IN_CITY


@pytest.mark.parametrize("course", [12, 14])
def test_the_standing_of_one_unit_is_the_units_part_of_the_whole(asking: School, course: int):
    asking.put("HS11", "8.5")
    asking.put("HS12", "5", course=course)
    asking.plan()
    asking.confirm()
    from bridge.sync.standing import StandingIndex

    ledger = asking.store.ledger
    whole = StandingIndex(ledger.standing(UNIT.school, UNIT.year)).of(UNIT)
    assert StandingIndex(ledger.standing_of(UNIT)).of(UNIT) == whole
