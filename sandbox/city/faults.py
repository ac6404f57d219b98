"""What goes wrong on purpose: which kind, for which call or row, how often. Switched by tests and demos."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any, Final

from sandbox.city.codes import table

KINDS: Final = {
    "slow": "waits `seconds`, `when` before or after the work",
    "drop": "cuts the connection, `when` before or after the work is saved",
    "html502": "a proxy's page instead of an answer, `when` before or after",
    "fault": "a SOAP fault with `code` and `retry_after`, `when` before or after",
    "refuse_row": "refuses rows that match `pupil` and `column` with `code`",
    "lock": "locks `column` (none: all) of the submission's class and subject just before it is judged",
    "hand_edit": "somebody sets `value` for `pupil` and `column` (none: the first row's) just before it is judged",
    "rival": "a second installation submits `value` for `pupil` and `column` just before it is judged",
    "delay": "the ticket stays DANGXULY for `polls` questions; rows are recorded at the end",
    "lose_ticket": "LayBienNhan says KHONGBIET",
    "shrink": "a list has only its first `keep` rows",
    "other_class": "answers for `other` instead of the class asked for; `disguised` hides it in the echo",
    "expire": "cursors are forgotten (CONTROHETHAN)",
}
_WHEN = ("before", "after")
_ROW_FAULTS = ("refuse_row",)


@dataclass
class Fault:
    """`times` None = until switched off. Every other field that is None matches all."""

    kind: str
    times: int | None = 1
    operation: str | None = None
    school: str | None = None
    school_class: str | None = None
    subject: str | None = None
    pupil: str | None = None
    column: str | None = None
    when: str = "before"
    seconds: float = 0
    code: str | None = None
    retry_after: int | None = None
    value: str | None = None
    polls: int = 1
    keep: int = 0
    other: str | None = None
    disguised: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.when not in _WHEN:
            raise ValueError(f"unknown fault {self.kind!r} {self.when!r}, known: {', '.join(KINDS)}")
        known = {"fault": "faults", "refuse_row": "results"}.get(self.kind)
        if known and self.code not in table(known):
            raise ValueError(f"{self.kind} needs a code of the contract, not {self.code!r}")

    def hits(self, call: dict[str, str]) -> bool:
        """`call`: operation and, where the request has them, school, school_class, subject, pupil, column."""
        wanted = ("operation", "school", "school_class", "subject", *(("pupil", "column") if self._by_row else ()))
        return self.times != 0 and all(getattr(self, name) in (None, *_values(call, name)) for name in wanted)

    @property
    def _by_row(self) -> bool:
        return self.kind in _ROW_FAULTS


def _values(call: dict[str, str], name: str) -> list[str]:
    """A call may be about several subjects, parted by spaces."""
    return call.get(name, "").split() if name == "subject" else [call.get(name, "")]


class Faults:
    """Thread-safe; each fault is counted down once for each call or row that it hits."""

    def __init__(self) -> None:
        self._rows: list[Fault] = []
        self._lock = threading.Lock()

    def switch(self, rows: list[dict[str, Any]]) -> None:
        """Puts these in the place of all earlier ones."""
        made = [Fault(**row) for row in rows]
        with self._lock:
            self._rows = made

    def add(self, rows: list[dict[str, Any]]) -> None:
        made = [Fault(**row) for row in rows]
        with self._lock:
            self._rows += made

    def rows(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._rows]

    def take(self, kind: str, call: dict[str, str], *, when: str = "before") -> Fault | None:
        """The first fault of this kind that hits, counted down; None when all is well."""
        with self._lock:
            for fault in self._rows:
                if fault.kind == kind and fault.when == when and fault.hits(call):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
