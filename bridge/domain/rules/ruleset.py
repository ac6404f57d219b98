"""What a circular on assessment fixes in numbers. One file beside this one per circular; the arithmetic is shared.

What the bridge computes with them is a preview and a cross-check: the school's system of record computes the official
results, and a difference is a line in a report, never an overwrite.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from bridge.domain.scores import Mark


class Band(IntEnum):
    """A result of learning or of conduct, for a semester or a year (TT22/2021 Art. 8, 9); a higher one is greater."""

    NOT_PASSED = 0  # Chưa đạt
    PASSED = 1  # Đạt
    FAIR = 2  # Khá
    GOOD = 3  # Tốt


class BandRule(NamedTuple):
    """What a band asks for. The lowest band asks for nothing and has no rule."""

    band: Band
    failed_comments: int  # so many comment subjects may be Chưa đạt
    every: Mark  # no scored subject below this …
    enough: int  # … and at least so many of them
    reach: Mark  # reach this


class PeriodStep(NamedTuple):
    """Up to so many periods a year (None: any number), so many regular assessments a semester."""

    periods: int | None
    regular: int


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One circular, valid for school years from `first_year` to `last_year` (None: until replaced), both included."""

    name: str
    first_year: int
    last_year: int | None
    regular_by_periods: tuple[PeriodStep, ...]  # ascending; the last one has no limit
    regular_by_comment: int
    regular_most: int  # with the one of an elective topic cluster
    weight_regular: int
    weight_midterm: int
    weight_final: int
    weight_first_term: int
    weight_second_term: int
    bands: tuple[BandRule, ...]  # best first
    conduct: Mapping[tuple[Band, Band], Band]  # (HK I, HK II) → year; total

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)
