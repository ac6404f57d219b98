from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.domain.scores import Column, Term
from bridge.ports.notices import Deadline
from bridge.store.facade import Store, open_store
from bridge.store.keys import Keyring
from bridge.store.tables.notices import addresses
from tests.store.world import SCHOOL, YEAR, Clock

DAY = date(2026, 11, 20)
ADDRESS = "lan.nguyen@truong.example"


@pytest.fixture
def lan(store: Store, clock: Clock) -> str:
    store.addresses.set_address(SCHOOL, "GV1", ADDRESS, language="vi", by="QT01", now=clock())
    return "GV1"


def test_an_address_comes_back_and_is_not_in_the_clear(store: Store, lan: str) -> None:
    (found,) = store.addresses.recipients(SCHOOL)
    assert (found.person, found.address, found.language, found.wanted, found.last_day) == (
        lan,
        ADDRESS,
        "vi",
        True,
        None,
    )
    with store.database.read() as connection:
        row = connection.execute(sa.select(addresses)).one()
    assert b"truong" not in row.address
    assert ADDRESS not in str(store.audit.show(SCHOOL, limit=9))
    assert store.addresses.recipients("79000002") == []


def test_a_new_address_brings_back_no_letters_to_who_ended_them(store: Store, clock: Clock, lan: str) -> None:
    store.addresses.want(SCHOOL, lan, wanted=False, by=lan, now=clock())
    store.addresses.set_address(SCHOOL, lan, "new@truong.example", language="en", by="QT01", now=clock())
    (found,) = store.addresses.recipients(SCHOOL)
    assert (found.address, found.language, found.wanted) == ("new@truong.example", "en", False)


def test_the_link_finds_whose_it_is_and_no_other_does(store: Store, lan: str) -> None:
    (found,) = store.addresses.recipients(SCHOOL)
    assert store.addresses.person_of(SCHOOL, found.token) == lan
    assert len(found.token) >= 43
    for token in ("", "x", found.token[:-1], found.token.swapcase()):
        with pytest.raises(NotFound):
            store.addresses.person_of(SCHOOL, token)
    with pytest.raises(NotFound):
        store.addresses.person_of("79000002", found.token)


def test_somebody_is_written_to_once_a_day(store: Store, clock: Clock, lan: str) -> None:
    assert store.addresses.claim_day(SCHOOL, lan, DAY)
    assert not store.addresses.claim_day(SCHOOL, lan, DAY)
    assert not store.addresses.claim_day(SCHOOL, lan, DAY - timedelta(days=1))
    assert store.addresses.claim_day(SCHOOL, lan, DAY + timedelta(days=1))
    store.addresses.free_day(SCHOOL, lan, DAY)  # of another day: nothing happens
    assert not store.addresses.claim_day(SCHOOL, lan, DAY + timedelta(days=1))
    store.addresses.free_day(SCHOOL, lan, DAY + timedelta(days=1))
    assert store.addresses.claim_day(SCHOOL, lan, DAY + timedelta(days=1))
    store.addresses.want(SCHOOL, lan, wanted=False, by=lan, now=clock())
    assert not store.addresses.claim_day(SCHOOL, lan, DAY + timedelta(days=2))


def test_of_many_who_would_write_at_once_one_may(store: Store, lan: str) -> None:
    barrier = Barrier(4)

    def claim(_: int) -> bool:
        barrier.wait()
        return store.addresses.claim_day(SCHOOL, lan, DAY)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(claim, range(4))) == [False, False, False, True]


def test_what_there_is_not_can_not_be_changed(store: Store, clock: Clock) -> None:
    with pytest.raises(NotFound):
        store.addresses.want(SCHOOL, "GV9", wanted=False, by="GV9", now=clock())
    with pytest.raises(NotFound):
        store.addresses.drop_address(SCHOOL, "GV9", by="QT01", now=clock())
    with pytest.raises(NotFound):
        store.deadlines.drop_deadline(SCHOOL, YEAR, Term.HK1, None, actor="QT01", now=clock())


def test_an_address_is_dropped_for_good(store: Store, clock: Clock, lan: str) -> None:
    store.addresses.drop_address(SCHOOL, lan, by="QT01", now=clock())
    assert store.addresses.recipients(SCHOOL) == []


def test_addresses_follow_a_new_key(url: str, clock: Clock, tmp_path: Path) -> None:
    old = Keyring(current="k1", keys={"k1": b"\x01" * 32}, lookup=b"\x02" * 32)
    store = open_store(url, old, clock=clock)
    store.addresses.set_address(SCHOOL, "GV1", ADDRESS, language="vi", by="QT01", now=clock())
    token = store.addresses.recipients(SCHOOL)[0].token
    store.close()
    both = Keyring(current="k2", keys={"k1": b"\x01" * 32, "k2": b"\x03" * 32}, lookup=b"\x02" * 32)
    store = open_store(url, both, clock=clock)
    assert store.rekey() == 1
    store.close()
    store = open_store(url, Keyring(current="k2", keys={"k2": b"\x03" * 32}, lookup=b"\x02" * 32), clock=clock)
    (found,) = store.addresses.recipients(SCHOOL)
    assert (found.address, found.token) == (ADDRESS, token)
    store.close()


def test_deadlines_come_back_are_moved_and_dropped(store: Store, clock: Clock) -> None:
    def told(term: Term, column: Column | None, day: date) -> None:
        store.deadlines.set_deadline(SCHOOL, YEAR, Deadline(term, column, day), actor="QT01", now=clock())

    told(Term.HK1, None, DAY)
    told(Term.HK1, Column.TX1, DAY)
    told(Term.HK1, None, DAY + timedelta(days=3))
    found = set(store.deadlines.deadlines(SCHOOL, YEAR))
    assert found == {Deadline(Term.HK1, None, DAY + timedelta(days=3)), Deadline(Term.HK1, Column.TX1, DAY)}
    assert store.deadlines.deadlines(SCHOOL, YEAR + 1) == []
    store.deadlines.drop_deadline(SCHOOL, YEAR, Term.HK1, None, actor="QT01", now=clock())
    assert store.deadlines.deadlines(SCHOOL, YEAR) == [Deadline(Term.HK1, Column.TX1, DAY)]
