"""The value of a mark, and which mark it is."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_MARK = re.compile(r"(?:10(?:\.0)?|\d(?:\.\d)?)")
_STATES = ("MIEN", "VANG")
_COMMENTS = ("D", "CD")


class Identity(NamedTuple):
    """One mark. The class is no part of it: a pupil who moves keeps the record."""

    school: str
    year: int
    term: str
    subject: str
    pupil: str
    col: str


class Value(NamedTuple):
    """`kind` DIEM with `tenths`, NHANXET with `comment`, MIEN or VANG with neither. A cancelled one has only a kind."""

    kind: str
    tenths: int | None = None
    comment: str | None = None

    def text(self) -> str | None:
        """As the control interface and the log write it: `8.5`, `CD`, `MIEN`; None where nothing stands."""
        if self.kind in _STATES:
            return self.kind
        return self.comment if self.kind == "NHANXET" else self.mark()

    def mark(self) -> str | None:
        return None if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"

    def fields(self) -> list[tuple[str, str | None]]:
        return [("kieugiatri", self.kind), ("diem", self.mark()), ("nhanxet", self.comment)]


def parse_value(text: Any) -> Value:
    """The opposite of `Value.text`. ValueError for anything else: a mark is written with a point, one digit."""
    if text in _STATES:
        return Value(text)
    if text in _COMMENTS:
        return Value("NHANXET", comment=text)
    if isinstance(text, str) and _MARK.fullmatch(text):
        whole, _, tenth = text.partition(".")
        return Value("DIEM", tenths=int(whole) * 10 + int(tenth or 0))
    raise ValueError(f"no value: {text!r}")
