"""Rights to act that end by themselves. Contract as in `ports/marks.py`."""

from datetime import datetime
from typing import NamedTuple, Protocol


class Lease(NamedTuple):
    """A right to act that ends by itself. `fence` rises with every taking: a holder of an older one is refused."""

    name: str
    holder: str
    fence: int
    until: datetime


class Leases(Protocol):
    def take(self, name: str, *, holder: str, seconds: float, now: datetime) -> Lease:
        """`Busy` (facts: lease, holder, until) while somebody else's has not run out."""
        ...

    def renew(self, lease: Lease, *, seconds: float, now: datetime) -> Lease:
        """`LeaseLost` when another has taken it since."""
        ...

    def release(self, lease: Lease) -> None:
        """Ends it; silent when it is no longer ours."""
        ...
