"""Walks through long lists: all pages of one walk show one state, the one that stood when it began."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.city.errors import Refusal

LIFE: Final = 20 * 60  # seconds; the contract promises 15 minutes
_MOST = 2000


@dataclass(frozen=True)
class Page:
    """`cursor` None: this was the last page. `total` only on the first."""

    rows: list[str]
    mark: str
    cursor: str | None
    total: int | None = None


@dataclass(frozen=True)
class _Walk:
    owner: tuple[str, ...]
    rows: list[str]
    mark: str
    until: float


class Walks:
    """Kept in memory: after a restart every cursor has expired, and the reader starts again."""

    def __init__(self, clock: Callable[[], float]):
        self._clock, self._lock = clock, threading.Lock()
        self._walks: dict[str, _Walk] = {}

    def begin(self, owner: tuple[str, ...], rows: list[str], *, mark: str, most: int) -> Page:
        """`owner`: account, operation and what was asked; a cursor is good for nothing else."""
        if len(rows) <= most:
            return Page(rows, mark, None, len(rows))
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._drop_old()
            self._walks[key] = _Walk(owner, rows, mark, self._clock() + LIFE)
        return Page(rows[:most], mark, f"{key}.{most}", len(rows))

    def go_on(self, owner: tuple[str, ...], cursor: str, *, most: int) -> Page:
        """The same cursor gives the same page again. CONTROHETHAN for one that is not known, or of another question."""
        key, _, offset = cursor.rpartition(".")
        with self._lock:
            walk = self._walks.get(key)
        if walk is None or walk.owner != owner or walk.until < self._clock() or not offset.isdecimal():
            raise Refusal("CONTROHETHAN", field="contro")
        end = int(offset) + most
        return Page(walk.rows[int(offset) : end], walk.mark, f"{key}.{end}" if end < len(walk.rows) else None)

    def forget(self) -> None:
        with self._lock:
            self._walks.clear()

    def _drop_old(self) -> None:
        now = self._clock()
        for key in [key for key, walk in self._walks.items() if walk.until < now]:
            del self._walks[key]
        while len(self._walks) >= _MOST:
            del self._walks[next(iter(self._walks))]
