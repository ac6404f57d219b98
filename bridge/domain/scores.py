"""Scores as a closed set of values, and the place of one score in the city's book.

A score is one of: `Mark` (exact tenths, 0–10), `Verdict` (Đạt / Chưa đạt), `Standing` (exempt, absent, blank) or
`Unreadable`. Blank, zero, exempt and unreadable are four different things and never become one another
(TT22/2021 Art. 5, 7; docs/glossary.md).
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache
from typing import NamedTuple


class Term(StrEnum):
    """A semester. The year's result is computed, never entered, so it is no term here."""

    HK1 = "HK1"
    HK2 = "HK2"


class Column(StrEnum):
    """A column of the score book in one term: regular (TX, ĐĐGtx), mid-term (GK, ĐĐGgk), end of term (CK, ĐĐGck)."""

    TX1 = "TX1"
    TX2 = "TX2"
    TX3 = "TX3"
    TX4 = "TX4"
    TX5 = "TX5"
    GK = "GK"
    CK = "CK"

    @property
    def is_regular(self) -> bool:
        return self.value.startswith("TX")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A mark in tenths, 0–100: `Mark(85)` is 8,5. Made by `mark()`, which keeps one object per value."""

    tenths: int

    def __post_init__(self) -> None:
        if not 0 <= self.tenths <= 100:
            raise ValueError("a mark lies between 0 and 100 tenths")

    def __str__(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}"


class Verdict(Enum):
    """The result of an assessment by comment (TT22/2021 Art. 5.2)."""

    PASSED = "PASSED"
    NOT_PASSED = "NOT_PASSED"

    def __str__(self) -> str:
        return self.value


class Standing(Enum):
    """No result, and why there is none."""

    EXEMPT = "EXEMPT"
    ABSENT = "ABSENT"
    BLANK = "BLANK"

    def __str__(self) -> str:
        return self.value


class Cause(StrEnum):
    """Why a Moodle cell could not be read as a score."""

    FLAGS_MISSING = "FLAGS_MISSING"  # the token may not see hidden / locked: a null may be anything
    NEEDS_UPDATE = "NEEDS_UPDATE"  # Moodle has still to recompute this value
    HIDDEN_NULL = "HIDDEN_NULL"  # null and hidden: the value may exist and be withheld
    OUT_OF_RANGE = "OUT_OF_RANGE"
    BAD_RANGE = "BAD_RANGE"  # the item's maximum is not above its minimum
    UNKNOWN_WORD = "UNKNOWN_WORD"  # a scale word that is neither Đạt nor Chưa đạt
    NOT_A_VALUE = "NOT_A_VALUE"  # text, or a number that is none
    WRONG_KIND = "WRONG_KIND"  # a number for a comment subject, a comment for a scored one


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that holds something which is not a score. `shown` is what stood there, at most 40 characters."""

    cause: Cause
    shown: str = ""

    def __str__(self) -> str:
        return f"UNREADABLE:{self.cause}"


Score = Mark | Verdict | Standing | Unreadable
Value = Mark | Verdict  # what may be sent to a city

BLANK = Standing.BLANK
EXEMPT = Standing.EXEMPT
ABSENT = Standing.ABSENT

_UNREADABLE = "UNREADABLE"
_MARKS = tuple(Mark(tenths) for tenths in range(101))
_BY_CODE: dict[str, Score] = {str(score): score for score in (*_MARKS, *Verdict, *Standing)}


def mark(tenths: int) -> Mark:
    """The one `Mark` of so many tenths; `ValueError` outside 0–100."""
    return _MARKS[tenths] if 0 <= tenths <= 100 else Mark(tenths)


def score_of(code: str) -> Score:
    """The score that `str(score)` wrote: `8.5`, `PASSED`, `EXEMPT`, `BLANK` …; `ValueError` for anything else."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise ValueError(f"no score is written {code[:20]!r}") from None


def write_score(score: Score) -> str:
    """`str(score)`; of an unreadable cell also what stood there."""
    return f"{score}:{score.shown}" if isinstance(score, Unreadable) else str(score)


@lru_cache(maxsize=4096)
def read_score(text: str) -> Score:
    """What `write_score` wrote; `ValueError` for anything else."""
    if text.startswith(_UNREADABLE):
        _, cause, shown = text.split(":", 2)
        return Unreadable(Cause(cause), shown)
    return score_of(text)


def is_value(score: Score | None) -> bool:
    """Whether this is something a city can be sent: a mark or a verdict."""
    return isinstance(score, Mark | Verdict)


class ScoreKey(NamedTuple):
    """The place of one score. Class and course are provenance, not key: a pupil who moves keeps the record."""

    school: str  # mã trường
    year: int  # first year: 2026 is 2026-2027
    pupil: str  # the vault's random key, never an identifier
    subject: str
    term: Term
    column: Column
