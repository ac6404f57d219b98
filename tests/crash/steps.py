"""Killing a process at its n-th durable step: right before a commit, or before a change of a file in its folder.

What lies between two durable steps can't be seen from outside, so a SIGKILL before each of them is one at every moment.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

CHANGES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.utime",
    "os.chmod",
}  # `replace` raises os.rename, `unlink` os.remove


def kill_before(step: int, folder: Path) -> None:
    """From now on in this process; commits of any database count, and of the files those under `folder`."""
    passed = 0

    def durable() -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, told: tuple[Any, ...]) -> None:
        if (event in CHANGES or _writes(event, told)) and str(told[0]).startswith(str(folder)):
            durable()

    sys.addaudithook(heard)
    sa.event.listen(sa.Engine, "commit", lambda _: durable())


def _writes(event: str, told: tuple[Any, ...]) -> bool:
    """`open(path, mode, flags)`: SQLite opens its files by itself, unseen."""
    return event == "open" and isinstance(told[2], int) and bool(told[2] & (os.O_WRONLY | os.O_RDWR))
