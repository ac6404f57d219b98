"""Taking a run back, and a ledger that knows less than the city."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Problem, Reason
from bridge.domain.scores import mark
from bridge.ports.city import ColumnLock, Receipts
from bridge.store.facade import open_store
from bridge.sync import words
from bridge.sync.rebuild import rebuild
from bridge.sync.revert import revert
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.sync.harness import (
    ALL,
    COURSES,
    HK1,
    SCHOOL,
    TX1,
    TX2,
    UNIT,
    Outcomes,
    School,
    city_pupil,
    item,
    item_id,
    open_school,
)

M6, M7, M8, M9 = mark(60), mark(70), mark(80), mark(90)


def take_back(school: School, run: str) -> Outcomes:
    units: list = []
    return Outcomes(units, revert(school.sync(), run, actor="admin", why="wrong column", watch=units.append))


class TestReverting:
    def test_what_was_new_is_cancelled_and_what_was_changed_is_put_back(self, school: School) -> None:
        school.put("HS11", "7")
        school.run()
        school.put("HS11", "8")
        school.put("HS12", "9")
        school.run()
        take_back(school, school.last_run())
        assert (school.book("HS11"), school.book("HS12")) == (M7, None)

    def test_the_next_run_does_not_send_it_again(self, school: School) -> None:
        self.test_what_was_new_is_cancelled_and_what_was_changed_is_put_back(school)
        again = school.run()
        assert (again.tally.sends, again.tally.skips[Reason.SETTLED], again.holds()) == ({}, 2, [])

    def test_a_mark_changed_afterwards_is_a_new_matter(self, school: School) -> None:
        self.test_what_was_new_is_cancelled_and_what_was_changed_is_put_back(school)
        school.put("HS12", "6")
        school.run()
        assert (school.book("HS12"), school.version("HS12")) == (M6, 3)

    def test_what_somebody_changed_in_between_is_held(self, school: School) -> None:
        school.put("HS11", "8")
        school.put("HS12", "8")
        school.run()
        school.edit("HS11", M6)
        assert take_back(school, school.last_run()).holds() == [Problem.BOTH_CHANGED]
        assert (school.book("HS11"), school.book("HS12")) == (M6, None)

    def test_what_somebody_put_back_already_stays_and_is_settled(self, school: School) -> None:
        school.put("HS11", "7")
        school.run()
        school.put("HS11", "8")
        school.put("HS12", "8")
        school.run()
        school.edit("HS11", M7)
        school.edit("HS12", None)
        assert take_back(school, school.last_run()).holds() == []
        again = school.run()
        assert (again.holds(), again.tally.sends, school.book("HS11"), school.book("HS12")) == ([], {}, M7, None)

    def test_a_hand_entered_mark_that_ours_replaced_comes_back(self, school: School) -> None:
        school.edit("HS11", M6)
        school.put("HS11", "8")
        unit, cell = school.run().cells()[0]
        words.settle(school.sync(), unit, cell, Choice.SEND_OURS, actor="GV1", why="mistyped")
        school.run()
        take_back(school, school.last_run())
        assert school.book("HS11") == M6
        assert school.run().holds() == []

    def test_a_cancelled_mark_comes_back(self, school: School) -> None:
        school.put("HS11", "8")
        school.run()
        school.put("HS11", None)
        unit, cell = school.run().cells()[0]
        words.settle(school.sync(), unit, cell, Choice.CANCEL, actor="GV1", why="wrong pupil")
        school.run()
        take_back(school, school.last_run())
        assert school.states() == {"accepted": 1}
        assert school.book("HS11") == M8

    def test_a_revert_can_be_reverted(self, school: School) -> None:
        school.put("HS11", "8")
        school.run()
        take_back(school, school.last_run())
        take_back(school, school.last_run())
        assert school.book("HS11") == M8

    def test_what_only_now_turns_out_to_be_recorded_is_reverted_too(self, school: School) -> None:
        school.put("HS11", "8")
        with school.killed_at("answered"):
            school.run()
        take_back(school, school.last_run())
        assert school.book("HS11") is None

    def test_a_cell_still_in_flight_is_left_alone(self, tmp_path: Path) -> None:
        school = open_school(tmp_path, receipts=Receipts.BY_HAND)
        school.put("HS11", "8")
        school.run()
        first = school.last_run()
        school.city.enter(school.road.sent[0].id)
        school.run()
        school.put("HS11", "9")
        school.run()
        done = take_back(school, first)
        assert [cell.action.reason for _, cell in done.cells()] == [Reason.IN_FLIGHT]
        school.store.close()

    def test_a_wrongly_mapped_course_is_unmapped_and_its_run_reverted(self, school: School) -> None:
        school.put("HS11", "8")
        school.run()
        school.store.mappings.drop_course(SCHOOL, 12, actor="admin", now=school.clock())
        take_back(school, school.last_run())
        assert school.book("HS11") is None

    def test_a_course_that_is_gone_is_no_obstacle(self, school: School) -> None:
        school.put("HS11", "8")
        school.run()
        del school.lms.held[12]
        take_back(school, school.last_run())
        assert school.book("HS11") is None

    def test_a_course_that_can_not_be_read_is_one(self, school: School) -> None:
        """Unread, what it says now could not be settled, and the next run would send it again."""
        school.put("HS11", "8")
        school.run()
        school.road.unread.add("10A1")
        assert take_back(school, school.last_run()).holds() == [Problem.UNREAD]
        assert school.book("HS11") == M8

    def test_a_pupil_who_left_and_a_locked_column_are_held(self, school: School) -> None:
        school.put("HS11", "8")
        school.put("HS12", "8", TX2)
        school.run()
        school.city.book.pupils["10A1"][0] = city_pupil("HS11", studying=False)
        school.city.book.locks.append(ColumnLock(HK1, locked=True, column=TX2))
        done = take_back(school, school.last_run())
        assert done.holds() == [Problem.LOCKED, Problem.OTHER_CLASS]

    def test_a_run_that_sent_nothing_is_reverted_by_nothing(self, school: School) -> None:
        school.run()
        before = len(school.lms.reads)
        assert take_back(school, school.last_run()).units == []
        assert len(school.lms.reads) == before

    def test_a_revert_needs_no_confirmation(self, asking: School) -> None:
        asking.put("HS11", "8")
        asking.plan()
        asking.confirm()
        asking.run()
        take_back(asking, asking.last_run())
        assert asking.book("HS11") is None
        assert asking.run().tally.waits == {}

    @pytest.mark.parametrize(
        "point", ["plan used", "prepared", "revert settled", "marked sent", "answered", "recorded"]
    )
    def test_dying_in_a_revert_sends_nothing_again(self, school: School, point: str) -> None:
        school.put("HS11", "7")
        school.run()
        school.put("HS11", "8")
        school.run()
        undone = school.last_run()
        with school.killed_at(point):
            take_back(school, undone)
        take_back(school, undone)
        assert school.book("HS11") == M7
        school.run()
        assert school.book("HS11") == M7

    def test_what_the_items_looked_like_is_not_learned_from_a_revert(self, school: School) -> None:
        school.put("HS11", "7")
        school.run()
        school.put("HS11", "8")
        school.run()
        school.lms.put_item(12, item(12, TX1, high="20"))
        take_back(school, school.last_run())
        assert Problem.ITEM_CHANGED in school.run().holds()


def with_new_ledger(school: School, tmp_path: Path) -> School:
    """An empty database beside a full city; pulled and mapped as before."""
    school.store.close()
    school.url = fresh_sqlite(tmp_path)
    school.store = open_store(school.url, TEST_KEYS, clock=school.clock)
    school.pull()
    for number, (school_class, subject) in COURSES.items():
        school.feed(number, school_class, subject, TX1, TX2)
    school.policy(Policy.AUTO)
    return school


def backup(school: School, tmp_path: Path) -> Path:
    copy = tmp_path / "yesterday.sqlite3"
    with sqlite3.connect(school.url.removeprefix("sqlite:///")) as live, sqlite3.connect(copy) as kept:
        live.backup(kept)
    live.close()
    kept.close()
    return copy


def restore(school: School, copy: Path) -> None:
    school.store.close()
    path = Path(school.url.removeprefix("sqlite:///"))
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(copy, path)
    school.store = open_store(school.url, TEST_KEYS, clock=school.clock)


def learn(school: School) -> Outcomes:
    units: list = []
    return Outcomes(units, rebuild(school.sync(), ALL, actor="admin", watch=units.append))


class TestLosingTheLedger:
    def test_an_empty_ledger_beside_a_full_city_sends_nothing(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        school.run()
        with_new_ledger(school, tmp_path)
        school.put("HS11", "9")
        assert school.run().hold().problem is Problem.LEDGER_BEHIND
        assert (school.book("HS11"), len(school.road.sent)) == (M8, 1)

    def test_a_rebuild_adopts_what_agrees_and_leaves_the_rest_to_people(self, school: School, tmp_path: Path) -> None:
        for code in ("HS11", "HS12"):
            school.put(code, "8")
        school.run()
        with_new_ledger(school, tmp_path)
        school.put("HS12", "9")
        learn(school)
        after = school.run()
        assert (after.hold(), after.holds(), after.tally.skips[Reason.SAME]) == (None, [Problem.HAND_ENTERED], 1)
        assert len(school.road.sent) == 1
        school.put("HS11", "6")
        school.run()
        assert (school.book("HS11"), school.version("HS11")) == (M6, 2)

    def test_a_ledger_of_yesterday_holds_the_unit_until_rebuilt(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "7")
        school.put("HS12", "7")
        school.run()
        copy = backup(school, tmp_path)
        school.put("HS11", "8")
        school.put("HS12", "8")
        school.run()
        restore(school, copy)
        school.put("HS12", "9")
        assert school.run().hold().problem is Problem.LEDGER_BEHIND
        learn(school)
        after = school.run()
        assert (after.holds(), after.tally.skips[Reason.SAME]) == ([Problem.BOTH_CHANGED], 1)
        assert (school.book("HS11"), school.book("HS12"), len(school.road.sent)) == (M8, M8, 2)

    def test_a_submission_that_was_open_in_the_backup_is_asked_for(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        copies: list[Path] = []
        school.road.before_submit.append(lambda: copies.append(backup(school, tmp_path)))
        school.run()
        school.road.before_submit.clear()
        restore(school, copies[0])
        school.clock.sleep(school.choices.lease_seconds)
        assert school.run().tally.skips[Reason.SAME] == 1
        assert len(school.road.sent) == 1

    def test_a_submission_that_was_not_sent_yet_in_the_backup_is_harmless(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        copies: list[Path] = []
        school.at_point = lambda name: copies.append(backup(school, tmp_path)) if name == "prepared" else None
        school.run()
        school.at_point = lambda _: None
        restore(school, copies[0])
        school.clock.sleep(school.choices.lease_seconds)
        school.put("HS11", "9")
        assert school.run().holds() == [Problem.HAND_ENTERED]
        assert school.book("HS11") == M8

    def test_another_installation_that_sends_for_this_school_is_noticed(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        school.run()
        (tmp_path / "other").mkdir()
        other = open_school(tmp_path / "other")
        other.road.city = other.city = school.city
        other.put("HS12", "9")
        assert other.run().hold().problem is Problem.LEDGER_BEHIND
        other.store.close()

    def test_the_marks_of_who_left_keep_no_unit_behind(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        school.put("HS12", "8")
        school.run()
        with_new_ledger(school, tmp_path)
        school.city.book.pupils["10A1"][0] = city_pupil("HS11", studying=False)
        learn(school)
        assert school.run().hold() is None

    def test_a_rebuild_says_which_units_it_could_not_read(self, school: School) -> None:
        school.road.unread.add("10A1")
        assert learn(school).hold(UNIT).problem is Problem.UNREAD

    def test_a_rebuild_passes_a_guard_that_was_waved_through(self, school: School, tmp_path: Path) -> None:
        school.put("HS11", "8")
        school.run()
        for user in range(12, 17):
            school.lms.drop_pupil(12, user)
        unit_plan = next(each for each in school.run().units if each.unit == UNIT)
        words.wave_through(school.sync(), unit_plan, Problem.GRADEBOOK_SHRUNK, actor="admin", why="they left")
        assert learn(school).hold(UNIT) is None

    def test_a_rebuild_waves_no_changed_item_through(self, school: School) -> None:
        """One cell that happens to agree says nothing of the others under a new maximum."""
        school.put("HS11", "8")
        school.run()
        school.lms.held[12].items[item_id(12, TX1)] = item(12, TX1, high="20")
        school.put("HS12", "10")
        school.edit("HS12", mark(50))
        assert school.run().holds() == [Problem.ITEM_CHANGED]
        learn(school)
        assert school.run().holds() == [Problem.ITEM_CHANGED]
        assert (school.book("HS11"), len(school.road.sent)) == (M8, 1)

    @pytest.mark.parametrize("point", ["run begun", "learned", "adopted"])
    def test_dying_in_a_rebuild_is_mended_by_another(self, school: School, tmp_path: Path, point: str) -> None:
        school.put("HS11", "8")
        school.run()
        with_new_ledger(school, tmp_path)
        with school.killed_at(point):
            learn(school)
        learn(school)
        assert school.run().tally.skips[Reason.SAME] == 1
        assert len(school.road.sent) == 1
