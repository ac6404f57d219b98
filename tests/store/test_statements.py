"""Statements in the store: all or none, found by every part, voided and reflected in whichever order they come."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bridge.domain.errors import StoreProblem
from bridge.ports.statements import STEPS, Attachment, Filed, Learning, Query, Term, TermKind
from bridge.store.facade import Store
from tests.store.world import Clock

SCHOOL = "79000001"
PUPIL = Term(TermKind.AGENT, "pupil-1", False)
LESSON = Term(TermKind.ACTIVITY, "https://school.example.test/1", False)


def filed(id: str, *, verb="answered", registration="", terms=(PUPIL, LESSON), target="", voids="", says="") -> Filed:
    body = f'{{"id":"{id}","says":"{says}"}}'
    return Filed(id, body, verb, registration, terms, target, voids, body.__eq__)


def told(definitions: dict[str, str]) -> Learning:
    return Learning(definitions.keys(), lambda _: definitions)


def found(store: Store, **parts) -> list[str]:
    return [kept.id for kept in store.statements.find(SCHOOL, Query(**parts))]


def test_the_newest_come_first_or_last(store: Store) -> None:
    store.statements.record(SCHOOL, [filed("a"), filed("b")])
    store.statements.record(SCHOOL, [filed("c")])
    assert found(store) == ["c", "b", "a"]
    assert found(store, ascending=True) == ["a", "b", "c"]
    assert found(store, limit=2) == ["c", "b"]


def test_a_page_goes_on_where_the_last_one_ended_whatever_came_since(store: Store) -> None:
    store.statements.record(SCHOOL, [filed(name) for name in "abcd"])
    first = store.statements.find(SCHOOL, Query(limit=2))
    newest = store.statements.newest(SCHOOL)
    store.statements.record(SCHOOL, [filed("e")])
    assert found(store, limit=2, after=first[-1].seq, newest=newest) == ["b", "a"]
    up = store.statements.find(SCHOOL, Query(limit=3, ascending=True))
    assert found(store, ascending=True, after=up[-1].seq, newest=newest) == ["d"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"verb": "passed"}, ["b"]),
        ({"registration": "r1"}, ["b", "a"]),
        ({"registration": "r1", "verb": "answered"}, ["a"]),
        ({"terms": (PUPIL,)}, ["b", "a"]),
        ({"terms": (PUPIL, LESSON)}, ["a"]),
        ({"terms": (PUPIL,), "verb": "passed"}, ["b"]),
        ({"terms": (LESSON._replace(related=True),)}, ["c", "a"]),
        ({"terms": (LESSON,), "registration": "r1", "verb": "answered"}, ["a"]),
        ({"verb": "nothing"}, []),
    ],
)
def test_all_parts_of_a_query_are_met(store: Store, parts, expected) -> None:
    store.statements.record(SCHOOL, [filed("a", registration="r1")])
    store.statements.record(SCHOOL, [filed("b", verb="passed", registration="r1", terms=(PUPIL,))])
    store.statements.record(SCHOOL, [filed("c", verb="seen", terms=(LESSON._replace(related=True),))])
    assert found(store, **parts) == expected


def test_times_are_after_since_and_up_to_until(store: Store, clock: Clock) -> None:
    moments = []
    for name in "abc":
        clock.pass_seconds(1)
        store.statements.record(SCHOOL, [filed(name)])
        moments.append(store.statements.find(SCHOOL, Query(limit=1))[0].stored)
    assert found(store, since=moments[0]) == ["c", "b"]
    assert found(store, until=moments[1]) == ["b", "a"]
    assert found(store, since=moments[2]) == []
    assert found(store, until=moments[0] - timedelta(seconds=5)) == []


def test_the_same_again_is_silent_and_other_content_keeps_nothing(store: Store) -> None:
    assert store.statements.record(SCHOOL, [filed("a")]) == []
    assert store.statements.record(SCHOOL, [filed("a"), filed("b")]) == []
    assert store.statements.record(SCHOOL, [filed("c"), filed("a", says="other")]) == ["a"]
    assert found(store) == ["b", "a"]


def test_other_schools_see_nothing(store: Store) -> None:
    store.statements.record(SCHOOL, [filed("a")])
    assert store.statements.find("79000002", Query()) == []
    assert store.statements.statement("79000002", "a") is None
    store.statements.record("79000002", [filed("a", says="their own")])


@pytest.mark.parametrize("order", ["after", "before", "together"])
def test_a_voided_statement_is_hidden_in_whichever_order_they_come(store: Store, order: str) -> None:
    victim, voider = filed("a"), filed("v", verb="voided", target="a", voids="a", terms=())
    batches = {"after": [[victim], [voider]], "before": [[voider], [victim]], "together": [[voider, victim]]}[order]
    for batch in batches:
        store.statements.record(SCHOOL, batch)
    assert store.statements.statement(SCHOOL, "a") is None
    kept = store.statements.statement(SCHOOL, "a", voided=True)
    assert kept is not None and kept.id == "a"
    assert found(store) == ["v"]


def test_a_voiding_statement_cannot_be_voided(store: Store) -> None:
    store.statements.record(SCHOOL, [filed("v", target="x", voids="x", terms=())])
    store.statements.record(SCHOOL, [filed("w", target="v", voids="v", terms=())])
    assert store.statements.statement(SCHOOL, "v") is not None


@pytest.mark.parametrize("order", ["abc", "cba", "bac", "cab"])
def test_a_statement_is_found_by_what_it_is_about_over_any_number_of_steps(store: Store, order: str) -> None:
    parts = {
        "a": filed("a", registration="r1"),
        "b": filed("b", verb="shared", terms=(), target="a"),
        "c": filed("c", verb="liked", terms=(), target="b"),
    }
    for name in order:
        store.statements.record(SCHOOL, [parts[name]])
    for query in ({"terms": (PUPIL,)}, {"registration": "r1"}, {"verb": "answered"}):
        assert sorted(found(store, **query)) == ["a", "b", "c"]
    assert found(store, verb="liked", terms=(PUPIL,)) == []  # no one face of it meets both


def test_statements_about_each_other_in_a_circle_end(store: Store) -> None:
    store.statements.record(SCHOOL, [filed("a", target="b", verb="x"), filed("b", target="a", verb="y")])
    assert sorted(found(store, verb="x")) == ["a", "b"]


def test_stored_never_falls(store: Store, clock: Clock) -> None:
    store.statements.record(SCHOOL, [filed("a")])
    clock.pass_seconds(-60)
    store.statements.record(SCHOOL, [filed("b")])
    stored = [kept.stored for kept in store.statements.find(SCHOOL, Query(ascending=True))]
    assert stored == sorted(stored)


def test_what_took_too_long_to_commit_is_not_kept(store: Store, clock: Clock) -> None:
    """Else "consistent through" would have been a lie."""
    store.statements.record(SCHOOL, [filed("a")])
    slow = iter([0.0, 3.0])
    real = store.database.clock
    store.database.clock = lambda: real() + timedelta(seconds=next(slow, 3.0))
    with pytest.raises(StoreProblem):
        store.statements.record(SCHOOL, [filed("b")])
    store.database.clock = real
    assert found(store) == ["a"]


def test_everything_found_is_within_what_is_called_consistent(store: Store, clock: Clock) -> None:
    before = store.statements.consistent_through(SCHOOL)
    assert before < clock()
    store.statements.record(SCHOOL, [filed("a")])
    assert store.statements.consistent_through(SCHOOL) >= store.statements.find(SCHOOL, Query())[0].stored


def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    def write(number: int) -> None:
        store.statements.record(SCHOOL, [filed(f"{number}-{each}") for each in range(5)])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(8)))
    kept = store.statements.find(SCHOOL, Query(limit=100, ascending=True))
    assert len({one.id for one in kept}) == 40
    assert [one.stored for one in kept] == sorted(one.stored for one in kept)


def test_attachments_and_definitions_are_kept_once(store: Store) -> None:
    picture = Attachment("ab", "image/png", b"\x89PNG")
    store.statements.record(SCHOOL, [filed("a")], attachments=[picture, picture], learning=told({"i": '{"name":{}}'}))
    store.statements.record(SCHOOL, [filed("b")], attachments=[picture], learning=told({"i": '{"type":"x:y"}'}))
    assert store.statements.attachments(SCHOOL, ["ab", "zz"]) == {"ab": picture}
    assert store.statements.definitions(SCHOOL, ["i", "j"]) == {"i": '{"type":"x:y"}'}


def test_names_longer_than_an_index_takes_are_kept(store: Store) -> None:
    long = "https://school.example.test/" + "x" * 5_000
    term = Term(TermKind.ACTIVITY, long, False)
    store.statements.record(SCHOOL, [filed("a", terms=(term,))], learning=told({long: "{}"}))
    assert found(store, terms=(term,)) == ["a"]
    assert store.statements.definitions(SCHOOL, [long]) == {long: "{}"}


def test_who_asks_since_the_last_one_misses_nothing_and_gets_nothing_twice(store: Store, clock: Clock) -> None:
    """Moments are given out in milliseconds; the clock knows more, and batches may come within one."""
    clock.pass_seconds(0.0001234)
    seen: list[str] = []
    last = None
    for name in "abc":
        store.statements.record(SCHOOL, [filed(name), filed(f"{name}2")])
        got = store.statements.find(SCHOOL, Query(since=last, ascending=True))
        seen += [kept.id for kept in got]
        last = got[-1].stored
        assert last.microsecond % 1000 == 0
        assert found(store, until=last)[0] == f"{name}2"
    assert seen == ["a", "a2", "b", "b2", "c", "c2"]


def test_what_is_learned_of_an_activity_at_the_same_time_adds_up(store: Store) -> None:
    """Whoever comes second builds on what the first one kept."""

    def learn(number: int) -> None:
        def more(known: Mapping[str, str]) -> Mapping[str, str]:
            return {"i": json.dumps([*json.loads(known.get("i", "[]")), number])}

        store.statements.record(SCHOOL, [filed(str(number))], learning=Learning(["i"], more))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(learn, range(12)))
    assert sorted(json.loads(store.statements.definitions(SCHOOL, ["i"])["i"])) == list(range(12))


def test_what_a_statement_is_about_shows_over_a_bounded_number_of_steps(store: Store) -> None:
    chain = [filed(f"s{each}", verb=f"v{each}", terms=(), target=f"s{each + 1}") for each in range(STEPS + 10)]
    for half in (chain[1::2], chain[::2]):  # each comes before what it is about, or after it
        store.statements.record(SCHOOL, half)
    assert "s0" in found(store, verb=f"v{STEPS}")
    assert "s0" not in found(store, verb=f"v{STEPS + 5}")


def test_who_keeps_the_others_waiting_is_sent_away(store: Store, clock: Clock) -> None:
    """Not only once everything is done: a thousand statements about one that names thousands would take a minute."""
    many = tuple(Term(TermKind.AGENT, f"pupil-{each}", False) for each in range(2000))
    store.statements.record(SCHOOL, [filed("a", terms=many)])
    start, real = time.monotonic(), store.database.clock
    store.database.clock = lambda: real() + timedelta(seconds=(time.monotonic() - start) * 10)
    with pytest.raises(StoreProblem):
        store.statements.record(SCHOOL, [filed(f"r{each}", target="a", terms=()) for each in range(1000)])
    store.database.clock = real
    assert time.monotonic() - start < 20
    assert found(store) == ["a"]
