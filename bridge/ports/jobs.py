"""Work that is done in the background: asked for, claimed, done once, seen by whoever asked.

The row of a job is the truth; a message of an engine only says "look at this row". So a lost message costs a sweep's
time and a doubled one nothing. `bridge/store` keeps the rows, `bridge/jobs` has the engines, `bridge/duties` says what
each kind does. One contract suite (`tests/contracts/test_job_rows.py`, `test_job_engine.py`) is sat by fakes and real.

Facts and arguments hold ids, codes and counts: never a name, a mark, a token or an address.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.domain.errors import BridgeError
from bridge.domain.timetable import Timetable

Facts = Mapping[str, str | int]


class JobKind(StrEnum):
    """What can be asked for."""

    PULL_ROSTER = "PULL_ROSTER"  # class lists and assignments from the city
    SYNC = "SYNC"  # read, plan, and send all that needs no more asking
    APPLY = "APPLY"  # send one saved plan
    READ_UNIT = "READ_UNIT"  # for the page of one unit: read it afresh, send nothing
    SEND_UNIT = "SEND_UNIT"  # for the page of one unit: send all that needs no more asking, then read it again
    PASSBACK = "PASSBACK"  # scores that wait to go into the LMS's gradebook
    DIGEST = "DIGEST"  # what waits for whom, by e-mail
    TIDY = "TIDY"  # drop what has expired
    ROTATE_KEYS = "ROTATE_KEYS"  # of LTI
    SELF_TEST = "SELF_TEST"  # the way of a score, with a test pupil
    REVERT = "REVERT"  # take a run back
    CHECK = "CHECK"  # one part of `bridge check`
    SUGGEST = "SUGGEST"  # what each unmapped course may be
    TAKE_COURSES = "TAKE_COURSES"  # map courses as somebody chose them from the suggestions


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    RETRY = "RETRY"  # failed in a way that passes: tried again at `not_before`. Also while another is at work
    DONE = "DONE"
    FAILED = "FAILED"


OPEN = (JobState.QUEUED, JobState.RUNNING, JobState.RETRY)


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for.

    `key` says about what ("" the whole school): of one school, kind and key at most one is open (waits or runs); asking
    again gives that one. With `once` also a done one is the answer: a plan is applied once, however often is clicked.
    Of one `lock` at most one runs, whatever its kind.
    """

    school: str
    kind: JobKind
    actor: str  # who asks: a staff code, or `schedule`
    key: str = ""
    arguments: Facts = field(default_factory=dict)
    lock: str = ""  # "": its own
    once: bool = False
    attempts: int = 5  # so often it may be begun before it has failed; waiting for somebody else counts for none


class Progress(NamedTuple):
    """How far. `total` 0: not known. `label` is a key of `text.toml`."""

    done: int = 0
    total: int = 0
    label: str = ""


NOT_BEGUN = Progress()


@dataclass(frozen=True, slots=True)
class Job:
    """One row, as pages and `bridge status` show it. `error` is a code with `facts`, for `Words.failure`."""

    id: str
    school: str
    kind: JobKind
    key: str
    actor: str
    state: JobState
    attempt: int  # how often begun
    attempts: int  # how often it may be
    asked_at: datetime
    not_before: datetime  # of a waiting one: when it may begin
    arguments: Facts = field(default_factory=dict)
    started_at: datetime | None = None  # of the last attempt
    ended_at: datetime | None = None
    claims: int = 0  # how often begun at all, also those attempts that counted for none
    progress: Progress = NOT_BEGUN
    result: Facts = field(default_factory=dict)  # of a done one: run, plan, counts
    error: str = ""  # also of one that waits to be tried again
    facts: Facts = field(default_factory=dict)


class Jobs(Protocol):
    """What pages and commands need."""

    def enqueue(self, ask: Ask, *, now: datetime) -> Job:
        """The job; an open one with the same school, kind and key where there is one. See `Ask`."""
        ...

    def find(self, job: str, *, school: str) -> Job:
        """`NotFound`."""
        ...

    def list(self, school: str, *, limit: int, kind: JobKind | None = None) -> Sequence[Job]:
        """Newest first."""
        ...

    def newest(self, school: str) -> Mapping[JobKind, Job]:
        """The newest ended one of each kind."""
        ...

    def counts(self, school: str) -> Mapping[tuple[JobKind, JobState], int]: ...

    def oldest_due(self, school: str, *, now: datetime) -> datetime | None:
        """Since when the oldest job that could begin has waited; None when there is none."""
        ...


class Claim(NamedTuple):
    """The right to work on a job. `fence` is the attempt: who holds an older one can write nothing any more."""

    job: Job
    holder: str
    fence: int
    until: datetime


class JobRows(Jobs, Protocol):
    """What an engine needs beside. Every method is one transaction.

    Those that take a claim raise `LeaseLost` when another has claimed the job since, or swept it.
    """

    def due(self, school: str, *, now: datetime, limit: int) -> Sequence[str]:
        """Ids of the school's jobs that may begin now, oldest first."""
        ...

    def claim(self, job: str, *, school: str, holder: str, seconds: float, now: datetime) -> Claim | None:
        """Begin it; None when it may not begin (claimed, not due, ended, its lock held, no such job of this school)."""
        ...

    def renew(self, claim: Claim, *, seconds: float, now: datetime) -> Claim: ...

    def progress(self, claim: Claim, progress: Progress) -> None: ...

    def done(self, claim: Claim, result: Facts, *, now: datetime) -> None: ...

    def failed(self, claim: Claim, error: str, facts: Facts, *, now: datetime) -> None: ...

    def retry(self, claim: Claim, error: str, facts: Facts, *, at: datetime, free: bool) -> None:
        """Begin again from `at` on. `free`: this attempt counts for none (somebody else was at work)."""
        ...

    def give_back(self, claim: Claim, *, now: datetime) -> None:
        """Queue it again: this process is going down. The attempt counts for none."""
        ...

    def sweep(self, *, now: datetime) -> int:
        """Queue what a dead holder held; what was begun too often has failed (`CRASHED`). Returns how many."""
        ...

    def drop_older(self, school: str, *, before: datetime) -> int:
        """Forget jobs that ended before, but for the newest of each kind. Returns how many."""
        ...


class Stopping(BridgeError):
    """The process goes down: leave off at once; the job begins again elsewhere."""

    code = "STOPPING"


class Handle(Protocol):
    """What a job at work holds."""

    @property
    def job(self) -> Job: ...

    def progress(self, done: int, total: int = 0, *, label: str = "") -> None:
        """Tell how far; written at most once a second, and at the end.

        `LeaseLost` when the job was taken over, `Stopping` when the process goes down: a good place to leave off at.
        """
        ...


Work = Callable[[Handle], Facts]


class Engine(Protocol):
    """Does what is due. It knows no use case: `works` are given to it by kind."""

    def notify(self, job: str) -> None:
        """A row waits: look at it. May get lost."""
        ...

    def start(self) -> None: ...

    def stop(self, *, patience: float) -> bool:
        """Begin nothing more, ask what runs to stop, wait at most so many seconds. False: something still runs, and
        will be swept after its lease."""
        ...


class Schedule(NamedTuple):
    """A kind of job that starts by itself."""

    kind: JobKind
    when: Timetable
    on: bool = True


class Schedules(Protocol):
    def schedules(self, school: str) -> Mapping[JobKind, Schedule]:
        """Those that somebody set."""
        ...

    def set_schedule(self, school: str, schedule: Schedule, *, actor: str, now: datetime) -> None: ...

    def ticks(self, school: str) -> Mapping[JobKind, datetime]:
        """Which planned moment of each kind was started last, or from when on moments count."""
        ...

    def count_from(self, school: str, kind: JobKind, moment: datetime) -> None:
        """What was planned before this moment is not missed; silent where something is counted already."""
        ...

    def tick(self, ask: Ask, *, moment: datetime, now: datetime) -> Job | None:
        """Start what is planned for `moment`, in one transaction; None when that or a later one was started."""
        ...


class Buckets(Protocol):
    """Token buckets shared by all processes on one database: how fast a remote may be called."""

    def take(self, name: str, tokens: int, *, per_second: float, burst: int, now: datetime) -> float:
        """Take tokens, also ones that are still to come; returns the seconds to wait before using them."""
        ...
