"""Running the matcher over the labelled names: what is shown of a row, and what counts as right.

A row is judged by the rules of README.md here. `Shown.TEXTS` withholds pupils and teacher. An acceptance is right when
class, subject and year are the label's and the term is none or the label's; a term that is left open is counted apart.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

from bridge.domain.matching import (
    CourseSeen,
    Lexicon,
    Matched,
    SchoolIndex,
    SchoolKnown,
    Verdict,
    index_school,
    load_lexicon,
    match_among,
)
from bridge.domain.school import Assignment, ClassKind, SchoolClass
from bridge.domain.scores import Term

HERE = Path(__file__).parent
SUBJECTS_TOML = HERE.parents[1] / "bridge/domain/data/subjects.toml"
KINDS = {"LOP": ClassKind.CLASS, "NHOM": ClassKind.GROUP}

Row = dict[str, str]


class Shown(Enum):
    TEXTS = "texts"
    ALL = "all"


class Half(Enum):
    """The matcher was tuned on TUNED; HELD_OUT was looked at only through its figures."""

    TUNED = 1  # odd ids
    HELD_OUT = 0  # even ids


@dataclass(frozen=True)
class Figures:
    rows: int  # rows of the kind, those without a class too
    labelled: int  # rows with a class and a subject
    accepted: int
    wrong: tuple[str, ...]  # ids
    open_terms: int  # accepted rows whose label has a term that the matcher left open

    @property
    def precision(self) -> float:
        return 1 - len(self.wrong) / self.accepted if self.accepted else 1.0

    @property
    def coverage(self) -> float:
        return (self.accepted - len(self.wrong)) / self.labelled if self.labelled else 1.0


def read_rows(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def lexicon() -> Lexicon:
    return load_lexicon(SUBJECTS_TOML.read_text(encoding="utf-8"))


@cache
def schools() -> dict[str, SchoolIndex]:
    worlds = json.loads((HERE / "schools.json").read_text(encoding="utf-8"))
    return {profile: index_school(_school(world), lexicon()) for profile, world in worlds.items()}


def _school(world: dict) -> SchoolKnown:  # type: ignore[type-arg]
    return SchoolKnown(
        world["code"],
        world["name"],
        world["year"],
        tuple(
            SchoolClass(each["code"], each["name"], each["grade_level"], KINDS[each["kind"]])
            for each in world["classes"]
        ),
        {code: frozenset(pupils) for code, pupils in world["rosters"].items()},
        tuple(
            Assignment(each["teacher"], each["class"], each["subject"], term)
            for each in world["assignments"]
            for term in ([Term(f"HK{each['term']}")] if each["term"] else Term)
        ),
    )


def course_of(row: Row, number: int = 1) -> CourseSeen:
    return CourseSeen(
        number,
        row["course_fullname"],
        row["course_shortname"],
        row["course_idnumber"],
        tuple(row["category_path"].split(" / ")),
        frozenset(row["pupils"].split(";")) - {""},
        frozenset({row["teacher"]} - {""}),
    )


def judge(row: Row, shown: Shown = Shown.ALL) -> Verdict:
    course = course_of(row)
    if shown is Shown.TEXTS:
        course = replace(course, pupils=frozenset(), teachers=frozenset())
    return match_among(course, [schools()[profile] for profile in row["school_profile"].split(";")])


def is_right(row: Row, verdict: Matched) -> bool:
    best = verdict.best
    said = (best.school_class, best.subject, str(best.year))
    term = best.term[-1] if best.term else ""
    return said == tuple(row[f"expected_{each}"] for each in ("class", "subject", "year")) and term in {
        "",
        row["expected_term"],
    }


def measure(rows: Sequence[Row], shown: Shown) -> Figures:
    taken = [(row, verdict) for row in rows if isinstance(verdict := judge(row, shown), Matched)]
    return Figures(
        len(rows),
        sum(bool(row["expected_class"]) for row in rows),
        len(taken),
        tuple(row["id"] for row, verdict in taken if not is_right(row, verdict)),
        sum(bool(row["expected_term"]) and verdict.best.term is None for row, verdict in taken),
    )


def half(rows: Iterable[Row], which: Half) -> list[Row]:
    return [row for row in rows if int(row["id"][1:]) % 2 == which.value]
