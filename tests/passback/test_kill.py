"""kill -9 of a real process between any two steps, over HTTP and a database on disk."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.passback.dispatch import HELD, Dispatch
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.passback import PassbackState, Place, Wanted
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.lti.platform import SCHOOL, Clock
from tests.lti.served import ID, Served, served

POINTS = ("claimed", "stamped", "sent", "decided")


@dataclass
class World:
    url: str
    lms: Served
    column: str

    def place(self, user: str) -> Place:
        return Place(ID, self.column, user)

    def dispatch(self) -> Dispatch:
        return Dispatch(SCHOOL, self.lms.store.passbacks, self.lms.gradebooks, self.lms.clock)

    def killed_at(self, point: str) -> int:
        """The signal that ended a process which worked the outbox off; its own store and connections, as ever."""
        child = os.fork()
        if child == 0:
            self._die_at(point)
        return os.WTERMSIG(os.waitpid(child, 0)[1])

    def _die_at(self, point: str) -> None:
        """Never returns."""
        try:
            store = open_store(self.url, TEST_KEYS, clock=self.lms.clock)

            def checkpoint(name: str) -> None:
                if name == point:
                    os.kill(os.getpid(), signal.SIGKILL)

            Dispatch(SCHOOL, store.passbacks, self.lms.gradebooks, self.lms.clock, checkpoint).work_off()
        finally:
            os._exit(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    url = fresh_sqlite(tmp_path)
    store = open_store(url, TEST_KEYS, clock=clock)
    with served(store, clock) as lms:
        yield World(url, lms, lms.add_activity("Bài tập"))
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_killed_between_any_two_steps_every_score_arrives_once(world: World):
    users = world.lms.pupils[: len(POINTS)]
    for number, (user, point) in enumerate(zip(users, POINTS, strict=True)):
        wanted = Wanted(Decimal(f"{number + 5}.5"), Decimal(10), ActivityProgress.COMPLETED, world.lms.clock())
        world.dispatch().put(world.place(user), wanted)
        world.lms.store.close()  # nothing open is handed to the child
        assert world.killed_at(point) == signal.SIGKILL
        world.lms.clock.pass_seconds(HELD + 1)
        assert world.dispatch().work_off() == {PassbackState.DELIVERED: 1}
    shown = {one.user: one.value for one in world.lms.gradebooks.results(ID, world.column) if one.value is not None}
    assert shown == {user: Decimal(f"{number + 5}.5") for number, user in enumerate(users)}
    assert world.lms.calls("scores") == len(users)
