"""Numbers as people write them here: `3,14` and `3.14`, blanks between thousands."""

import re
from fractions import Fraction

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_LONGEST = 40
"""Letters: far more than a browser tells apart, and nothing that it would take for infinite."""


class NotANumber(ValueError):
    """Not a number, or one that could mean two (`1.234,5`)."""


def read_number(text: str) -> Fraction:
    """Exactly what was written: a comma or a point is the decimal sign, never one of thousands."""
    bare = re.sub(r"[ \u00a0\u202f]", "", text.strip()).replace("\u2212", "-")
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare):
        raise NotANumber(text)
    return Fraction(bare.replace(",", ".").removesuffix("."))
