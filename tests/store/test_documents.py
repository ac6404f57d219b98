"""Documents and credentials of the learning record store."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bridge.ports.statements import Credential, Document, DocumentKind, Reach, Shelf
from bridge.store.facade import Store
from tests.store.world import Clock

SCHOOL = "79000001"
STATE = Shelf(DocumentKind.STATE, "https://school.example.test/1", "pupil-1", "r1")
PROFILE = Shelf(DocumentKind.AGENT_PROFILE, agent="pupil-1")


def put(store: Store, shelf: Shelf, id: str, content: bytes, clock: Clock) -> None:
    store.documents.change(SCHOOL, shelf, id, lambda _: Document(content, "text/plain", clock()))


def test_a_document_is_what_was_put_last(store: Store, clock: Clock) -> None:
    put(store, STATE, "resume", b"1", clock)
    put(store, STATE, "resume", b"2", clock)
    found = store.documents.read(SCHOOL, STATE, "resume")
    assert found is not None and found.content == b"2"


def test_what_a_change_gives_up_is_gone(store: Store, clock: Clock) -> None:
    put(store, STATE, "resume", b"1", clock)
    store.documents.change(SCHOOL, STATE, "resume", lambda _: None)
    assert store.documents.read(SCHOOL, STATE, "resume") is None


def test_shelves_do_not_mix(store: Store, clock: Clock) -> None:
    put(store, STATE, "x", b"1", clock)
    put(store, STATE._replace(registration="r2"), "x", b"2", clock)
    put(store, STATE._replace(agent="pupil-2"), "x", b"3", clock)
    put(store, PROFILE, "x", b"4", clock)
    found = store.documents.read(SCHOOL, STATE, "x")
    assert found is not None and found.content == b"1"
    assert store.documents.read("79000002", STATE, "x") is None


def test_a_state_without_registration_is_listed_and_cleared_over_all(store: Store, clock: Clock) -> None:
    put(store, STATE, "b", b"1", clock)
    put(store, STATE._replace(registration="r2"), "a", b"2", clock)
    everywhere = STATE._replace(registration="")
    assert store.documents.ids(SCHOOL, STATE) == ["b"]
    assert store.documents.ids(SCHOOL, everywhere) == ["a", "b"]
    store.documents.clear(SCHOOL, everywhere)
    assert store.documents.ids(SCHOOL, everywhere) == []


def test_only_what_changed_since_is_listed(store: Store, clock: Clock) -> None:
    put(store, PROFILE, "old", b"1", clock)
    moment = clock()
    clock.pass_seconds(1)
    put(store, PROFILE, "new", b"2", clock)
    assert store.documents.ids(SCHOOL, PROFILE, since=moment) == ["new"]


def test_two_who_add_at_once_both_count(store: Store, clock: Clock) -> None:
    moment = clock()

    def add(_: int) -> None:
        def more(old: Document | None) -> Document:
            return Document((old.content if old else b"") + b"x", "text/plain", moment)

        store.documents.change(SCHOOL, STATE, "count", more)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(20)))
    found = store.documents.read(SCHOOL, STATE, "count")
    assert found is not None and found.content == b"x" * 20


def test_a_credential_opens_with_its_secret_until_it_runs_out(store: Store, clock: Clock) -> None:
    session = Credential("k1", Reach.SESSION, clock() + timedelta(seconds=10), "r1", "pupil-1", ("a", "b"))
    store.credentials.add(SCHOOL, session, secret="s3cret")
    assert store.credentials.find(SCHOOL, "k1", secret="s3cret") == session
    assert store.credentials.find(SCHOOL, "k1", secret="other") is None
    assert store.credentials.find(SCHOOL, "k2", secret="s3cret") is None
    assert store.credentials.find("79000002", "k1", secret="s3cret") is None
    clock.pass_seconds(11)
    assert store.credentials.find(SCHOOL, "k1", secret="s3cret") is None


@pytest.mark.parametrize("until", [None, 10, 3600])
def test_a_credential_ends_when_it_is_told_to_unless_it_does_before(
    store: Store, clock: Clock, until: int | None
) -> None:
    runs_out = None if until is None else clock() + timedelta(seconds=until)
    store.credentials.add(SCHOOL, Credential("k", Reach.SESSION, runs_out), secret="s")
    store.credentials.add(SCHOOL, Credential("other", Reach.SESSION, runs_out), secret="s")
    store.credentials.end(SCHOOL, "k", clock() + timedelta(seconds=60))
    store.credentials.end(SCHOOL, "k", clock() + timedelta(seconds=120))  # the second goodbye makes it no longer
    clock.pass_seconds(9)
    assert store.credentials.find(SCHOOL, "k", secret="s") is not None
    clock.pass_seconds(11)
    assert (store.credentials.find(SCHOOL, "k", secret="s") is None) == (until == 10)
    clock.pass_seconds(50)
    assert store.credentials.find(SCHOOL, "k", secret="s") is None
    assert (store.credentials.find(SCHOOL, "other", secret="s") is None) == (until == 10)


def test_a_dropped_credential_opens_nothing(store: Store) -> None:
    store.credentials.add(SCHOOL, Credential("k", Reach.FULL), secret="s")
    assert [one.name for one in store.credentials.all(SCHOOL, Reach.FULL)] == ["k"]
    store.credentials.drop(SCHOOL, "k")
    assert store.credentials.find(SCHOOL, "k", secret="s") is None
