"""The engine inside `bridge serve`: Huey's consumer threads on a SQLite file, and one beat a second.

Huey alone hands a task out once and forgets it: kill -9 in its middle loses it (huey's documentation, "at most
once"). So its file holds nothing but "look at row X"; the rows, their leases and the beat make it certain. The beat
renews what is at work, queues what the dead held, starts what is planned, and posts what waits, also what another
process asked for.
"""

import logging
import sqlite3
from pathlib import Path
from threading import Event, Lock, Thread

from huey import SqliteHuey
from huey.consumer import Consumer

from bridge.domain.errors import StoreProblem
from bridge.jobs.ticker import Ticker
from bridge.jobs.worker import Worker

log = logging.getLogger(__name__)


class _QuietConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """Started inside another program, whose signals are its own."""

    def _set_signal_handlers(self) -> None:
        """The program's own handlers stay."""


class EmbeddedEngine:
    """`bridge.ports.jobs.Engine`."""

    def __init__(
        self,
        worker: Worker,
        ticker: Ticker | None,
        *,
        queue: Path,
        threads: int = 2,
        beat: float = 1.0,
    ) -> None:
        self._worker = worker
        self._ticker = ticker
        self._threads = threads
        self._seconds = beat
        self._huey = _open_queue(queue)
        self._hanging_up = Lock()
        self._huey.on_shutdown("close")(self._hang_up)
        self._look = self._huey.task(name="look")(worker.look)
        self._ending = Event()
        self._consumer: Consumer | None = None
        self._heart: Thread | None = None

    def notify(self, job: str) -> None:
        try:
            self._look(job)
        except sqlite3.Error as error:
            log.warning("queue: %s", error)  # the row waits all the same, and the beat looks at it

    def start(self) -> None:
        self._worker.resume()
        self._ending.clear()
        self._consumer = _QuietConsumer(
            self._huey, workers=self._threads, periodic=False, initial_delay=0.05, max_delay=0.5, scheduler_interval=60
        )
        self._consumer.start()
        self._heart = Thread(target=self._beat, name="jobs-beat", daemon=True)
        self._heart.start()

    def stop(self, *, patience: float) -> bool:
        if self._consumer is None or self._heart is None:
            return True
        self._worker.stop()
        self._consumer.shutdown_timeout = patience
        self._consumer.stop(graceful=True)  # the beat goes on meanwhile: what runs still holds its lease
        self._ending.set()
        self._heart.join(timeout=patience)
        self._hang_up()
        return self._worker.idle

    def _hang_up(self) -> None:
        """One after the other: huey looks whether there is a connection, and then closes it, without a lock between."""
        with self._hanging_up:
            self._huey.storage.close()

    def _beat(self) -> None:
        while not self._ending.is_set():
            try:
                self._worker.renew()
                if not self._consumer_is_ending():
                    self._look_around()
            except StoreProblem as error:
                log.warning("beat: %s", error)  # the disk or the server is away: the next beat tries again
            except Exception:  # without its beat the engine would stand still, and nobody would know
                log.exception("beat")
            self._ending.wait(self._seconds)
        self._huey.storage.close()

    def _consumer_is_ending(self) -> bool:
        return self._consumer is None or self._consumer.stop_flag.is_set()

    def _look_around(self) -> None:
        now = self._worker.clock()
        self._worker.rows.sweep(now=now)
        if self._ticker is not None:
            self._ticker.tick(now)
        if self._huey.pending_count() == 0:  # else all threads are busy, and have enough to look at
            for job in self._worker.rows.due(self._worker.school, now=now, limit=2 * self._threads):
                self._look(job)


def _open_queue(path: Path) -> SqliteHuey:
    """The file of messages. One that can't be read is thrown away: it holds nothing that the rows don't say."""
    try:
        return _queue(path)
    except sqlite3.DatabaseError as error:
        log.warning("queue: %s; made anew", error)
        for side in ("", "-wal", "-shm"):
            path.with_name(path.name + side).unlink(missing_ok=True)
        return _queue(path)


def _queue(path: Path) -> SqliteHuey:
    return SqliteHuey("bridge", filename=str(path), results=False, fsync=False)
