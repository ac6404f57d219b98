from uuid import UUID

import pytest
import sqlalchemy as sa

from bridge.domain.errors import LeaseLost, NotFound, StoreProblem
from bridge.domain.plans import CityCell, Op, Place
from bridge.domain.scores import Column, mark
from bridge.ports.city import Current, Outcome, Receipt, Refusal
from bridge.ports.marks import Judged, PastRefusal
from bridge.store.facade import Store, open_store
from bridge.store.tables.marks import ledger
from tests.databases import TEST_KEYS
from tests.store.world import SCHOOL, UNIT, YEAR, Clock, World, cell, no, pupil, yes


def accepted_of(store: Store, key: str) -> tuple[object, ...]:
    row = store.ledger.accepted([UNIT], [key])[UNIT][Place(key, Column.TX1)]
    return row.score, row.version, row.city_version, row.cancelled


class TestPreparing:
    def test_the_intent_is_kept_before_anything_is_sent(self, store: Store, world: World) -> None:
        one, two = world.pupils()
        submission = world.prepare([world.draft(one), world.draft(two)])
        (kept,) = store.submissions.open(SCHOOL)
        assert kept.submission == submission
        assert kept.places == (Place(one, Column.TX1), Place(two, Column.TX1))
        assert not kept.sent

    def test_a_crash_before_sending_leaves_the_same_bytes(self, url: str, world: World, store: Store) -> None:
        submission = world.prepare([world.draft(world.pupils(1)[0])])
        store.close()
        again = open_store(url, TEST_KEYS, clock=Clock())
        assert [kept.submission for kept in again.submissions.open(SCHOOL)] == [submission]
        again.close()

    def test_a_code_that_changed_since_is_sent_as_it_was_prepared(self, store: Store, world: World) -> None:
        world.pull({"10A1": [pupil("OLD", ministry="7900000001")]})
        key = store.rosters.directory(SCHOOL).key_of["OLD"]
        submission = world.prepare([world.draft(key)])
        world.clock.pass_seconds(1)
        world.pull({"10A1": [pupil("NEW", ministry="7900000001")]})
        assert store.rosters.directory(SCHOOL).code_of[key] == "NEW"
        assert store.submissions.open(SCHOOL)[0].submission == submission

    def test_a_version_is_above_ledger_city_and_everything_issued(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        assert world.accept([world.draft(key)], id="s-1").rows[0].version == 1
        assert world.prepare([world.draft(key, op=Op.UPDATE, base=1)], id="s-2").rows[0].version == 2
        store.submissions.supersede("s-2", why="planned anew", now=world.clock())
        assert world.prepare([world.draft(key, op=Op.UPDATE, base=1)], id="s-3").rows[0].version == 3
        store.submissions.supersede("s-3", why="planned anew", now=world.clock())
        assert world.prepare([world.draft(key, op=Op.UPDATE, base=9)], id="s-4").rows[0].version == 10

    def test_a_version_is_above_one_that_was_only_seen(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        seen = {Place(key, Column.TX1): CityCell(mark(60), 7, "city-1", by_hand=True)}
        store.ledger.see(UNIT, seen, run=world.run())
        (row,) = world.prepare([world.draft(key, op=Op.UPDATE, base=3)]).rows
        assert (row.version, row.record_id) == (8, "city-1")

    def test_a_burned_version_stays_burned_without_its_ledger_row(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.prepare([world.draft(key)], id="s-1")
        store.submissions.supersede("s-1", why="planned anew", now=world.clock())
        with store.database.write() as connection:
            connection.execute(sa.delete(ledger))
        assert world.prepare([world.draft(key)], id="s-2").rows[0].version == 2

    def test_a_record_id_is_made_once_and_then_kept(self, store: Store, world: World) -> None:
        world.pull({"10A1": [pupil("OLD", ministry="7900000001")]})
        key = store.rosters.directory(SCHOOL).key_of["OLD"]
        first = world.accept([world.draft(key)], id="s-1").rows[0].record_id
        assert UUID(first).version == 5
        world.pull({"10A1": [pupil("NEW", ministry="7900000001")]})
        assert world.prepare([world.draft(key, op=Op.UPDATE, base=1)], id="s-2").rows[0].record_id == first

    def test_a_record_that_lives_in_the_city_keeps_the_citys_id(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        submission = world.prepare([world.draft(key, op=Op.UPDATE, base=4, record="city-77")])
        assert submission.rows[0].record_id == "city-77"
        assert store.ledger.accepted([UNIT], [key])[UNIT][Place(key, Column.TX1)].record_id == "city-77"

    def test_what_is_only_prepared_is_not_accepted(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.prepare([world.draft(key, base=3)])
        assert accepted_of(store, key) == (None, 4, 3, False)

    def test_a_cell_is_in_one_open_submission_at_most(self, store: Store, world: World) -> None:
        one, two = world.pupils()
        world.prepare([world.draft(one)], id="s-1")
        with pytest.raises(StoreProblem, match="CELL_OPEN"):
            world.prepare([world.draft(two), world.draft(one)], id="s-2")
        assert store.ledger.standing(SCHOOL, YEAR).open == {cell(one)}
        assert [kept.submission.id for kept in store.submissions.open(SCHOOL)] == ["s-1"]
        assert Place(two, Column.TX1) not in store.ledger.accepted([UNIT], [two])[UNIT]

    def test_a_cell_stands_once_in_a_submission(self, world: World) -> None:
        key = world.pupils(1)[0]
        with pytest.raises(StoreProblem, match="CELL_OPEN"):
            world.prepare([world.draft(key), world.draft(key)])

    def test_an_unknown_run_is_refused(self, store: Store, world: World) -> None:
        row = world.draft(world.pupils(1)[0])
        lease = world.lease()
        with pytest.raises(NotFound):
            store.submissions.prepare(
                UNIT, [row], id="s-1", run="never begun", lease=lease, now=world.clock(), fingerprints={}
            )


class TestFences:
    def test_a_lease_that_ran_out_prepares_nothing(self, store: Store, world: World) -> None:
        row, lease = world.draft(world.pupils(1)[0]), world.lease()
        world.clock.pass_seconds(60)
        with pytest.raises(LeaseLost):
            world.prepare([row], lease=lease)
        assert store.submissions.open(SCHOOL) == []

    def test_who_was_overtaken_neither_prepares_nor_sends(self, store: Store, world: World) -> None:
        one, two = world.pupils()
        slow = world.lease("slow")
        world.prepare([world.draft(one)], id="s-1", lease=slow)
        world.clock.pass_seconds(61)
        fast = world.lease("fast")
        with pytest.raises(LeaseLost):
            store.submissions.mark_sent("s-1", lease=slow, now=world.clock())
        with pytest.raises(LeaseLost):
            world.prepare([world.draft(two)], id="s-2", lease=slow)
        store.submissions.mark_sent("s-1", lease=fast, now=world.clock())
        assert [kept.sent for kept in store.submissions.open(SCHOOL)] == [True]

    def test_a_released_lease_sends_nothing(self, store: Store, world: World) -> None:
        lease = world.lease()
        world.prepare([world.draft(world.pupils(1)[0])], lease=lease)
        store.leases.release(lease)
        with pytest.raises(LeaseLost):
            store.submissions.mark_sent("s-1", lease=lease, now=world.clock())


class TestReceipts:
    def test_an_accepted_mark_is_in_the_ledger_with_its_source(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.accept([world.draft(key)])
        accepted = store.ledger.accepted([UNIT], [key])[UNIT][Place(key, Column.TX1)]
        assert (accepted.score, accepted.version, accepted.course) == (mark(85), 1, 12)
        standing = store.ledger.standing(SCHOOL, YEAR)
        assert standing.open == frozenset()
        assert standing.columns == {(UNIT, Column.TX1): "7:0:10:0"}

    def test_the_citys_higher_version_is_kept(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        row = world.send([world.draft(key)]).rows[0]
        store.submissions.record("s-1", [yes(row.record_id, Current(6, mark(85)))], now=world.clock())
        assert accepted_of(store, key) == (mark(85), 6, 6, False)

    def test_recording_twice_is_recording_once(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        submission = world.accept([world.draft(key)])
        head = store.audit.verify(SCHOOL)
        store.submissions.record("s-1", [no(submission.rows[0].record_id, Refusal.MOVED)], now=world.clock())
        assert accepted_of(store, key) == (mark(85), 1, 1, False)
        assert store.audit.verify(SCHOOL) == head

    def test_a_refused_mark_leaves_what_was_accepted_and_lifts_the_floor(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.accept([world.draft(key)], id="s-1")
        row = world.send([world.draft(key, mark(90), op=Op.UPDATE, base=1)], id="s-2").rows[0]
        moved = no(row.record_id, Refusal.MOVED, Current(7, mark(60), by_hand=True))
        store.submissions.record("s-2", [moved], now=world.clock())
        assert accepted_of(store, key) == (mark(85), 7, 7, False)
        past = PastRefusal(Op.UPDATE, mark(90), 1, Refusal.MOVED, "E01", world.clock())
        assert store.ledger.standing(SCHOOL, YEAR).refusals == {cell(key): past}

    def test_one_refused_row_stops_one_row(self, store: Store, world: World) -> None:
        one, two = world.pupils()
        rows = world.send([world.draft(one), world.draft(two)]).rows
        judged = [no(rows[0].record_id, Refusal.LOCKED), yes(rows[1].record_id)]
        store.submissions.record("s-1", judged, now=world.clock())
        assert accepted_of(store, one)[0] is None
        assert accepted_of(store, two)[0] == mark(85)
        assert [row.state for row in store.runs.rows("run-1")] == ["refused", "accepted"]

    def test_a_record_that_lives_under_another_id_is_found_there_next_time(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        row = world.send([world.draft(key)]).rows[0]
        elsewhere = no(row.record_id, Refusal.OTHER_RECORD, Current(3, mark(60), record_id="city-5"))
        store.submissions.record("s-1", [elsewhere], now=world.clock())
        known = store.ledger.accepted([UNIT], [key])[UNIT][Place(key, Column.TX1)]
        assert (known.record_id, known.score, known.version) == ("city-5", None, 3)

    def test_a_later_acceptance_ends_a_refusal(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        row = world.send([world.draft(key)], id="s-1").rows[0]
        store.submissions.record("s-1", [no(row.record_id, Refusal.LOCKED)], now=world.clock())
        world.accept([world.draft(key)], id="s-2")
        assert store.ledger.standing(SCHOOL, YEAR).refusals == {}

    def test_a_refusal_outlives_what_was_never_sent(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        row = world.send([world.draft(key)], id="s-1").rows[0]
        store.submissions.record("s-1", [no(row.record_id, Refusal.LOCKED)], now=world.clock())
        world.prepare([world.draft(key)], id="s-2")
        assert store.ledger.standing(SCHOOL, YEAR).refusals == {}  # one is under way
        store.submissions.supersede("s-2", why="planned anew", now=world.clock())
        assert cell(key) in store.ledger.standing(SCHOOL, YEAR).refusals

    def test_the_citys_own_failure_is_no_refusal(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        row = world.send([world.draft(key)]).rows[0]
        store.submissions.record(
            "s-1", [Judged(Receipt(row.record_id, Outcome.FAILED), accepted=False)], now=world.clock()
        )
        standing = store.ledger.standing(SCHOOL, YEAR)
        assert (standing.open, standing.refusals) == (frozenset(), {})
        assert [sent.state for sent in store.runs.rows("run-1")] == ["failed"]

    def test_a_cancelled_mark_is_gone_and_its_version_stays(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.accept([world.draft(key)], id="s-1")
        world.accept([world.draft(key, op=Op.CANCEL, base=1)], id="s-2")
        assert accepted_of(store, key) == (None, 2, 2, True)
        world.accept([world.draft(key, mark(70), base=2)], id="s-3")
        assert accepted_of(store, key) == (mark(70), 3, 3, False)

    def test_receipts_of_other_rows_change_nothing(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.send([world.draft(key)])
        for wrong in ([], [yes("another record")]):
            with pytest.raises(ValueError, match="s-1"):
                store.submissions.record("s-1", wrong, now=world.clock())
        assert len(store.submissions.open(SCHOOL)) == 1

    def test_the_before_image_is_what_the_city_had_then(self, store: Store, world: World) -> None:
        key = world.pupils(1)[0]
        world.accept([world.draft(key)], id="s-1")
        again = world.draft(key, mark(90), op=Op.UPDATE, base=1)._replace(before=mark(85))
        world.accept([again], id="s-2")
        (row,) = store.runs.rows("run-2")
        assert (row.before, row.score, row.unit, row.submission) == (mark(85), mark(90), UNIT, "s-2")


class TestEnding:
    def test_what_was_sent_cannot_be_given_up(self, store: Store, world: World) -> None:
        world.send([world.draft(world.pupils(1)[0])])
        with pytest.raises(StoreProblem, match="ALREADY_SENT"):
            store.submissions.supersede("s-1", why="planned anew", now=world.clock())

    def test_what_the_city_refused_as_a_whole_is_given_up_though_sent(self, store: Store, world: World) -> None:
        world.send([world.draft(world.pupils(1)[0])])
        store.submissions.give_up("s-1", why="REFUSED", lease=world.lease(), now=world.clock())
        assert (store.submissions.open(SCHOOL), store.runs.rows("run-1")[0].state) == ([], "superseded")

    def test_who_was_overtaken_gives_nothing_up(self, store: Store, world: World) -> None:
        first = world.lease()
        world.send([world.draft(world.pupils(1)[0])])
        with pytest.raises(LeaseLost):
            store.submissions.give_up("s-1", why="REFUSED", lease=first, now=world.clock())
        assert len(store.submissions.open(SCHOOL)) == 1

    def test_what_was_given_up_is_not_sent(self, store: Store, world: World) -> None:
        world.prepare([world.draft(world.pupils(1)[0])])
        store.submissions.supersede("s-1", why="planned anew", now=world.clock())
        with pytest.raises(StoreProblem, match="SUBMISSION_ENDED"):
            store.submissions.mark_sent("s-1", lease=world.lease(), now=world.clock())
        assert [row.state for row in store.runs.rows("run-1")] == ["superseded"]

    def test_receipts_of_what_was_given_up_are_an_alarm(self, store: Store, world: World) -> None:
        submission = world.prepare([world.draft(world.pupils(1)[0])])
        store.submissions.supersede("s-1", why="planned anew", now=world.clock())
        with pytest.raises(StoreProblem, match="SUPERSEDED"):
            store.submissions.record("s-1", [yes(submission.rows[0].record_id)], now=world.clock())

    def test_marking_sent_again_before_a_resend_is_harmless(self, store: Store, world: World) -> None:
        world.send([world.draft(world.pupils(1)[0])])
        length = store.audit.verify(SCHOOL)
        store.submissions.mark_sent("s-1", lease=world.lease(), now=world.clock())
        assert store.audit.verify(SCHOOL) == length

    def test_open_ones_come_oldest_first_and_known_ones_are_of_this_school(self, store: Store, world: World) -> None:
        one, two = world.pupils()
        world.prepare([world.draft(two)], id="s-b")
        world.clock.pass_seconds(1)
        world.prepare([world.draft(one)], id="s-a")
        assert [kept.submission.id for kept in store.submissions.open(SCHOOL)] == ["s-b", "s-a"]
        assert store.submissions.known(SCHOOL, ["s-a", "s-z"]) == {"s-a"}
        assert store.submissions.known("79000002", ["s-a"]) == frozenset()
        assert store.submissions.open("79000002") == []

    def test_a_pupil_who_is_not_in_the_vault_is_an_alarm(self, store: Store, world: World) -> None:
        world.prepare([world.draft(world.pupils(1)[0])._replace(code="somebody else")])
        with pytest.raises(StoreProblem, match="NO_IDENTITY"):
            store.submissions.open(SCHOOL)
