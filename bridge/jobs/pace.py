"""How fast a remote is called, by all threads and processes on one database together.

The tokens lie in the database, and are fetched a second's worth at a time: one commit a second and not one a call. What
a killed process had fetched is lost, which makes it slower and never faster.
"""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from bridge.ports.jobs import Buckets

BURST_SECONDS = 5  # so many seconds' worth may be saved up


class Pace:
    """Called before each call, and returns when that may go. Shared by threads."""

    def __init__(
        self,
        buckets: Buckets,
        name: str,
        *,
        per_minute: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._buckets = buckets
        self._name = name
        self._per_second = per_minute / 60
        self._block = max(1, per_minute // 60)
        self._clock = clock
        self._sleep = sleep
        self._turn = Lock()
        self._left = 0

    def __call__(self) -> None:
        with self._turn:  # who waits for tokens lets the others wait behind: they would get none sooner
            if self._left == 0:
                self._fetch()
            self._left -= 1

    def _fetch(self) -> None:
        wait = self._buckets.take(
            self._name,
            self._block,
            per_second=self._per_second,
            burst=max(self._block, int(BURST_SECONDS * self._per_second)),
            now=self._clock(),
        )
        if wait:
            self._sleep(wait)
        self._left = self._block
