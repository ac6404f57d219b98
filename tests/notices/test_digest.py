from datetime import date, timedelta

from bridge.domain.plans import Gate, Hold, Op, PersonHold, Place, PlannedCell, Problem, Send, Skip, UnitPlan, Wait
from bridge.domain.plans import Reason as Why
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term, mark
from bridge.notices.closing import closing_days
from bridge.notices.digest import Line, Rightful, digest
from bridge.ports.notices import Deadline

MATHS = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
PHYSICS = MATHS._replace(subject="VATLI")
TODAY = date(2026, 11, 20)
ALL = Rightful(confirm=lambda _: True, release=lambda _: True, settle=lambda _: True)
NOTHING = Rightful(confirm=lambda _: False, release=lambda _: False, settle=lambda _: False)


def cells(*actions):
    return tuple(PlannedCell(Place(f"p{n}", Column.TX1), action) for n, action in enumerate(actions))


SEND = Send(Op.NEW, mark(85), 0)
PLAN = UnitPlan(
    MATHS,
    cells(Wait(Gate.CONFIRM, SEND), Wait(Gate.CONFIRM, SEND), Wait(Gate.RELEASE, SEND), SEND, Skip(Why.ADOPT),
          Hold(Problem.HAND_ENTERED), Hold(Problem.REFUSED)),
    column_holds=((Column.TX2, Hold(Problem.MASS_CHANGE)),),
    people=(PersonHold(7, 3, Problem.NO_IDNUMBER),),
)  # fmt: skip


def never(_: Unit) -> dict[Column, date]:
    return {}


def test_everything_that_waits_is_counted_once() -> None:
    assert digest([PLAN], ALL, never) == [Line(MATHS, confirm=2, release=1, held=3, refused=1)]


def test_what_somebody_has_no_right_to_is_not_spoken_of() -> None:
    assert digest([PLAN], NOTHING, never) == []
    leader = Rightful(confirm=lambda _: False, release=lambda _: True, settle=lambda _: False)
    assert digest([PLAN], leader, never) == [Line(MATHS, release=1)]


def test_a_unit_in_which_nothing_waits_has_no_line() -> None:
    assert digest([UnitPlan(MATHS, cells(SEND, Skip(Why.ADOPT)))], ALL, lambda _: {Column.TX1: TODAY}) == []


def test_a_whole_unit_held_is_one() -> None:
    held = UnitPlan(MATHS, hold=Hold(Problem.ROSTER_SHRUNK))
    assert digest([held], ALL, never) == [Line(MATHS, held=1)]


def test_the_most_pressing_comes_first() -> None:
    other = UnitPlan(PHYSICS, cells(Wait(Gate.CONFIRM, SEND)))
    closing = {MATHS: {}, PHYSICS: {Column.TX1: TODAY + timedelta(days=3), Column.TX2: TODAY + timedelta(days=1)}}
    found = digest([PLAN, other], ALL, closing.__getitem__)
    assert [(line.unit, line.closes) for line in found] == [(PHYSICS, TODAY + timedelta(days=1)), (MATHS, None)]


def at(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_a_columns_own_deadline_goes_before_the_terms_and_the_citys_earlier_day_before_both() -> None:
    told = [Deadline(Term.HK1, None, at(30)), Deadline(Term.HK1, Column.TX1, at(10)), Deadline(Term.HK2, None, at(1))]
    found = closing_days(told, {Column.TX1: at(20), Column.TX2: at(5)}, MATHS, today=TODAY)
    assert (found[Column.TX1], found[Column.TX2], found[Column.CK]) == (at(10), at(5), at(30))


def test_a_day_that_has_passed_is_no_news() -> None:
    assert closing_days([Deadline(Term.HK1, None, at(-1))], {}, MATHS, today=TODAY) == {}
    assert closing_days([Deadline(Term.HK1, None, at(0))], {}, MATHS, today=TODAY)[Column.TX1] == TODAY
