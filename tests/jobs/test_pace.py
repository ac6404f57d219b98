from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock

from bridge.jobs.pace import BURST_SECONDS, Pace
from bridge.store.facade import Store
from tests.store.world import Clock


class Sleeper:
    """Sleeping moves the clock, for whichever thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.slept = 0.0
        self._lock = Lock()

    def __call__(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds
            self.clock.pass_seconds(seconds)


def pace(store: Store, clock: Clock, sleeper: Sleeper, *, per_minute: int, name: str = "lms") -> Pace:
    return Pace(store.buckets, name, per_minute=per_minute, clock=clock, sleep=sleeper)


def test_calls_keep_the_rate_over_any_stretch(store: Store, clock: Clock) -> None:
    sleeper = Sleeper(clock)
    ours, calls = pace(store, clock, sleeper, per_minute=120), list[datetime]()
    for _ in range(100):
        ours()
        calls.append(clock())
    for first in range(0, 100, 7):
        for last in range(first, 100, 7):
            seconds = (calls[last] - calls[first]).total_seconds()
            assert last - first + 1 <= 2 * seconds + 2 * (BURST_SECONDS + 1)
    assert 40 <= sleeper.slept <= 50  # 100 calls at two a second, less what was saved up


def test_two_processes_share_one_bucket(store: Store, clock: Clock) -> None:
    sleeper = Sleeper(clock)
    both = [pace(store, clock, sleeper, per_minute=60) for _ in range(2)]
    for n in range(60):
        both[n % 2]()
    assert 53 <= sleeper.slept <= 60


def test_remotes_have_buckets_of_their_own(store: Store, clock: Clock) -> None:
    sleeper = Sleeper(clock)
    lms, city = (pace(store, clock, sleeper, per_minute=60, name=name) for name in ("lms", "city"))
    for _ in range(BURST_SECONDS):
        lms()
        city()
    assert sleeper.slept == 0


def test_a_slow_rate_is_kept_too(store: Store, clock: Clock) -> None:
    sleeper = Sleeper(clock)
    slow = pace(store, clock, sleeper, per_minute=6)
    for _ in range(7):
        slow()
    assert sleeper.slept == 60


def test_threads_together_keep_the_rate(store: Store, clock: Clock) -> None:
    start, sleeper = clock(), Sleeper(clock)
    ours = pace(store, clock, sleeper, per_minute=600)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: ours(), range(200)))
    assert clock() - start >= timedelta(seconds=14)  # 200 at ten a second, less what was saved up
