"""What the library works with: its school, what stands behind the ports, the world as arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bridge.ports.materials import Materials, Packages, Shelf


@dataclass(frozen=True, slots=True)
class Library:
    """One school's."""

    school: str
    materials: Materials
    shelf: Shelf
    packages: Packages
    now: Callable[[], datetime]
    new_id: Callable[[], str]
