"""Every problem that a check can name: its weight, what it means to an LMS, and the cure, in two languages.

The sentences stand in `problems.toml`, one table per code, so that a teacher's trainer can correct them without
touching code; `docs/package-problems.md` is printed from the same rows (`problems_page.py`).
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Severity(StrEnum):
    ERROR = "error"
    """Some LMS refuses the package, or loses what the pupil did."""
    WARNING = "warning"
    """It plays, but not everywhere or not as meant."""
    NOTE = "note"
    """Worth knowing; nothing has to change."""


class Words(NamedTuple):
    """One language's sentences. `says` carries the facts of one case in {braces}."""

    says: str
    means: str
    cure: str


class Kind(NamedTuple):
    code: str
    severity: Severity
    mended: bool
    """Whether `repair` has a certain cure for it (it may still decline a case, and then says so)."""
    vi: Words
    en: Words

    def words(self, language: str) -> Words:
        return self.en if language == "en" else self.vi


@cache
def details() -> Mapping[str, str]:
    """What a reader says of a fault, in English → in Vietnamese."""
    return tomllib.loads(Path(__file__).with_name("details.toml").read_text("utf-8"))


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by code, in the order of the table."""
    rows = tomllib.loads(Path(__file__).with_name("problems.toml").read_text("utf-8"))
    return {
        f"{group}.{name}": Kind(
            f"{group}.{name}",
            Severity(row["severity"]),
            row.get("mended", False),
            Words(**row["vi"]),
            Words(**row["en"]),
        )
        for group, members in rows.items()
        for name, row in members.items()
    }
