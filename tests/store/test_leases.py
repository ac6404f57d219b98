from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bridge.domain.errors import Busy, LeaseLost
from bridge.store.facade import Store
from tests.store.world import Clock


def test_a_lease_that_runs_is_refused_to_others(store: Store, clock: Clock) -> None:
    taken = store.leases.take("send", holder="a", seconds=10, now=clock())
    with pytest.raises(Busy) as refused:
        store.leases.take("send", holder="b", seconds=10, now=clock())
    assert refused.value.facts == {"lease": "send", "holder": "a", "until": taken.until}


def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_fence(store: Store, clock: Clock) -> None:
    first = store.leases.take("send", holder="a", seconds=10, now=clock())
    clock.pass_seconds(10)
    second = store.leases.take("send", holder="b", seconds=10, now=clock())
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost):
        store.leases.renew(first, seconds=10, now=clock())


def test_a_released_lease_is_free_and_its_fence_still_rises(store: Store, clock: Clock) -> None:
    first = store.leases.take("send", holder="a", seconds=10, now=clock())
    store.leases.release(first)
    second = store.leases.take("send", holder="b", seconds=10, now=clock())
    assert second.fence > first.fence
    store.leases.release(first)  # no longer ours: nothing happens
    with pytest.raises(Busy):
        store.leases.take("send", holder="a", seconds=10, now=clock())


def test_a_renewed_lease_keeps_its_fence_and_lives_longer(store: Store, clock: Clock) -> None:
    lease = store.leases.take("send", holder="a", seconds=10, now=clock())
    clock.pass_seconds(5)
    longer = store.leases.renew(lease, seconds=10, now=clock())
    assert longer.fence == lease.fence
    clock.pass_seconds(9)
    with pytest.raises(Busy):
        store.leases.take("send", holder="b", seconds=10, now=clock())


def test_of_many_who_want_one_lease_at_once_one_gets_it(store: Store, clock: Clock) -> None:
    barrier = Barrier(4)

    def take(holder: str) -> bool:
        barrier.wait()
        try:
            store.leases.take("send", holder=holder, seconds=10, now=clock())
        except Busy:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(take, "abcd")) == [False, False, False, True]


def test_leases_of_other_names_are_independent(store: Store, clock: Clock) -> None:
    store.leases.take("send:1", holder="a", seconds=10, now=clock())
    assert store.leases.take("send:2", holder="b", seconds=10, now=clock()).holder == "b"
