from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bridge.domain.errors import NotFound, PlanUnusable
from bridge.domain.plans import (
    Accepted,
    Choice,
    CityCell,
    Confirmation,
    Decision,
    Gate,
    Hold,
    LmsScore,
    Op,
    PersonHold,
    Place,
    PlanHead,
    PlannedCell,
    Problem,
    Reason,
    Send,
    Skip,
    UnitPlan,
    Wait,
)
from bridge.domain.scores import BLANK, EXEMPT, Cause, Column, Unreadable, Verdict, mark
from bridge.ports.city import Refusal
from bridge.ports.marks import AdoptedCell
from bridge.store.facade import Store
from tests.store.world import SCHOOL, UNIT, YEAR, Clock, World, cell, no

WIDE = UnitPlan(
    unit=UNIT,
    cells=(
        PlannedCell(
            Place("p1", Column.TX1), Send(Op.NEW, mark(85), 0), LmsScore(mark(85), 12, 7, "8,45", 4), None, None
        ),
        PlannedCell(Place("p2", Column.TX1), Wait(Gate.RELEASE, Send(Op.UPDATE, Verdict.PASSED, 3))),
        PlannedCell(
            Place("p3", Column.GK),
            Hold(Problem.UNREADABLE, "12", "abc"),
            LmsScore(Unreadable(Cause.NOT_A_VALUE, "a:b:đ"), 12, 7),
            Accepted("r", mark(40), 3, 2, 12, cancelled=False),
            CityCell(EXEMPT, 3, "r", by_hand=True, submission="s"),
        ),
        PlannedCell(
            Place("p4", Column.GK), Skip(Reason.SETTLED), LmsScore(BLANK, 12, 7), Accepted("r", None, 3, cancelled=True)
        ),
    ),
    skipped=((Reason.SAME, 40), (Reason.OFF, 2)),
    hold=Hold(Problem.LEDGER_BEHIND, "s-9", "f"),
    column_holds=((Column.TX2, Hold(Problem.ITEM_GONE, "7")),),
    people=(PersonHold(12, 99, Problem.NO_IDNUMBER),),
    fingerprints=((Column.TX1, "12:7:0:10:0"),),
)


def head(clock: Clock, id: str = "plan-1") -> PlanHead:
    return PlanHead(id, SCHOOL, YEAR, "lan", clock(), clock() + timedelta(hours=24), "tt22_2021", "10A1 TOAN HK1")


def save(store: Store, clock: Clock, id: str = "plan-1") -> PlanHead:
    made = head(clock, id)
    store.plans.begin(made)
    store.plans.add(id, [UnitPlan(UNIT)])
    store.plans.add(id, [WIDE])
    store.plans.finish(id)
    return made


def confirmation(clock: Clock, id: str = "c-1", tenths: int = 85, gate: Gate = Gate.CONFIRM) -> Confirmation:
    return Confirmation(id, gate, Op.NEW, mark(tenths), "lan", clock())


def test_a_plan_comes_back_as_it_was_saved_unit_by_unit(store: Store, clock: Clock) -> None:
    made = save(store, clock)
    assert store.plans.head("plan-1", school=SCHOOL) == made
    assert list(store.plans.units("plan-1")) == [UnitPlan(UNIT), WIDE]


def test_a_plan_that_was_not_finished_is_no_plan(store: Store, clock: Clock) -> None:
    store.plans.begin(head(clock))
    for act in (lambda: store.plans.head("plan-1", school=SCHOOL), lambda: store.plans.use("plan-1", now=clock())):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("name", "found"), [("aa1", "aa1-x"), ("aa2-y", "aa2-y"), ("last", "aa2-y"), ("aa1-x", "aa1-x")]
)
def test_a_plan_is_found_by_what_people_type(store: Store, clock: Clock, name: str, found: str) -> None:
    save(store, clock, "aa1-x")
    clock.pass_seconds(1)
    save(store, clock, "aa2-y")
    assert store.plans.head(name, school=SCHOOL).id == found


@pytest.mark.parametrize(
    ("name", "nearest"), [("aa", ["aa2-y", "aa1-x"]), ("zz", []), ("", ["aa2-y", "aa1-x"]), ("%", [])]
)
def test_a_name_that_fits_none_or_several_is_said(store: Store, clock: Clock, name: str, nearest: list[str]) -> None:
    save(store, clock, "aa1-x")
    clock.pass_seconds(1)
    save(store, clock, "aa2-y")
    with pytest.raises(NotFound) as missed:
        store.plans.head(name, school=SCHOOL)
    assert missed.value.facts == {"kind": "plan", "name": name, "nearest": nearest}


def test_another_schools_plan_is_not_found(store: Store, clock: Clock) -> None:
    save(store, clock)
    with pytest.raises(NotFound):
        store.plans.head("last", school="79000002")


def test_a_plan_is_applied_once(store: Store, clock: Clock) -> None:
    save(store, clock)
    store.plans.use("plan-1", now=clock())
    assert store.plans.head("plan-1", school=SCHOOL).applied_at == clock()
    with pytest.raises(PlanUnusable, match="APPLIED"):
        store.plans.use("plan-1", now=clock())


def test_of_two_who_apply_a_plan_at_once_one_wins(store: Store, clock: Clock) -> None:
    save(store, clock)

    def use(_: int) -> bool:
        try:
            store.plans.use("plan-1", now=clock())
        except PlanUnusable:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(use, range(4))) == [False, False, False, True]


def test_a_plan_expires(store: Store, clock: Clock) -> None:
    save(store, clock)
    clock.pass_seconds(24 * 3600)
    with pytest.raises(PlanUnusable, match="EXPIRED"):
        store.plans.use("plan-1", now=clock())
    with pytest.raises(PlanUnusable, match="EXPIRED"):
        store.plans.confirm("plan-1", [(cell("p1"), confirmation(clock))], now=clock())
    assert store.ledger.standing(SCHOOL, YEAR).confirmations == {}


def test_a_newer_confirmation_replaces_the_older_of_its_gate(store: Store, clock: Clock) -> None:
    save(store, clock)
    release = confirmation(clock, "c-2", gate=Gate.RELEASE)
    assert store.plans.confirm("plan-1", [(cell("p1"), confirmation(clock)), (cell("p1"), release)], now=clock()) == 2
    newer = confirmation(clock, "c-3", tenths=90)
    store.plans.confirm("plan-1", [(cell("p1"), newer)], now=clock())
    assert store.ledger.standing(SCHOOL, YEAR).confirmations == {
        (cell("p1"), Gate.CONFIRM): newer,
        (cell("p1"), Gate.RELEASE): release,
    }


def test_a_confirmation_is_used_up_by_the_acceptance_and_by_nothing_else(store: Store, world: World) -> None:
    save(store, world.clock)
    one, two = world.pupils()
    pairs = [(cell(one), confirmation(world.clock, "c-1")), (cell(two), confirmation(world.clock, "c-2"))]
    store.plans.confirm("plan-1", pairs, now=world.clock())
    world.prepare([world.draft(one)._replace(confirmations=("c-1",))], id="s-1")
    assert len(store.ledger.standing(SCHOOL, YEAR).confirmations) == 2
    store.submissions.supersede("s-1", why="planned anew", now=world.clock())
    world.accept([world.draft(one)._replace(confirmations=("c-1",))], id="s-2")
    assert set(store.ledger.standing(SCHOOL, YEAR).confirmations) == {(cell(two), Gate.CONFIRM)}


def test_a_refused_mark_uses_up_no_confirmation(store: Store, world: World) -> None:
    save(store, world.clock)
    key = world.pupils(1)[0]
    store.plans.confirm("plan-1", [(cell(key), confirmation(world.clock))], now=world.clock())
    row = world.send([world.draft(key)._replace(confirmations=("c-1",))]).rows[0]
    store.submissions.record("s-1", [no(row.record_id, Refusal.LOCKED)], now=world.clock())
    assert set(store.ledger.standing(SCHOOL, YEAR).confirmations) == {(cell(key), Gate.CONFIRM)}


def test_a_yes_does_not_outlive_what_it_spoke_of(store: Store, world: World) -> None:
    save(store, world.clock)
    one, two = world.pupils()
    world.accept([world.draft(two)], id="s-1")
    pairs = [(cell(one), confirmation(world.clock, "c-1")), (cell(two), confirmation(world.clock, "c-2"))]
    store.plans.confirm("plan-1", pairs, now=world.clock())
    seen = AdoptedCell(Place(one, Column.TX1), None, CityCell(mark(70), 4, "city-1", by_hand=True))
    store.ledger.adopt(UNIT, [seen], fingerprints={}, run=world.run())
    assert set(store.ledger.standing(SCHOOL, YEAR).confirmations) == {(cell(two), Gate.CONFIRM)}
    store.ledger.close(UNIT, [Place(two, Column.TX1)], run=world.run())
    assert store.ledger.standing(SCHOOL, YEAR).confirmations == {}


def test_what_waited_in_an_applied_plan_may_still_be_confirmed(store: Store, clock: Clock) -> None:
    save(store, clock)
    store.plans.use("plan-1", now=clock())
    assert store.plans.confirm("plan-1", [(cell("p1"), confirmation(clock))], now=clock()) == 1


def test_a_decision_is_kept_with_both_sides_as_they_stood(store: Store, clock: Clock) -> None:
    first = Decision(Choice.KEEP_CITY, Unreadable(Cause.NOT_A_VALUE, "8,5"), None, 0, "lan", clock())
    last = Decision(Choice.SEND_OURS, mark(80), mark(70), 4, "mai", clock())
    store.decisions.decide(cell("p1"), first, why="typed twice")
    assert store.ledger.standing(SCHOOL, YEAR).decisions == {cell("p1"): first}
    store.decisions.decide(cell("p1"), last, why="")
    assert store.ledger.standing(SCHOOL, YEAR).decisions == {cell("p1"): last}
    assert [entry.reason for entry in store.audit.show(SCHOOL, limit=9)] == [None, "typed twice"]


def test_a_clearance_is_bound_to_its_fingerprint(store: Store, clock: Clock) -> None:
    for _ in range(2):
        store.decisions.clear(UNIT, Problem.ROSTER_SHRUNK, "45>30", actor="lan", why="split class", now=clock())
    assert store.ledger.standing(SCHOOL, YEAR).clearances == {(UNIT, Problem.ROSTER_SHRUNK, "45>30")}
