"""One run under the school's send-lease: who runs, under which fence, and what has gone wrong so far."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.domain.errors import RemoteError
from bridge.domain.plans import PlannedCell
from bridge.domain.school import Unit
from bridge.ports.city import Submission
from bridge.ports.leases import Lease
from bridge.ports.marks import DraftRow
from bridge.ports.runs import RunHead
from bridge.sync.context import Sync

Prepared = Callable[[Submission, Sequence[DraftRow]], None]


@dataclass(slots=True)
class Errand:
    """What a run carries along."""

    run: str
    lease: Lease
    prepared: Prepared = field(default=lambda _submission, _rows: None)  # between an intent and the wire
    failures: list[tuple[Unit, RemoteError]] = field(default_factory=list)  # whole submissions, or a remote gone
    moved: list[tuple[Unit, PlannedCell]] = field(default_factory=list)  # of a saved plan: a side has moved since

    def renew(self, sync: Sync) -> None:
        """Keep the lease while there is work; written only when half of it is gone."""
        now, seconds = sync.world.now(), sync.choices.lease_seconds
        if self.lease.until - now < timedelta(seconds=seconds / 2):
            self.lease = sync.stores.leases.renew(self.lease, seconds=seconds, now=now)


@dataclass(frozen=True, slots=True)
class Done:
    """A run that ended: its head, and what its rows can't say."""

    head: RunHead
    failures: tuple[tuple[Unit, RemoteError], ...] = ()
    moved: tuple[tuple[Unit, PlannedCell], ...] = ()


@contextmanager
def errand(sync: Sync, *, kind: str, actor: str, plan: str | None = None) -> Iterator[Errand]:
    """Take the school's send-lease (`Busy` when another has it), open a run, and give the lease back at the end.

    A run that ends by an error stays without an end in the books: it was interrupted, and `resume` takes over. Each
    run holds the lease in its own name, so that two threads of one process keep each other out as well.
    """
    now, seconds, run = sync.world.now(), sync.choices.lease_seconds, sync.world.new_id()
    lease = sync.stores.leases.take(f"send:{sync.school}", holder=f"{sync.holder}/{run}", seconds=seconds, now=now)
    carried = Errand(run, lease)
    try:
        sync.stores.runs.begin(RunHead(run, sync.school, sync.year, actor, kind, plan, now))
        sync.world.checkpoint("run begun")
        yield carried
    finally:
        sync.stores.leases.release(carried.lease)


def finish(sync: Sync, carried: Errand) -> Done:
    """Stamp the end of the run."""
    head = sync.stores.runs.end(carried.run, now=sync.world.now())
    return Done(head, tuple(carried.failures), tuple(carried.moved))
