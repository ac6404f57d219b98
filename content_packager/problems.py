"""Every problem that a check can name: its weight, what it means to an LMS, and the cure, in two languages.

The sentences stand in `problems.toml`, one table per code, so that a teacher's trainer can correct them without
touching code; `docs/package-problems.md` is printed from the same rows (`python -m content_packager.problems`).
"""

import sys
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
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
def kinds() -> Mapping[str, Kind]:
    """All kinds by code, in the order of the table."""
    rows = tomllib.loads(resources.files("content_packager").joinpath("problems.toml").read_text("utf-8"))
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


def as_markdown() -> str:
    """The text of docs/package-problems.md."""
    return _HEAD + "".join(_section(kind) for kind in kinds().values())


def _section(kind: Kind) -> str:
    weight = f"**{kind.severity}**" + (" · mended by `repair`" if kind.mended else "")
    lines = [f"- {words.says} — {words.means} → {words.cure}" for words in (kind.en, kind.vi)]
    return f"\n## `{kind.code}`\n\n{weight}\n\n" + "\n".join(lines) + "\n"


_HEAD = """# What a check can find

`content-packager check` names every problem by one of these codes. Each says what was found, what it means to an LMS,
and the cure; the words in {braces} are filled in from the package. Errors make an LMS refuse the package or lose what
a pupil did; warnings make it play otherwise than meant; notes ask for nothing.

This page is printed from `content_packager/problems.toml`:
`python -m content_packager.problems > docs/package-problems.md`.
"""

if __name__ == "__main__":
    sys.stdout.write(as_markdown())
