"""The files around a manifest, as the rules need them: which names there are and which runtime each script calls."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote

_PLAIN = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")  # nothing to take apart: most references of most packages


class Api(Enum):
    """The SCORM runtime that a script speaks to, told by the functions it calls."""

    SCORM_12 = "SCORM 1.2 (LMSInitialize)"
    SCORM_2004 = "SCORM 2004 (API_1484_11)"


class Match(Enum):
    """How well a reference meets the names in the package."""

    EXACT = "exact"
    OTHER_CASE = "other case"
    NONE = "none"


class Material(NamedTuple):
    """Names are relative to the manifest's folder, with forward slashes."""

    names: frozenset[str]
    folded: Mapping[str, str]
    """Case-folded name → name."""
    calls: Mapping[str, frozenset[Api]]
    """By file; only files that call a runtime."""

    def find(self, reference: str) -> tuple[Match, str]:
        """The file that a URL path in a manifest means: as written, else percent-decoded, else in another case."""
        for path in dict.fromkeys((reference, unquote(reference))):
            if path in self.names:
                return Match.EXACT, path
        folded = self.folded.get(unquote(reference).casefold())
        return (Match.OTHER_CASE, folded) if folded else (Match.NONE, "")


def material(names: frozenset[str], calls: Mapping[str, frozenset[Api]]) -> Material:
    return Material(names, {name.casefold(): name for name in sorted(names)}, calls)


def readable(url: str) -> str:
    """For people: the URL with the letters that its percent escapes stand for (`B%C3%A0i.html` → `Bài.html`)."""
    try:
        return unquote(url, errors="strict")
    except UnicodeDecodeError:
        return url


class Reference(NamedTuple):
    """A URL of a manifest, taken apart without trusting it."""

    path: str
    query: str
    external: bool
    """It names a host or a scheme of its own."""
    climbs: bool
    """Its path leads out of the package."""


def read_reference(url: str) -> Reference:
    if _PLAIN.fullmatch(url):
        return Reference(url, "", external=False, climbs=False)
    path, _, query = url.partition("#")[0].partition("?")
    head = path.partition("/")[0]
    external = ":" in head or path.startswith("//")
    parts: list[str] = []
    climbs = path.startswith("/")
    for part in path.split("/"):
        if part == "..":
            climbs = climbs or not parts
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return Reference("/".join(parts), query, external, climbs and not external)
