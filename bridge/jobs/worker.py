"""Looking at a row: claim it, do it, write down how it ended. Both engines work through this.

This is an entry, as the command line is one: here every error ends, as a code and facts in the job's row. The
sentence is made where somebody reads it.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Event, Lock

from bridge.domain.errors import BridgeError, LeaseLost, StoreProblem
from bridge.jobs.patience import again, written
from bridge.jobs.task import Task
from bridge.ports.jobs import Job, JobKind, JobRows, Stopping, Work

log = logging.getLogger(__name__)


class Worker:
    """Does single jobs of one school; may be shared by threads. `lease` in seconds; `holder` names this process."""

    def __init__(
        self,
        rows: JobRows,
        works: Mapping[JobKind, Work],
        *,
        school: str,
        clock: Callable[[], datetime],
        holder: str,
        lease: float = 60.0,
    ) -> None:
        self.rows = rows
        self.school = school
        self.clock = clock
        self._works = works
        self._holder = holder
        self._lease = lease
        self._stopping = Event()
        self._guard = Lock()
        self._tasks: set[Task] = set()

    def look(self, job: str) -> None:
        """Do this job if it may begin. Silent when it may not: somebody else has it, or the message came twice."""
        if self._stopping.is_set():
            return
        try:
            claim = self.rows.claim(job, school=self.school, holder=self._holder, seconds=self._lease, now=self.clock())
            if claim is not None:
                self._hold(Task(self.rows, claim, clock=self.clock, stopping=self._stopping))
        except (LeaseLost, StoreProblem) as error:
            log.warning("job %s: %s", job, error)  # its row says nothing of it: it is swept, and done again

    def renew(self) -> None:
        """Keep alive what is at work."""
        with self._guard:
            tasks = list(self._tasks)
        for task in tasks:
            task.renew(seconds=self._lease)

    def stop(self) -> None:
        """Begin nothing more; what runs leaves off at its next progress."""
        self._stopping.set()

    def resume(self) -> None:
        self._stopping.clear()

    @property
    def idle(self) -> bool:
        return not self._tasks

    def _hold(self, task: Task) -> None:
        """Do it, seen by `renew` as long as it takes."""
        with self._guard:
            self._tasks.add(task)
        try:
            self._do(task)
        finally:
            with self._guard:
                self._tasks.discard(task)

    def _do(self, task: Task) -> None:
        job = task.job
        try:
            result = self._works[job.kind](task)
        except Stopping:
            self.rows.give_back(task.claim, now=self.clock())
            log.info("%s %s was given back", job.kind, job.id)
        except BridgeError as error:
            self._went_wrong(task, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row says so and the other jobs go on
            where = _place(error)
            self.rows.failed(task.claim, "UNEXPECTED", {"where": where}, now=self.clock())
            log.error("%s %s failed: %s", job.kind, job.id, where)
        else:
            self.rows.done(task.claim, result, now=self.clock())

    def _went_wrong(self, task: Task, error: BridgeError) -> None:
        job, now = task.job, self.clock()
        retry = again(job, error, now=now)
        if retry is not None and (retry.free or not self._spent(job)):
            self.rows.retry(task.claim, error.code, written(error), at=retry.at, free=retry.free)
        else:
            self.rows.failed(task.claim, error.code, written(error), now=now)
        log.warning("%s %s: %s", job.kind, job.id, error.code)

    def _spent(self, job: Job) -> bool:
        return job.attempt >= job.attempts


def _place(error: Exception) -> str:
    """Where it happened, never what with: a message may quote a pupil's name."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
