"""Random lives of jobs: consumers crash, are overtaken and come back; messages get lost and doubled; clocks move on.

Whatever happens: of a lock one is at work, nobody who was overtaken writes a word, an ended job stays ended, and in the
end everything that was asked for has ended.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bridge.domain.errors import LeaseLost
from bridge.ports.jobs import OPEN, Ask, Claim, Job, JobKind, JobState, Progress
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_jobs import MemoryJobs
from tests.store.world import SCHOOL, Clock

LEASE = 60.0
KEYS = ("", "10A1", "10A2")
LOCKS = {"": "send", "10A1": "send", "10A2": ""}


class JobLife(RuleBasedStateMachine):
    """Model: who holds the newest claim of each job, and which have ended how."""

    claims: Bundle[Claim] = Bundle("claims")  # what consumers believe to hold; a dead one's is among them

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.rows = self.make_rows()
        self.asked: dict[str, str] = {}  # job → key
        self.held: dict[str, Claim] = {}  # the newest claim, until its end
        self.ended: dict[str, JobState] = {}

    def make_rows(self):
        return MemoryJobs()

    def find(self, id: str) -> Job:
        return self.rows.find(id, school=SCHOOL)

    @rule(key=st.sampled_from(KEYS))
    def ask(self, key: str) -> None:
        job = self.rows.enqueue(Ask(SCHOOL, JobKind.SYNC, "QT01", key, lock=LOCKS[key], attempts=3), now=self.clock())
        assert job.state in OPEN
        open_before = [id for id, known in self.asked.items() if known == key and id not in self.ended]
        assert open_before in ([], [job.id])
        self.asked[job.id] = key

    @rule(target=claims, seconds=st.sampled_from([1.0, LEASE]))
    def consume(self, seconds: float):
        """A message, true, late or doubled, reaches a consumer."""
        self.clock.pass_seconds(seconds / 60)
        for id in self.asked:
            claim = self.rows.claim(id, school=SCHOOL, holder="any", seconds=LEASE, now=self.clock())
            if claim is not None:
                assert id not in self.held
                assert id not in self.ended
                self.held[id] = claim
                return claim
        return multiple()

    @rule(claim=claims, done=st.integers(0, 9))
    def tell(self, claim: Claim, done: int) -> None:
        self._word(claim, lambda: self.rows.progress(claim, Progress(done, 9)))

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        longer = self._word(claim, lambda: self.rows.renew(claim, seconds=LEASE, now=self.clock()))
        if longer is not None:
            self.held[claim.job.id] = longer

    @rule(claim=consumes(claims))
    def finish(self, claim: Claim) -> None:
        if self._word(claim, lambda: self.rows.done(claim, {"run": "r"}, now=self.clock()) or True):
            self._ends(claim, JobState.DONE)

    @rule(claim=consumes(claims))
    def fail(self, claim: Claim) -> None:
        if self._word(claim, lambda: self.rows.failed(claim, "REFUSED", {}, now=self.clock()) or True):
            self._ends(claim, JobState.FAILED)

    @rule(claim=consumes(claims), free=st.booleans())
    def try_later(self, claim: Claim, free: bool) -> None:
        if self._word(claim, lambda: self.rows.retry(claim, "BUSY", {}, at=self.clock(), free=free) or True):
            del self.held[claim.job.id]

    @rule(claim=consumes(claims))
    def give_back(self, claim: Claim) -> None:
        if self._word(claim, lambda: self.rows.give_back(claim, now=self.clock()) or True):
            del self.held[claim.job.id]

    @rule(claim=consumes(claims))
    def crash(self, claim: Claim) -> None:
        """Nothing is said, ever: the lease runs out."""

    @rule(target=claims, claim=claims)
    def overtake(self, claim: Claim):
        """The holder is away for too long, and another begins anew; the first may come back and speak."""
        self.clock.pass_seconds(LEASE)
        self.sweep()
        again = self.rows.claim(claim.job.id, school=SCHOOL, holder="other", seconds=LEASE, now=self.clock())
        if again is None:
            return multiple()
        self.held[claim.job.id] = again
        return again

    @rule(seconds=st.sampled_from([1.0, 30.0, LEASE]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)

    @rule()
    def sweep(self) -> None:
        dead = {id for id, claim in self.held.items() if claim.until <= self.clock()}
        assert self.rows.sweep(now=self.clock()) == len(dead)
        for id in dead:
            claim = self.held.pop(id)
            if self.find(id).state is JobState.FAILED:
                assert claim.job.attempt >= 3
                self.ended[id] = JobState.FAILED

    def _word(self, claim: Claim, say):
        """What a holder says is taken from the newest one alone; the result, or None for who was refused."""
        mine = self.held.get(claim.job.id)
        if mine is not None and mine.fence == claim.fence:
            return say()
        with pytest.raises(LeaseLost):
            say()
        return None

    def _ends(self, claim: Claim, state: JobState) -> None:
        del self.held[claim.job.id]
        self.ended[claim.job.id] = state

    @invariant()
    def the_rows_say_what_happened(self) -> None:
        for id in self.asked:
            state = self.find(id).state
            assert (state is JobState.RUNNING) == (id in self.held)
            assert (state in (JobState.DONE, JobState.FAILED)) == (id in self.ended)
            assert self.ended.get(id, state) is state

    @invariant()
    def of_a_lock_one_runs(self) -> None:
        locks = [LOCKS[self.asked[id]] for id in self.held if LOCKS[self.asked[id]]]
        assert len(locks) == len(set(locks))

    def teardown(self) -> None:
        """Everybody dies; one consumer that lives does the rest."""
        for _ in range(4 * len(self.asked) + 1):
            self.clock.pass_seconds(LEASE)
            self.rows.sweep(now=self.clock())
            for id in self.rows.due(SCHOOL, now=self.clock(), limit=99):
                claim = self.rows.claim(id, school=SCHOOL, holder="last", seconds=LEASE, now=self.clock())
                if claim is not None:
                    self.rows.done(claim, {}, now=self.clock())
        assert {self.find(id).state for id in self.asked} <= {JobState.DONE, JobState.FAILED}
        for id, state in self.ended.items():
            assert self.find(id).state is state


class StoredJobLife(JobLife):
    """The same lives in a database file."""

    def make_rows(self):
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(fresh_sqlite(Path(self.folder.name)), TEST_KEYS, clock=self.clock)
        return self.store.jobs

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.store.close()
            self.folder.cleanup()


def test_jobs_in_memory_live_through_anything() -> None:
    run_state_machine_as_test(JobLife, settings=settings(max_examples=100, stateful_step_count=40))


def test_jobs_in_a_database_live_through_anything() -> None:
    run_state_machine_as_test(StoredJobLife, settings=settings(max_examples=15, stateful_step_count=30))


@pytest.mark.soak
def test_jobs_live_through_anything_for_long() -> None:
    run_state_machine_as_test(JobLife, settings=settings(max_examples=2000, stateful_step_count=100))
    run_state_machine_as_test(StoredJobLife, settings=settings(max_examples=200, stateful_step_count=60))
