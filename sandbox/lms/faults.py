"""Faults that a test or a demo switches on: what goes wrong, for which function and course, how often.

`function` is a web-service function, or an endpoint of LTI: openid-configuration, registration, certs, launch, auth,
token, contentitem_return, memberships, lineitems, lineitem, scores, results, toolsettings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "slow",
    "html503",
    "empty403",
    "sitemaintenance",
    "error",
    "truncated",
    "text_before_json",
    "drop",
    "drop_midway",
    "null_flags",
    "empty_gradebook",
    "empty_roster",
    # LTI only
    "status",
    "redirect",
    "claims",
    "no_id_token",
    "wrong_key",
    "unknown_kid",
    "alg_none",
    "hs256",
    "unsigned",
)


@dataclass
class Fault:
    """`times` None = until switched off. `seconds` for slow; `body` is the exception of an `error`.

    `status` and `headers` answer in the place of an endpoint, `url` is where a redirect leads; the `body` of `claims`
    is laid over an id_token (or the openid configuration), null takes a claim out.
    """

    kind: str
    function: str | None = None
    course: int | None = None
    times: int | None = None
    seconds: float = 0
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}, known: {', '.join(KINDS)}")

    def hits(self, function: str, course: str | None) -> bool:
        wanted_course = None if self.course is None else str(self.course)
        return (
            self.times != 0 and self.function in (None, function) and (wanted_course is None or wanted_course == course)
        )


class Faults:
    def __init__(self) -> None:
        self._rows: list[Fault] = []

    def switch(self, rows: list[dict[str, Any]]) -> None:
        """Puts these faults in the place of all earlier ones."""
        self._rows = [Fault(**row) for row in rows]

    def rows(self) -> list[dict[str, Any]]:
        return [vars(fault) for fault in self._rows]

    def take(self, function: str, course: str | None, *, kinds: tuple[str, ...] = KINDS) -> dict[str, Fault]:
        """kind → fault for this call, of these kinds only; each one used up once."""
        taken = {fault.kind: fault for fault in self._rows if fault.kind in kinds and fault.hits(function, course)}
        for fault in taken.values():
            if fault.times is not None:
                fault.times -= 1
        return taken
