"""The outbox of scores, and access tokens, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bridge.domain.actors import Actor
from bridge.domain.errors import LeaseLost, NotFound
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.passback import Claimed, ConflictChoice, PassbackState, Place, Shown, Trouble, Wanted
from bridge.ports.platforms import SigningKey
from bridge.store.facade import Store, open_store
from bridge.store.keys import Keyring, with_new_key
from tests.databases import TEST_KEYS
from tests.store.world import Clock

SCHOOL, OTHER = "79000001", "79000002"
PLACE = Place("r1", "https://m/84/lineitem?type_id=1", "9")
SEEN = Shown(Decimal(6), Decimal(10))
REGISTRATION = Registration(
    "r1", SCHOOL, "Moodle", "https://m", "c", "https://m/a", "https://m/t", "https://m/k", RegistrationState.ACTIVE
)


def wanted(value: str = "8.5", *, at: datetime) -> Wanted:
    return Wanted(Decimal(value), Decimal(10), ActivityProgress.SUBMITTED, at, "attempt-1")


def put(store: Store, value: str = "8.5", *, place: Place = PLACE, school: str = SCHOOL) -> None:
    now = store.database.clock()
    store.passbacks.put(school, place, wanted(value, at=now), now=now)


def claim(store: Store, *, school: str = SCHOOL, seconds: float = 60) -> Claimed | None:
    return store.passbacks.claim(school, now=store.database.clock(), seconds=seconds)


def claimed(store: Store) -> Claimed:
    found = claim(store)
    assert found is not None
    return found


def test_a_score_comes_back_as_it_was_put(store: Store, clock: Clock) -> None:
    at = clock()
    store.passbacks.put(SCHOOL, PLACE, wanted("8.50", at=at), now=at)
    row = store.passbacks.find(SCHOOL, PLACE)
    assert row is not None
    assert (row.wanted, row.state, row.due, row.number) == (wanted(at=at), PassbackState.WAITING, at, 1)
    assert (row.accepted, row.seen, row.trouble, row.stamped) == (None, None, None, None)


def test_another_school_sees_and_claims_nothing(store: Store) -> None:
    put(store)
    assert (claim(store, school=OTHER), store.passbacks.find(OTHER, PLACE)) == (None, None)
    assert (store.passbacks.counts(OTHER), store.passbacks.next_due(OTHER)) == ({}, None)


def test_the_longest_due_comes_first_and_each_has_one_holder(store: Store, clock: Clock) -> None:
    for user in ("b", "a", "c"):
        put(store, place=PLACE._replace(user=user))
        clock.pass_seconds(1)
    found = [claim(store) for _ in range(4)]
    assert [one.row.place.user if one else None for one in found] == ["b", "a", "c", None]


def test_of_many_who_would_claim_at_once_each_gets_another(store: Store) -> None:
    for number in range(20):
        put(store, place=PLACE._replace(user=str(number)))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: claim(store), range(30)))
    users = Counter(one.row.place.user for one in found if one)
    assert set(users.values()) == {1}
    assert len(users) == 20 or claim(store) is not None  # who lost a race takes the next time


def test_a_dead_holders_score_goes_to_the_next_and_its_last_word_is_refused(store: Store, clock: Clock) -> None:
    put(store)
    first = claimed(store)
    clock.pass_seconds(61)
    second = claimed(store)
    assert (second.fence, second.row.attempt) == (first.fence + 1, 2)
    with pytest.raises(LeaseLost):
        store.passbacks.delivered(first, SEEN, now=clock())
    with pytest.raises(LeaseLost):
        store.passbacks.stamp(first, clock())
    store.passbacks.delivered(second, Shown(Decimal("8.5"), Decimal(10)), now=clock())
    assert store.passbacks.counts(SCHOOL) == {PassbackState.DELIVERED: 1}


def test_a_score_put_meanwhile_is_not_taken_for_the_one_that_was_sent(store: Store, clock: Clock) -> None:
    put(store, "8")
    holding = claimed(store)
    clock.pass_seconds(1)
    put(store, "9")
    store.passbacks.delivered(holding, Shown(Decimal(8), Decimal(10)), now=clock())
    row = claimed(store).row
    assert (row.wanted.value, row.accepted, row.attempt) == (Decimal(9), Shown(Decimal(8), Decimal(10)), 1)


def test_a_failure_waits_and_says_why(store: Store, clock: Clock) -> None:
    put(store)
    due = clock() + timedelta(minutes=1)
    why = Trouble("UNCLEAR", {"remote": "platform", "theirs": 500})
    store.passbacks.again(claimed(store), why, due=due, free=False, now=clock())
    assert (claim(store), store.passbacks.next_due(SCHOOL)) == (None, due)
    clock.pass_seconds(61)
    holding = claimed(store)
    assert (holding.row.trouble, holding.row.attempt) == (why, 2)
    store.passbacks.again(holding, why, due=clock(), free=True, now=clock())
    assert claimed(store).row.attempt == 2


def test_a_conflict_is_settled_by_a_person_once_and_stands_in_the_trail(store: Store, clock: Clock) -> None:
    put(store)
    store.passbacks.conflict(claimed(store), SEEN, now=clock())
    assert claim(store) is None
    settle = store.passbacks.settle
    with pytest.raises(NotFound):
        settle(SCHOOL, PLACE, ConflictChoice.SEND_OURS, seen=Shown(Decimal(7), Decimal(10)), actor="GV1", now=clock())
    settle(SCHOOL, PLACE, ConflictChoice.SEND_OURS, seen=SEEN, actor="GV1", now=clock())
    with pytest.raises(NotFound):
        settle(SCHOOL, PLACE, ConflictChoice.KEEP_THEIRS, seen=SEEN, actor="GV1", now=clock())
    assert claimed(store).row.allowed == SEEN
    [entry] = store.audit.show(SCHOOL, limit=5)
    assert (entry.what, entry.actor, entry.new) == ("passback.settled", "GV1", "SEND_OURS")


def test_a_new_score_takes_back_what_a_person_allowed_of_the_old(store: Store, clock: Clock) -> None:
    put(store)
    store.passbacks.conflict(claimed(store), SEEN, now=clock())
    store.passbacks.settle(SCHOOL, PLACE, ConflictChoice.SEND_OURS, seen=SEEN, actor="GV1", now=clock())
    clock.pass_seconds(1)
    put(store, "9")
    assert claimed(store).row.allowed is None


def test_only_a_dead_score_is_revived(store: Store, clock: Clock) -> None:
    put(store)
    with pytest.raises(NotFound):
        store.passbacks.revive(SCHOOL, PLACE, actor="QT01", now=clock())
    store.passbacks.dead(claimed(store), Trouble("REFUSED", {"reason": "NOT_GRADABLE"}), now=clock())
    [row] = store.passbacks.rows(SCHOOL, states=[PassbackState.DEAD], limit=5)
    assert row.trouble == Trouble("REFUSED", {"reason": "NOT_GRADABLE"})
    store.passbacks.revive(SCHOOL, PLACE, actor="QT01", now=clock())
    assert (claimed(store).row.attempt, store.passbacks.counts(SCHOOL)) == (1, {PassbackState.WAITING: 1})


def test_a_column_is_looked_at_again_but_for_what_a_person_decides(store: Store, clock: Clock) -> None:
    ended = {"8": "later", "9": "delivered", "10": "dead", "11": "conflict", "12": "kept"}
    for user, how in ended.items():
        put(store, place=PLACE._replace(user=user))
        found = claimed(store)
        if how == "delivered":
            store.passbacks.delivered(found, SEEN, now=clock())
        elif how == "later":
            later = clock() + timedelta(hours=6)
            store.passbacks.again(found, Trouble("REFUSED", {}), due=later, free=False, now=clock())
        elif how == "dead":
            store.passbacks.dead(found, Trouble("REFUSED", {"reason": "NOT_GRADABLE"}), now=clock())
        else:
            store.passbacks.conflict(found, SEEN, now=clock())
    kept = PLACE._replace(user="12")
    store.passbacks.settle(SCHOOL, kept, ConflictChoice.KEEP_THEIRS, seen=SEEN, actor="GV1", now=clock())
    elsewhere = PLACE._replace(line_item="https://m/85/lineitem")
    put(store, place=elsewhere)
    store.passbacks.delivered(claimed(store), SEEN, now=clock())
    assert store.passbacks.revive_column(SCHOOL, "r1", PLACE.line_item, actor="GV1", now=clock()) == 3
    waiting = store.passbacks.rows(SCHOOL, states=[PassbackState.WAITING], limit=9)
    assert sorted(row.place.user for row in waiting) == ["10", "8", "9"]
    assert {(row.trouble, row.due <= clock()) for row in waiting} == {(None, True)}
    assert store.passbacks.revive_column(OTHER, "r1", PLACE.line_item, actor="GV1", now=clock()) == 0


def test_a_forgotten_one_is_gone(store: Store) -> None:
    put(store)
    store.passbacks.forget(SCHOOL, PLACE)
    assert store.passbacks.find(SCHOOL, PLACE) is None


def test_tokens_end_and_are_forgotten(store: Store, clock: Clock) -> None:
    store.platforms.add(REGISTRATION, actor="QT01", now=clock())
    store.tokens.keep("r1", "a b", "secret", until=clock() + timedelta(minutes=1))
    assert store.tokens.find("r1", "a b", now=clock()) == "secret"
    assert store.tokens.find("r1", "a", now=clock()) is None
    store.tokens.keep("r1", "a b", "newer", until=clock() + timedelta(minutes=1))
    assert store.tokens.find("r1", "a b", now=clock()) == "newer"
    assert store.tokens.find("r1", "a b", now=clock() + timedelta(minutes=2)) is None
    store.tokens.forget("r1", "a b")
    assert store.tokens.find("r1", "a b", now=clock()) is None


def test_signing_keys_and_visits_follow_a_new_key_and_tokens_are_asked_for_anew(
    store: Store, url: str, clock: Clock
) -> None:
    store.platforms.add(REGISTRATION, actor="QT01", now=clock())
    store.tokens.keep("r1", "a", "secret", until=clock() + timedelta(hours=1))
    key = SigningKey("k1", "PEM", {"kid": "k1"}, clock(), None)
    store.lti_keys.rotate(SCHOOL, key, drop_before=clock(), actor="QT01", now=clock())
    visit = store.visits.begin(SCHOOL, Actor("GV1"), None, session="s", language="vi")
    both = with_new_key(TEST_KEYS)
    with_both = open_store(url, both, clock=clock)
    assert (with_both.rekey(), with_both.rekey()) == (2, 0)
    with_both.close()
    new_alone = Keyring(both.current, {both.current: both.keys[both.current]}, both.lookup)
    again = open_store(url, new_alone, clock=clock)
    assert again.lti_keys.all(SCHOOL)[0].private == "PEM"
    assert again.visits.find(SCHOOL, visit.id, session="s").actor == Actor("GV1")
    assert again.tokens.find("r1", "a", now=clock()) is None
    again.close()
