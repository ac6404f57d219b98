"""Each unit's newest tally, and what was said to that plan since."""

from datetime import UTC, datetime, timedelta

from bridge.domain.plans import (
    Choice,
    Confirmation,
    Decision,
    Gate,
    Hold,
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
)  # fmt: skip
from bridge.domain.scores import Column, mark
from bridge.domain.tallies import HoldCount, ReleaseCount, UnitTally
from bridge.ports.city import Refusal
from bridge.ports.overview import News
from bridge.ports.runs import RunHead
from bridge.store.tallies import read_tally
from tests.store.world import SCHOOL, UNIT, YEAR, World, cell, no, yes

OTHER = UNIT._replace(subject="VATLI")
TX1, TX2 = Column.TX1, Column.TX2


def save(world: World, name: str, *units: UnitPlan, finish: bool = True) -> None:
    world.clock.pass_seconds(1)
    now = world.clock()
    world.store.plans.begin(PlanHead(name, SCHOOL, YEAR, "GV1", now, now + timedelta(hours=24), "TT22/2021", ""))
    world.store.plans.add(name, units)
    if finish:
        world.store.plans.finish(name)


def waits(*pupils: str, gate: Gate = Gate.CONFIRM, column: Column = TX1) -> UnitPlan:
    cells = [PlannedCell(Place(pupil, column), Wait(gate, Send(Op.NEW, mark(80), 0))) for pupil in pupils]
    return UnitPlan(UNIT, cells=tuple(cells))


def newest(world: World) -> dict[str, UnitTally]:
    return {row.unit.subject: row.tally for row in world.store.overview.tallies(SCHOOL, YEAR)}


def news(world: World) -> list[tuple[str, Column, News, int]]:
    return [(row.unit.subject, row.column, row.news, row.number) for row in world.store.overview.since(SCHOOL, YEAR)]


def test_a_plan_is_counted_as_it_is_saved(world: World):
    hold = Hold(Problem.HAND_ENTERED)
    plan = UnitPlan(
        UNIT,
        cells=(
            PlannedCell(Place("p1", TX1), Send(Op.NEW, mark(80), 0)),
            PlannedCell(Place("p2", TX1), hold),
            PlannedCell(Place("p3", TX1), hold),
            PlannedCell(Place("p4", TX2), Skip(Reason.ADOPT)),
            PlannedCell(Place("p5", TX2), Wait(Gate.RELEASE, Send(Op.NEW, mark(80), 0))),
        ),
        skipped=((Reason.SAME, 40), (Reason.IN_FLIGHT, 2), (Reason.NO_SCORE, 9)),
        hold=Hold(Problem.ROSTER_SHRUNK),
        column_holds=((TX2, Hold(Problem.ITEM_GONE, "7")),),
        people=(PersonHold(12, 99, Problem.NO_IDNUMBER),),
    )
    save(world, "p1", plan)
    held = (
        HoldCount(Problem.HAND_ENTERED, TX1, 2), HoldCount(Problem.ITEM_GONE, TX2, 1),
        HoldCount(Problem.ROSTER_SHRUNK, None, 1),
    )  # fmt: skip
    found = newest(world)["TOAN"]
    assert found == UnitTally(41, 1, 0, (ReleaseCount(TX2, 1),), 2, held, (PersonHold(12, 99, Problem.NO_IDNUMBER),))
    assert found.held == 5


def test_a_count_of_before_columns_were_counted_is_read_without_one():
    text = '{"agreed":4,"ready":0,"confirm":1,"release":3,"open":0,"holds":[],"people":[]}'
    assert read_tally(text) == UnitTally(4, 0, 1, (ReleaseCount(None, 3),))
    assert read_tally(text.replace("3", "0")).releases == ()


def test_a_newer_plan_speaks_of_its_own_units_alone(world: World):
    save(world, "whole", waits("p1", "p2"), UnitPlan(OTHER, skipped=((Reason.SAME, 3),)))
    save(world, "one unit", waits("p1"))
    assert {subject: (row.confirm, row.agreed) for subject, row in newest(world).items()} == {
        "TOAN": (1, 0), "VATLI": (0, 3),
    }  # fmt: skip


def test_a_plan_that_was_cut_off_says_nothing(world: World):
    save(world, "whole", waits("p1", "p2"))
    save(world, "cut off", waits("p1"), finish=False)
    assert newest(world)["TOAN"].confirm == 2


def test_a_tally_outlives_the_plan_that_it_was_counted_from(world: World):
    save(world, "whole", waits("p1", "p2"), UnitPlan(OTHER))
    save(world, "newest", waits("p1"))
    world.clock.pass_seconds(100 * 3600)
    assert world.store.plans.drop_bodies(SCHOOL, expired_before=world.clock()) == 2
    assert newest(world).keys() == {"TOAN", "VATLI"}


def test_what_was_confirmed_in_the_newest_plan_is_told_by_class(world: World):
    one, two = world.pupils(2)
    save(world, "older", waits(one, two))
    given = [(cell(pupil), confirmation(pupil)) for pupil in (one, two)]
    world.store.plans.confirm("older", given, now=world.clock())
    assert news(world) == [("TOAN", TX1, News.CONFIRMED, 2)]
    save(world, "newer", waits(one))
    assert news(world) == []


def test_a_decision_after_the_plan_is_told(world: World):
    one, two = world.pupils(2)
    save(world, "plan", waits(one))
    for pupil, choice in ((one, Choice.KEEP_CITY), (two, Choice.SEND_OURS)):
        world.clock.pass_seconds(1)
        made = Decision(choice, mark(80), mark(70), 3, "GV1", world.clock())
        world.store.decisions.decide(cell(pupil), made, why="đã xem")
    assert sorted(news(world)) == [("TOAN", TX1, News.KEPT, 1), ("TOAN", TX1, News.OVERRULED, 1)]


def test_rows_of_the_plans_own_run_are_told_by_their_outcome(world: World):
    one, two = world.pupils(2)
    store = world.store
    save(world, "plan", waits(one, two))
    store.runs.begin(RunHead("r", SCHOOL, YEAR, "GV1", "sync", "plan", world.clock()))
    lease, drafts = world.lease(), [world.draft(one), world.draft(two)]
    made = store.submissions.prepare(UNIT, drafts, id="s", run="r", lease=lease, now=world.clock(), fingerprints={})
    assert news(world) == []
    store.submissions.mark_sent("s", lease=lease, now=world.clock())
    assert news(world) == [("TOAN", TX1, News.OPEN, 2)]
    first, second = (row.record_id for row in made.rows)
    store.submissions.record("s", [yes(first), no(second, Refusal.BAD_VALUE)], now=world.clock())
    assert sorted(news(world)) == [("TOAN", TX1, News.ACCEPTED, 1), ("TOAN", TX1, News.REFUSED, 1)]


def confirmation(pupil: str) -> Confirmation:
    return Confirmation(f"c-{pupil}", Gate.CONFIRM, Op.NEW, mark(80), "GV1", datetime(2026, 11, 20, 8, tzinfo=UTC))
