"""Layouts: what a kind of workbook looks like, as data (`layouts/*.toml`, and a school's own learnt ones).

A layout names header words and their roles, words of the title rows, and words of values; nothing in it is a position.
`_common.toml` holds what all share; a layout adds to it. `sure` says how far to trust it (`ports.workbooks.Sure`), and
`source` why; docs/workbooks.md tells schools.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bridge.domain.errors import ConfigProblem
from bridge.domain.names import alias_key, spelling_key
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Score, Verdict
from bridge.ports.workbooks import SheetKind, Sure

SCORE_ROLES = ("TX", "GK", "CK")
ROLES = (
    "stt", "class", "class_code", "group", "group_code", "grade_level",
    "pupil_code", "ministry_code", "name", "family_name", "given_name",
    "birth", "sex", "status", "status_since", "teacher_code", "subject", "term", "error", "row", "field", "result",
    "ignore", *SCORE_ROLES,
)  # fmt: skip
_WORDS: Mapping[str, Score] = {
    "exempt": EXEMPT,
    "absent": ABSENT,
    "blank": BLANK,
    "passed": Verdict.PASSED,
    "not_passed": Verdict.NOT_PASSED,
}


@dataclass(frozen=True, slots=True)
class Layout:
    id: str
    name: str
    system: str
    kind: SheetKind
    sure: Sure
    source: str
    headers: Mapping[str, str]  # alias key → role
    required: frozenset[str]  # roles without which it is another layout
    titled: tuple[str, ...]  # alias keys, one of which stands in the titles; empty: whatever they say
    labels: Mapping[str, str]  # folded label → fact of the titles, "" for one that is read over
    values: Mapping[str, Score]  # spelling key → score
    regular: str  # how ĐĐGtx lies: "columns", "in_order" (repeated headers), "one_cell"
    comma: bool
    passed: str
    not_passed: str
    sheet_is: str  # what a sheet's name says: "class", "subject" or ""
    strict: bool  # an unknown header refuses the sheet


def load_layouts(own: Path | None = None) -> tuple[Layout, ...]:
    """The shipped ones, and those of a school's folder before them. `ConfigProblem` with every problem found."""
    shipped = files(__package__).joinpath("layouts")
    common = tomllib.loads(shipped.joinpath("_common.toml").read_text("utf-8"))
    texts = {file.name: file.read_text("utf-8") for file in shipped.iterdir() if not file.name.startswith("_")}
    learnt = {str(file): file.read_text("utf-8") for file in sorted(own.glob("*.toml"))} if own else {}
    problems: list[tuple[str, str]] = []
    layouts = [*_read_all(learnt, common, problems), *_read_all(dict(sorted(texts.items())), common, problems)]
    if problems:
        raise ConfigProblem(file="layouts", problems=problems)
    return tuple(layouts)


def _read_all(texts: Mapping[str, str], common: dict[str, Any], problems: list[tuple[str, str]]) -> Iterator[Layout]:
    for name, text in texts.items():
        try:
            yield read_layout(tomllib.loads(text), common)
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
            problems.append((name, f"{type(err).__name__}: {err}"))


def read_layout(table: Mapping[str, Any], common: Mapping[str, Any]) -> Layout:
    """One layout over what all share. KeyError, TypeError or ValueError say what is wrong with it."""
    columns = _merged(common["columns"], table.get("columns", {}))
    if unknown := sorted(set(columns) - set(ROLES)):
        raise ValueError(f"no such role: {', '.join(unknown)}")
    values = _merged(common["values"], table.get("values", {}))
    writes = {**common["write"], **table.get("write", {})}
    kind = SheetKind(table["kind"])
    return Layout(
        id=str(table["id"]),
        name=str(table["name"]),
        system=str(table["system"]),
        kind=kind,
        sure=Sure(table["sure"].upper()),
        source=str(table["source"]),
        headers=_headers(columns, table.get("columns", {})),
        required=frozenset(table["required"]),
        titled=tuple(map(alias_key, table.get("titled", ()))),
        labels=_labels(_merged(common["titles"], table.get("titles", {}))),
        values={spelling_key(word) or word: _WORDS[name] for name, words in values.items() for word in words},
        regular=table.get("regular", "columns"),
        comma=bool(writes["comma"]),
        passed=writes["passed"],
        not_passed=writes["not_passed"],
        sheet_is=table.get("sheet_is", ""),
        strict=kind is SheetKind.SCORES,
    )


def _merged(common: Mapping[str, Sequence[str]], own: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [*common.get(name, ()), *own.get(name, ())] for name in dict.fromkeys([*common, *own])}


def _headers(columns: Mapping[str, Iterable[str]], own: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """By alias key; what a layout says itself goes over what all share."""
    shared = {alias_key(word): role for role, words in columns.items() for word in words}
    return shared | {alias_key(word): role for role, words in own.items() for word in words}


def _labels(titles: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """By folded words; `over` are labels whose value is read over: `GVBM: Nguyễn Văn A` names no subject."""
    return {plain(word): "" if fact == "over" else fact for fact, words in titles.items() for word in words}


def plain(text: str) -> str:
    """Folded one character for one, so that a place in it is the same place in the (NFC) text."""
    return "".join(map(_plain_char, text))


def _plain_char(char: str) -> str:
    if char in "đĐ":
        return "d"
    bare = unicodedata.normalize("NFD", char)[0].lower()
    return bare if len(bare) == 1 else char
