"""What the LRS works with: its school, the store, the world as arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bridge.ports.statements import Credentials, Documents, Statements


@dataclass(frozen=True, slots=True)
class Lrs:
    """One school's learning record store."""

    school: str
    home: str  # IRL of this installation: the `homePage` of accounts that it gives
    statements: Statements
    documents: Documents
    credentials: Credentials
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def stamp(self) -> str:
        return iso(self.now())


def iso(moment: datetime) -> str:
    """As xAPI writes moments: UTC, milliseconds (Data §4.5)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
