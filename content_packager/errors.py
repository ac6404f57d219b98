"""What stops a build: every trouble at once, each with its place and with what to do next, in two languages.

The sentences stand in `troubles.toml`, one table per code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason why a lesson cannot be packed."""

    code: str
    where: str
    """A file, with `:line` (from 1) where there is one; a key of `lesson.toml` in brackets."""
    facts: Mapping[str, object] = field(default_factory=dict)

    def says(self, language: str = "vi") -> str:
        """One sentence on what is wrong and one on what to do next."""
        words = _sentences()[self.code][language if language in LANGUAGES else "vi"]
        return f"{self.where}: {words['says']} {words['next']}".format_map(self.facts)


class LessonRefused(Exception):
    """The lesson cannot be packed; nothing was written."""

    def __init__(self, *, troubles: tuple[Trouble, ...]) -> None:
        self.troubles = troubles
        super().__init__("\n".join(trouble.says("en") for trouble in troubles))


class Troubles:
    """Collects what is wrong, so that a teacher hears of everything in one go."""

    def __init__(self) -> None:
        self._found: list[Trouble] = []

    def add(self, code: str, where: object, **facts: object) -> None:
        self._found.append(Trouble(code, str(where), MappingProxyType(facts)))

    def refuse_if_any(self) -> None:
        if self._found:
            raise LessonRefused(troubles=tuple(self._found))


def refuse(code: str, where: object, **facts: object) -> LessonRefused:
    """The exception for one trouble alone, to be raised by the caller."""
    return LessonRefused(troubles=(Trouble(code, str(where), MappingProxyType(facts)),))


@cache
def _sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("troubles.toml").read_text("utf-8"))
