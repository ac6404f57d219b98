"""What the title rows of a sheet say: school, class, year, term, subject. Labels are a layout's, places never.

A value stands behind its label in the same cell (`Lớp: 10A1 - Môn: Toán`) or in the next cell with text of that row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bridge.csdl.workbook.grid import Grid, Spot
from bridge.csdl.workbook.layout import plain
from bridge.domain.scores import Term

_YEAR = re.compile(r"(20\d\d)\s*[-–/_]\s*(20\d\d)")
_ONE_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_TERM = re.compile(r"(1|i|2|ii|hk1|hk2|hki|hkii|mot|hai)\b")
_WHOLE_YEAR = re.compile(r"ca nam|(?:3|iii|cn)\b")
_EDGES = " :;,.|-–—()[]{}\t"
_TERMS = {"1": Term.HK1, "i": Term.HK1, "mot": Term.HK1, "2": Term.HK2, "ii": Term.HK2, "hai": Term.HK2}
WHOLE_YEAR = "WHOLE_YEAR"


@dataclass(slots=True)
class Titles:
    """Every value that was found of each fact, with its place, in the order of reading."""

    found: dict[str, list[tuple[str, Spot]]] = field(default_factory=dict)
    text: str = ""  # all of it, plain

    def add(self, fact: str, value: str, spot: Spot) -> None:
        if value:
            self.found.setdefault(fact, []).append((value, spot))

    def values(self, fact: str) -> list[tuple[str, Spot]]:
        return self.found.get(fact, [])


def read_titles(grid: Grid, rows: range, labels: Mapping[str, str]) -> Titles:
    """The facts of these rows.

    A label that is read over counts at the beginning of a cell or with a colon: `quốc phòng` names no office. That of a
    group only with a colon: it is a part of most groups' names.
    """
    titles, pattern = Titles(), _pattern(labels)
    texts: list[str] = []
    for row in rows:
        cells = [(Spot(row, column), text) for column in range(grid.width) if (text := grid.text(Spot(row, column)))]
        texts += [plain(text) for _, text in cells]
        for fact, value, spot in _facts(cells, pattern, labels):
            titles.add(fact, value, spot)
    titles.text = " ".join(texts)
    _add_bare_year(titles, texts)
    return titles


def _pattern(labels: Mapping[str, str]) -> re.Pattern[str]:
    """Any label, the longest first; no letter stands before or behind it."""
    words = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])({words})(?![a-z])\s*[:\-–]?\s*")


def _facts(
    cells: list[tuple[Spot, str]], pattern: re.Pattern[str], labels: Mapping[str, str]
) -> Iterator[tuple[str, str, Spot]]:
    for place, (spot, text) in enumerate(cells):
        hits = [hit for hit in pattern.finditer(plain(text)) if _counts(hit, labels[hit[1]])]
        ends = [*(hit.start() for hit in hits[1:]), len(text)][: len(hits)]
        for hit, end in zip(hits, ends, strict=True):
            value, there = text[hit.end() : end].strip(_EDGES), spot
            if not value and end == len(text) and place + 1 < len(cells):
                there, value = cells[place + 1]
                if pattern.match(plain(value)):
                    continue
            if fact := labels[hit[1]]:
                yield fact, value.strip(_EDGES), there


def _counts(hit: re.Match[str], fact: str) -> bool:
    return ":" in hit[0] or (fact != "group" and (bool(fact) or hit.start() == 0))


def _add_bare_year(titles: Titles, texts: list[str]) -> None:
    """`2026-2027` without a label is a school year all the same: nothing else is written so."""
    if not titles.values("year"):
        for text in texts:
            for hit in _YEAR.finditer(text):
                titles.add("year", hit[0], Spot(0, 0))


def year_of(text: str) -> int | None:
    """The first year of `2026-2027`; None for what is no school year."""
    pair = _YEAR.search(text)
    if pair is not None:
        return int(pair[1]) if int(pair[2]) == int(pair[1]) + 1 else None
    one = _ONE_YEAR.search(text)
    return int(one[0]) if one else None


def term_of(text: str) -> Term | str | None:
    """HK1, HK2 or WHOLE_YEAR; None for what is no term."""
    bare = plain(text).strip(_EDGES)
    if _WHOLE_YEAR.match(bare):
        return WHOLE_YEAR
    found = _TERM.match(bare)
    return _TERMS[found[1].removeprefix("hk")] if found else None
