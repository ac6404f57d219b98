"""Scores on their way: nothing is lost, nothing sent twice that matters, nothing that a person entered overwritten."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.errors import BadInput, BridgeError, Refused, Unclear, Unreachable
from bridge.passback.dispatch import HELD, Dispatch
from bridge.ports.gradebooks import ActivityProgress, NewLineItem, Score
from bridge.ports.passback import ConflictChoice, Passback, PassbackState, Place, Shown, Wanted
from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_gradebooks import MemoryGradebooks
from tests.lti.platform import SCHOOL, Clock

REMOTE = {"remote": "platform", "operation": "SCORE"}
LOST = Unclear(**REMOTE, why="TIMEOUT")
AWAY = Unreachable(**REMOTE, why="CONNECTION")
COLLECTION = "https://m"


class Killed(BaseException):
    """The process dies here."""


@dataclass
class World:
    store: Store
    clock: Clock
    books: MemoryGradebooks
    activity: str
    ours: str

    def dispatch(self, die_at: str = "") -> Dispatch:
        def checkpoint(name: str) -> None:
            if name == die_at:
                raise Killed(name)

        return Dispatch(SCHOOL, self.store.passbacks, self.books, self.clock, checkpoint)

    def place(self, user: str = "7", line_item: str = "", registration: str = "r1") -> Place:
        return Place(registration, line_item or self.activity, user)

    def put(self, value: str, user: str = "7", *, line_item: str = "", registration: str = "r1") -> None:
        wanted = Wanted(Decimal(value), Decimal(10), ActivityProgress.COMPLETED, self.clock(), "attempt-1")
        self.dispatch().put(self.place(user, line_item, registration), wanted)

    def work(self) -> dict[str, int]:
        return {state.value: count for state, count in self.dispatch().work_off().items()}

    def row(self, user: str = "7", line_item: str = "") -> Passback:
        found = self.store.passbacks.find(SCHOOL, self.place(user, line_item))
        assert found is not None
        return found

    def shown(self, user: str = "7", line_item: str = "") -> str:
        cell = self.books.columns[line_item or self.activity].cells.get(user)
        return str(cell[0]) if cell else ""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    store = open_store(fresh_sqlite(tmp_path), TEST_KEYS, clock=clock)
    books = MemoryGradebooks(["7", "8", "9"])
    activity = books.add_activity(COLLECTION, "Bài tập")
    ours = books.provide("r1", COLLECTION, NewLineItem("Ôn tập", Decimal(10), "m", "t")).url
    yield World(store, clock, books, activity, ours)
    store.close()


def test_a_score_arrives_once(world: World):
    world.put("8.5")
    assert world.work() == {"DELIVERED": 1}
    assert (world.shown(), world.work(), len(world.books.sent)) == ("8.5", {}, 1)
    assert (world.row().state, world.row().accepted) == (PassbackState.DELIVERED, Shown(Decimal("8.5"), Decimal(10)))


def test_the_same_score_again_sends_nothing_and_a_better_one_does(world: World):
    world.put("8.5")
    world.work()
    world.put("8.50")
    assert world.work() == {}
    world.put("9")
    assert (world.work(), world.shown(), len(world.books.sent)) == ({"DELIVERED": 1}, "9", 2)


@pytest.mark.parametrize("tells_times", [True, False])
def test_many_scores_of_one_second_all_arrive(world: World, tells_times: bool):
    """Moodle takes one a second for each cell; a platform need not say when its own score was."""
    world.books.tells_times = tells_times
    for value in ("5", "6", "7"):
        world.put(value)
        assert world.work() == {"DELIVERED": 1}
    assert world.shown() == "7"


def test_an_older_score_that_comes_late_is_left_out(world: World):
    world.put("9")
    late = Wanted(Decimal(3), Decimal(10), ActivityProgress.COMPLETED, world.clock() - timedelta(hours=1))
    world.dispatch().put(world.place(), late)
    world.work()
    assert world.shown() == "9"


@pytest.mark.parametrize("value", ["-1", "10.5", "NaN", "Infinity"])
def test_a_score_that_no_gradebook_could_show_is_refused_at_the_door(world: World, value: str):
    with pytest.raises(BadInput):
        world.put(value)
    assert world.work() == {}


# --- what a person entered


@pytest.mark.parametrize("column", ["activity", "ours"])
def test_what_a_teacher_entered_is_never_overwritten(world: World, column: str):
    """Also in a column of ours, where Moodle itself would wipe the override."""
    line_item = getattr(world, column)
    world.put("8", line_item=line_item)
    world.work()
    world.books.enter(line_item, "7", "6", at=world.clock())
    world.put("9", line_item=line_item)
    assert world.work() == {"CONFLICT": 1}
    assert (world.shown(line_item=line_item), len(world.books.sent)) == ("6", 1)
    assert world.row(line_item=line_item).seen == Shown(Decimal(6), Decimal(10))
    assert world.work() == {}


def test_a_teacher_who_was_first_is_not_overwritten_either(world: World):
    world.books.enter(world.activity, "7", "6", at=world.clock())
    world.put("9")
    assert (world.work(), world.books.sent) == ({"CONFLICT": 1}, [])


def test_keeping_theirs_holds_until_a_new_score_comes(world: World):
    world.books.enter(world.ours, "7", "6", at=world.clock())
    world.put("9", line_item=world.ours)
    world.work()
    settle(world, ConflictChoice.KEEP_THEIRS)
    assert (world.work(), world.row(line_item=world.ours).state) == ({}, PassbackState.KEPT)
    world.put("9.5", line_item=world.ours)
    assert world.work() == {"CONFLICT": 1}


def test_sending_ours_overwrites_just_the_value_that_was_seen(world: World):
    world.books.enter(world.ours, "7", "6", at=world.clock())
    world.put("9", line_item=world.ours)
    world.work()
    settle(world, ConflictChoice.SEND_OURS)
    world.clock.pass_seconds(5)
    assert (world.work(), world.shown(line_item=world.ours)) == ({"DELIVERED": 1}, "9")


def test_a_value_that_changed_after_the_decision_is_asked_about_again(world: World):
    world.books.enter(world.ours, "7", "6", at=world.clock())
    world.put("9", line_item=world.ours)
    world.work()
    settle(world, ConflictChoice.SEND_OURS)
    world.books.enter(world.ours, "7", "7", at=world.clock())
    assert (world.work(), world.shown(line_item=world.ours)) == ({"CONFLICT": 1}, "7")


def test_a_decision_about_a_value_that_is_no_more_is_refused(world: World):
    world.books.enter(world.ours, "7", "6", at=world.clock())
    world.put("9", line_item=world.ours)
    world.work()
    with pytest.raises(BridgeError):
        settle(world, ConflictChoice.SEND_OURS, seen="5")


def test_an_override_that_moodle_keeps_is_said_to_who_decided(world: World):
    world.books.enter(world.activity, "7", "6", at=world.clock())
    world.put("9")
    world.work()
    settle(world, ConflictChoice.SEND_OURS, line_item=world.activity)
    world.clock.pass_seconds(5)
    assert world.work() == {"DEAD": 1}
    assert (world.shown(), told(world.row())) == ("6", "OVERRIDDEN")


def test_a_first_score_has_arrived_when_the_column_shows_it(world: World):
    """Recorded: an activity whose grading was switched off and on has a column of type text. It takes a score with 200,
    and its result is `{"id": …, "userId": …}` alone."""
    column = world.books.columns[world.activity]
    column.textual = True
    world.put("9")
    assert (world.work(), told(world.row())) == ({"WAITING": 1}, "NOT_SHOWN")
    column.textual = False
    world.clock.pass_seconds(61)
    assert (world.work(), world.row().state) == ({"DELIVERED": 1}, PassbackState.DELIVERED)


def test_what_a_teacher_enters_while_a_first_score_is_on_its_way_is_a_conflict(world: World):
    class Entering(MemoryGradebooks):
        def send(self, registration: str, line_item: str, score: Score) -> None:
            super().send(registration, line_item, score)
            self.enter(line_item, score.user, "6", at=score.at)

    world.books = Entering(["7"])
    world.activity = world.books.add_activity(COLLECTION, "Bài tập")
    world.put("9")
    assert (world.work(), world.row().seen) == ({"CONFLICT": 1}, Shown(Decimal(6), Decimal(10)))


def test_a_pupil_who_left_and_came_back_gets_the_score_again_by_a_word(world: World):
    """Moodle takes a cell away with the enrolment (seen), and nobody tells the tool."""
    world.put("8.5")
    world.work()
    del world.books.columns[world.activity].cells["7"]
    world.store.passbacks.revive_column(SCHOOL, "r1", world.activity, actor="GV1", now=world.clock())
    assert (world.work(), world.shown(), len(world.books.sent)) == ({"DELIVERED": 1}, "8.5", 2)


# --- failures


def test_one_score_that_fails_stops_no_other(world: World):
    for user in ("7", "999", "8"):
        world.put("5", user)
    assert world.work() == {"DELIVERED": 2, "DEAD": 1}
    assert told(world.row("999")) == "NOT_GRADABLE"


def test_a_dead_score_is_sent_again_by_a_persons_word_or_with_a_new_value(world: World):
    world.put("5", "999")
    world.work()
    world.books.users.add("999")
    world.store.passbacks.revive(SCHOOL, world.place("999"), actor="QT01", now=world.clock())
    assert (world.work(), world.row("999").trouble) == ({"DELIVERED": 1}, None)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_looked_up_and_not_sent_twice(world: World, when: str):
    world.put("8.5")
    world.books.troubles.append((when, LOST))
    assert world.work() == {"WAITING": 1}
    assert world.work() == {}  # not due yet
    world.clock.pass_seconds(60)
    assert (world.work(), world.shown(), len(world.books.sent)) == ({"DELIVERED": 1}, "8.5", 1)


def test_a_platform_that_is_away_is_asked_once_and_nothing_is_lost_for_weeks(world: World):
    for user in ("7", "8", "9"):
        world.put("5", user)
    world.books.away = AWAY
    for _ in range(24 * 6 * 14):  # two weeks of ten minutes
        assert world.work() == {"WAITING": 3}
        world.clock.pass_seconds(600)
    assert world.row().attempt == 0
    world.books.away = None
    assert world.work() == {"DELIVERED": 3}


def test_one_platform_that_is_away_holds_up_no_other(world: World):
    world.books.troubles.append(("asking", AWAY))
    world.put("5", "7", registration="r0")
    world.clock.pass_seconds(1)
    world.put("5", "8", registration="r1")
    world.put("5", "9", registration="r0")
    assert world.work() == {"WAITING": 2, "DELIVERED": 1}


def test_a_stale_score_is_looked_at_and_never_forced(world: World):
    world.put("8")
    world.work()
    world.put("9")
    world.books.troubles.append(("before", Refused(**REMOTE, reason="STALE", theirs=409)))
    enter_meanwhile(world, "6")
    assert (world.work(), world.shown()) == ({"CONFLICT": 1}, "6")


@pytest.mark.parametrize("before", ["", "8"])
@pytest.mark.parametrize("behind", [0, 2])
def test_a_mark_entered_between_look_and_sending_stays(world: World, before: str, behind: int):
    """Also where the platform's clock is somewhat behind ours, and in a column of our own, which protects nothing."""
    if before:
        world.put(before, line_item=world.ours)
        world.work()
        world.clock.pass_seconds(60)

    def enter(step: str) -> None:
        if step == "stamped":
            world.clock.pass_seconds(0.02)
            world.books.enter(world.ours, "7", "6", at=world.clock() - timedelta(seconds=behind))

    world.put("9", line_item=world.ours)
    came = Dispatch(SCHOOL, world.store.passbacks, world.books, world.clock, enter).work_off()
    assert (dict(came), world.shown(line_item=world.ours)) == ({PassbackState.CONFLICT: 1}, "6")


def test_a_stale_score_under_which_nothing_of_a_person_stands_is_sent_later(world: World):
    world.put("8")
    world.work()
    world.put("9")
    world.books.troubles.append(("before", Refused(**REMOTE, reason="STALE", theirs=409)))
    assert world.work() == {"WAITING": 1}
    world.clock.pass_seconds(60)
    assert (world.work(), world.shown()) == ({"DELIVERED": 1}, "9")


def test_a_score_that_fails_strangely_for_two_days_is_put_aside_with_its_reason(world: World):
    world.put("8")
    for _ in range(200):
        world.books.troubles = [("before", Unclear(**REMOTE, why="STATUS", theirs=500))]
        world.work()
        world.clock.pass_seconds(3600)
    row = world.row()
    assert (row.state, row.trouble and row.trouble.reason, row.attempt) == (PassbackState.DEAD, "UNCLEAR", 12)


def test_a_column_that_is_gone_is_told(world: World):
    world.put("8")
    del world.books.columns[world.activity]
    assert (world.work(), told(world.row())) == ({"DEAD": 1}, "COLUMN_GONE")


# --- death, and two at once


@pytest.mark.parametrize("point", ["claimed", "stamped", "sent", "decided"])
def test_killed_between_any_two_steps_nothing_is_lost_and_nothing_sent_twice(world: World, point: str):
    world.put("8.5")
    with pytest.raises(Killed):
        world.dispatch(die_at=point).work_off()
    assert world.work() == {}  # the dead one's claim still holds
    world.clock.pass_seconds(HELD)
    assert (world.work(), world.shown(), len(world.books.sent)) == ({"DELIVERED": 1}, "8.5", 1)


def test_a_new_score_that_comes_while_the_old_one_is_sent_goes_out_after_it(world: World):
    world.put("8")
    dispatch = world.dispatch()
    object.__setattr__(dispatch, "checkpoint", lambda name: world.put("9") if name == "sent" else None)
    assert dispatch.work_off() == {PassbackState.DELIVERED: 2}
    assert (world.shown(), world.row().state) == ("9", PassbackState.DELIVERED)


def test_who_was_overtaken_writes_nothing(world: World):
    world.put("8")
    dispatch = world.dispatch()

    def overtaken(name: str) -> None:
        if name == "stamped":
            world.clock.pass_seconds(HELD + 1)
            assert world.work() == {"DELIVERED": 1}

    object.__setattr__(dispatch, "checkpoint", overtaken)
    assert dispatch.work_off() == {}
    assert (world.row().state, world.shown()) == (PassbackState.DELIVERED, "8")


def test_work_can_be_stopped_between_two_scores(world: World):
    for user in ("7", "8"):
        world.put("5", user)
    seen = iter([None, Killed()])

    def watch() -> None:
        if (end := next(seen)) is not None:
            raise end

    with pytest.raises(Killed):
        world.dispatch().work_off(watch=watch)
    assert world.work() == {"DELIVERED": 1}


def told(row: Passback) -> object:
    return row.trouble.facts["reason"] if row.trouble else None


def settle(world: World, choice: ConflictChoice, *, seen: str = "6", line_item: str = "") -> None:
    place = world.place(line_item=line_item or world.ours)
    what = Shown(Decimal(seen), Decimal(10))
    world.store.passbacks.settle(SCHOOL, place, choice, seen=what, actor="GV1", now=world.clock())


def enter_meanwhile(world: World, value: str) -> None:
    """A teacher's mark that arrives after we looked, and before the platform answers."""
    send = world.books.send

    def slow(registration: str, line_item: str, score: object) -> None:
        world.books.enter(line_item, "7", value, at=datetime.now(UTC))
        send(registration, line_item, score)  # type: ignore[arg-type]

    world.books.send = slow  # type: ignore[method-assign, assignment]


def test_a_teachers_change_of_the_maximum_is_no_score_of_somebody_elses(world: World):
    """The gradebook keeps the share of each, and says so in a way that looks like another value."""
    world.put("8.5")
    world.work()
    world.books.resize(world.activity, Decimal(20))
    world.store.passbacks.revive_column(SCHOOL, "r1", world.activity, actor="GV1", now=world.clock())
    assert world.work() == {"DELIVERED": 1}
    assert (world.shown(), len(world.books.sent)) == ("17.0", 1), "seen to stand there, not sent again"
    world.put("9")
    assert (world.work(), world.shown()) == ({"DELIVERED": 1}, "18")


def test_what_a_teacher_entered_is_shown_out_of_what_the_column_is_out_of(world: World):
    world.put("8.5")
    world.work()
    world.books.resize(world.activity, Decimal(20))
    column = world.books.columns[world.activity]
    column.cells["7"] = (Decimal(11), world.clock())  # the old maximum still beside it
    world.put("9")
    assert world.work() == {"CONFLICT": 1}
    assert world.row().seen == Shown(Decimal(11), Decimal(20))
