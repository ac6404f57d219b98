"""Subjects of the programme and what people call them.

The table is data (`bridge/domain/data/subjects.toml`); wiring reads it, and a school's own file after it, and passes
the texts in. An alias that may mean something else is said to be doubtful, with the reason; nothing here picks.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any

from bridge.domain.errors import ConfigProblem
from bridge.domain.names import alias_key


class Kind(StrEnum):
    """How a subject is assessed (TT22/2021 Art. 5)."""

    SCORED = "SCORED"  # by comment and mark, 0–10
    COMMENT = "COMMENT"  # by comment only: Đạt / Chưa đạt


class Doubt(StrEnum):
    """Why a text may not mean the subject that it seems to name."""

    SHORT = "SHORT"  # an abbreviation of several things
    NAME = "NAME"  # also a person's name
    VARIANT = "VARIANT"  # a language that is the first for some pupils, the second for others
    PART = "PART"  # a half or strand of the subject
    OLD = "OLD"  # what another subject was called in the former programme
    CLUSTER = "CLUSTER"  # an elective topic cluster: one more regular score of its subject
    NO_SUBJECT = "NO_SUBJECT"  # in the timetable, without marks
    NOT_TAUGHT = "NOT_TAUGHT"  # a subject, but of other grade levels


@dataclass(frozen=True, slots=True)
class Teaching:
    """How a subject is taught at some grade levels. `periods` are lessons of 45 minutes in a school year."""

    grade_levels: frozenset[int]
    kind: Kind
    periods: int
    elective: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    code: str  # ours; a city's own code is its adapter's business
    name: str
    taught: tuple[Teaching, ...]

    def at(self, grade_level: int) -> Teaching | None:
        """How it is taught at this grade level; None where it is not."""
        return next((teaching for teaching in self.taught if grade_level in teaching.grade_levels), None)


@dataclass(frozen=True, slots=True)
class Naming:
    """What a text names: candidate subjects, best first. Sure only with one candidate and no doubt."""

    codes: tuple[str, ...]
    doubt: Doubt | None = None
    note: str = ""  # the other meanings, in Vietnamese, for a person
    grade_levels: frozenset[int] = frozenset()  # holds at these only; empty: at all

    @property
    def sure(self) -> bool:
        return self.doubt is None and len(self.codes) == 1


ALL_LEVELS = frozenset(range(6, 13))


@dataclass(frozen=True, slots=True)
class Subjects:
    """The subjects of a school and the names they go by. `namings` is keyed by `names.alias_key`."""

    by_code: Mapping[str, Subject]
    namings: Mapping[str, tuple[Naming, ...]]

    def named(self, text: str, *, grade_levels: Iterable[int] = ALL_LEVELS) -> Naming | None:
        """What a text names, where it may be about any of these grade levels; None when no subject is called so.

        A text that means different things at two of the levels is not sure: `Âm nhạc` is a subject at 10–12 and half of
        one at 6–9.
        """
        levels = frozenset(grade_levels)
        rows = [
            row for row in self.namings.get(alias_key(text), ()) if not row.grade_levels or row.grade_levels & levels
        ]
        if not rows:
            return None
        live = [alive for row in rows if (alive := self._where_taught(row, levels))]
        return _join(live) if live else replace(rows[0], doubt=Doubt.NOT_TAUGHT)

    def _where_taught(self, row: Naming, levels: frozenset[int]) -> Naming | None:
        codes = tuple(code for code in row.codes if any(self.by_code[code].at(level) for level in levels))
        return replace(row, codes=codes) if codes or not row.codes else None


def _join(rows: list[Naming]) -> Naming:
    if len(rows) == 1:
        return rows[0]
    codes = dict.fromkeys(code for row in rows for code in row.codes)
    doubt = next((row.doubt for row in rows if row.doubt), Doubt.SHORT)
    return Naming(tuple(codes), doubt, "; ".join(row.note for row in rows if row.note))


def load_subjects(*texts: str) -> Subjects:
    """The table from TOML texts, later over earlier: `name` and `taught` replace, aliases are added and settle doubts.

    `ConfigProblem` with every problem found, each as (where, what).
    """
    reading = _Reading()
    for text in texts:
        reading.read(text)
    if reading.problems:
        raise ConfigProblem(problems=reading.problems)
    return Subjects(reading.by_code, reading.namings)


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong with it."""

    by_code: dict[str, Subject] = field(default_factory=dict)
    namings: dict[str, tuple[Naming, ...]] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def read(self, text: str) -> None:
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as err:
            self.problems.append(("subjects", str(err)))
            return
        found: dict[str, list[Naming]] = {}
        for code, row in table.get("subjects", {}).items():
            self._tried(f"subjects.{code}", partial(self._read_subject, code, row, found=found))
        for place, row in enumerate(table.get("doubtful", ())):
            self._tried(f"doubtful[{place}]", partial(self._read_doubtful, row, found=found))
        self._settle(found)

    def _tried(self, where: str, read: Callable[[], None]) -> None:
        try:
            read()
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            self.problems.append((where, f"{type(err).__name__}: {err}"))

    def _read_subject(self, code: str, row: Mapping[str, Any], *, found: dict[str, list[Naming]]) -> None:
        before = self.by_code.get(code)
        name = str(row["name"]) if before is None else str(row.get("name", before.name))
        taught = tuple(map(_teaching, row["taught"])) if before is None or "taught" in row else before.taught
        self.by_code[code] = Subject(code, name, taught)
        for alias in row.get("aliases", ()):
            found.setdefault(alias_key(alias), []).append(Naming((code,)))

    def _read_doubtful(self, row: Mapping[str, Any], *, found: dict[str, list[Naming]]) -> None:
        codes = tuple(row["codes"])
        if unknown := [code for code in codes if code not in self.by_code]:
            raise ValueError(f"no such subject: {', '.join(unknown)}")
        naming = Naming(codes, Doubt(row["doubt"]), str(row["note"]), frozenset(row.get("grade_levels", ())))
        for alias in row["aliases"]:
            found.setdefault(alias_key(alias), []).append(naming)

    def _settle(self, found: Mapping[str, list[Naming]]) -> None:
        for key, rows in found.items():
            everywhere = {row for row in rows if not row.grade_levels}
            if len(everywhere) > 1:
                names = " / ".join("+".join(row.codes) or str(row.doubt) for row in everywhere)
                self.problems.append((f"alias {key}", f"means several things: {names}"))
            self.namings[key] = tuple(dict.fromkeys(rows))


def _teaching(row: Mapping[str, Any]) -> Teaching:
    levels = frozenset(row["grade_levels"])
    if not levels or not levels <= ALL_LEVELS:
        raise ValueError("grade_levels lie between 6 and 12")
    periods = row["periods"]
    if not isinstance(periods, int) or periods <= 0:
        raise ValueError("periods is a number of lessons a year, above 0")
    return Teaching(levels, Kind(row["kind"]), periods, bool(row.get("elective", False)))
