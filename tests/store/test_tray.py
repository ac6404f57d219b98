"""What lies with a person, and what that person said: on both databases, once, and traced."""

from datetime import UTC, datetime

import pytest

from bridge.domain.errors import NotFound, Refused
from bridge.domain.scores import mark
from bridge.ports.byhand import Batch, Word
from bridge.ports.city import Outcome, Refusal
from bridge.ports.marks import DraftRow
from bridge.store.facade import Store
from tests.store.world import SCHOOL, World

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
YES, NO = Word(Outcome.ACCEPTED), Word(Outcome.REFUSED, Refusal.MOVED, "WORKBOOK_NEWER", shown=mark(70))


def drafts(world: World, count: int) -> list[DraftRow]:
    return [world.draft(key) for key in world.pupils(count)]


def test_what_was_given_up_is_not_in_the_tray(store: Store, world: World) -> None:
    submission = world.send(drafts(world, 1))
    store.submissions.give_up(submission.id, why="REFUSED:", lease=world.lease(), now=NOW)
    assert store.tray(SCHOOL).rows(submission.id) is None
    assert list(store.tray(SCHOOL).waiting()) == []


def test_what_was_marked_as_sent_lies_in_the_tray(store: Store, world: World) -> None:
    rows, lease = drafts(world, 2), world.lease()
    submission = world.prepare(rows, lease=lease)
    tray = store.tray(SCHOOL)
    assert (tray.rows(submission.id), list(tray.waiting())) == (None, [])
    store.submissions.mark_sent(submission.id, lease=lease, now=NOW)
    taken = tray.rows(submission.id)
    assert taken is not None
    assert (taken.unit, taken.rows) == (submission.unit, submission.rows)
    assert [each.id for each in tray.waiting()] == [submission.id]


def test_the_same_is_taken_again_and_other_content_is_not(store: Store, world: World) -> None:
    submission = world.send(drafts(world, 2))
    tray = store.tray(SCHOOL)
    tray.take(submission)
    with pytest.raises(Refused) as refused:
        tray.take(type(submission)(submission.id, submission.unit, submission.prepared_at, submission.rows[:1]))
    assert refused.value.facts["reason"] == "SUBMISSION_REUSED"


def test_the_first_word_about_a_row_stands(store: Store, world: World) -> None:
    submission = world.send(drafts(world, 2))
    tray = store.tray(SCHOOL)
    tray.say(submission.id, {1: NO}, actor="QT01", now=NOW)
    tray.say(submission.id, {0: YES, 1: YES}, actor="QT02", now=NOW)
    tray.say(submission.id, {0: YES, 1: YES}, actor="QT02", now=NOW)
    assert tray.words(submission.id) == {0: YES, 1: NO}
    said = [entry for entry in store.audit.show(SCHOOL, limit=10) if entry.what == "byhand.said"]
    assert sorted((entry.actor, entry.new) for entry in said) == [("QT01", "1 refused"), ("QT02", "1 accepted")]
    store.audit.verify(SCHOOL)


def test_a_batch_is_found_by_the_beginning_of_its_id_and_is_one_schools(store: Store, world: World) -> None:
    submission = world.send(drafts(world, 1))
    tray = store.tray(SCHOOL)
    batch = Batch("6635e187-0000", SCHOOL, 2026, "QT01", NOW, (submission.id,))
    tray.hand_out(batch)
    assert (tray.batch("6635"), tray.batch("last")) == (batch, batch)
    with pytest.raises(NotFound) as caught:
        store.tray("79999999").batch("6635")
    assert caught.value.facts["kind"] == "batch"
