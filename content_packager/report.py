"""What a check hands back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from content_packager.problems import Kind, Severity, details, kinds
from content_packager.reading.words import shown
from content_packager.reading.xml import Element


class Standard(StrEnum):
    SCORM_12 = "scorm-1.2"
    SCORM_2004 = "scorm-2004"
    TINCAN = "tincan"
    CMI5 = "cmi5"


class Place(NamedTuple):
    """Where: a file of the package, and in an XML or HTML file the line (from 1) and the element's path."""

    file: str = ""
    line: int | None = None
    element: str | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where} {self.element}" if self.element else where


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding; its sentences come from the table of `problems`."""

    code: str
    place: Place
    facts: Mapping[str, str]

    @property
    def kind(self) -> Kind:
        return kinds()[self.code]

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    def says(self, language: str = "vi") -> str:
        facts = dict(self.facts)
        if language == "vi" and "detail" in facts:
            facts["detail"] = details().get(facts["detail"], facts["detail"])
        return self.kind.words(language).says.format_map(facts)

    def as_json(self, language: str) -> dict[str, object]:
        words = self.kind.words(language)
        return {
            "code": self.code,
            "severity": self.severity,
            "place": self.place._asdict(),
            "says": self.says(language),
            "means": words.means,
            "cure": words.cure,
            "facts": dict(self.facts),
        }


class Findings:
    """Problems as they are found: at most so many of each code, the rest counted."""

    def __init__(self, most_per_code: int) -> None:
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self._most = most_per_code

    def add(self, code: str, place: Place, /, **facts: object) -> None:
        self.counts[code] += 1
        if self.counts[code] <= self._most:
            clean = {name: shown(str(value)) for name, value in facts.items()}
            where = Place(shown(place.file), place.line, place.element and shown(place.element))
            self.problems.append(Problem(code, where, MappingProxyType(clean)))

    def add_at(self, code: str, file: str, element: Element, /, **facts: object) -> None:
        """Like `add`; the element's path, which costs a look at all its siblings, is worked out only if shown."""
        shown_still = self.counts[code] < self._most
        self.add(code, Place(file, element.line, element.path if shown_still else None), **facts)

    def left_out(self) -> dict[str, int]:
        return {code: count - self._most for code, count in self.counts.items() if count > self._most}


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one package, gravest first."""

    path: Path
    standards: tuple[Standard, ...]
    problems: tuple[Problem, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Code → how many more of it there were than `Limits.problems_per_code`."""

    @property
    def ok(self) -> bool:
        """No error; there may be warnings and notes."""
        return not self.of(Severity.ERROR)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is severity)

    def as_json(self, language: str = "vi") -> dict[str, object]:
        """The shape of one report in `check --json`: docs/package-check.md."""
        return {
            "file": str(self.path),
            "standards": list(self.standards),
            "ok": self.ok,
            "problems": [problem.as_json(language) for problem in self.problems],
            "left_out": dict(self.left_out),
        }


_WEIGHTS = {severity: weight for weight, severity in enumerate(Severity)}


def report(path: Path, *, standards: tuple[Standard, ...], findings: Findings) -> Report:
    ordered = sorted(findings.problems, key=lambda problem: _WEIGHTS[problem.severity])
    return Report(path, standards, tuple(ordered), findings.left_out())
