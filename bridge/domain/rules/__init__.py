"""Rules of assessment, as versioned data with shared arithmetic.

Here is which circular holds for a school year; `averages` and `bands` compute with it.
"""

from bridge.domain.errors import BadInput
from bridge.domain.rules.ruleset import Ruleset
from bridge.domain.rules.tt22_2021 import TT22_2021

RULESETS = (TT22_2021,)


def ruleset_for(year: int) -> Ruleset:
    """The ruleset of the school year that begins in `year` (2026 is 2026-2027).

    `BadInput` for a year without one: before 2024-2025 the circular depends on the grade level (TT58/2011 and TT26/2020
    have other bands), and a guess would be silently wrong.
    """
    for ruleset in RULESETS:
        if ruleset.covers(year):
            return ruleset
    raise BadInput(where="year", value=year, why="NO_RULESET")
