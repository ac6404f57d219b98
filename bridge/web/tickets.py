"""One-time tickets from a page in a frame to a window of its own.

A window that is opened from a frame begins without the frame's cookies (partitioned by the site above it), so a ticket
carries who it is. Kept in this process's memory: a minute, once, and a restart only asks for another click.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from bridge.ports.launches import Visit

SECONDS = 60


@dataclass(slots=True)
class Tickets:
    """Shared by threads."""

    clock: Callable[[], float] = time.monotonic
    _open: dict[str, tuple[Visit, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def issue(self, visit: Visit) -> str:
        ticket, now = secrets.token_urlsafe(32), self.clock()
        with self._lock:
            self._open = {name: entry for name, entry in self._open.items() if entry[1] > now}
            self._open[ticket] = (visit, now + SECONDS)
        return ticket

    def redeem(self, ticket: str) -> Visit | None:
        """Who it was issued for; None for one that is used, old or none."""
        with self._lock:
            visit, until = self._open.pop(ticket, (None, 0.0))
        return visit if until > self.clock() else None
